import { describe, expect, it } from 'vitest';
import { readTolerantly } from '../../lib/dear/list.ts';
import { fromDearSale } from '../../lib/dear/mapper.ts';
import { saleSchema } from '../../lib/dear/schemas.ts';
import {
  dearFulfilment,
  dearInvoice,
  dearOrder,
  dearOrderLine,
  dearSale,
  PRODUCT_ID,
  SALE_ID,
  TASK_ID,
} from './samples.ts';

function read(overrides: Record<string, unknown> = {}, defaultWeightUnits?: string) {
  return fromDearSale(saleSchema.parse(dearSale(overrides)), defaultWeightUnits);
}

function readLine(overrides: Record<string, unknown>, defaultWeightUnits?: string) {
  const [line] = read({ Order: dearOrder({ Lines: [dearOrderLine(overrides)] }) }, defaultWeightUnits).lines;
  return line!;
}

describe('fromDearSale', () => {
  it('maps a whole sale', () => {
    const address = {
      line1: 'Havnegata 3',
      line2: '',
      city: 'Bodø',
      state: '',
      postcode: '8006',
      country: 'NO',
      displayLine1: 'Havnegata 3',
      displayLine2: 'Bodø 8006 Norway',
    };
    expect(read()).toEqual({
      id: SALE_ID,
      orderNumber: 'SO-7301',
      type: 'simple',
      status: 'ORDERED',
      orderStatus: 'AUTHORISED',
      location: 'Dockside 3PL',
      customer: 'Fjord Lighting',
      priceTier: 'Trade',
      contact: 'Tove Lind',
      email: 'tove@fjord.example',
      phone: '+47 555 0134',
      billingAddress: address,
      shippingAddress: { ...address, company: 'Fjord Studio', contact: 'Arne Voll' },
      shippingNotes: 'Ring twice',
      note: '',
      memo: '',
      customerReference: 'REQ-88',
      currency: 'NOK',
      taxInclusive: false,
      terms: '14 days',
      carrier: 'Posten Standard',
      paymentStatus: 'UNPAID',
      orderDate: '2026-05-11',
      shipBy: '2026-05-15',
      sourceChannel: '',
      trackingNumbers: [],
      additionalAttributes: { AdditionalAttribute1: 'Yes' },
      lines: [
        {
          productId: PRODUCT_ID,
          sku: 'LAMP-OAK',
          name: 'Oak lamp',
          quantity: 2,
          backorderQuantity: 0,
          unitPrice: 420,
          discountPercent: 5,
          tax: 199.5,
          taxRule: 'VAT',
          total: 798,
          comment: '',
          dropShip: false,
          weightGrams: 1250,
          customFields: { ProductCustomField1: 'Natural' },
        },
      ],
      charges: [
        {
          description: 'Freight',
          quantity: 1,
          unitPrice: 80,
          discountPercent: 10,
          tax: 18,
          taxRule: 'VAT',
          total: 72,
        },
      ],
      total: 1087.5,
      tax: 217.5,
      fulfilments: [],
      invoices: [],
      creditNoteMemos: [],
    });
  });

  it('maps a fulfilment', () => {
    const line = {
      productId: PRODUCT_ID,
      sku: 'LAMP-OAK',
      name: 'Oak lamp',
      location: 'Dockside 3PL',
      locationId: '',
      quantity: 1,
      batch: '',
      expiry: '',
    };
    expect(read({ Fulfilments: [dearFulfilment()] }).fulfilments).toEqual([
      {
        taskId: TASK_ID,
        number: 1,
        pick: {
          status: 'AUTHORISED',
          lines: [{ ...line, quantity: 2, batch: 'L-09', expiry: '2027-01-31', box: '' }],
        },
        pack: {
          status: 'AUTHORISED',
          lines: [
            { ...line, box: 'SO-7301-1 / 1' },
            { ...line, box: 'SO-7301-1 / 2' },
          ],
        },
        ship: {
          status: 'AUTHORISED',
          lines: [
            {
              boxes: ['SO-7301-1 / 1', 'SO-7301-1 / 2'],
              carrier: 'Posten',
              trackingNumbers: ['TRK1', 'TRK2'],
              shippedAt: expect.any(String),
              isShipped: true,
            },
          ],
        },
      },
    ]);
  });

  it.each([
    ['Inclusive', true],
    ['INCLUSIVE', true],
    ['Exclusive', false],
    [null, false],
  ])('reads the tax calculation %j as inclusive: %j', (wire, taxInclusive) => {
    expect(read({ TaxCalculation: wire }).taxInclusive).toBe(taxInclusive);
  });

  it('reads rules and terms that are null as empty', () => {
    const Order = dearOrder({
      Lines: [dearOrderLine({ TaxRule: null })],
      AdditionalCharges: [{ Description: 'Gift wrap', TaxRule: null, Discount: null }],
    });
    const sale = read({ Order, Terms: null });
    expect(sale.terms).toBe('');
    expect(sale.lines[0]?.taxRule).toBe('');
    expect(sale.charges[0]).toMatchObject({ taxRule: '', discountPercent: 0 });
  });

  it('maps an invoice', () => {
    expect(read({ Invoices: [dearInvoice()] }).invoices).toEqual([
      {
        taskId: TASK_ID,
        number: 'INV-00318',
        status: 'AUTHORISED',
        fulfilmentNumber: 2,
        memo: '',
        lines: [],
        isCredited: false,
      },
    ]);
  });

  it.each([
    ['AUTHORISED', 'INV-00318', true],
    ['Authorised', 'INV-00318', true],
    ['DRAFT', 'INV-00318', false],
    ['VOIDED', 'INV-00318', false],
    ['AUTHORISED', 'INV-00319', false],
  ])('reads a credit note that is %s, for %s', (Status, CreditNoteInvoiceNumber, isCredited) => {
    const CreditNotes = [{ CreditNoteInvoiceNumber, Status }];
    const [invoice] = read({ Invoices: [dearInvoice()], CreditNotes }).invoices;
    expect(invoice?.isCredited).toBe(isCredited);
  });

  it('does not assign a credit note without an invoice number to an invoice without a number', () => {
    const Invoices = [dearInvoice({ InvoiceNumber: null })];
    const CreditNotes = [{ CreditNoteInvoiceNumber: null, Status: 'AUTHORISED' }];
    expect(read({ Invoices, CreditNotes }).invoices[0]?.isCredited).toBe(false);
  });

  it('reads an invoice’s memo and lines', () => {
    const Invoices = [
      dearInvoice({ Memo: 'Shipment of SO-7-1 box 1', Lines: [{ ProductID: PRODUCT_ID, Quantity: 2 }] }),
    ];
    expect(read({ Invoices }).invoices).toMatchObject([
      { memo: 'Shipment of SO-7-1 box 1', lines: [{ productId: PRODUCT_ID, quantity: 2 }] },
    ]);
  });

  it('reads an invoice that has not begun', () => {
    const blank = { TaskID: null, InvoiceNumber: null, Status: null, LinkedFulfillmentNumber: undefined };
    expect(read({ Invoices: [dearInvoice(blank)] }).invoices).toEqual([
      {
        taskId: '',
        number: '',
        status: 'NOT AVAILABLE',
        fulfilmentNumber: 0,
        memo: '',
        lines: [],
        isCredited: false,
      },
    ]);
  });

  it.each([
    ['3', 3],
    [3, 3],
    ['', 0],
    [null, 0],
    ['1,2', 0],
  ])('reads the fulfilment %j of an invoice as %j', (wire, fulfilmentNumber) => {
    const [invoice] = read({ Invoices: [dearInvoice({ LinkedFulfillmentNumber: wire })] }).invoices;
    expect(invoice?.fulfilmentNumber).toBe(fulfilmentNumber);
  });

  it.each([
    ['Simple Sale', 'simple'],
    ['ADVANCED SALE', 'advanced'],
    ['service sale', 'service'],
  ])('reads the type %s as %s', (wire, type) => {
    expect(read({ Type: wire }).type).toBe(type);
  });

  it.each([undefined, null, '', 'Subscription Sale'])('does not read the type %j as a known one', (wire) => {
    const { data, unreadable } = readTolerantly(saleSchema, dearSale({ Type: wire }));
    expect(data && fromDearSale(data, '', unreadable).unreadable).toEqual(['Type']);
  });

  it.each([null, '', '00000000-0000-0000-0000-000000000000'])(
    'reads a line with the product id %j as no product',
    (ProductID) => {
      const Order = { Lines: [{ ProductID, SKU: 'Freight', Quantity: 1 }] };
      expect(read({ Order }).lines.map(({ productId }) => productId)).toEqual(['']);
    },
  );

  it('passes a status that DEAR does not document through, upper-cased', () => {
    expect(read({ Status: 'Awaiting Moon', CombinedPaymentStatus: 'on hold' })).toMatchObject({
      status: 'AWAITING MOON',
      paymentStatus: 'ON HOLD',
    });
  });

  it('reads a quote, whose order stage and fulfilments are null', () => {
    expect(read({ Order: null, Fulfilments: null, AdditionalAttributes: null })).toMatchObject({
      orderNumber: '',
      orderStatus: '',
      lines: [],
      charges: [],
      total: 0,
      fulfilments: [],
      additionalAttributes: {},
    });
  });

  it('reads stages and addresses that are null as not begun and empty', () => {
    const fulfilments = [
      dearFulfilment({ Pick: null, Pack: { Status: null, Lines: null }, Ship: undefined }),
    ];
    const sale = read({ Fulfilments: fulfilments, ShippingAddress: null, BillingAddress: undefined });
    const notBegun = { status: 'NOT AVAILABLE', lines: [] };
    expect(sale.fulfilments[0]).toMatchObject({ pick: notBegun, pack: notBegun, ship: notBegun });
    expect(sale.shippingAddress).toMatchObject({ line1: '', displayLine1: '', contact: '' });
    expect(sale.billingAddress.country).toBe('');
  });

  it.each([
    ['2026-05-15T00:00:00', '2026-05-15'],
    ['2026-05-15', '2026-05-15'],
    ['2026-05-15T23:59:59.1234567Z', '2026-05-15'],
    ['0001-01-01T00:00:00', ''],
    ['15/05/2026', ''],
    [null, ''],
  ])('reads the date %j as %j', (wire, date) => {
    expect(read({ ShipBy: wire }).shipBy).toBe(date);
  });

  it('uses the base currency where the customer has none', () => {
    expect(read({ CustomerCurrency: null }).currency).toBe('EUR');
  });

  it('splits the sale’s tracking numbers', () => {
    expect(read({ CombinedTrackingNumbers: 'TRK1,TRK2, ,TRK3' }).trackingNumbers).toEqual([
      'TRK1',
      'TRK2',
      'TRK3',
    ]);
  });

  it('keeps the ten numbered fields that have a value, whatever their type', () => {
    const attributes = {
      AdditionalAttribute1: ' ',
      AdditionalAttribute9: 3,
      AdditionalAttribute10: true,
      AdditionalAttribute11: 'x',
      Other: 'x',
    };
    expect(read({ AdditionalAttributes: attributes }).additionalAttributes).toEqual({
      AdditionalAttribute9: '3',
      AdditionalAttribute10: 'true',
    });
  });

  it('refuses a line without a quantity', () => {
    const Order = dearOrder({ Lines: [dearOrderLine({ Quantity: null })] });
    expect(saleSchema.safeParse(dearSale({ Order })).success).toBe(false);
  });

  it('reads weights without units by the account’s default, and as unknown without one', () => {
    expect(readLine({ ProductWeight: 2, WeightUnits: '' }, 'kg').weightGrams).toBe(2000);
    expect(readLine({ ProductWeight: 2, WeightUnits: null }, 'kg').weightGrams).toBe(2000);
    expect(readLine({ ProductWeight: 2, WeightUnits: null }).weightGrams).toBe(0);
    expect(readLine({ ProductWeight: null, WeightUnits: 'kg' }).weightGrams).toBe(0);
  });
});
