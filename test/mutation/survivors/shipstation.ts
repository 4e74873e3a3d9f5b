import type { Group } from './group.ts';

export const SHIPSTATION: readonly Group[] = [
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
