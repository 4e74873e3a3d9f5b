import type { Group } from './group.ts';

const ORDER_MAPPER = 'lib/providers/extensiv/order-mapper.ts';
const ORDER_READER = 'lib/providers/extensiv/order-reader.ts';
const WAREHOUSE_TIME = 'lib/providers/extensiv/warehouse-time.ts';
const ANY = '"Stryker was here!"';

export const EXTENSIV: readonly Group[] = [
  {
    reason: 'A default for what the types allow and no caller passes.',
    mutants: [
      [ORDER_MAPPER, "''", ANY, "[carrier = '', ...mode]"],
      [ORDER_MAPPER, "''", ANY, "[name = '', ...value]"],
    ],
  },
  {
    reason: 'Equivalent: only the second entry is read.',
    mutants: [[WAREHOUSE_TIME, '[]', '["Stryker was here"]', 'const [, day]']],
  },
  {
    reason: 'Equivalent: Node reads a date with a zone as its midnight.',
    mutants: [[WAREHOUSE_TIME, "'T'", '""', "wall.includes('T')"]],
  },
  {
    reason:
      'Equivalent: only an offset, at the end, has such a sign and digits, and a text begins with its date.',
    mutants: [
      [WAREHOUSE_TIME, '/(z|[+-]\\d\\d:?\\d\\d)$/i', '/(z|[+-]\\d\\d:?\\d\\d)/i'],
      [
        WAREHOUSE_TIME,
        '/^(\\d{4}-\\d\\d-\\d\\d)([T ]00:00(:00(\\.0+)?)?)?$/',
        '/(\\d{4}-\\d\\d-\\d\\d)([T ]00:00(:00(\\.0+)?)?)?$/',
      ],
    ],
  },
  {
    reason: 'It saves time, and nothing else.',
    mutants: [[WAREHOUSE_TIME, 'known !== undefined', 'false']],
  },
  {
    reason: 'A word or a mark in a sentence for people.',
    mutants: [
      [ORDER_READER, "'find order'", '""'],
      [ORDER_READER, "'read order'", '""'],
    ],
  },
];
