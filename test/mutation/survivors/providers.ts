import type { Group } from './group.ts';

const CSV = 'lib/providers/files/csv.ts';
const FIELDS = 'lib/providers/files/fields.ts';
const XML = 'lib/providers/files/xml.ts';
const ACKNOWLEDGEMENTS = 'lib/providers/files/acknowledgements.ts';
const FILE_SHIPMENTS = 'lib/providers/files/shipments.ts';
const ANY = '"Stryker was here!"';

export const PROVIDERS: readonly Group[] = [
  {
    reason: 'A default for what the types allow and no caller passes.',
    mutants: [
      [FIELDS, 'column?.constant', 'column.constant'],
      [FIELDS, 'column === null', 'false'],
      [XML, "''", ANY, "path.split('/')"],
      [XML, "''", ANY, "rows.split('/')"],
      [XML, "''", ANY, 'function findTexts'],
      [XML, "''", ANY, "typeof text === 'string'"],
      [
        XML,
        "typeof meta === 'object' && meta !== null && 'startIndex' in meta",
        "typeof meta === 'object' && meta !== null || 'startIndex' in meta",
      ],
      [FILE_SHIPMENTS, 'rows[0]?.line', 'rows[0].line'],
    ],
  },
  {
    reason: 'Equivalent: no column, field or status has that name, as none has the empty one.',
    mutants: [
      [ACKNOWLEDGEMENTS, "''", ANY, 'section.columns[field]'],
      [ACKNOWLEDGEMENTS, '[]', '["Stryker was here"]', 'Object.entries(statuses)'],
      ['lib/providers/files/format.ts', "''", ANY, "const [, name = '', longest]"],
    ],
  },
  {
    reason: 'Equivalent: an element begins at no line end.',
    mutants: [[XML, 'next < position + skipped', 'next <= position + skipped']],
  },
  {
    reason: 'Equivalent: it writes again what is stored already.',
    mutants: [[FILE_SHIPMENTS, 'current.left.includes(id) === hasLeft', 'false']],
  },
  {
    reason: 'The name of an error, which no code reads.',
    mutants: [[CSV, "'UnreadableFile'", '""']],
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
