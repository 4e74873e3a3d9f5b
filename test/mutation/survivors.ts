/** Why mutants survive that no test can notice, or that no person would: in groups of the same reason. */
interface Group {
  readonly reason: string;
  /** By file, the original text and what replaces it, each in one line. */
  readonly mutants: ReadonlyArray<readonly [path: string, original: string, replacement: string]>;
}

const UNITS = 'lib/domain/order/units.ts';
const TO_SHIP = 'lib/domain/shipment/still-to-ship.ts';

const ALLOTMENT = 'lib/domain/sale/allotment.ts';
const ORDERS = 'lib/store/fulfillment-orders.ts';
const OUTBOX = 'lib/store/outbox.ts';
const LABEL = 'lib/domain/label/order-label.ts';

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
      [ALLOTMENT, 'rows[own]?.line', 'rows[own].line'],
      [ALLOTMENT, 'own[0]?.line', 'own[0].line'],
      [ALLOTMENT, '[]', '["Stryker was here"]'],
      ['lib/domain/sale/stage-demands.ts', 'pieces[0]?.line', 'pieces[0].line'],
      ['lib/domain/sale/stage-demands.ts', 'first === undefined', 'false'],
      ['lib/providers/files/fields.ts', 'column?.constant', 'column.constant'],
    ],
  },
  {
    reason: 'Equivalent: a piece of nothing is left out afterwards.',
    mutants: [['lib/domain/sale/stage-allotment.ts', 'part <= 0', 'part < 0']],
  },
  {
    reason: 'Equivalent: the value is only kept so that it is not calculated again.',
    mutants: [['lib/domain/sale/rules.ts', 'known.set(sku, choice);', ';']],
  },
  {
    reason: 'Equivalent: an unknown text here is handled as the empty or the known one is.',
    mutants: [
      [LABEL, "''", '"Stryker was here!"'],
      [LABEL, "'voided'", '""'],
      [ORDERS, "'none'", '""'],
      ['lib/store/job-runs.ts', "'none'", '""'],
      ['lib/store/provider-box.ts', "'none'", '""'],
      ['lib/store/figures.ts', "{ kind: 'none' }", '{}'],
    ],
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
    reason:
      'Equivalent: the count ends at its limit in both ways, and a word that is not there is left out of JSON.',
    mutants: [
      [ORDERS, 'count >= atMost', 'count > atMost'],
      [ORDERS, 'upstreamMessage === undefined', 'false'],
    ],
  },
  {
    reason: 'One millisecond of a limit that is a round number, and is no protocol’s.',
    mutants: [
      [OUTBOX, 'asked < now - DAY_MS', 'asked <= now - DAY_MS'],
      [OUTBOX, 'asked < now - SETTLED_MS', 'asked <= now - SETTLED_MS'],
    ],
  },
  {
    reason: 'A word or a mark in a sentence for people.',
    mutants: [
      ['lib/domain/label/rates.ts', "'…'", '""'],
      ['lib/domain/sale/rules.ts', "'….'", '""'],
      ['lib/providers/shipstation-store/order-xml.ts', "'the reference'", '""'],
      ['lib/workflows/confirmation-outcomes.ts', "'the confirmation'", '""'],
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
