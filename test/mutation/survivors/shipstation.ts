import type { Group } from './group.ts';

const ANSWER_V2 = 'lib/providers/shipstation-v2/classify-answer.ts';
const ITEMS_V2 = 'lib/providers/shipstation-v2/items.ts';
const TAGS_V2 = 'lib/providers/shipstation-v2/tags.ts';
const PARCELS_V2 = 'lib/providers/shipstation-v2/shipment-mapper.ts';
const ORDER_XML = 'lib/providers/shipstation-store/order-xml.ts';
const NOTICE = 'lib/providers/shipstation-store/ship-notice.ts';
const PARCELS_V1 = 'lib/providers/shipstation-v1/parcel-mapper.ts';
const TIME_V1 = 'lib/providers/shipstation-v1/pacific-time.ts';
const NO_ROWS = '["Stryker was here"]';
const WALL_TIME = '\\d{4}-\\d{2}-\\d{2}(?:[T ]\\d{2}:\\d{2}(?::\\d{2}(?:\\.\\d{1,9})?)?)?$/';
const ANY = '"Stryker was here!"';

export const SHIPSTATION: readonly Group[] = [
  {
    reason: 'Equivalent: no code, type or currency has that name, as none has the empty one.',
    mutants: [
      [ANSWER_V2, "''", ANY, 'PLAN_CODES.has'],
      [ANSWER_V2, "''", ANY, 'LABEL_CODES.has'],
      [ANSWER_V2, "''", ANY, "return { type: ''"],
      [ITEMS_V2, "''", ANY, 'amounts.every(Number.isInteger)'],
    ],
  },
  {
    reason: 'Equivalent: both are compared with texts in the same case.',
    mutants: [
      ['lib/providers/shipstation-v2/parcel-reader.ts', 'part.toLowerCase()', 'part.toUpperCase()'],
      [TAGS_V2, 'tag.toLowerCase()', 'tag.toUpperCase()'],
    ],
  },
  {
    reason: 'A default for what the types allow and no caller passes.',
    mutants: [
      [TAGS_V2, "''", ANY, 'error.details.upstreamMessage'],
      [PARCELS_V2, 'shipment?.is_return', 'shipment.is_return'],
    ],
  },
  {
    reason:
      'Equivalent: an order always has lines, and goods are only compared with goods that were joined likewise.',
    mutants: [
      [ORDER_XML, "''", ANY, ".join('') ?? ''"],
      [
        ORDER_XML,
        'xml.match(/<(LineItemID|SKU|Quantity)>.*?<\\/\\1>/g)?.join',
        'xml.match(/<(LineItemID|SKU|Quantity)>.*?<\\/\\1>/g).join',
      ],
    ],
  },
  {
    reason: 'Equivalent: an adjustment of 0 is neither freight nor an item.',
    mutants: [
      [ORDER_XML, 'amount < 0', 'amount <= 0', "'DISCOUNT'"],
      [ORDER_XML, 'amount > 0', 'amount >= 0', 'FREIGHT.test'],
    ],
  },
  {
    reason: 'Equivalent: where both sides are equal, both branches give the same.',
    mutants: [[NOTICE, 'shippedAt > Date.parse(receivedAt)', 'shippedAt >= Date.parse(receivedAt)']],
  },
  {
    reason: 'Equivalent: only what follows the first entry is read, and a text is no list of items.',
    mutants: [
      ['lib/providers/shipstation-store/line-item-id.ts', '[]', '["Stryker was here"]'],
      [NOTICE, "''", ANY, 'z.string()]).default'],
    ],
  },
  {
    reason: 'One byte of a limit that is a round number, and is no protocol’s.',
    mutants: [[ORDER_XML, 'Buffer.byteLength(xml) > MAX_BYTES', 'Buffer.byteLength(xml) >= MAX_BYTES']],
  },
  {
    reason: 'Equivalent: an entry without a weight is no box that holds the goods.',
    mutants: [
      ['lib/providers/shipstation-v2/order-mapper.ts', '[]', '["Stryker was here"]', '{ boxes = [] }'],
    ],
  },
  {
    reason: 'Equivalent: amounts of 0 add nothing to a sum.',
    mutants: [[ITEMS_V2, 'amount < 0', 'amount <= 0', 'const negative']],
  },
  {
    reason: 'Equivalent: a refusal has the same details after a read and after a write.',
    mutants: [[TAGS_V2, 'true', 'false', "operation: 'create shipment'"]],
  },
  {
    reason: 'Equivalent: without its shipment a fulfillment is of no order, so it is not reported.',
    mutants: [[PARCELS_V2, "''", ANY, "warehouse: shipment?.warehouse_id ?? ''"]],
  },
  {
    reason: 'A word or a mark in a sentence for people.',
    mutants: [
      [ANSWER_V2, "'…'", '""'],
      ['lib/providers/shipstation-v1/classify-answer.ts', "'…'", '""'],
      [ORDER_XML, "'the reference'", '""'],
      [ORDER_XML, "'the postcode'", '""'],
      [ORDER_XML, "'serve order'", '""'],
      [ORDER_XML, "'…'", '""'],
      // Another message of the same error.
      [NOTICE, "{ throw new UnreadableNotice('It is no valid XML.'); }", '{}'],
      [NOTICE, "throw new UnreadableNotice('It is no valid XML.');", ';'],
    ],
  },
  {
    reason: 'The name of an error, which no code reads.',
    mutants: [[NOTICE, "'UnreadableNotice'", '""']],
  },
  {
    reason: 'Equivalent: a parcel of no order is not reported, and a return has no cost.',
    mutants: [
      [PARCELS_V1, "''", ANY, "const [own = '']"],
      [PARCELS_V1, "''", ANY, "orderKey: ''"],
      [PARCELS_V1, "''", ANY, "fromShipment(row, '')"],
    ],
  },
  {
    reason: 'Equivalent: the text is no line of ours, and no day.',
    mutants: [
      [PARCELS_V1, '[]', NO_ROWS, 'order?.items ?? []'],
      [PARCELS_V1, '[]', NO_ROWS, 'DAY.exec'],
      [PARCELS_V1, 'day === undefined', 'false'],
      ['lib/providers/shipstation-v1/order-key.ts', '[]', NO_ROWS, 'OUR_LINE.exec'],
    ],
  },
  {
    reason: 'Equivalent: the text of a key is one line, which the greedy first group begins with.',
    mutants: [
      [
        'lib/providers/shipstation-v1/order-key.ts',
        '/^(.+)\\/((?:line|charge)-[^/]+)$/',
        '/(.+)\\/((?:line|charge)-[^/]+)$/',
      ],
    ],
  },
  {
    reason:
      'Equivalent in V8, which reads a day with a Z and any number of digits: the standard promises neither.',
    mutants: [
      [TIME_V1, "'T'", '""', "wall.includes('T')"],
      [TIME_V1, '/(\\.\\d{3})\\d+$/', '/(\\.\\d{3})\\d+/'],
      [TIME_V1, '/(\\.\\d{3})\\d+$/', '/(\\.\\D{3})\\d+$/'],
      [TIME_V1, '/(\\.\\d{3})\\d+$/', '/(\\.\\d{3})\\d$/'],
      [TIME_V1, '/(\\.\\d{3})\\d+$/', '/(\\.\\d{3})\\D+$/'],
    ],
  },
  {
    reason: 'Only texts differ that are no times of V1.',
    mutants: [[TIME_V1, `/^${WALL_TIME}`, `/${WALL_TIME}`]],
  },
];
