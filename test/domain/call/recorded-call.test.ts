import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { getPersonalWords } from '../../../lib/domain/call/personal-words.ts';
import type { ObservedCall } from '../../../lib/domain/call/recorded-call.ts';
import { KEPT_CHARACTERS, readCall } from '../../../lib/domain/call/recorded-call.ts';
import type { OrderContent } from '../../../lib/domain/order/order-content.ts';
import { toCartRoverOrder } from '../../../lib/providers/cartrover/order-mapper.ts';
import { toExtensivOrder } from '../../../lib/providers/extensiv/order-mapper.ts';
import { toFileOrder } from '../../../lib/providers/files/fields.ts';
import { toWireOrder } from '../../../lib/providers/http/order-mapper.ts';
import { toOrderXml } from '../../../lib/providers/shipstation-store/order-xml.ts';
import { toOrderRequest } from '../../../lib/providers/shipstation-v1/order-mapper.ts';
import { toShipStationOrder } from '../../../lib/providers/shipstation-v2/order-mapper.ts';
import { NOW } from '../../builders/order.ts';
import { sampleOrder } from '../../contract/sample-order.ts';
import { dearSale } from '../../dear/samples.ts';

function observed(overrides: Partial<ObservedCall> = {}): ObservedCall {
  return {
    system: 'lantern',
    operation: 'create shipment',
    reference: 'SO-20417-1',
    method: 'POST',
    url: 'https://service.example/v2/shipments',
    query: '',
    status: 200,
    durationMs: 412,
    credentials: ['API-Key'],
    request: { headers: { 'api-key': 'sk-live-77qz' }, body: '', isFile: false },
    answer: null,
    fault: '',
    ...overrides,
  };
}

const side = (body: unknown, headers: Record<string, string> = {}) => ({
  headers,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  isFile: false,
});
const mask = (overrides: Partial<ObservedCall>, words: readonly string[] | null = []) =>
  readCall(observed(overrides)).mask('c1', NOW, words);
const answered = (body: unknown, status = 200, words: readonly string[] | null = []) =>
  mask({ status, answer: side(body) }, words).answer?.body ?? '';

describe('a recorded call', () => {
  it('keeps ids, SKUs, quantities, statuses, dates, prices and codes', () => {
    const body = {
      shipment_id: 'se-100004',
      external_shipment_id: 'SO-20417-1',
      shipment_status: 'pending',
      created_at: '2026-03-04T16:12:00.000Z',
      ship_to: { country_code: 'US' },
      items: [{ sku: 'LAMP-OAK', quantity: 2, unit_price: 14.5, weight: { value: 140, unit: 'gram' } }],
      is_gift: false,
      voided: null,
    };
    expect(answered(body)).toBe(JSON.stringify(body));
  });

  it.each([
    ['a name', { name: 'Odalys Brandt' }],
    ['an address', { line1: '77 Larkspur Lane', city: 'Portland', state: 'OR', postal_code: '97205' }],
    ['a phone as a number', { phone: 15035550162 }],
    ['a note', { internal_notes: 'Gate code 4471' }],
    ['a field that is not on the list', { loyalty: 'Gold since 2019' }],
    ['a name in the place of an id', { customer_id: 'Odalys' }],
    ['a name in the place of a date', { created_at: 'Odalys' }],
    ['a sentence in a gift', { gift: { message: 'Happy birthday' } }],
    ['a text in the field of a tracking number', { tracking_number: 'left with Odalys' }],
    ['a token', { accessToken: 'abc123', session_id: 'abc123' }],
  ])('masks %s', (_, body) => {
    const values = JSON.parse(answered(body));
    expect(JSON.stringify(values).replaceAll(/[{}":,\w]/g, '')).toMatch(/^(•••)+$/);
  });

  it('masks a name in the place of a field’s name', () => {
    expect(answered({ errors: { 'Odalys Brandt': ['is unknown'] } })).toBe('{"errors":{"•••":["•••"]}}');
  });

  it('leaves an empty value empty, because that may be what is wrong', () => {
    expect(answered({ name: '', city: null })).toBe('{"name":"","city":null}');
  });

  it('keeps the sentence of an error, and masks in it what the request has', () => {
    const call = mask({
      status: 400,
      request: side({ ship_to: { name: 'Odalys Brandt', postal_code: '97205' } }),
      answer: side({ errors: [{ error_code: 'invalid_address', message: 'BRANDT has no street in 97205' }] }),
    });
    expect(call.answer?.body).toBe(
      '{"errors":[{"error_code":"invalid_address","message":"••• has no street in •••"}]}',
    );
  });

  it('masks a quotation with a blank, of which the order may know only a part', () => {
    expect(answered({ message: "'77 Larkspur La' is longer than 'ship_to.line1' allows" }, 400)).toBe(
      `{"message":"'•••' is longer than 'ship_to.line1' allows"}`,
    );
  });

  it('keeps no sentence while the customer cannot be read', () => {
    expect(answered({ message: 'Odalys is unknown', code: 'E1' }, 400, null)).toBe(
      '{"message":"•••","code":"E1"}',
    );
  });

  it('masks values in XML, its attributes and its comments', () => {
    const xml =
      '<?xml version="1.0"?><!-- for Odalys --><Order id="SO-1"><Name>Odalys</Name><SKU>LAMP</SKU><Note><![CDATA[Ring & wait]]></Note></Order>';
    expect(answered(xml)).toBe('<Order id="SO-1"><Name>•••</Name><SKU>LAMP</SKU><Note>•••</Note></Order>');
  });

  it('masks values in a form and in the query of the address', () => {
    const form = 'grant_type=client_credentials&status=open&user=Odalys';
    const call = mask({ query: '?status=open&search=Odalys+Brandt', request: side(form) });
    expect(call.request.body).toBe('grant_type=•••&status=open&user=•••');
    expect(call.url).toBe('https://service.example/v2/shipments?status=open&search=•••');
  });

  it('keeps of a page only what an error says', () => {
    expect(answered('<html><head><style>b{}</style></head><b>502 Bad Gateway</b></html>', 502)).toBe(
      '502 Bad Gateway',
    );
    expect(answered('sku,name\nLAMP,Odalys')).toBe('(20 characters of text)');
  });

  it('keeps of a file its size', () => {
    const answer = { headers: {}, body: '%PDF Odalys', isFile: true };
    expect(mask({ answer }).answer?.body).toBe('(11 characters of a file)');
  });

  it('keeps of the headers type, limits and ids, and the names of those with a secret', () => {
    const headers = {
      'content-type': 'application/json',
      'x-rate-limit-remaining': '3',
      'x-request-id': 'r-1',
      'set-cookie': 'session=1',
      'x-signature': 'abc',
    };
    const call = mask({ answer: side({}, headers) });
    expect(Object.keys(call.answer?.headers ?? {})).toEqual([
      'content-type',
      'x-rate-limit-remaining',
      'x-request-id',
    ]);
    expect(call.credentials).toEqual(['API-Key']);
    expect(JSON.stringify(call)).not.toContain('sk-live-77qz');
  });

  it('masks our key where an answer quotes it', () => {
    expect(answered({ message: 'Invalid key sk-live-77qz' }, 401)).toBe('{"message":"Invalid key •••"}');
  });

  it('is cut at 4,096 characters, and says how many are missing', () => {
    const items = Array.from({ length: 300 }, (_, index) => ({ sku: `LAMP-${index}`, quantity: 1 }));
    const { body, cut } = mask({ request: side({ items }) }).request;
    expect(body).toHaveLength(KEPT_CHARACTERS);
    expect(body.length + cut).toBe(JSON.stringify({ items }).length);
  });
});

/** Letters that form no word of a protocol, with and without accents. */
const word = fc.stringMatching(/^[A-Z][bdfgjkpqvwxzéüß]{5,9}$/u);
const several = (least: number, most: number) =>
  fc.array(word, { minLength: least, maxLength: most }).map((words) => words.join(' '));
const person = several(1, 3);
const address = fc.record({
  line1: fc
    .tuple(fc.integer({ min: 1, max: 999 }), several(1, 2))
    .map(([number, street]) => `${number} ${street}`),
  line2: word,
  city: word,
  state: fc.constant('OR'),
  postcode: fc.stringMatching(/^[1-9]\d{4}$|^[BDFG]\d[KPQ] \d[VWX]\d$/),
  country: fc.constant('US'),
  displayLine1: several(2, 3),
  displayLine2: several(2, 3),
});
const personal = fc.record({
  customer: person,
  email: fc.tuple(word, word).map(([one, other]) => `${one}@${other.replaceAll(/[éüß]/g, 'e')}.example`),
  phone: fc.stringMatching(/^\+1 [2-9]\d{2} [2-9]\d{2} \d{4}$/),
  customerReference: several(2, 2),
  customerNotes: several(2, 6),
  internalNotes: several(2, 6),
  giftMessage: several(2, 6),
  gift: fc.constant(true),
  shipTo: fc.tuple(address, word, person).map(([one, company, contact]) => ({ ...one, company, contact })),
  billTo: address,
});

const SYSTEMS: Readonly<Record<string, (content: OrderContent) => unknown>> = {
  'shipstation-v2': (content) => ({
    shipments: [toShipStationOrder(content, { warehouseId: 'se-1001' })],
  }),
  'shipstation-v1': (content) => toOrderRequest(content, { storeId: 7, tagIds: [] }, '2026-01-05'),
  'shipstation-store': (content) => toOrderXml(content, { system: 'store', shipFrom: '', now: NOW }),
  cartrover: (content) => toCartRoverOrder(content, { warehouse: '', sendsWarehouse: false }),
  extensiv: (content) => toExtensivOrder(content, { customerId: '1', facilityId: '2', batchIs: 'lot' }),
  http: toWireOrder,
  files: toFileOrder,
  DEAR: ({ customer, shipTo, billTo, ...content }) =>
    dearSale({
      Customer: customer,
      Contact: shipTo.contact,
      Email: content.email,
      Phone: content.phone,
      CustomerReference: content.customerReference,
      ShippingNotes: content.customerNotes,
      Note: content.internalNotes,
      BillingAddress: { Line1: billTo.line1, City: billTo.city, Postcode: billTo.postcode },
      ShippingAddress: {
        Line1: shipTo.line1,
        Line2: shipTo.line2,
        City: shipTo.city,
        Company: shipTo.company,
      },
    }),
};

/** How a vendor quotes what it was sent. */
const QUOTES: ReadonlyArray<(text: string) => string> = [
  (text) => text,
  (text) => text.toUpperCase(),
  (text) => text.toLowerCase(),
  encodeURIComponent,
  (text) => new URLSearchParams({ q: text }).toString(),
  (text) => JSON.stringify({ name: text }),
  (text) => `'${text}'s parcel`,
  (text) => text.replaceAll(' ', '\n'),
];
const ERRORS: ReadonlyArray<(sentence: string) => unknown> = [
  (sentence) => ({ errors: [{ error_code: 'invalid', message: sentence }] }),
  (sentence) => [{ ErrorCode: 400, Exception: sentence }],
  (sentence) => ({ ModelState: { 'order.shipTo.name': [sentence] } }),
  (sentence) =>
    `<Error><Message>${sentence.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</Message></Error>`,
  (sentence) => `<html><body>${sentence}</body></html>`,
  (sentence) => sentence,
];

describe.each(Object.entries(SYSTEMS))('a recorded call of %s', (_, toBody) => {
  it('has no personal datum, in whatever form the answer quotes it', () => {
    const forms = fc.tuple(fc.constantFrom(...QUOTES), fc.constantFrom(...ERRORS), fc.boolean());
    fc.assert(
      fc.property(
        personal,
        forms,
        fc.nat(),
        fc.boolean(),
        (data, [quote, toError, isSent], index, isKnown) => {
          const content = sampleOrder(data);
          const words = getPersonalWords(content).filter((text) => text.length > 2);
          const datum = words[index % words.length] ?? '';
          const body = toBody(content);
          const call = mask(
            {
              status: 400,
              query: `?search=${encodeURIComponent(datum)}`,
              // A look-up has no body: then only the order says what is personal.
              request: side(isSent ? body : ''),
              answer: side(isSent && !isKnown ? body : toError(`Not valid: ${quote(datum)}, try again`)),
            },
            isKnown || !isSent ? words : [],
          );
          const kept = JSON.stringify(call).toLowerCase();
          for (const text of words) {
            expect(kept).not.toContain(text.toLowerCase());
            expect(kept).not.toContain(encodeURIComponent(text).toLowerCase());
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});
