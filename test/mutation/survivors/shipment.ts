import type { Group } from './group.ts';

const TO_SHIP = 'lib/domain/shipment/still-to-ship.ts';
const SHIPMENT_FILE = 'lib/domain/shipment/shipment.ts';
const CORRECTION = 'lib/domain/shipment/package-correction.ts';

export const SHIPMENT: readonly Group[] = [
  {
    reason: 'Equivalent: where both sides are equal, both branches give the same.',
    mutants: [
      [TO_SHIP, 'Math.abs(rest - wanted) < line.rounding', 'Math.abs(rest - wanted) <= line.rounding'],
    ],
  },
  {
    reason: 'A default for what the types allow and no caller passes.',
    mutants: [
      [
        'lib/domain/shipment/withdrawals-and-returns.ts',
        'order.lines.find((line) => line.key === key)?.sku',
        'order.lines.find((line) => line.key === key).sku',
      ],
      [
        SHIPMENT_FILE,
        'order.lines.find((line) => line.key === key)?.sku',
        'order.lines.find((line) => line.key === key).sku',
      ],
    ],
  },
  {
    reason: 'Equivalent: an id that is empty is that of no part, as one that is left out.',
    mutants: [[SHIPMENT_FILE, "providerOrderId !== ''", 'true']],
  },
  {
    reason: 'Equivalent: the contents that count are passed beside the report.',
    mutants: [[CORRECTION, '[]', '["Stryker was here"]']],
  },
];
