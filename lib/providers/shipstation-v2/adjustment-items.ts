import { toMoney } from '../../domain/decimal.ts';
import type { Adjustment, OrderContent } from '../../domain/fulfillment-order.ts';
import type { ItemRequest } from './order-request.ts';

const PREFIX = 'bridge-adjustment-';

/** V2 items have no adjustment flag, so a discount or charge is an item without a SKU whose price may be negative. */
export function toAdjustmentItem(
  { description, amount }: Adjustment,
  index: number,
  { reference, currency }: Pick<OrderContent, 'reference' | 'currency'>,
): ItemRequest {
  return {
    external_order_id: reference,
    external_order_item_id: `${PREFIX}${index + 1}`,
    name: description || 'Adjustment',
    quantity: 1,
    unit_price: toMoney(amount, currency),
  };
}

/** Whether the item is one of those, and so nothing that a parcel can hold. */
export function isAdjustmentItem(item: Pick<ItemRequest, 'external_order_item_id'>): boolean {
  return item.external_order_item_id.startsWith(PREFIX);
}
