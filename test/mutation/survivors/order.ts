import type { Group } from './group.ts';

const UNITS = 'lib/domain/order/units.ts';

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
    reason: 'Equivalent: an index that is undefined finds nothing, as the early return says.',
    mutants: [[UNITS, 'best === undefined', 'false']],
  },
  {
    reason: 'Equivalent: the character class is repeated over the whole text anyway.',
    mutants: [[UNITS, '/[\\s.]+/g', '/[\\s.]/g']],
  },
];
