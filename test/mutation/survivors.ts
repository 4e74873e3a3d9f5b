/** Why mutants survive that no test can notice, or that no person would: in groups of the same reason. */
interface Group {
  readonly reason: string;
  /** By file, the original text and what replaces it, each in one line. */
  readonly mutants: ReadonlyArray<readonly [path: string, original: string, replacement: string]>;
}

const UNITS = 'lib/domain/order/units.ts';
const TO_SHIP = 'lib/domain/shipment/still-to-ship.ts';

const GROUPS: readonly Group[] = [
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
    reason: 'Equivalent: where both sides are equal, both branches give the same.',
    mutants: [
      ['lib/store/slot-book.ts', 'nextSlot > now', 'nextSlot >= now'],
      [TO_SHIP, 'Math.abs(rest - wanted) < line.rounding', 'Math.abs(rest - wanted) <= line.rounding'],
    ],
  },
  {
    reason: 'Equivalent: the character class is repeated over the whole text anyway.',
    mutants: [[UNITS, '/[\\s.]+/g', '/[\\s.]/g']],
  },
  {
    reason: 'A default for what the types allow and no caller passes.',
    mutants: [
      [
        'lib/domain/shipment/withdrawals-and-returns.ts',
        'order.lines.find((line) => line.key === key)?.sku',
        'order.lines.find((line) => line.key === key).sku',
      ],
      [
        'lib/domain/shipment/shipment.ts',
        'order.lines.find((line) => line.key === key)?.sku',
        'order.lines.find((line) => line.key === key).sku',
      ],
    ],
  },
];

/** @returns null where no reason is given: a test is missing */
export function findReason(path: string, original: string, replacement: string): string | null {
  const isIt = ([file, from, to]: Group['mutants'][number]) =>
    file === path && from === original && to === toOneLine(replacement);
  return GROUPS.find(({ mutants }) => mutants.some(isIt))?.reason ?? null;
}

/** The mutation tool prints arrow functions without the brackets that the source has. */
function toOneLine(replacement: string): string {
  return replacement.replaceAll(/\s*\n\s*/g, ' ').replaceAll(/\((\w+) => /g, '(($1) => ');
}
