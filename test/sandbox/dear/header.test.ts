import { expect, test } from 'vitest';
import { CUSTOMER, listening, readSale, refused } from './billing.ts';
import { AUSTIN, levels, play } from './play.ts';

const header = (ID: string, more: object = {}) => ({
  ID,
  Customer: 'Juniper & Slate Outfitters',
  Location: AUSTIN,
  ...more,
});
const ADDRESS = { Line1: '5 Pine Court', Line2: '', City: 'Boulder', State: 'CO', Country: 'United States' };

test('a PUT of a sale replaces the whole header and empties omitted fields', async () => {
  const dear = await play();
  const { id } = await dear.sell({
    carrier: 'UPS Ground',
    note: 'Ring twice',
    shipBy: '2026-02-01',
    customerReference: 'PO-1',
    shippingNotes: 'Dock 2',
    externalId: 'EXT-1',
    taxInclusive: true,
    additionalAttributes: { AdditionalAttribute3: 'gift' },
  });
  const put = await dear.api('PUT', 'sale', header(id, { Carrier: 'Mule', ShippingAddress: ADDRESS }));
  expect(put.status, put.text).toBe(200);
  expect((await dear.api('GET', `sale?ID=${id}`)).json).toEqual(put.json);
  expect(put.json).toMatchObject({
    Customer: 'Juniper & Slate Outfitters',
    Contact: '',
    Email: '',
    Phone: '',
    Carrier: 'Mule',
    Note: '',
    ShipBy: null,
    CustomerReference: '',
    ShippingNotes: '',
    ExternalID: null,
    DefaultAccount: '',
    SkipQuote: false,
    TaxRule: '',
    TaxCalculation: 'Exclusive',
    Terms: '',
    PriceTier: '',
    SaleOrderDate: expect.stringMatching(/^\d{4}-/),
    BillingAddress: { Line1: null, Country: null },
    ShippingAddress: { Line1: '5 Pine Court', DisplayAddressLine2: 'Boulder CO United States' },
    AdditionalAttributes: { AdditionalAttribute3: '' },
    Order: { Status: 'AUTHORISED', Lines: [{ Quantity: 3 }] },
  });
});

test('a sale that is sent back as it was read does not change', async () => {
  const dear = await play();
  const { id } = await dear.sell({
    carrier: 'UPS Ground',
    note: 'Ring twice',
    taxInclusive: true,
    terms: '14 days',
    shipBy: '2026-02-01',
    additionalAttributes: { AdditionalAttribute3: 'gift' },
  });
  const { LastModifiedOn: _, ...before } = (await dear.api('GET', `sale?ID=${id}`)).json;
  const TaxInclusive = before.TaxCalculation === 'Inclusive';
  const { LastModifiedOn: __, ...after } = (await dear.api('PUT', 'sale', { ...before, TaxInclusive })).json;
  expect(after).toEqual(before);
});

test('a header requires an ID, an existing customer and location, and addresses with line 1 and country', async () => {
  const dear = await play();
  const { id } = await dear.sell({});
  const no = async (more: object) => refused(await dear.api('PUT', 'sale', header(id, more)));
  expect(await no({ ID: undefined })).toContain('ID');
  expect(await no({ Location: undefined })).toContain('Location');
  expect(await no({ Location: 'Nowhere' })).toContain('Nowhere');
  expect(await no({ Location: 'Workshop: W-01-A' })).toContain('bin');
  expect(await no({ Customer: undefined })).toContain('Customer or CustomerID');
  expect(await no({ Customer: 'Absent & Sons' })).toContain('Absent');
  expect(await no({ CustomerID: 'b7e40c91-2d8f-4a53-8c16-3f9a05d2e001' })).toContain('not found');
  expect(await no({ ShippingAddress: { ...ADDRESS, Line1: null } })).toContain('ShippingAddress.Line1');
  expect(await no({ BillingAddress: { ...ADDRESS, Country: undefined } })).toContain(
    'BillingAddress.Country',
  );
  expect(await no({ TaxInclusive: 'true' })).toContain('TaxInclusive');
  await dear.screen('POST', `sales/${id}/void`);
  expect(await no({})).toContain('VOIDED');
});

test('a sale can change location until it is picked, and other header fields after shipping', async () => {
  const dear = await play();
  const { id } = await dear.sell({});
  const moved = await dear.api('PUT', 'sale', header(id, { Location: 'Main Warehouse' }));
  expect(moved.json.Location).toBe('Main Warehouse');
  expect(await levels(dear, 'TRL-MUG-350', 'Main Warehouse')).toEqual([120, 3, 117]);
  expect(await levels(dear, 'TRL-MUG-350')).toEqual([300, 0, 300]);
  for (const stage of ['pick', 'pack', 'ship']) await dear.screen('POST', `sales/${id}/${stage}`);
  expect(refused(await dear.api('PUT', 'sale', header(id)))).toContain('has been picked');
  const note = await dear.api('PUT', 'sale', header(id, { Location: 'Main Warehouse', Note: 'Left' }));
  expect(note.json.Note).toBe('Left');
});

test('every changed attribute is an event, from the API and from the screen', async () => {
  const dear = await play();
  const events = await listening(dear, 'AdditionalAttributesChanged');
  const { id, number } = await dear.sell({ additionalAttributes: { AdditionalAttribute1: 'gift' } });
  const { CustomerID, Contact, Email } = await readSale(dear, id);
  const put = (AdditionalAttributes: object) =>
    dear.api('PUT', 'sale', header(id, { Customer: '', CustomerID, Contact, Email, AdditionalAttributes }));
  await put({ AdditionalAttribute1: 'gift', AdditionalAttribute2: 'A-1' });
  await put({ AdditionalAttribute1: 'gift', AdditionalAttribute2: 'A-1' });
  await dear.screen('PATCH', `sales/${id}`, { additionalAttributes: { AdditionalAttribute2: 'A-1' } });
  const sent = await events();
  expect(sent).toMatchObject([
    { Changes: { Field: 'CustomField2', OldValue: '', NewValue: 'A-1' } },
    { Changes: { Field: 'CustomField1', OldValue: 'gift', NewValue: '' } },
  ]);
  expect(sent[0]).toEqual({
    SaleID: id,
    SaleOrderNumber: number,
    ...CUSTOMER,
    SaleRepEmail: null,
    Changes: {
      Field: 'CustomField2',
      Result: expect.stringContaining('A-1'),
      OldValue: '',
      NewValue: 'A-1',
    },
    EventType: 'Sale/AdditionalAttributesChanged',
  });
});
