import { isSameInAnotherSpelling } from '../../domain/address/address.ts';
import type { OrderContent } from '../../domain/order/order-content.ts';
import { isAdjustmentItem, QUANTITY_OPTION } from './items.ts';
import { toShipStationOrder } from './order-mapper.ts';
import type { ItemRequest, ShipmentRequest } from './order-request.ts';
import type { Shipment, ShipmentItem } from './schemas.ts';
import type { ShipStationV2Settings } from './settings.ts';

/**
 * Whether ShipStation holds what the replacement asked for. It may spell it otherwise: abbreviate the street, add the second
 * half of a ZIP code, write a SKU as its product has it. An address that is neither the one asked for nor the one before was
 * rewritten in a way that we do not know; it was taken all the same.
 * @param before the shipment as it was read before the replacement
 */
export function isAsReplaced(answer: Shipment, { items, ship_to }: Replacement, before: Shipment): boolean {
  return (
    haveSameGoods(answer.items, items) &&
    isTaken(getStreet(answer.ship_to), getStreet(ship_to), getStreet(before.ship_to)) &&
    // A postal code that stands in for none may be dropped.
    (getPostcode(answer.ship_to) === '' ||
      isTaken(getPostcode(answer.ship_to), ship_to.postal_code, getPostcode(before.ship_to)))
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
function getStreet(address: Address | null | undefined): string {
  return `${address?.address_line1 ?? ''} ${address?.address_line2 ?? ''}`.trim();
}

function getPostcode(address: Address | null | undefined): string {
  return address?.postal_code ?? '';
}

/** Whether the shipment's goods are exactly those of the order. Charges are no goods. */
export function hasGoodsOfOrder(
  { items }: Shipment,
  content: OrderContent,
  settings: Pick<ShipStationV2Settings, 'warehouseId' | 'storeId'>,
): boolean {
  return haveSameGoods(items, toShipStationOrder(content, settings).items);
}

interface Goods {
  readonly sku?: string;
  readonly quantity?: number | null | undefined;
  readonly external_order_item_id: string;
  readonly options?: ReadonlyArray<{ readonly name: string; readonly value: string }>;
}

/** In any order: what ShipStation keeps is not said to keep ours. */
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

/** A service that matches SKUs with its products gives back the product's spelling. */
function isSameSku(one: string, other: string): boolean {
  return foldSku(one) === foldSku(other);
}

function foldSku(sku: string): string {
  return sku.trim().toLowerCase();
}

/** A whole shipment as `PUT` takes it. Beside our own fields it holds whatever was there, spelt as on the wire. */
export type Replacement = Readonly<Record<string, unknown>> & Pick<ShipmentRequest, 'items' | 'ship_to'>;

type Fields = Readonly<Record<string, unknown>>;

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
const SERVER_OWNED_OF_A_PACKAGE: ReadonlySet<string> = new Set([
  'shipment_package_id',
  'tracking_number',
  'sequence',
  ...['label_download', 'form_download', 'qr_code_download', 'paperless_download'],
  ...['has_label_documents', 'has_form_documents', 'has_qr_code_documents', 'has_paperless_label_documents'],
]);
const SERVER_OWNED_OF_AN_ITEM = ['allocation_status'];
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
/** Not where the stock lies, of which DEAR says nothing. */
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
/** Said in answers beside the warehouse that it was taken from; a request takes one of the two. */
const ORIGIN = ['warehouse_id', 'ship_from'];
const NOT_KEPT: ReadonlySet<string> = new Set([...SERVER_OWNED, ...SALE_OWNED, ...ORIGIN]);
const NOT_KEPT_OF_AN_ITEM: ReadonlySet<string> = new Set([
  ...SERVER_OWNED_OF_AN_ITEM,
  ...SALE_OWNED_OF_AN_ITEM,
]);

/**
 * The shipment with the order's content as it is now. `PUT` replaces the whole object, so what people chose in ShipStation
 * is given back to it: carrier and service, tags, the number, the ship-from, packages with their dimensions, and every
 * field that we do not know. An item keeps the ids that its product and its allocated stock hang on.
 * @param current the shipment as read just before
 */
export function toShipStationReplacement(
  current: Shipment,
  content: OrderContent,
  settings: Pick<ShipStationV2Settings, 'warehouseId' | 'storeId'>,
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

/** Without these fields, and without those that say nothing. */
function omitFields(fields: ReadonlySet<string>, object: Fields): Fields {
  const kept = Object.entries(object).filter(
    ([name, value]) => !fields.has(name) && value !== null && value !== '',
  );
  return Object.fromEntries(kept);
}

/** What ShipStation keeps of an item for itself, where it holds the same goods: by our id of the line, and by SKU. */
function getKeptFields(wanted: ItemRequest, items: readonly ShipmentItem[]): Fields {
  const found = items.filter(
    (item) =>
      item.external_order_item_id === wanted.external_order_item_id && isSameSku(item.sku, wanted.sku ?? ''),
  );
  const [only, ...others] = found;
  return only === undefined || others.length > 0 ? {} : omitFields(NOT_KEPT_OF_AN_ITEM, only);
}

/** By their names alone, which is all that a request has of them. */
function getTags({ tags }: Shipment): Fields {
  return tags.length === 0 ? {} : { tags: tags.map(({ name }) => ({ name })) };
}

function getOrigin(current: Shipment, warehouseId: string): Record<string, unknown> {
  if (current.warehouse_id !== '') return { warehouse_id: current.warehouse_id };
  return current.ship_from ? { ship_from: current.ship_from } : { warehouse_id: warehouseId };
}

/**
 * Other goods weigh something else, so a single package is told its new weight and keeps its dimensions. Several were made
 * by a packer, who alone knows what went where.
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
