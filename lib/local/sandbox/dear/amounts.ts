import type { DearState } from './state.ts';
import { round4, sum } from './world.ts';

/** Where prices contain their tax, the tax is a part of the line's total and not on top of it. */
interface Taxed {
  taxInclusive: boolean;
}

export function lineTotal(line: { quantity: number; price: number; discount: number }): number {
  return round4(line.quantity * line.price * (1 - line.discount / 100));
}

export function taxOf({ company: { taxRate } }: DearState, { taxInclusive }: Taxed, total: number): number {
  return round4(taxInclusive ? total - total / (1 + taxRate) : total * taxRate);
}

/** The three sums below every order, invoice and credit note. */
export function documentTotals(
  lines: ReadonlyArray<{ total: number; tax: number }>,
  { taxInclusive }: Taxed,
) {
  const totals = sum(lines, (line) => line.total);
  const tax = sum(lines, (line) => line.tax);
  return {
    TotalBeforeTax: taxInclusive ? round4(totals - tax) : totals,
    Tax: tax,
    Total: taxInclusive ? totals : round4(totals + tax),
  };
}
