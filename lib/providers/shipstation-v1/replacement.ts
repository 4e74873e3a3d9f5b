import { isSamePostcode, isSameStreet } from '../../domain/address/address.ts';
import { QUANTITY_OPTION } from '../../domain/order/item-options.ts';
import { foldSku } from '../../domain/sale/catalogue.ts';
import { isCharge } from './order-key.ts';
import type { ItemRequest, OrderRequest } from './order-mapper.ts';
import type { Item, Order } from './schemas.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Fields that ShipStation sets; it ignores them in a request. */
const SERVER_OWNED: ReadonlySet<string> = new Set([
  'createDate',
  'modifyDate',
  'customerId',
  'orderTotal',
  'userId',
  'holdUntilDate',
  'externallyFulfilled',
  'externallyFulfilledBy',
  'externallyFulfilledById',
  'externallyFulfilledByName',
  'labelMessages',
]);
/** An update changes none of these: the status may be a packer's hold, and people may have renamed the order or moved it. */
const KEPT: ReadonlySet<string> = new Set(['orderNumber', 'orderKey', 'orderStatus', 'tagIds']);
/** Only a create decides it; an update without it has made second orders. */
const STORE: ReadonlySet<string> = new Set(['storeId']);

/** A whole order in the form of a request, and what of it is compared afterwards. */
export interface Replacement {
  readonly body: Fields;
  readonly goods: readonly Goods[];
  readonly shipTo: OrderRequest['shipTo'];
}

/** The stored order as it is, to be sent back with a change: whatever a request leaves out is emptied. */
export function toWholeRequest({ raw, orderId }: Order): Fields {
  const kept = Object.entries(raw).filter(([name]) => !SERVER_OWNED.has(name));
  return { ...Object.fromEntries(kept), orderId: Number(orderId) };
}

/**
 * The stored order with the sale's current content. Fields that no sale decides keep what a packer chose: carrier, package,
 * dimensions, insurance, tags, the order's number. Of the others, one that differs from all that we sent was edited by a
 * packer, and stays so unless the sale has changed the same field.
 * @param current the order as read just before
 * @param wanted the sale's content
 * @param sent what ShipStation may have been given before, at least one
 */
export function toReplacement(
  current: Order,
  wanted: OrderRequest,
  sent: readonly OrderRequest[],
): Replacement {
  const { advancedOptions, items, ...fields } = wanted;
  const whole = toWholeRequest(current);
  const chosen = chooseFields(whole, fields, sent, KEPT);
  const isUnchanged = sent.every((one) => isEqual(one.items, items));
  const options = isObject(whole.advancedOptions) ? whole.advancedOptions : {};
  const sentOptions = sent.map((one) => one.advancedOptions);
  const body = {
    ...whole,
    ...chosen,
    items: isUnchanged ? whole.items : items.map((item) => withKeptFields(item, current.items)),
    advancedOptions: {
      ...advancedOptions,
      ...options,
      ...chooseFields(options, advancedOptions, sentOptions, STORE),
    },
  };
  const isAddressOurs = chosen.shipTo === wanted.shipTo;
  return {
    body,
    goods: items,
    shipTo: isAddressOurs ? wanted.shipTo : { ...wanted.shipTo, ...current.shipTo },
  };
}

function chooseFields(
  current: Fields,
  wanted: object,
  sent: readonly object[],
  kept: ReadonlySet<string>,
): Fields {
  const fields = Object.entries(wanted).filter(([name]) => !kept.has(name));
  return Object.fromEntries(
    fields.map(([name, value]) => [
      name,
      choose(
        current[name],
        value,
        sent.map((one): unknown => Reflect.get(one, name)),
      ),
    ]),
  );
}

/** A value that we never sent is a packer's. */
function choose(current: unknown, wanted: unknown, sent: readonly unknown[]): unknown {
  const isOurs = sent.some((one) => isEqual(one, current));
  const isUnchanged = sent.every((one) => isEqual(one, wanted));
  return !isOurs && isUnchanged ? current : wanted;
}

/** ShipStation answers with fields that were not sent (an address's `residential`), and with '' for null. */
function isEqual(sent: unknown, held: unknown): boolean {
  if (Array.isArray(sent) && Array.isArray(held))
    return sent.length === held.length && sent.every((one, index) => isEqual(one, held[index]));
  if (isObject(sent) && isObject(held))
    return Object.entries(sent).every(([name, value]) => isEqual(value, held[name]));
  return toPlain(sent) === toPlain(held);
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toPlain(value: unknown): unknown {
  return value === undefined || value === '' ? null : value;
}

/** ShipStation's own fields of the same line: its product, and where a packer finds it. */
function withKeptFields(item: ItemRequest, items: readonly Item[]): Fields {
  const same = items.find(
    ({ lineItemKey, sku }) => lineItemKey === item.lineItemKey && foldSku(sku) === foldSku(item.sku ?? ''),
  );
  if (same === undefined) return { ...item };
  const { orderItemId, productId, warehouseLocation, fulfillmentSku, upc } = same;
  const kept = { orderItemId, productId, warehouseLocation, fulfillmentSku, upc };
  const known = Object.entries(kept).filter(([, value]) => value !== undefined && value !== null);
  return { ...item, ...Object.fromEntries(known) };
}

interface Goods {
  readonly lineItemKey: string;
  readonly sku: string | null;
  readonly quantity?: number | null | undefined;
  readonly adjustment: boolean;
  readonly options: ReadonlyArray<{ readonly name: string; readonly value: string }>;
}

/** Whether two lists have the same goods, in any order and without discounts and charges. */
export function haveSameGoods(some: readonly Goods[], others: readonly Goods[]): boolean {
  return toContentsKey(some) === toContentsKey(others);
}

function toContentsKey(items: readonly Goods[]): string {
  const lines = items
    .filter((item) => !isCharge(item))
    .map(({ sku, quantity, options }) => {
      const unitsEach = options.find(({ name }) => name === QUANTITY_OPTION)?.value ?? '1';
      return JSON.stringify([foldSku(sku ?? ''), quantity, unitsEach]);
    });
  return lines.sort().join();
}

/**
 * Whether ShipStation holds the replacement; the answer to the call does not tell, as that of a locked order may be an echo.
 * Its spelling of the address may differ.
 * @param before the order as it was read before the replacement
 */
export function isAsReplaced(after: Order, { goods, shipTo }: Replacement, before: Order): boolean {
  if (!haveSameGoods(after.items, goods)) return false;
  if (isSamePlace(after.shipTo, shipTo)) return true;
  return !isSamePlace(after.shipTo, before.shipTo) && !isSamePlace(shipTo, before.shipTo);
}

type Place = Partial<Pick<OrderRequest['shipTo'], 'street1' | 'street2' | 'postalCode'>> | null | undefined;

function isSamePlace(one: Place, other: Place): boolean {
  return (
    isSameStreet(getStreet(one), getStreet(other)) &&
    isSamePostcode(one?.postalCode ?? '', other?.postalCode ?? '')
  );
}

/** Both lines: address cleaning moves a flat from one to the other. */
function getStreet(place: Place): string {
  return `${place?.street1 ?? ''} ${place?.street2 ?? ''}`;
}
