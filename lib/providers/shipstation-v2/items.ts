import { getProduct, getShare, sumAll, toMoney } from '../../domain/decimal.ts';
import type { Adjustment, ContentLine, OrderContent } from '../../domain/order/order-content.ts';
import { oneLine } from '../../domain/text.ts';
import type { ItemRequest, OptionRequest } from './order-request.ts';
import type { ShipmentItem } from './schemas.ts';

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

/** The item option for a fractional quantity; ShipStation returns options with the shipped items. */
export const QUANTITY_OPTION = 'Quantity';

/** A quantity in ShipStation: a number of pieces, each of a number of DEAR's units. */
interface Pieces {
  readonly count: number;
  readonly unitsEach: number;
}

/**
 * The whole-number rule. ShipStation's item quantities are integers, DEAR's are not (2.5 m of cloth). A whole quantity is sent
 * unchanged; a fractional one as a single piece with the price and weight of the whole and the quantity in its `Quantity`
 * option. `getUnits` reverses it: one such piece shipped is 2.5 shipped.
 */
export function toPieces(quantity: number): Pieces {
  return Number.isInteger(quantity) ? { count: quantity, unitsEach: 1 } : { count: 1, unitsEach: quantity };
}

/**
 * DEAR's quantity of a shipped item: the reverse of `toPieces`.
 * @param option the value of the item's `Quantity` option; undefined where it has none
 */
export function getUnits(count: number, option: string | undefined): number {
  const unitsEach = Number(option);
  return option !== undefined && Number.isFinite(unitsEach) && unitsEach > 0
    ? getProduct(count, unitsEach)
    : count;
}

const BATCH_OPTION = 'Batch';
const EXPIRY_OPTION = 'Expiry';
const COMMENT_OPTION = 'Comment';
/** Option names with a meaning for us. A merchant's own option of such a name gets a suffix. */
const OURS = new Set(
  [QUANTITY_OPTION, BATCH_OPTION, EXPIRY_OPTION, COMMENT_OPTION].map((name) => name.toLowerCase()),
);

/** A packer sees only a line's name and options: ShipStation has no field for lots or comments. */
export function toItemOptions(line: ContentLine, unitsEach: number): OptionRequest[] {
  const ours = [
    { name: QUANTITY_OPTION, value: unitsEach === 1 ? '' : String(unitsEach) },
    { name: BATCH_OPTION, value: line.batch },
    { name: EXPIRY_OPTION, value: line.expiry },
    { name: COMMENT_OPTION, value: line.comment },
  ];
  const theirs = line.options.map(({ name, value }) => ({
    name: OURS.has(name.toLowerCase()) ? `${name} (DEAR)` : name,
    value,
  }));
  return [...ours, ...theirs].filter(({ value }) => value !== '');
}

/** The values of our own options on a shipped item. */
export function fromItemOptions(item: ShipmentItem): {
  quantity: string | undefined;
  batch: string;
  expiry: string;
} {
  const getOption = (wanted: string) => item.options.find(({ name }) => name === wanted)?.value;
  return {
    quantity: getOption(QUANTITY_OPTION),
    batch: getOption(BATCH_OPTION) ?? '',
    expiry: getOption(EXPIRY_OPTION) ?? '',
  };
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
    `${description || 'Discount'}: ${toMoney(amount, currency)} ${currency}`.trim(),
  );
  return named.length === 0 ? '' : `${named.join('; ')}. Item prices include them`;
}
