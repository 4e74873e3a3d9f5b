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
    ['a total of 10 million', { total: 10_000_000 }, 'the total is larger than 9999999.99'],
    ['no country code', { shipTo: { ...sampleOrder().shipTo, country: 'Oz' } }, 'the country has no code'],
    [
      'no street',
      { shipTo: { ...sampleOrder().shipTo, line1: '', displayLine1: '' } },
      'the street is missing',
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
      { numRuns: 500 },
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
