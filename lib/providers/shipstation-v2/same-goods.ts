import { isSameInAnotherSpelling } from '../../domain/address-comparison.ts';
import type { OrderContent } from '../../domain/fulfillment-order.ts';
import { isAdjustmentItem } from './adjustment-items.ts';
import { toShipStationOrder } from './order-mapper.ts';
import { QUANTITY_OPTION } from './quantity.ts';
import type { Shipment } from './schemas.ts';
import type { ShipStationV2Settings } from './settings.ts';
import type { Replacement } from './shipment-replacement.ts';

/**
 * Whether ShipStation holds what the replacement asked for. It may spell it otherwise: abbreviate the street, add the second
 * half of a ZIP code, write a SKU as its product has it. An address that is neither the one asked for nor the one before was
 * rewritten in a way that we do not know; it was taken all the same.
 * @param before the shipment as it was read before the replacement
 */
export function isAsReplaced(answer: Shipment, { items, ship_to }: Replacement, before: Shipment): boolean {
  return (
    sameGoods(answer.items, items) &&
    isTaken(streetOf(answer.ship_to), streetOf(ship_to), streetOf(before.ship_to)) &&
    // A postal code that stands in for none may be dropped.
    (postcodeOf(answer.ship_to) === '' ||
      isTaken(postcodeOf(answer.ship_to), ship_to.postal_code, postcodeOf(before.ship_to)))
  );
}

function isTaken(held: string, wanted: string, before: string): boolean {
  if (isSameInAnotherSpelling(held, wanted)) return true;
  return held !== '' && ![held, wanted].some((text) => isSameInAnotherSpelling(text, before));
}

interface Address {
  readonly address_line1?: string;
  readonly address_line2?: string;
  readonly postal_code?: string;
}

/** Both lines: a service that cleans addresses moves a flat from one to the other. */
function streetOf(address: Address | null | undefined): string {
  return `${address?.address_line1 ?? ''} ${address?.address_line2 ?? ''}`.trim();
}

function postcodeOf(address: Address | null | undefined): string {
  return address?.postal_code ?? '';
}

/** Whether the shipment's goods are exactly those of the order. Charges are no goods. */
export function holdsGoodsOf(
  { items }: Shipment,
  content: OrderContent,
  settings: Pick<ShipStationV2Settings, 'warehouseId' | 'storeId'>,
): boolean {
  return sameGoods(items, toShipStationOrder(content, settings).items);
}

interface Goods {
  readonly sku?: string;
  readonly quantity?: number | null | undefined;
  readonly external_order_item_id: string;
  readonly options?: ReadonlyArray<{ readonly name: string; readonly value: string }>;
}

/** In any order: what ShipStation keeps is not said to keep ours. */
export function sameGoods(some: readonly Goods[], others: readonly Goods[]): boolean {
  return listOf(some) === listOf(others);
}

function listOf(items: readonly Goods[]): string {
  const goods = items.filter((item) => !isAdjustmentItem(item));
  const lines = goods.map(({ sku = '', quantity, options = [] }) => {
    const unitsEach = options.find(({ name }) => name === QUANTITY_OPTION)?.value ?? '1';
    return JSON.stringify([folded(sku), quantity, unitsEach]);
  });
  return lines.sort().join();
}

/** A service that matches SKUs with its products gives back the product's spelling. */
export function isSameSku(one: string, other: string): boolean {
  return folded(one) === folded(other);
}

function folded(sku: string): string {
  return sku.trim().toLowerCase();
}
