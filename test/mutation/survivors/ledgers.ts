import type { Group } from './group.ts';

const ORDERS = 'lib/store/fulfillment-orders.ts';
const OUTBOX = 'lib/store/outbox.ts';

/** Of the ledgers, and of the budget. */
export const LEDGERS: readonly Group[] = [
  {
    reason: 'Equivalent: where both sides are equal, both branches give the same.',
    mutants: [['lib/store/slot-book.ts', 'nextSlot > now', 'nextSlot >= now']],
  },
  {
    reason:
      'Equivalent: the count ends at its limit in both ways, and a word that is not there is left out of JSON.',
    mutants: [
      [ORDERS, 'count >= atMost', 'count > atMost'],
      [ORDERS, 'upstreamMessage === undefined', 'false'],
    ],
  },
  {
    reason: 'One millisecond of a limit that is a round number, and is no protocol’s.',
    mutants: [
      [OUTBOX, 'asked < now - DAY_MS', 'asked <= now - DAY_MS'],
      [OUTBOX, 'asked < now - SETTLED_MS', 'asked <= now - SETTLED_MS'],
    ],
  },
  {
    reason: 'A word or a mark in a sentence for people.',
    mutants: [['lib/workflows/confirmation-outcomes.ts', "'the confirmation'", '""']],
  },
];
