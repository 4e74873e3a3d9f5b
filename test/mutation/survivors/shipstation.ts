import type { Group } from './group.ts';

const ANSWER_V2 = 'lib/providers/shipstation-v2/classify-answer.ts';
const ITEMS_V2 = 'lib/providers/shipstation-v2/items.ts';
const TAGS_V2 = 'lib/providers/shipstation-v2/tags.ts';
const PARCELS_V2 = 'lib/providers/shipstation-v2/shipment-mapper.ts';
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
      ['lib/providers/shipstation-store/order-xml.ts', "'the reference'", '""'],
    ],
  },
];
