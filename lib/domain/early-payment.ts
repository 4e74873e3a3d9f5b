/** How names of payment terms write that an amount is net, and days; as parts of patterns. */
export const NET = '(?:nett?|n)';
export const DAYS = '(?:days?|d)';

/** In per cent. A higher share is rather of the price itself: half of it now, half later. */
const MOST_DISCOUNT = 15;
const PERCENT = '([\\d.]+)';
/** `2/10`, `2% 10 days`, `2% discount within 10 days`, `10 days 2%`. */
const DISCOUNT = `(?:${PERCENT} ?%? ?[%/-] ?(?:(?:cash )?(?:discount|disc) )?(?:if paid )?(?:within |in )?(\\d+)(?!\\d)(?: ?${DAYS}(?![a-z]))?|(\\d+) ?${DAYS} ?/? ?${PERCENT} ?%)`;
const BEFORE_NET = new RegExp(`^(?:${DISCOUNT}|${PERCENT} (\\d+)(?= net))[ /-]*(.+)$`);
const AFTER_NET = new RegExp(`^(.+?)[ /-]+${DISCOUNT}$`);
const SAYS_NET = new RegExp(`^${NET}(?![a-z])|\\b${NET}$`);

/**
 * Takes a discount for paying early from the name of payment terms: of `2/10 net 30` there remains `net 30`.
 * @param name in lower case, with one blank between words
 * @returns null where there is none, or where what remains does not say that it is net and has no further discount
 */
export function netBesideDiscount(name: string): { rest: string; discountDays: number } | null {
  const { rest, percent, discountDays } = parted(name);
  if (percent > MOST_DISCOUNT || !(SAYS_NET.test(rest) || BEFORE_NET.test(rest))) return null;
  return { rest, discountDays };
}

function parted(name: string) {
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
