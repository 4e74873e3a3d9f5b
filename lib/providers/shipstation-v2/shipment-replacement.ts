import { isSamePostcode, isSameStreet } from '../../domain/address/address.ts';
import { QUANTITY_OPTION } from '../../domain/order/item-options.ts';
import type { OrderContent } from '../../domain/order/order-content.ts';
import { isAdjustmentItem } from './items.ts';
import { type OrderSettings, toShipStationOrder } from './order-mapper.ts';
import type { ItemRequest, ShipmentRequest } from './order-request.ts';
import type { Shipment, ShipmentItem } from './schemas.ts';

/**
 * Whether ShipStation holds the replacement. Its spelling may differ: it abbreviates streets, completes ZIP codes and spells a
 * SKU as its product does. An address that is neither the requested nor the old one was rewritten in an unknown way, and counts
 * as accepted.
 * @param before the shipment as it was read before the replacement
 */
export function isAsReplaced(answer: Shipment, { items, ship_to }: Replacement, before: Shipment): boolean {
  return (
    haveSameGoods(answer.items, items) &&
    isAccepted(isSameStreet, getStreet(answer.ship_to), getStreet(ship_to), getStreet(before.ship_to)) &&
    // The placeholder of a postal code may be dropped.
    (getPostcode(answer.ship_to) === '' ||
      isAccepted(
        isSamePostcode,
        getPostcode(answer.ship_to),
        ship_to.postal_code,
        getPostcode(before.ship_to),
      ))
  );
}

function isAccepted(isSame: typeof isSameStreet, held: string, wanted: string, before: string): boolean {
  if (isSame(held, wanted)) return true;
  return held !== '' && ![held, wanted].some((text) => isSame(text, before));
}

interface Address {
  readonly address_line1?: string;
  readonly address_line2?: string;
  readonly postal_code?: string;
}

/** Both lines: address cleaning moves a flat from one to the other. */
function getStreet(address: Address | null | undefined): string {
  return `${address?.address_line1 ?? ''} ${address?.address_line2 ?? ''}`.trim();
}

function getPostcode(address: Address | null | undefined): string {
  return address?.postal_code ?? '';
}

/** Whether the shipment's goods are exactly those of the order, without charges. */
export function hasGoodsOfOrder(
  { items }: Shipment,
  content: OrderContent,
  settings: OrderSettings,
): boolean {
  return haveSameGoods(items, toShipStationOrder(content, settings).items);
}

interface Goods {
  readonly sku?: string;
  readonly quantity?: number | null | undefined;
  readonly external_order_item_id: string;
  readonly options?: ReadonlyArray<{ readonly name: string; readonly value: string }>;
}

/** Compares in any order: ShipStation is not documented to keep the order of items. */
function haveSameGoods(some: readonly Goods[], others: readonly Goods[]): boolean {
  return toContentsKey(some) === toContentsKey(others);
}

function toContentsKey(items: readonly Goods[]): string {
  const goods = items.filter((item) => !isAdjustmentItem(item));
  const lines = goods.map(({ sku = '', quantity, options = [] }) => {
    const unitsEach = options.find(({ name }) => name === QUANTITY_OPTION)?.value ?? '1';
    return JSON.stringify([foldSku(sku), quantity, unitsEach]);
  });
  return lines.sort().join();
}

/** ShipStation matches SKUs with its products and may return the product's spelling. */
function isSameSku(one: string, other: string): boolean {
  return foldSku(one) === foldSku(other);
}

function foldSku(sku: string): string {
  return sku.trim().toLowerCase();
}

/** A whole shipment in the form of `PUT`: our own fields and all existing ones, spelt as on the wire. */
export type Replacement = Readonly<Record<string, unknown>> & Pick<ShipmentRequest, 'items' | 'ship_to'>;

type Fields = Readonly<Record<string, unknown>>;

/** Fields that ShipStation sets. They are removed before the object is sent back. */
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
const SERVER_OWNED_OF_A_PACKAGE: ReadonlySet<string> = new Set([
  'shipment_package_id',
  'tracking_number',
  'sequence',
  ...['label_download', 'form_download', 'qr_code_download', 'paperless_download'],
  ...['has_label_documents', 'has_form_documents', 'has_qr_code_documents', 'has_paperless_label_documents'],
]);
const SERVER_OWNED_OF_AN_ITEM = ['allocation_status'];
/** Fields that the sale decides, so a field that the sale no longer has is removed. */
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
/** Without the stock's location, which DEAR does not know. */
const SALE_OWNED_OF_AN_ITEM = [
  'name',
  'sku',
  'quantity',
  'unit_price',
  'tax_amount',
  'weight',
  'image_url',
  'options',
  'external_order_id',
  'external_order_item_id',
];
/** Answers have the ship-from beside the warehouse that it was taken from; a request may have one of the two. */
const ORIGIN = ['warehouse_id', 'ship_from'];
const NOT_KEPT: ReadonlySet<string> = new Set([...SERVER_OWNED, ...SALE_OWNED, ...ORIGIN]);
const NOT_KEPT_OF_AN_ITEM: ReadonlySet<string> = new Set([
  ...SERVER_OWNED_OF_AN_ITEM,
  ...SALE_OWNED_OF_AN_ITEM,
]);

/**
 * The shipment with the order's current content. `PUT` replaces the whole object, so choices made in ShipStation are sent
 * back: carrier and service, tags, the number, the ship-from, packages with their dimensions, and every unknown field. An item
 * keeps the ids of its product and its allocated stock.
 * @param current the shipment as read just before
 */
export function toShipStationReplacement(
  current: Shipment,
  content: OrderContent,
  settings: OrderSettings,
): Replacement {
  const { create_sales_order: _, warehouse_id, packages, ...wanted } = toShipStationOrder(content, settings);
  return {
    ...wanted,
    ...omitFields(NOT_KEPT, current),
    ...getOrigin(current, warehouse_id),
    ...getTags(current),
    external_shipment_id: wanted.external_shipment_id,
    ship_to: wanted.ship_to,
    items: wanted.items.map((item) => ({ ...getKeptFields(item, current.items), ...item })),
    advanced_options: { ...current.advanced_options, ...wanted.advanced_options },
    packages: getPackages(current, wanted.items, packages).map((box) =>
      omitFields(SERVER_OWNED_OF_A_PACKAGE, box),
    ),
  };
}

/** The object without these fields and without empty ones. */
function omitFields(fields: ReadonlySet<string>, object: Fields): Fields {
  const kept = Object.entries(object).filter(
    ([name, value]) => !fields.has(name) && value !== null && value !== '',
  );
  return Object.fromEntries(kept);
}

/** ShipStation's own fields of an item with the same goods, found by our id of the line and by SKU. */
function getKeptFields(wanted: ItemRequest, items: readonly ShipmentItem[]): Fields {
  const found = items.filter(
    (item) =>
      item.external_order_item_id === wanted.external_order_item_id && isSameSku(item.sku, wanted.sku ?? ''),
  );
  const [only, ...others] = found;
  return only === undefined || others.length > 0 ? {} : omitFields(NOT_KEPT_OF_AN_ITEM, only);
}

/** By name: a request has no other field of a tag. */
function getTags({ tags }: Shipment): Fields {
  return tags.length === 0 ? {} : { tags: tags.map(({ name }) => ({ name })) };
}

function getOrigin(current: Shipment, warehouseId: string): Record<string, unknown> {
  if (current.warehouse_id !== '') return { warehouse_id: current.warehouse_id };
  return current.ship_from ? { ship_from: current.ship_from } : { warehouse_id: warehouseId };
}

/**
 * Other goods have another weight, so a single package gets the new weight and keeps its dimensions. Several packages were
 * made by a packer, and only the packer knows their contents.
 */
function getPackages(
  { items, packages }: Shipment,
  wantedItems: Replacement['items'],
  wanted: ShipmentRequest['packages'],
): ReadonlyArray<Readonly<Record<string, unknown>>> {
  const [only, ...others] = packages;
  if (only === undefined) return wanted.map((box) => ({ ...box }));
  return others.length > 0 || haveSameGoods(items, wantedItems) ? packages : [{ ...only, ...wanted[0] }];
}
