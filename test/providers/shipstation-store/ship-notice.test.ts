import { describe, expect, it } from 'vitest';
import {
  fromPayload,
  getShippedAt,
  type RawNotice,
  readNotice,
  toPayload,
  UnreadableNotice,
} from '../../../lib/providers/shipstation-store/ship-notice.ts';

const wrap = (inner: string) => `<?xml version="1.0" encoding="utf-8"?>\n<ShipNotice>${inner}</ShipNotice>`;
const ITEM =
  '<Item><SKU>MUG</SKU><Name>A mug</Name><Quantity>2</Quantity><LineItemID>line-1@SO-42-1</LineItemID></Item>';
const WHOLE = wrap(
  `<OrderNumber>SO-42-1</OrderNumber><OrderID>SO-42-1</OrderID><CustomField1>SO-42-1</CustomField1><CustomField2/>
  <LabelCreateDate>03/04/2026 21:40</LabelCreateDate><ShipDate>03/04/2026</ShipDate><Carrier>UPS</Carrier>
  <Service>UPS Ground &amp; more</Service><TrackingNumber>007123</TrackingNumber><ShippingCost>8.42</ShippingCost>
  <NotesToCustomer>Second parcel
 follows</NotesToCustomer><InternalNotes/>
  <Unknown><Deep>1</Deep></Unknown><Items>${ITEM}</Items>`,
);

describe('a notice of a parcel', () => {
  it('is read from its body', () => {
    expect(readNotice({ query: { order_number: 'SO-42-1 (edited)' }, body: WHOLE })).toEqual({
      references: ['SO-42-1', 'SO-42-1 (edited)'],
      trackingNumber: '007123',
      carrier: 'UPS',
      service: 'UPS Ground & more',
      shippedAt: Date.UTC(2026, 2, 4, 21, 40),
      cost: 8.42,
      notesToCustomer: 'Second parcel follows',
      internalNotes: '',
      items: [{ lineItemId: 'line-1@SO-42-1', sku: 'MUG', count: 2 }],
    });
  });

  it('is read from the address where it has no body', () => {
    const query = { order_number: 'SO-42-1', tracking_number: '1Z1', carrier: 'UPS', service: 'Ground' };
    expect(readNotice({ query, body: ' \n' })).toEqual({
      references: ['SO-42-1'],
      trackingNumber: '1Z1',
      carrier: 'UPS',
      service: 'Ground',
      shippedAt: null,
      cost: null,
      notesToCustomer: '',
      internalNotes: '',
      items: null,
    });
  });

  it('is read whatever attributes its elements have, and with characters that are written as numbers', () => {
    const body = `<ShipNotice version="1"><OrderID type="text">SO-42-1</OrderID>
      <Service code="7">Caf&#233; &#x26; more</Service><Items count="0"/></ShipNotice>`;
    expect(readNotice({ query: {}, body })).toMatchObject({
      references: ['SO-42-1'],
      service: 'Café & more',
      items: [],
    });
  });

  it('takes from the address what the body lacks', () => {
    const query = { order_number: 'SO-42-1', tracking_number: '1Z1', carrier: 'UPS' };
    expect(readNotice({ query, body: wrap('<OrderID>SO-42-1</OrderID><TrackingNumber/>') })).toMatchObject({
      trackingNumber: '1Z1',
      carrier: 'UPS',
      items: [],
    });
  });

  it.each([
    ['no items at all', '<OrderID>S</OrderID>', []],
    ['an empty list', '<OrderID>S</OrderID><Items/>', []],
    ['an empty list with blanks', '<OrderID>S</OrderID><Items> </Items>', []],
    ['a list of something else', '<OrderID>S</OrderID><Items><Box>1</Box></Items>', []],
    [
      'an item of a dozen',
      '<OrderID>S</OrderID><Items><Item><SKU>A</SKU><Quantity>12</Quantity></Item></Items>',
      [{ lineItemId: '', sku: 'A', count: 12 }],
    ],
    [
      'an item without an id',
      '<OrderID>S</OrderID><Items><Item><SKU>A</SKU><Quantity>1.00</Quantity></Item></Items>',
      [{ lineItemId: '', sku: 'A', count: 1 }],
    ],
    [
      'an item of 0',
      '<OrderID>S</OrderID><Items><Item><SKU>A</SKU><Quantity>0</Quantity></Item></Items>',
      [],
    ],
  ])('may have %s', (_, inner, items) => {
    expect(readNotice({ query: {}, body: wrap(inner) }).items).toEqual(items);
  });

  it.each([
    ['text', 'not xml'],
    ['XML that is cut off', WHOLE.slice(0, 300)],
    ['another document', '<Other/>'],
    ['two documents', `${WHOLE}${WHOLE}`],
    ['elements in great depth', wrap('<a>'.repeat(500) + '</a>'.repeat(500))],
    [
      'a quantity that is no number',
      wrap('<OrderID>S</OrderID><Items><Item><Quantity>two</Quantity></Item></Items>'),
    ],
    [
      'a quantity of a part',
      wrap('<OrderID>S</OrderID><Items><Item><Quantity>1.05</Quantity></Item></Items>'),
    ],
    [
      'a quantity with a unit',
      wrap('<OrderID>S</OrderID><Items><Item><Quantity>2 boxes</Quantity></Item></Items>'),
    ],
    ['no name of an order', wrap('<TrackingNumber>1Z1</TrackingNumber>')],
    ['a reserved name', wrap('<OrderID>S</OrderID><__proto__><polluted>1</polluted></__proto__>')],
  ])('is unreadable where it is %s', (_, body) => {
    expect(() => readNotice({ query: {}, body })).toThrow(UnreadableNotice);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it.each([
    ['8', 8],
    ['8.40', 8.4],
    ['12.40', 12.4],
    ['-8.40', null],
    ['USD 8.40', null],
    ['8.40 USD', null],
    ['', null],
  ])('with the cost %j costs %j', (text, cost) => {
    const body = wrap(`<OrderID>S</OrderID><ShippingCost>${text}</ShippingCost>`);
    expect(readNotice({ query: {}, body }).cost).toBe(cost);
  });

  it('without notes and a tracking number has empty ones', () => {
    expect(readNotice({ query: { order_number: 'S' }, body: '' })).toMatchObject({
      trackingNumber: '',
      carrier: '',
      service: '',
      notesToCustomer: '',
      internalNotes: '',
    });
  });

  it('is refused before any entity that it declares is expanded', () => {
    const entities = Array.from(
      { length: 9 },
      (_, level) => `<!ENTITY e${level + 1} "${`&e${level};`.repeat(10)}">`,
    );
    const body = `<?xml version="1.0"?><!DOCTYPE ShipNotice [<!ENTITY e0 "ha">${entities.join('')}]><ShipNotice><OrderID>&e9;</OrderID></ShipNotice>`;
    expect(() => readNotice({ query: {}, body })).toThrow('It declares a document type.');
    const outside = `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><ShipNotice><OrderID>&x;</OrderID></ShipNotice>`;
    expect(() => readNotice({ query: {}, body: outside })).toThrow(UnreadableNotice);
  });

  it('with thousands of lines is read', () => {
    const body = wrap(`<OrderID>S</OrderID><Items>${ITEM.repeat(3_000)}</Items>`);
    expect(readNotice({ query: {}, body }).items).toHaveLength(3_000);
  });
});

describe('the id of a notice', () => {
  const id = (query: RawNotice['query'], body = WHOLE) => toPayload({ query, body }).id;

  it('is the same where it is sent again, in whatever order its parameters are', () => {
    const query = { order_number: 'SO-42-1', carrier: 'UPS' };
    expect(id({ carrier: 'UPS', order_number: 'SO-42-1' })).toBe(id(query));
    expect(id({ ...query, carrier: 'DHL' })).not.toBe(id(query));
    expect(id(query, '')).not.toBe(id(query));
    expect(fromPayload(toPayload({ query, body: WHOLE }))).toEqual({ query, body: WHOLE });
  });
});

describe('the time at which a parcel left', () => {
  const received = '2026-03-04T22:00:00.000Z';
  const notice = (inner: string) => readNotice({ query: {}, body: wrap(`<OrderID>S</OrderID>${inner}`) });

  it.each([
    [
      'that of its label',
      '<LabelCreateDate>03/04/2026 21:40</LabelCreateDate><ShipDate>03/03/2026</ShipDate>',
      '2026-03-04T21:40:00.000Z',
    ],
    ['the day that a person entered', '<ShipDate>03/03/2026</ShipDate>', '2026-03-03T00:00:00.000Z'],
    ['that of the notice, where it has none', '', received],
    [
      'that of the notice, where the label is of a time zone ahead',
      '<LabelCreateDate>03/05/2026 07:40</LabelCreateDate>',
      received,
    ],
  ])('is %s', (_, inner, expected) => {
    expect(getShippedAt(notice(inner), received)).toBe(expected);
  });
});
