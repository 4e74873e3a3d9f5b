import type { Group } from './group.ts';

const ORDER_MAPPER = 'lib/providers/cartrover/order-mapper.ts';
const PARCELS = 'lib/providers/cartrover/parcels.ts';

export const CARTROVER: readonly Group[] = [
  {
    reason: 'A default for what the types allow and no caller passes.',
    mutants: [[ORDER_MAPPER, "''", '"Stryker was here!"', "[name = '', ...value]"]],
  },
  {
    reason: 'Equivalent: all names that are compared are folded by it.',
    mutants: [
      [
        PARCELS,
        '(lines.find((line) => meansSku(line, sku))?.item ?? sku).toLowerCase()',
        '(lines.find((line) => meansSku(line, sku))?.item ?? sku).toUpperCase()',
      ],
    ],
  },
];
