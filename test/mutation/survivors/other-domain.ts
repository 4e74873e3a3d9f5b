import type { Group } from './group.ts';

const LABEL = 'lib/domain/label/order-label.ts';

/** Of the areas of the domain without a file here. */
export const OTHER_DOMAIN: readonly Group[] = [
  {
    reason: 'Equivalent: an unknown text here is handled as the empty or the known one is.',
    mutants: [
      [LABEL, "''", '"Stryker was here!"', "?.at ?? ''"],
      [LABEL, "'voided'", '""', 'cause:'],
    ],
  },
  {
    reason: 'A word or a mark in a sentence for people.',
    mutants: [['lib/domain/label/rates.ts', "'…'", '""']],
  },
];
