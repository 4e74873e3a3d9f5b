/** Patterns for net and for days in names of payment terms. */
const NET = '(?:nett?|n)';
const DAYS = '(?:days?|d)';

/** In per cent. A higher percentage is a part payment: half now, half later. */
const MAX_DISCOUNT = 15;
const PERCENT = '([\\d.]+)';
/** `2/10`, `2% 10 days`, `2% discount within 10 days`, `10 days 2%`. */
const DISCOUNT = `(?:${PERCENT} ?%? ?[%/-] ?(?:(?:cash )?(?:discount|disc) )?(?:if paid )?(?:within |in )?(\\d+)(?!\\d)(?: ?${DAYS}(?![a-z]))?|(\\d+) ?${DAYS} ?/? ?${PERCENT} ?%)`;
const BEFORE_NET = new RegExp(`^(?:${DISCOUNT}|${PERCENT} (\\d+)(?= net))[ /-]*(.+)$`);
const AFTER_NET = new RegExp(`^(.+?)[ /-]+${DISCOUNT}$`);
const SAYS_NET = new RegExp(`^${NET}(?![a-z])|\\b${NET}$`);

/**
 * Removes a discount for early payment from the name of payment terms: `2/10 net 30` becomes `net 30`.
 * @param name in lower case, with one blank between words
 * @returns null if there is none, or if the rest is neither net nor another discount
 */
function netBesideDiscount(name: string): { rest: string; discountDays: number } | null {
  const { rest, percent, discountDays } = splitDiscount(name);
  if (percent > MAX_DISCOUNT || !(SAYS_NET.test(rest) || BEFORE_NET.test(rest))) return null;
  return { rest, discountDays };
}

function splitDiscount(name: string) {
  const before = BEFORE_NET.exec(name);
  if (before === null) {
    const [, rest = '', percent, days, daysFirst, percentLast] = AFTER_NET.exec(name) ?? [];
    return { rest, percent: Number(percent ?? percentLast), discountDays: Number(days ?? daysFirst) };
  }
  const [, percent, days, daysFirst, percentLast, barePercent, bareDays, rest = ''] = before;
  return {
    rest,
    percent: Number(percent ?? percentLast ?? barePercent),
    discountDays: Number(days ?? daysFirst ?? bareDays),
  };
}

/** When an invoice is due, counted from its date. */
type Rule =
  | { readonly kind: 'days'; readonly days: number }
  | { readonly kind: 'months'; readonly months: number }
  /** So many days after the end of the month that is so many months after the invoice's. */
  | { readonly kind: 'end-of-month'; readonly months: number; readonly days: number }
  | { readonly kind: 'day-of-next-month'; readonly day: number };

const MAX_DAYS = 366;
const MAX_MONTHS = 12;

/**
 * The day on which an invoice with these payment terms is due, read from their name; null if the name does not give one day:
 * several payments, a range, another start than the invoice's date, or unknown words. DEAR's own `Duration` is not reliable:
 * a live account has 10 for `2%10 Net30`.
 * @param date of the invoice, `yyyy-mm-dd`
 * @param terms their name in DEAR; without terms the invoice is due at once
 * @returns `yyyy-mm-dd`, or null
 */
export function getDueDate(date: string, terms: string): string | null {
  const rule = terms.trim() === '' ? inDays(0) : findRule(normaliseTerms(terms));
  return rule === null ? null : toDay(date, rule);
}

/** Lower case, one blank between words, without words that do not matter for the day. */
function normaliseTerms(terms: string): string {
  const text = terms
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/\b([a-z])\.(?=[a-z]\b)/g, '$1')
    .replaceAll(/[.,;:]+(?!\d)|[()[\]_]/g, ' ')
    .replaceAll(/(?<=\b(?:nett?|n|prox|mfi))-(?=\d)|(?<=\d)-(?=days?\b|months?\b|net)/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return inFigures(text)
    .replace(
      /^((payment|invoice|terms?|net(?= due)|due|payable|pay|strictly|within|in|full|100 ?%|t\/?t)( |$))+/,
      '',
    )
    .replace(/( |^)(terms?|credit|account|acct|a\/c|strictly|only|payment)$/, '')
    .replace(/ (from|after|of) (the )?((date of (the )?)?invoice( date)?|invoicing|doi)$/, '')
    .trim();
}

const WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    one: '1',
    two: '2',
    three: '3',
    four: '4',
    five: '5',
    six: '6',
    seven: '7',
    ten: '10',
    fourteen: '14',
    fifteen: '15',
    twenty: '20',
    thirty: '30',
    'forty-five': '45',
    sixty: '60',
    ninety: '90',
    first: '1st',
    tenth: '10th',
    fifteenth: '15th',
    twentieth: '20th',
  }),
);

function inFigures(text: string): string {
  return text
    .split(' ')
    .map((word) => WORDS.get(word) ?? word)
    .join(' ');
}

const EVENT = '(?:delivery|collection|pick-?up|order|advance|dispatch|shipment|receipt)';
const AT_ONCE = form(
  `cash|paid|cod|cia|cbd|cbs|cwo|pia|dor|same day|pro-?forma|pre-?(?:paid|pay|payment)|immediate(?:ly)?|up ?front|now|net cash|credit card|advance|receipt|(?:(?:cash|paid|payment) )?(?:on|with|in|before|upon|prior to) ${EVENT}|(?:up)?on (?:receipt|invoice|presentation)(?: of invoice)?`,
);
const END_OF_MONTH =
  '(?:eom|end of (?:the |this |current )?month|month end|end of month of invoice|end of (?:the )?invoice month)';
const NEXT_MONTH = '(?:(?:the )?(?:following|next) month|(?:the )?month following|following)';

/** Each form of a name with its rule. The whole name has to match. */
const FORMS: ReadonlyArray<readonly [RegExp, (figures: readonly number[]) => Rule | null]> = [
  [form(`(?:${NET} ?)?(\\d+) ?(?:${DAYS}|calendar days?) ?(?:${NET})?`), ([days = 0]) => inDays(days)],
  [form(`${NET} ?/? ?(\\d+)|(\\d+) ?nett?`), ([days = 0]) => inDays(days)],
  [form(`(?:${NET} )?(\\d+) ?weeks?`), ([weeks = 0]) => inDays(weeks * 7)],
  [form(`(?:${NET} )?(\\d+) ?(?:calendar )?months?`), ([months = 0]) => inMonths(months)],
  [form(`(?:${NET} )?(\\d+) ?years?`), ([years = 0]) => inMonths(years * 12)],
  [form(`(?:${NET} ?/? ?)?(?:at |by )?(?:the )?${END_OF_MONTH}`), () => afterEnd(0, 0)],
  // Due on the last day of the month after the invoice's.
  [form('net monthly'), () => afterEnd(1, 0)],
  [
    form(`(?:${NET} )?(\\d+) ?months? ?(?:from |after )?(?:the )?${END_OF_MONTH}`),
    ([months = 0]) => (months <= MAX_MONTHS ? afterEnd(months, 0) : null),
  ],
  [form(`(?:${NET} )?${END_OF_MONTH} ?\\+? ?(\\d+) ?(?:${DAYS})?`), ([days = 0]) => afterEnd(0, days)],
  [
    form(
      `(?:${NET} ?/? ?)?(\\d+) ?(?:${DAYS})? ?(?:net )?(?:from |after |since |following )?(?:the )?${END_OF_MONTH}`,
    ),
    ([days = 0]) => afterEnd(0, days),
  ],
  [
    form(
      `(?:the )?(?:end of|last day of|eo) ?${NEXT_MONTH}|eonm|end of (?:the )?month following(?: invoice)?`,
    ),
    () => afterEnd(1, 0),
  ],
  [
    form(`(?:${NET} )?(?:on )?(?:the )?(\\d+)(?:st|nd|rd|th)?(?: day)? of ${NEXT_MONTH}(?: invoice)?`),
    ([day = 0]) => onDay(day),
  ],
  [form(`(?:on )?(?:the )?(\\d+)(?:st|nd|rd|th) (?:following|next month)`), ([day = 0]) => onDay(day)],
  // Proximo: of the next month. MFI: month following invoice.
  [
    form(`(?:${NET} )?(?:on )?(?:the )?(\\d+)(?:st|nd|rd|th)? ?(?:prox(?:imo)?|mfi)`),
    ([day = 0]) => onDay(day),
  ],
  [form(`(?:${NET} )?(?:prox(?:imo)?|mfi) ?(\\d+)(?:st|nd|rd|th)?`), ([day = 0]) => onDay(day)],
];

function form(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`);
}

function findRule(name: string): Rule | null {
  return ruleOfForm(name) ?? ruleBesideDiscount(name);
}

function ruleOfForm(name: string): Rule | null {
  if (AT_ONCE.test(name)) return inDays(0);
  for (const [pattern, toRule] of FORMS) {
    const figures = pattern.exec(name);
    if (figures !== null)
      return toRule(
        figures
          .slice(1)
          .filter((one) => one !== undefined)
          .map(Number),
      );
  }
  return null;
}

/** The rule beside a discount for early payment, which must not last longer than the payment term. */
function ruleBesideDiscount(name: string): Rule | null {
  const net = netBesideDiscount(name);
  const rule = net === null ? null : findRule(net.rest);
  return rule?.kind === 'days' && rule.days < (net?.discountDays ?? 0) ? null : rule;
}

function inDays(days: number): Rule | null {
  return days <= MAX_DAYS ? { kind: 'days', days } : null;
}

function inMonths(months: number): Rule | null {
  return months <= MAX_MONTHS ? { kind: 'months', months } : null;
}

function afterEnd(months: number, days: number): Rule | null {
  return days <= MAX_DAYS ? { kind: 'end-of-month', months, days } : null;
}

function onDay(day: number): Rule | null {
  return day >= 1 && day <= 31 ? { kind: 'day-of-next-month', day } : null;
}

function toDay(date: string, rule: Rule): string {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  switch (rule.kind) {
    case 'days':
      return utcDay(year, month, day + rule.days);
    case 'months':
      return utcDay(year, month + rule.months, Math.min(day, daysIn(year, month + rule.months)));
    case 'end-of-month':
      return utcDay(year, month + rule.months, daysIn(year, month + rule.months) + rule.days);
    case 'day-of-next-month':
      return utcDay(year, month + 1, Math.min(rule.day, daysIn(year, month + 1)));
  }
}

/** @param month 1 is January; 13 is January of the next year */
function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function utcDay(year: number, month: number, day: number): string {
  return new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 'yyyy-mm-dd'.length);
}
