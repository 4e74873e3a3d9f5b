import Big from 'big.js';

/** DEAR keeps quantities, prices and line amounts to four decimals (per its blueprint). */
export const DEAR_DECIMALS = 4;
/** The least that DEAR counts. */
export const DEAR_UNIT = 0.0001;

/**
 * A number rounded in decimal, half away from zero, so that a credit rounds like its charge. Binary noise is ignored:
 * 1.005 is 1.01 to two decimals. Never -0.
 * @param decimals of the result; DEAR's four unless named
 * @throws {Error} for NaN and Infinity
 */
export function toDecimal(value: number, decimals = DEAR_DECIMALS): number {
  return fromBig(new Big(value), decimals);
}

/** The exact sum, to DEAR's four decimals; 0 of nothing. */
export function sumAll(values: Iterable<number>): number {
  let sum = new Big(0);
  for (const value of values) sum = sum.plus(value);
  return fromBig(sum);
}

/** `from` less `value`, to DEAR's four decimals. */
export function subtract(from: number, value: number): number {
  return fromBig(new Big(from).minus(value));
}

/** The exact product, to DEAR's four decimals. */
export function getProduct(...factors: readonly number[]): number {
  return fromBig(factors.reduce((product, factor) => product.times(factor), new Big(1)));
}

/** The price of a quantity after discount, to DEAR's four decimals. */
export function discounted(unitPrice: number, quantity: number, discountPercent: number): number {
  return getProduct(unitPrice, quantity, subtract(100, discountPercent), 0.01);
}

/** A part of a whole: what earlier parts took, and how much this one takes, in the whole's unit. */
export interface Part {
  readonly whole: number;
  readonly before: number;
  readonly quantity: number;
  /** ISO 4217: of one without decimals a whole amount is divided into whole ones. */
  readonly currency: string;
}

/**
 * A part's share of an amount: the difference of two running totals, so that the shares of consecutive parts add up to the amount
 * exactly, and the last part takes the rest: thirds of 10 are 3.3333, 3.3333 and 3.3334. 0 for a whole of 0.
 */
export function getShare(amount: number, { whole, before, quantity, currency }: Part): number {
  if (whole === 0) return 0;
  const isWhole = currencyDecimals(currency) === 0 && Number.isInteger(amount);
  const getTotal = runningTotals(amount, whole, isWhole ? 0 : DEAR_DECIMALS);
  return fromBig(getTotal(sumAll([before, quantity])).minus(getTotal(before)));
}

/** Cut off, not rounded, so that a total never exceeds its exact value. */
function runningTotals(amount: number, whole: number, decimals: number): (taken: number) => Big {
  return (taken) => {
    if (toDecimal(taken) === toDecimal(whole)) return new Big(toDecimal(amount));
    return new Big(amount).times(toDecimal(taken)).div(whole).round(decimals, Big.roundDown);
  };
}

/** ISO 4217's minor units that are not two. Not from `Intl`, which rounds as cash is paid: HUF and IDR have none there. */
const MINOR_UNITS: ReadonlyArray<readonly [decimals: number, currencies: string]> = [
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
  [4, 'CLF UYW'],
];
const CURRENCY_DECIMALS: ReadonlyMap<string, number> = new Map(
  MINOR_UNITS.flatMap(([decimals, currencies]) => currencies.split(' ').map((code) => [code, decimals])),
);

/** How many decimals the currency has (ISO 4217, in any case); 2 if it is not known. */
export function currencyDecimals(currency: string): number {
  return CURRENCY_DECIMALS.get(currency.trim().toUpperCase()) ?? 2;
}

/** An amount as it can be paid: rounded to the currency's own decimals. */
export function toMoney(amount: number, currency: string): number {
  return toDecimal(amount, currencyDecimals(currency));
}

function fromBig(value: Big, decimals = DEAR_DECIMALS): number {
  return value.round(decimals, Big.roundHalfUp).toNumber() + 0;
}
