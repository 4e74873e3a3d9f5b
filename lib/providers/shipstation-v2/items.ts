import { getProduct, getShare, sumAll, toMoney } from '../../domain/decimal.ts';
import type { Adjustment, ContentLine, OrderContent } from '../../domain/order/order-content.ts';
import { oneLine } from '../../domain/text.ts';
import type { ItemRequest, OptionRequest } from './order-request.ts';
import type { ShipmentItem } from './schemas.ts';

const PREFIX = 'bridge-adjustment-';

/** V2 items have no adjustment flag, so a charge is an item without a SKU. Its price is never negative: see `item-prices.ts`. */
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

/** Whether the item is one of those, and so nothing that a parcel can hold. */
export function isAdjustmentItem(item: Pick<ItemRequest, 'external_order_item_id'>): boolean {
  return item.external_order_item_id.startsWith(PREFIX);
}

/** The item option that carries a fractional quantity; ShipStation echoes options with what it shipped. */
export const QUANTITY_OPTION = 'Quantity';

/** How a quantity is told to ShipStation: so many pieces, each of which is so many of DEAR's units. */
interface Pieces {
  readonly count: number;
  readonly unitsEach: number;
}

/**
 * The whole-number rule. ShipStation's item quantities are integers, DEAR's are not (2.5 m of cloth). A whole quantity is
 * sent as it is; a fractional one as a single piece that is priced and weighed as the whole and carries the quantity in
 * its `Quantity` option. `getUnits` reads it back: one such piece shipped is 2.5 shipped.
 */
export function toPieces(quantity: number): Pieces {
  return Number.isInteger(quantity) ? { count: quantity, unitsEach: 1 } : { count: 1, unitsEach: quantity };
}

/**
 * DEAR's quantity of a shipped item: the reverse of `toPieces`.
 * @param option what the item's `Quantity` option says; undefined where it has none
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
/** Names that carry a meaning on the way back. A merchant's own option of such a name gets a suffix. */
const OURS = new Set(
  [QUANTITY_OPTION, BATCH_OPTION, EXPIRY_OPTION, COMMENT_OPTION].map((name) => name.toLowerCase()),
);

/** Item options are all that a packer sees of a line beside its name: ShipStation has no field for lots or comments. */
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

/** What our own options say of an item that shipped. */
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

/** What an order's items cost, where no price may be negative. */
interface ItemPrices {
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

/** Each amount less its share of the discount; all of them 0 where it is more than they are together. */
function spreadDiscount(amounts: readonly number[], discount: number, currency: string): number[] {
  const whole = sumAll(amounts);
  // In whole yen, a share of parts that are not whole could be more than its part.
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

/** Every discount with its amount, for a person: the items show only what is left; ''. */
export function describeDiscounts({ adjustments, currency }: Priced): string {
  const discounts = adjustments.filter(({ amount }) => toMoney(amount, currency) < 0);
  const named = discounts.map(({ description, amount }) =>
    `${description || 'Discount'}: ${toMoney(amount, currency)} ${currency}`.trim(),
  );
  return named.length === 0 ? '' : `${named.join('; ')}. The prices of the items are after them`;
}
