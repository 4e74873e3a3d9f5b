import { getProduct, getShare, sumAll, toMoney } from '../../domain/decimal.ts';
import type { Adjustment, OrderContent } from '../../domain/order/order-content.ts';
import { oneLine } from '../../domain/text.ts';
import type { ItemRequest } from './order-request.ts';

const PREFIX = 'bridge-adjustment-';

/** V2 items have no adjustment flag, so a charge is an item without a SKU. Its price is never negative: see `getItemPrices`. */
export function toChargeItem(
  { description, amount }: Adjustment,
  index: number,
  { reference, currency }: Pick<OrderContent, 'reference' | 'currency'>,
): ItemRequest {
  return {
    external_order_id: reference,
    external_order_item_id: `${PREFIX}${index + 1}`,
    name: oneLine(description) || 'Charge',
    quantity: 1,
    unit_price: toMoney(amount, currency),
  };
}

/** Whether the item is a charge, which no parcel can hold. */
export function isAdjustmentItem(item: Pick<ItemRequest, 'external_order_item_id'>): boolean {
  return item.external_order_item_id.startsWith(PREFIX);
}

type Priced = Pick<OrderContent, 'lines' | 'adjustments' | 'currency'>;

/** The prices of an order's items; none is negative. */
interface ItemPrices {
  /** The total of each line after every discount, in the order's sequence. */
  readonly lines: readonly number[];
  /** Charges besides the goods, after every discount. */
  readonly charges: readonly Adjustment[];
}

/**
 * ShipStation documents a minimum of 0 for an item's price, so a discount cannot be an item. A line's own discount reduces the
 * line; a discount of the whole order is spread over lines and charges in proportion to their price, so that they add up to
 * the order's total and each declares what was paid for it.
 */
export function getItemPrices({ lines, adjustments, currency }: Priced): ItemPrices {
  const ofLines = lines.map(({ key, unitPrice, quantity }) =>
    sumAll([
      getProduct(unitPrice, quantity),
      ...adjustments.filter(({ line }) => line === key).map(({ amount }) => amount),
    ]),
  );
  const others = adjustments.filter(({ line }) => !lines.some(({ key }) => key === line));
  const charges = others.filter(({ amount }) => amount >= 0);
  const amounts = [...ofLines, ...charges.map(({ amount }) => amount)].map((amount) => Math.max(amount, 0));
  const negative = [...ofLines, ...others.map(({ amount }) => amount)].filter((amount) => amount < 0);
  const prices = spreadDiscount(amounts, -sumAll(negative), currency);
  return {
    lines: prices.slice(0, lines.length),
    charges: charges.map((charge, index) => ({ ...charge, amount: prices[lines.length + index] ?? 0 })),
  };
}

/** Each amount less its share of the discount; all are 0 where the discount exceeds their sum. */
function spreadDiscount(amounts: readonly number[], discount: number, currency: string): number[] {
  const whole = sumAll(amounts);
  // Rounded to whole yen, the share of a fractional amount could exceed the amount.
  const unit = amounts.every(Number.isInteger) ? currency : '';
  let before = 0;
  return amounts.map((amount) => {
    const share = getShare(Math.min(discount, whole), {
      whole,
      before,
      quantity: amount,
      currency: unit,
    });
    before = sumAll([before, amount]);
    return sumAll([amount, -share]);
  });
}

/** Every discount with its amount, for the internal notes: the items show only reduced prices. '' where there is none. */
export function describeDiscounts({ adjustments, currency }: Priced): string {
  const discounts = adjustments.filter(({ amount }) => toMoney(amount, currency) < 0);
  const named = discounts.map(({ description, amount }) =>
    `${oneLine(description) || 'Discount'}: ${toMoney(amount, currency)} ${currency}`.trim(),
  );
  return named.length === 0 ? '' : `${named.join('; ')}. Item prices include them`;
}
