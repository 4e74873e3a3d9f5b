import type { Group } from './group.ts';

const UNITS = 'lib/domain/order/units.ts';
const INITIAL_STATE = 'lib/domain/order/initial-state.ts';

export const ORDER: readonly Group[] = [
  {
    reason: 'Equivalent: the early return only saves a calculation that gives the same.',
    mutants: [
      [UNITS, 'isSame(ratio)', 'false'],
      [UNITS, 'dear === provider', 'false'],
      [UNITS, '{ return dear === provider; }', '{}'],
      [UNITS, 'ratio === undefined || isSame(ratio)', 'ratio === undefined || false'],
    ],
  },
  {
    reason: 'A default for what the types allow and no caller passes.',
    mutants: [
      ['lib/domain/order/bulk-act.ts', "''", '"Stryker was here!"', "const [first = ''"],
      ['lib/domain/order/takeover.ts', 'packages.at(-1)?.shownIn', 'packages.at(-1).shownIn'],
      [
        'lib/domain/order/takeover.ts',
        'lines.find((line) => line.key === key)?.quantity',
        'lines.find((line) => line.key === key).quantity',
      ],
    ],
  },
  {
    reason: 'Equivalent: without an edit the stored content is what the sale asks for; it need not be read.',
    mutants: [['lib/domain/order/new-order.ts', 'fingerprint !== planned', 'true']],
  },
  {
    reason: 'Equivalent: no sale has the empty number.',
    mutants: [[INITIAL_STATE, "testSale.number !== ''", 'true']],
  },
  {
    reason: 'A word or a mark in a sentence for people.',
    mutants: [
      [INITIAL_STATE, "'not'", '""'],
      ['lib/domain/order/transitions.ts', "'…'", '""'],
      ['lib/domain/order/transitions.ts', "'none'", '""', 'Separate fields'],
    ],
  },
  {
    reason: 'Equivalent: an index that is undefined finds nothing, as the early return says.',
    mutants: [[UNITS, 'best === undefined', 'false']],
  },
  {
    reason: 'Equivalent: the character class is repeated over the whole text anyway.',
    mutants: [[UNITS, '/[\\s.]+/g', '/[\\s.]/g']],
  },
];
