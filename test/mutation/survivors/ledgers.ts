import type { Group } from './group.ts';

const ORDERS = 'lib/store/fulfillment-orders.ts';
const OUTBOX = 'lib/store/outbox.ts';
const SUBMIT = 'lib/workflows/submit-order.ts';

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
      [OUTBOX, 'asked > now + MAX_AHEAD_MS', 'asked >= now + MAX_AHEAD_MS'],
      ['lib/store/set-aside-news.ts', 'since > oldest', 'since >= oldest'],
    ],
  },
  {
    reason: 'Equivalent: where there are no numbers nothing is asked and found, and null is before no text.',
    mutants: [
      [SUBMIT, 'numbers.length === 0 && takeover === undefined', 'false'],
      [SUBMIT, 'asked !== null', 'true'],
    ],
  },
  {
    reason: 'Only for how long writers that meet wait for each other.',
    mutants: [[OUTBOX, 'Math.random() * SPREAD_MS', 'Math.random() / SPREAD_MS']],
  },
  {
    reason: 'The name of an error, which no code reads.',
    mutants: [['lib/workflows/confirmation-outcomes.ts', "'Interrupted'", '""']],
  },
  {
    reason: 'A word or a mark in a sentence for people.',
    mutants: [['lib/workflows/confirmation-outcomes.ts', "'the confirmation'", '""']],
  },
];
