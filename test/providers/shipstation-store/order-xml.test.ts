import { readPage } from 'dear-sandbox/shipstation-store';
import fc from 'fast-check';
import { XMLParser } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { Rejected } from '../../../lib/domain/errors.ts';
import type { OrderContent } from '../../../lib/domain/order/order-content.ts';
import { toGoods, toOrderXml } from '../../../lib/providers/shipstation-store/order-xml.ts';

import { sampleLine, sampleOrder } from '../../contract/sample-order.ts';

const OPTIONS = { system: 'store', shipFrom: '', now: Date.UTC(2026, 2, 4, 16, 12) };
const STATUSES = {
  awaiting_payment: [],
  awaiting_shipment: ['paid'],
  on_hold: [],
  shipped: [],
  cancelled: [],
};

const parser = new XMLParser({
  parseTagValue: false,
  isArray: (name) => name === 'Item' || name === 'Option',
});
const read = (content: OrderContent, options = OPTIONS) => parser.parse(toOrderXml(content, options));

/** As ShipStation would read it, whose rules the sandbox has. */
function importByShipStation(xml: string) {
  const order = `<Order>${xml}<OrderStatus>paid</OrderStatus><LastModified>03/04/2026 16:12</LastModified></Order>`;
  return readPage(`<?xml version="1.0" encoding="utf-8"?><Orders pages="1">${order}</Orders>`, STATUSES)
    .orders;
}

function toProblem(content: OrderContent): string {
  try {
    toOrderXml(content, OPTIONS);
  } catch (error) {
    if (error instanceof Rejected) return error.details.upstreamMessage ?? '';
    throw error;
  }
  return 'it is served';
}

describe('an order in the form of the store', () => {
  it('has the fields that ShipStation imports', () => {
    expect(
      read(sampleOrder({ terms: '30 days' }), { ...OPTIONS, shipFrom: 'Austin warehouse' }),
    ).toMatchObject({
      OrderID: 'SO-20417-1',
      OrderNumber: 'SO-20417-1',
      OrderDate: '01/05/2026 00:00',
      ShippingMethod: 'Ground',
      PaymentMethod: '30 days',
      CurrencyCode: 'USD',
      OrderTotal: '121.40',
      TaxAmount: '9.40',
      ShippingAmount: '0.00',
      CustomerNotes: 'Ring twice',
      InternalNotes: 'Trade customer\nDEAR sale: SO-20417\nShip by: 2026-01-09\nPayment: PAID',
      Gift: 'false',
      CustomField1: 'SO-20417-1',
      CustomField2: 'PO 5512',
      CustomField3: 'SO-20417',
      RequestedWarehouse: 'Austin warehouse',
      Source: 'Trade counter',
      Customer: {
        CustomerCode: 'orders@quillfeather.example',
        BillTo: {
          Name: 'Quillfeather Interiors',
          Email: 'orders@quillfeather.example',
          Address1: 'PO Box 118',
          Country: 'US',
        },
        ShipTo: {
          Name: 'Odalys Brandt',
          Company: 'Quillfeather Interiors',
          Address1: '77 Larkspur Lane',
          Address2: 'Suite 4',
          City: 'Portland',
          State: 'OR',
          PostalCode: '97205',
          Country: 'US',
          Phone: '+1 503 555 0162',
        },
      },
    });
  });

  const BILL_TO = sampleOrder().billTo;
  it.each<[string, Partial<OrderContent>, object]>([
    [
      'the customer as its code where the e-mail address is longer than 50 characters',
      { email: `${'a'.repeat(35)}@example.example` },
      { CustomerCode: 'Quillfeather Interiors' },
    ],
    [
      'an e-mail address of 50 characters as the customer’s code',
      { email: `${'a'.repeat(34)}@example.example` },
      { CustomerCode: `${'a'.repeat(34)}@example.example` },
    ],
    [
      'an e-mail address of 100 characters',
      { email: `${'a'.repeat(84)}@example.example` },
      { BillTo: { Email: `${'a'.repeat(84)}@example.example` } },
    ],
    [
      'the customer as its code where there is no e-mail address',
      { email: '' },
      { CustomerCode: 'Quillfeather Interiors' },
    ],
    [
      'the address that DEAR shows where the first line is empty',
      { billTo: { ...BILL_TO, line1: '' } },
      { BillTo: { Address1: 'PO Box 118' } },
    ],
  ])('has %s', (_, overrides, expected) => {
    expect(read(sampleOrder(overrides)).Customer).toMatchObject(expected);
  });

  it('has no e-mail address of more than 100 characters, which would be another one if it were cut', () => {
    const email = `${'a'.repeat(85)}@example.example`;
    expect(read(sampleOrder({ email })).Customer.BillTo).not.toHaveProperty('Email');
  });

  it('has no element for a text, an address or a weight that the sale does not have', () => {
    const bare = { giftMessage: '', customerNotes: ' \n', shippingMethod: ' ', phone: '', email: '' };
    const order = read(sampleOrder({ ...bare, lines: [sampleLine({ weightGrams: 0 })] }));
    for (const absent of ['GiftMessage', 'CustomerNotes', 'ShippingMethod'])
      expect(order).not.toHaveProperty(absent);
    for (const absent of ['Email', 'Phone', 'Address2'])
      expect(order.Customer.BillTo).not.toHaveProperty(absent);
    for (const absent of ['Weight', 'WeightUnits', 'ImageUrl', 'Options'])
      expect(order.Items.Item[0]).not.toHaveProperty(absent);
  });

  it('leaves out an option of blanks, and names a product without a name by its SKU', () => {
    const options = [
      { name: 'Colour', value: '\u200b' },
      { name: 'Size', value: 'L' },
    ];
    const line = sampleLine({ name: ' ', comment: ' \n', options });
    expect(read(sampleOrder({ lines: [line] })).Items.Item[0]).toMatchObject({
      Name: 'SHADE-LINEN',
      Options: { Option: [{ Name: 'Size', Value: 'L' }] },
    });
  });

  it.each(['xUS', 'USA', 'us', ''])('has no country %j of the biller, which is no code', (country) => {
    expect(read(sampleOrder({ billTo: { ...BILL_TO, country } })).Customer.BillTo).not.toHaveProperty(
      'Country',
    );
  });

  it.each(['xUS', 'USA', 'us'])('is refused for the country %j', (country) => {
    const { shipTo } = sampleOrder();
    expect(toProblem(sampleOrder({ shipTo: { ...shipTo, country } }))).toContain('no code of two letters');
  });

  it.each(['xUSD', 'USDX', 'usd', ''])('has no currency %j, which is no code', (currency) => {
    expect(read(sampleOrder({ currency }))).not.toHaveProperty('CurrencyCode');
  });

  it('has the time of serving where the sale has no date, and DEAR as the source where it has no channel', () => {
    expect(read(sampleOrder({ orderDate: '', sourceChannel: '' }))).toMatchObject({
      OrderDate: '03/04/2026 16:12',
      Source: 'DEAR',
    });
  });

  it('has no blank line in the notes where the merchant’s own notes are blank', () => {
    expect(read(sampleOrder({ internalNotes: ' \n' })).InternalNotes).toMatch(/^DEAR sale: /);
    expect(read(sampleOrder({ internalNotes: 'Fragile \n' })).InternalNotes).toMatch(/^Fragile\nDEAR sale: /);
  });

  it('is served at its limits', () => {
    const lines = [sampleLine({ sku: 'X'.repeat(50), quantity: 99_999, unitPrice: 9_999_999.99 })];
    expect(toProblem(sampleOrder({ lines, total: 9_999_999.99 }))).toBe('it is served');
  });

  it('has the address of an image of at most 500 characters, and ten options', () => {
    const options = Array.from({ length: 12 }, (_, index) => ({ name: `Option ${index}`, value: 'x' }));
    const itemOf = (imageUrl: string) =>
      read(sampleOrder({ lines: [sampleLine({ imageUrl, options })] })).Items.Item[0];
    const longest = `https://img.example/${'x'.repeat(480)}`;
    expect(itemOf(longest).ImageUrl).toBe(longest);
    expect(itemOf(`${longest}x`)).not.toHaveProperty('ImageUrl');
    expect(itemOf('').Options.Option).toHaveLength(10);
  });

  it.each<[string, Partial<OrderContent>, string, string | null]>([
    ['freight', { adjustments: [{ description: 'Freight', amount: 9 }] }, '9.00', null],
    ['freight of nothing', { adjustments: [{ description: 'Freight', amount: 0 }] }, '0.00', null],
    [
      'what a line costs more than its price, whatever its product is called,',
      { adjustments: [{ description: 'Discount -5 % on SHIPPING-BOX', amount: 2, line: 'line-1' }] },
      '0.00',
      'Discount -5 % on SHIPPING-BOX',
    ],
    ['freight below 0', { adjustments: [{ description: 'Freight', amount: -9 }] }, '0.00', 'Freight'],
    ['a charge without a name', { adjustments: [{ description: '', amount: 4 }] }, '0.00', 'Charge'],
  ])('has %s as the amount of shipping or as an item', (_, overrides, shipping, name) => {
    const { ShippingAmount, Items } = read(sampleOrder({ lines: [sampleLine()], ...overrides }));
    expect(ShippingAmount).toBe(shipping);
    expect(Items.Item[1]?.Name ?? null).toBe(name);
  });

  it('says where the weight is not known, and only there', () => {
    const notes = (totalWeightGrams: number) => read(sampleOrder({ totalWeightGrams })).InternalNotes;
    expect(notes(0)).toContain('Weight: not known in DEAR; please weigh');
    expect(notes(700)).not.toContain('Weight');
  });

  it('names each line, its weight in grams and its options', () => {
    const line = sampleLine({
      batch: 'B-7',
      options: [{ name: 'Colour', value: 'Blue' }],
      stockLocation: 'A-03',
    });
    expect(read(sampleOrder({ lines: [line] })).Items.Item).toEqual([
      {
        LineItemID: 'line-1@SO-20417-1',
        SKU: 'SHADE-LINEN',
        Name: 'Linen shade',
        Weight: '350.00',
        WeightUnits: 'Grams',
        Quantity: '2',
        UnitPrice: '28.00',
        Location: 'A-03',
        Options: {
          Option: [
            { Name: 'Batch', Value: 'B-7' },
            { Name: 'Colour', Value: 'Blue' },
          ],
        },
      },
    ]);
  });

  it('sends a fraction as one piece with its amount, price and weight', () => {
    const [item] = read(sampleOrder({ lines: [sampleLine({ quantity: 2.5 })] })).Items.Item;
    expect(item).toMatchObject({
      LineItemID: 'line-1x2.5@SO-20417-1',
      Quantity: '1',
      UnitPrice: '70.00',
      Weight: '875.00',
      Options: { Option: [{ Name: 'Quantity', Value: '2.5' }] },
    });
  });

  it('has freight as the shipping amount, and other charges and discounts as adjustments', () => {
    const adjustments = [
      { description: 'Spring discount', amount: -5.5 },
      { description: 'Freight', amount: 9 },
      { description: 'Gift wrap', amount: 3 },
      { description: 'Nothing', amount: 0 },
    ];
    const order = read(sampleOrder({ lines: [sampleLine()], adjustments }));
    expect(order.ShippingAmount).toBe('9.00');
    expect(order.Items.Item.slice(1)).toMatchObject([
      {
        LineItemID: 'adjustment-1',
        SKU: 'DISCOUNT',
        Name: 'Spring discount',
        UnitPrice: '-5.50',
        Adjustment: 'true',
      },
      { LineItemID: 'adjustment-2', SKU: 'CHARGE', Name: 'Gift wrap', UnitPrice: '3.00', Adjustment: 'true' },
    ]);
  });

  it.each([
    ['a state in full', { state: 'Oregon' }, { State: 'OR' }],
    [
      'no state where there are none',
      { country: 'SG', state: '', city: '' },
      { State: 'SG', City: 'Singapore' },
    ],
    ['a state of one letter', { country: 'SG', state: ' S' }, { State: 'SG' }],
    ['no postcode', { country: 'HK', postcode: '' }, { PostalCode: '00000' }],
  ])('fills what ShipStation requires of an address with %s', (_, parts, expected) => {
    const order = sampleOrder({ shipTo: { ...sampleOrder().shipTo, ...parts } });
    expect(read(order).Customer.ShipTo).toMatchObject(expected);
  });

  it.each([
    [
      'a SKU of 51 characters',
      { lines: [sampleLine({ sku: 'X'.repeat(51) })] },
      'has more than 50 characters',
    ],
    ['a quantity of 100,000', { lines: [sampleLine({ quantity: 100_000 })] }, 'is not within 1 and 99999'],
    [
      'a quantity of 0',
      { lines: [sampleLine({ quantity: 0 })] },
      'the quantity of SHADE-LINEN is not within',
    ],
    ['a total of 10 million', { total: 10_000_000 }, 'the total is larger than 9999999.99'],
    ['no country code', { shipTo: { ...sampleOrder().shipTo, country: 'Oz' } }, 'the country has no code'],
    [
      'no street',
      { shipTo: { ...sampleOrder().shipTo, line1: '', displayLine1: '' } },
      'the street is missing',
    ],
    ['a line without a SKU', { lines: [sampleLine({ sku: ' ' })] }, 'it: the SKU of Linen shade is missing.'],
    [
      'no name of anyone, each field once',
      { customer: '', email: '', shipTo: { ...sampleOrder().shipTo, contact: '', company: '' } },
      'it: the customer is missing, the recipient is missing.',
    ],
    [
      'no place',
      { shipTo: { ...sampleOrder().shipTo, city: '', state: '', country: '' } },
      'the city is missing, the state is missing, the country has no code',
    ],
    [
      'amounts of 10 million',
      {
        lines: [sampleLine({ weightGrams: 1e7, unitPrice: 1e7 })],
        tax: 1e7,
        adjustments: ['Freight', 'Gift wrap'].map((description) => ({ description, amount: 1e7 })),
      },
      [
        'the tax is larger than 9999999.99, the freight is larger than 9999999.99',
        'the weight of SHADE-LINEN is larger than 9999999.99, the price of SHADE-LINEN is larger than 9999999.99',
        'a charge is larger than 9999999.99',
      ].join(', '),
    ],
    [
      'more than 1.5 MB',
      { lines: Array.from({ length: 9_000 }, (_, place) => sampleLine({ key: `line-${place}` })) },
      'more than 1500 KB',
    ],
  ])('is refused with %s, and says why', (_, changes, expected) => {
    expect(toProblem(sampleOrder(changes))).toContain(expected);
  });

  it('is either refused or read by ShipStation as it was meant, whatever its texts are', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.constantFrom(']]>', '<![CDATA[', '&amp;', '\u0000', '😀'.repeat(80), ' ', '<b>', '\ud800'),
    );
    const line = fc.record({ sku: text, name: text, comment: text, batch: text, imageUrl: text });
    const amount = fc.double({ min: -1e8, max: 1e8, noNaN: true });
    fc.assert(
      fc.property(
        fc.record({ contact: text, line1: text, city: text, state: text, postcode: text }),
        fc.array(line, { minLength: 1, maxLength: 3 }),
        fc.record({
          customerNotes: text,
          giftMessage: text,
          email: text,
          phone: text,
          customer: text,
          terms: text,
        }),
        fc.record({ total: amount, tax: amount }),
        (address, lines, texts, amounts) => {
          const content = sampleOrder({
            ...texts,
            ...amounts,
            shipTo: { ...sampleOrder().shipTo, ...address },
            lines: lines.map((one, index) => sampleLine({ ...one, key: `line-${index + 1}` })),
          });
          if (toProblem(content) !== 'it is served') return;
          const [order] = importByShipStation(toOrderXml(content, OPTIONS));
          expect(order).toMatchObject({ OrderID: 'SO-20417-1' });
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('the goods of an order', () => {
  const goods = (lines: OrderContent['lines'], changes: Partial<OrderContent> = {}) =>
    toGoods(toOrderXml(sampleOrder({ lines, ...changes }), OPTIONS));

  it('stay the same where only address, notes or prices change', () => {
    const changes = { customerNotes: 'other', shipTo: { ...sampleOrder().shipTo, line1: 'Other Row 1' } };
    expect(goods([sampleLine()], changes)).toBe(goods([sampleLine({ unitPrice: 1, name: 'Other' })]));
  });

  it.each([{ quantity: 3 }, { sku: 'OTHER' }, { key: 'line-9' }, { quantity: 2.5 }])(
    'differ with %j',
    (change) => {
      expect(goods([sampleLine(change)])).not.toBe(goods([sampleLine()]));
    },
  );
});
