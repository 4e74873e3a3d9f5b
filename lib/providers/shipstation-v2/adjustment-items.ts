import { toMoney } from '../../domain/decimal.ts';
import type { Adjustment, OrderContent } from '../../domain/fulfillment-order.ts';
import { oneLine } from '../../domain/text.ts';
import type { ItemRequest } from './order-request.ts';

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
