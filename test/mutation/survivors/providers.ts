import type { Group } from './group.ts';

export const PROVIDERS: readonly Group[] = [
  {
    reason: 'A default for what the types allow and no caller passes.',
    mutants: [['lib/providers/files/fields.ts', 'column?.constant', 'column.constant']],
  },
  {
    reason: 'Equivalent: the text in question always begins like that.',
    mutants: [
      [
        'lib/providers/shipstation-store/store-time.ts',
        '/^(\\d{4})-(\\d\\d)-(\\d\\d)T(\\d\\d:\\d\\d)/',
        '/(\\d{4})-(\\d\\d)-(\\d\\d)T(\\d\\d:\\d\\d)/',
      ],
    ],
  },
  {
    reason: 'A word or a mark in a sentence for people.',
    mutants: [['lib/providers/shipstation-store/order-xml.ts', "'the reference'", '""']],
  },
];
