import { productOf, shareOf, sumOf, toMoney } from '../../domain/decimal.ts';
import type { Adjustment, OrderContent } from '../../domain/fulfillment-order.ts';

type Priced = Pick<OrderContent, 'lines' | 'adjustments' | 'currency'>;

/** What an order's items cost, where no price may be negative. */
export interface ItemPrices {
  /** Of each line as a whole, in the order's sequence; after every discount. */
  readonly lines: readonly number[];
  /** What is charged beside the goods, after every discount. */
  readonly charges: readonly Adjustment[];
}

/**
 * ShipStation documents a minimum of 0 for an item's price, so a discount is no item. A line's own discount is taken off the
 * line; one of the whole order is shared among lines and charges by what they cost, so that all of them add up to the order's
 * total and each declares what was paid for it.
 */
export function itemPrices({ lines, adjustments, currency }: Priced): ItemPrices {
  const ofLines = lines.map(({ key, unitPrice, quantity }) =>
    sumOf([
      productOf(unitPrice, quantity),
      ...adjustments.filter(({ line }) => line === key).map(({ amount }) => amount),
    ]),
  );
  const others = adjustments.filter(({ line }) => !lines.some(({ key }) => key === line));
  const charges = others.filter(({ amount }) => amount >= 0);
  const amounts = [...ofLines, ...charges.map(({ amount }) => amount)].map((amount) => Math.max(amount, 0));
  const negative = [...ofLines, ...others.map(({ amount }) => amount)].filter((amount) => amount < 0);
  const prices = reduced(amounts, -sumOf(negative), currency);
  return {
    lines: prices.slice(0, lines.length),
    charges: charges.map((charge, index) => ({ ...charge, amount: prices[lines.length + index] ?? 0 })),
  };
}

/** Each amount less its share of the discount; all of them 0 where it is more than they are together. */
function reduced(amounts: readonly number[], discount: number, currency: string): number[] {
  const whole = sumOf(amounts);
  // In whole yen, a share of parts that are not whole could be more than its part.
  const unit = amounts.every(Number.isInteger) ? currency : '';
  let before = 0;
  return amounts.map((amount) => {
    const share = shareOf(Math.min(discount, whole), {
      whole,
      before,
      quantity: amount,
      currency: unit,
    });
    before = sumOf([before, amount]);
    return sumOf([amount, -share]);
  });
}

/** Every discount with its amount, for a person: the items show only what is left; ''. */
export function discountsInWords({ adjustments, currency }: Priced): string {
  const discounts = adjustments.filter(({ amount }) => toMoney(amount, currency) < 0);
  const named = discounts.map(({ description, amount }) =>
    `${description || 'Discount'}: ${toMoney(amount, currency)} ${currency}`.trim(),
  );
  return named.length === 0 ? '' : `${named.join('; ')}. The prices of the items are after them`;
}
