import type { Group } from './group.ts';

const SIDES = 'lib/domain/inventory/stock-sides.ts';
const JOB_RUN = 'lib/domain/job/job-run.ts';
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
    reason: 'Equivalent: the moment of an empty text is no number, which is before and after none.',
    mutants: [[JOB_RUN, "scheduledAt !== ''", 'true']],
  },
  {
    reason: 'Equivalent: it only keeps the memory small; what is kept beside it is looked at in vain.',
    mutants: [
      [SIDES, 'allocated !== 0', 'true'],
      [SIDES, 'onlyProvider', 'true'],
      [
        SIDES,
        'record.dear === null && (record.provider !== null || record.providerLots !== null)',
        'record.dear === null || record.provider !== null || record.providerLots !== null',
      ],
      [SIDES, 'record.provider !== null || record.providerLots !== null', 'true', 'const onlyProvider'],
    ],
  },
  {
    reason: 'A word or a mark in a sentence for people.',
    mutants: [['lib/domain/label/rates.ts', "'…'", '""']],
  },
];
