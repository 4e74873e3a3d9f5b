import { describe, expect, it } from 'vitest';
import { Rejected, UnexpectedAnswer } from '../../lib/domain/errors.ts';
import { getError } from './calls.ts';
import { dearFulfilment, dearInvoice, dearSale, SALE_ID } from './samples.ts';
import { answering, getClient, obeying, sendJson, startServer } from './server.ts';

/** Every field that DEAR's PUT accepts, and an undocumented one. */
const WRITABLE = {
  ID: SALE_ID,
  Customer: 'Fjord Lighting',
  CustomerID: '3b0c7d44-61a8-4e2f-b5d9-0c94a7e1f826',
  Contact: 'Tove Lind',
  Phone: '+47 555 0134',
  Email: 'tove@fjord.example',
  DefaultAccount: '3000',
  SkipQuote: true,
  BillingAddress: { Line1: 'Havnegata 3', Line2: null, City: 'Bodø', Country: 'Norway', Landmark: 'Pier 4' },
  ShippingAddress: {
    Line1: 'Kaia 9',
    City: 'Bodø',
    Country: 'Norway',
    Contact: 'Arne Voll',
    ShipToOther: true,
  },
  ShippingNotes: 'Ring twice',
  TaxRule: 'VAT',
  Terms: '14 days',
  PriceTier: 'Trade',
  ShipBy: '2026-05-15T00:00:00',
  Location: 'Dockside 3PL',
  SaleOrderDate: '2026-05-11T00:00:00',
  Note: '',
  CustomerReference: 'REQ-88',
  CurrencyRate: 0.0871,
  SalesRepresentative: 'Kari Moe',
  Carrier: 'Posten Standard',
  ExternalID: null,
  DeliveryWindow: { From: '09:00', To: '12:00' },
};
const DERIVED = {
  Type: 'Simple Sale',
  ServiceOnly: false,
  SourceChannel: 'Web',
  BaseCurrency: 'EUR',
  CustomerCurrency: 'NOK',
  LastModifiedOn: '2026-05-11T08:14:02.5Z',
  COGSAmount: 12,
  Status: 'ORDERED',
  FulFilmentStatus: 'NOT FULFILLED',
  CombinedPickingStatus: 'NOT PICKED',
  CombinedPackingStatus: 'NOT PACKED',
  CombinedShippingStatus: 'NOT SHIPPED',
  CombinedInvoiceStatus: 'NOT INVOICED',
  CombinedPaymentStatus: 'UNPAID',
  CombinedTrackingNumbers: '',
  Quote: { Status: 'NOT AVAILABLE' },
  Order: dearSale().Order,
  Fulfilments: [dearFulfilment()],
  Invoices: [dearInvoice()],
  CreditNotes: [],
  ManualJournals: { Lines: [] },
  Attachments: [],
  InventoryMovements: [],
  Transactions: [],
};
const ATTRIBUTES = { AdditionalAttribute1: 'Yes', AdditionalAttribute2: null, AdditionalAttribute3: 4 };

function rawSale(overrides: Record<string, unknown> = {}) {
  const TaxCalculation = 'Exclusive';
  return { ...WRITABLE, ...DERIVED, TaxCalculation, AdditionalAttributes: ATTRIBUTES, ...overrides };
}

describe('setAdditionalAttribute', () => {
  it('writes back every writable field unchanged, with the one attribute set', async () => {
    const { server, client } = await obeying(rawSale());
    await client.setAdditionalAttribute(SALE_ID, 'AdditionalAttribute2', 'Shipped');
    const [read, write] = server.requests;
    expect(server.requests.map(({ method }) => method)).toEqual(['GET', 'PUT']);
    expect(read).toMatchObject({ path: '/ExternalApi/v2/sale', query: { ID: SALE_ID } });
    expect(write?.path).toBe('/ExternalApi/v2/sale');
    expect(write?.body).toEqual({
      ...WRITABLE,
      TaxInclusive: false,
      AdditionalAttributes: { ...ATTRIBUTES, AdditionalAttribute2: 'Shipped' },
    });
  });

  it('reads countries as DEAR keeps them, since they are written back', async () => {
    const { server, client } = await obeying(rawSale());
    await client.setAdditionalAttribute(SALE_ID, 'AdditionalAttribute1', 'No');
    expect(server.requests[0]?.query).toEqual({ ID: SALE_ID, HideInventoryMovements: 'true' });
  });

  it.each([
    ['Inclusive', true],
    ['exclusive', false],
  ])('writes the tax calculation %j as inclusive: %j', async (TaxCalculation, TaxInclusive) => {
    const { server, client } = await obeying(rawSale({ TaxCalculation }));
    await client.setAdditionalAttribute(SALE_ID, 'AdditionalAttribute1', 'No');
    expect(server.requests[1]?.body).toMatchObject({ TaxInclusive });
  });

  it.each([null, undefined, 'Both'])(
    'writes nothing where the tax calculation is %j',
    async (TaxCalculation) => {
      const { server, client } = await obeying(rawSale({ TaxCalculation }));
      const set = client.setAdditionalAttribute(SALE_ID, 'AdditionalAttribute1', 'No');
      expect(await getError(set)).toBeInstanceOf(UnexpectedAnswer);
      expect(server.requests).toHaveLength(1);
    },
  );

  it.each([
    ['AdditionalAttribute1', 'Yes'],
    ['AdditionalAttribute1', ' Yes '],
    ['AdditionalAttribute2', ''],
    ['AdditionalAttribute3', '4'],
    ['AdditionalAttribute10', ''],
  ] as const)('writes nothing where %s is %j already', async (attribute, value) => {
    const { server, client } = await obeying(rawSale());
    await client.setAdditionalAttribute(SALE_ID, attribute, value);
    expect(server.requests.map(({ method }) => method)).toEqual(['GET']);
  });

  it('sets the attribute of a sale that has no attributes', async () => {
    const { server, client } = await obeying(rawSale({ AdditionalAttributes: null }));
    await client.setAdditionalAttribute(SALE_ID, 'AdditionalAttribute10', ' Late ');
    expect(server.requests[1]?.body).toMatchObject({
      AdditionalAttributes: { AdditionalAttribute10: 'Late' },
    });
  });

  it('refuses a value above DEAR’s limit before any call, without quoting it', async () => {
    const { server, client } = await obeying(rawSale());
    const value = 'x'.repeat(257);
    const error = await getError(
      client.setAdditionalAttribute(SALE_ID, 'AdditionalAttribute1', value, 'SO-7301'),
    );
    expect(error).toBeInstanceOf(Rejected);
    expect(error.details).toMatchObject({ reference: 'SO-7301', operation: 'set additional attribute' });
    expect(JSON.stringify(error.details)).not.toContain('xx');
    expect(server.requests).toHaveLength(0);
    await client.setAdditionalAttribute(SALE_ID, 'AdditionalAttribute1', value.slice(1));
    expect(server.requests).toHaveLength(2);
  });

  it('names in a refusal whether the read or the write was refused', async () => {
    const refusal = [{ ErrorCode: 400, Exception: 'Line1 is required' }];
    const server = await startServer(({ method }, response) =>
      method === 'GET' ? sendJson(response, rawSale()) : sendJson(response, refusal, 400),
    );
    const set = getClient(server).setAdditionalAttribute(SALE_ID, 'AdditionalAttribute1', 'No', 'SO-7301');
    expect(await getError(set)).toMatchObject({
      kind: 'rejected',
      details: {
        operation: 'set additional attribute',
        reference: 'SO-7301',
        upstreamMessage: 'Line1 is required',
      },
    });
  });
});

describe('an answer of 200 that ignores the value', () => {
  it('is a refusal once a second read shows the old value too', async () => {
    const { client, server } = await answering(rawSale());
    const written = client.setAdditionalAttribute(SALE_ID, 'AdditionalAttribute3', 'new value');
    await expect(written).rejects.toThrow(Rejected);
    expect(server.requests.map(({ method }) => method)).toEqual(['GET', 'PUT', 'GET']);
  });
});
