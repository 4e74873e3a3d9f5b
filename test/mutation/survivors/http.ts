import type { Group } from './group.ts';

const SHIPMENTS = 'lib/providers/http/shipments.ts';

export const HTTP: readonly Group[] = [
  {
    reason: 'Equivalent: both are the beginning, in the inbox as in a date.',
    mutants: [
      [SHIPMENTS, "'0'", '""'],
      [SHIPMENTS, 'cursor === null', 'false'],
    ],
  },
  {
    reason: 'Equivalent: what has no status of a shipment is on no page.',
    mutants: [
      [SHIPMENTS, "news.data.type === 'shipment.updated'", 'true'],
      [SHIPMENTS, '[]', '["Stryker was here"]', 'const shipments: WireShipment[]'],
      [SHIPMENTS, '[]', '["Stryker was here"]', 'yield toPage([], [], position)'],
    ],
  },
];
