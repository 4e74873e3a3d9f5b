import type { OrderContent } from '../../domain/fulfillment-order.ts';
import { isAdjustmentItem } from './adjustment-items.ts';
import { toShipStationOrder } from './order-mapper.ts';
import type { ShipmentRequest } from './order-request.ts';
import { QUANTITY_OPTION } from './quantity.ts';
import type { Shipment } from './schemas.ts';
import type { ShipStationV2Settings } from './settings.ts';

/** A whole shipment as `PUT` takes it. Beside our own fields it holds whatever was there, spelt as on the wire. */
export type Replacement = Readonly<Record<string, unknown>> & Pick<ShipmentRequest, 'items' | 'ship_to'>;

/** ShipStation's own: it sets them, and they are dropped before the object is given back. */
const SERVER_OWNED = [
  'shipment_id',
  'shipment_status',
  'sales_order_ids',
  'created_at',
  'modified_at',
  'total_weight',
  'shipping_rule_id',
  'create_sales_order',
  'address_validation',
  'errors',
];
/** Ours: DEAR decides them, so one that the sale no longer has goes away. */
const SALE_OWNED = [
  'validate_address',
  'external_order_id',
  'requested_shipment_service',
  'ship_by_date',
  'ship_to',
  'notes_from_buyer',
  'notes_for_gift',
  'internal_notes',
  'is_gift',
  'amount_paid',
  'tax_paid',
  'items',
];
/** Said in answers beside the warehouse that it was taken from; a request takes one of the two. */
const ORIGIN = ['warehouse_id', 'ship_from'];
const NOT_KEPT = new Set([...SERVER_OWNED, ...SALE_OWNED, ...ORIGIN]);

/**
 * The shipment with the order's content as it is now. `PUT` replaces the whole object, so what people chose in ShipStation
 * is given back to it: carrier and service, tags, the number, the ship-from, packages with their dimensions, and every
 * field that we do not know.
 * @param current the shipment as read just before
 */
export function toShipStationReplacement(
  current: Shipment,
  content: OrderContent,
  settings: Pick<ShipStationV2Settings, 'warehouseId' | 'storeId'>,
): Replacement {
  const { create_sales_order: _, warehouse_id, packages, ...wanted } = toShipStationOrder(content, settings);
  const kept = Object.entries(current).filter(
    ([name, value]) => !NOT_KEPT.has(name) && value !== null && value !== '',
  );
  return {
    ...wanted,
    ...Object.fromEntries(kept),
    ...originOf(current, warehouse_id),
    external_shipment_id: wanted.external_shipment_id,
    ship_to: wanted.ship_to,
    items: wanted.items,
    advanced_options: { ...current.advanced_options, ...wanted.advanced_options },
    packages: packagesOf(current, wanted.items, packages),
  };
}

function originOf(current: Shipment, warehouseId: string): Record<string, unknown> {
  if (current.warehouse_id !== '') return { warehouse_id: current.warehouse_id };
  return current.ship_from ? { ship_from: current.ship_from } : { warehouse_id: warehouseId };
}

/**
 * Other goods weigh something else, so a single package is told its new weight and keeps its dimensions. Several were made
 * by a packer, who alone knows what went where.
 */
function packagesOf(
  { items, packages }: Shipment,
  wantedItems: Replacement['items'],
  wanted: ShipmentRequest['packages'],
): ReadonlyArray<Readonly<Record<string, unknown>>> {
  const [only, ...others] = packages;
  if (only === undefined) return wanted.map((box) => ({ ...box }));
  return others.length > 0 || sameGoods(items, wantedItems) ? packages : [{ ...only, ...wanted[0] }];
}

/** Whether ShipStation holds what the replacement asked for. It echoes an address that it was told not to validate. */
export function isAsReplaced(shipment: Shipment, { items, ship_to }: Replacement): boolean {
  const street = shipment.ship_to?.address_line1 ?? '';
  return sameGoods(shipment.items, items) && plain(street) === plain(ship_to.address_line1);
}

/** Whether the shipment's goods are exactly those of the order. Discounts and charges are no goods. */
export function holdsGoodsOf(
  { items }: Shipment,
  content: OrderContent,
  settings: Pick<ShipStationV2Settings, 'warehouseId' | 'storeId'>,
): boolean {
  const wanted = toShipStationOrder(content, settings).items;
  return sameGoods(
    items.filter((item) => !isAdjustmentItem(item)),
    wanted.filter((item) => !isAdjustmentItem(item)),
  );
}

function plain(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ').toLowerCase();
}

interface Goods {
  readonly sku?: string;
  readonly quantity?: number | null | undefined;
  readonly options?: ReadonlyArray<{ readonly name: string; readonly value: string }>;
}

/** In any order: what ShipStation keeps is not said to keep ours. */
function sameGoods(some: readonly Goods[], others: readonly Goods[]): boolean {
  return listOf(some) === listOf(others);
}

function listOf(items: readonly Goods[]): string {
  const lines = items.map(({ sku = '', quantity, options = [] }) => {
    const unitsEach = options.find(({ name }) => name === QUANTITY_OPTION)?.value ?? '1';
    return JSON.stringify([sku, quantity, unitsEach]);
  });
  return lines.sort().join();
}
