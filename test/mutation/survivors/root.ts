import type { Group } from './group.ts';

export const ROOT: readonly Group[] = [
  {
    reason: 'A word of ShipStation’s answers, which the tests of its provider hold.',
    mutants: [['lib/domain/errors.ts', "'identifier_conflict'", '""']],
  },
  {
    reason: 'Equivalent: it is the default.',
    mutants: [['lib/domain/text.ts', "{ granularity: 'grapheme' }", '{}']],
  },
  {
    reason: 'Equivalent: a letter that the table lacks is kept.',
    mutants: [['lib/domain/text.ts', "''", '"Stryker was here!"', 'UNDECOMPOSED = new RegExp']],
  },
];
