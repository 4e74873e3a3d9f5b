import type { Group } from './group.ts';

const CSV = 'lib/providers/files/csv.ts';
const FIELDS = 'lib/providers/files/fields.ts';
const XML = 'lib/providers/files/xml.ts';
const ACKNOWLEDGEMENTS = 'lib/providers/files/acknowledgements.ts';
const FILE_SHIPMENTS = 'lib/providers/files/shipments.ts';
const ANY = '"Stryker was here!"';

export const FILES: readonly Group[] = [
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
];
