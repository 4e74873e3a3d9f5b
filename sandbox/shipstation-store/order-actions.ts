import * as z from 'zod';
import {
  type ItemRow,
  type NoticeRow,
  newId,
  type OrderRow,
  type ParcelRow,
  type StoreState,
} from './state.ts';

/** An action that ShipStation's screens do not offer for the order as it is. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

export function orderById(state: StoreState, id: string): OrderRow {
  const row = state.orders.find((order) => order.id === id);
  if (row === undefined) throw new Refusal(`There is no order ${id}.`);
  return row;
}

function openOrder(state: StoreState, id: string): OrderRow {
  const row = orderById(state, id);
  if (row.status !== 'awaiting_shipment') throw new Refusal(`Order ${id} is ${row.status}.`);
  return row;
}

export const shipRequest = z.strictObject({
  /** Left out: everything. The rest becomes a part of its own. */
  lineItemIds: z.array(z.string()).optional(),
  /** In place of that: no more than these. */
  goods: z.array(z.strictObject({ sku: z.string(), quantity: z.int().positive() })).optional(),
  /** Marks it as shipped, with a number that a person typed; '' for none. */
  trackingNumber: z.string().optional(),
  notesToCustomer: z.string().optional(),
});

/**
 * Buys a label for the order or for some of its lines, or marks it as shipped, and makes the notice.
 * @returns the notice, which is still to be sent
 */
export function ship(
  state: StoreState,
  id: string,
  { lineItemIds, goods, trackingNumber, notesToCustomer = '' }: z.infer<typeof shipRequest>,
  now: number,
): { readonly parcel: ParcelRow; readonly notice: NoticeRow } {
  const order = openOrder(state, id);
  const leaving = getLeaving(state, order, { lineItemIds, goods }, now);
  const items = leaving.items.filter(({ isAdjustment }) => !isAdjustment);
  const tracking = trackingNumber ?? toTrackingNumber(newId(state));
  const parcel: ParcelRow = { trackingNumber: tracking, order: leaving.id, items, isVoid: false };
  state.parcels.push(parcel);
  Object.assign(leaving, { status: 'shipped', modifiedAt: now });
  const notice = toNotice(state, leaving, parcel, notesToCustomer, now);
  state.notices.push(notice);
  return { parcel, notice };
}

function getLeaving(
  state: StoreState,
  order: OrderRow,
  { lineItemIds, goods }: Pick<z.infer<typeof shipRequest>, 'lineItemIds' | 'goods'>,
  now: number,
): OrderRow {
  if (goods !== undefined) return splitGoods(state, order, goods, now);
  return lineItemIds === undefined ? order : splitOff(state, order, lineItemIds, now);
}

/** `1Z0000000000100005` */
function toTrackingNumber(id: string): string {
  return `1Z${id.padStart(16, '0')}`;
}

export const splitRequest = z.strictObject({ itemsPerPart: z.int().positive() });

/** @returns the parts; the first is the order itself */
export function split(
  state: StoreState,
  id: string,
  { itemsPerPart }: z.infer<typeof splitRequest>,
  now: number,
): OrderRow[] {
  const order = openOrder(state, id);
  const items = order.items.filter(({ isAdjustment }) => !isAdjustment).slice(itemsPerPart);
  const parts: OrderRow[] = [];
  for (let start = 0; start < items.length; start += itemsPerPart) {
    const ids = items.slice(start, start + itemsPerPart).map(({ lineItemId }) => lineItemId);
    parts.push(splitOff(state, order, ids, now));
  }
  return [order, ...parts];
}

/** All parts keep the store's id and number, as ShipStation's do. */
function splitOff(state: StoreState, order: OrderRow, lineItemIds: readonly string[], now: number): OrderRow {
  const isMoved = ({ lineItemId }: ItemRow) => lineItemIds.includes(lineItemId);
  const moved = order.items.filter(isMoved);
  return addPart(
    state,
    order,
    moved,
    order.items.filter((item) => !isMoved(item)),
    now,
  );
}

function splitGoods(
  state: StoreState,
  order: OrderRow,
  goods: NonNullable<z.infer<typeof shipRequest>['goods']>,
  now: number,
): OrderRow {
  const there = new Map(goods.map(({ sku, quantity }) => [sku, quantity]));
  const moved: ItemRow[] = [];
  const rest = order.items.flatMap((item) => {
    const quantity = item.isAdjustment ? 0 : Math.min(item.quantity, there.get(item.sku) ?? 0);
    there.set(item.sku, (there.get(item.sku) ?? 0) - quantity);
    if (quantity > 0) moved.push({ ...item, quantity });
    return quantity < item.quantity ? [{ ...item, quantity: item.quantity - quantity }] : [];
  });
  return addPart(state, order, moved, rest, now);
}

function addPart(
  state: StoreState,
  order: OrderRow,
  moved: ItemRow[],
  rest: ItemRow[],
  now: number,
): OrderRow {
  if (moved.length === 0) throw new Refusal(`Order ${order.id} has none of these lines.`);
  if (rest.every((item) => item.isAdjustment)) return order;
  const part = {
    ...order,
    id: newId(state),
    items: moved,
    partOf: order.partOf ?? order.id,
    isRearranged: true,
  };
  Object.assign(order, { items: rest, isRearranged: true, modifiedAt: now });
  state.orders.push({ ...part, modifiedAt: now });
  return state.orders.at(-1) ?? part;
}

/** The first takes in the lines of the others, which vanish. */
export function merge(state: StoreState, ids: readonly string[], now: number): OrderRow {
  const [first, ...others] = ids.map((id) => openOrder(state, id));
  if (first === undefined || others.length === 0) throw new Refusal('It takes at least two orders.');
  Object.assign(first, {
    items: [first, ...others].flatMap(({ items }) => items),
    isRearranged: true,
    modifiedAt: now,
  });
  state.orders = state.orders.filter((order) => !others.some(({ id }) => id === order.id));
  return first;
}

export const editRequest = z.strictObject({
  orderNumber: z.string().min(1).max(50).optional(),
  /** Replaces all lines by hand, as where a product is sent in place of another. */
  items: z
    .array(z.strictObject({ sku: z.string(), name: z.string(), quantity: z.int().positive() }))
    .optional(),
});

export function edit(
  state: StoreState,
  id: string,
  changes: z.infer<typeof editRequest>,
  now: number,
): OrderRow {
  const order = openOrder(state, id);
  if (changes.orderNumber !== undefined) order.orderNumber = changes.orderNumber;
  if (changes.items !== undefined) {
    order.items = changes.items.map((item) => ({ ...item, lineItemId: '', isAdjustment: false }));
    order.isRearranged = true;
  }
  return Object.assign(order, { modifiedAt: now });
}

/** By hand; the store is not told. */
export function cancel(state: StoreState, id: string, now: number): OrderRow {
  const order = orderById(state, id);
  if (order.status === 'shipped') throw new Refusal(`Order ${id} is shipped.`);
  return Object.assign(order, { status: 'cancelled', modifiedAt: now });
}

/** The order waits for shipment again. The store is not told. */
export function voidLabel(state: StoreState, trackingNumber: string, now: number): void {
  const parcel = state.parcels.find((one) => one.trackingNumber === trackingNumber && !one.isVoid);
  if (parcel === undefined) throw new Refusal(`There is no label ${trackingNumber}.`);
  parcel.isVoid = true;
  Object.assign(orderById(state, parcel.order), { status: 'awaiting_shipment', modifiedAt: now });
}

const CARRIER = 'UPS';
const SERVICE = 'UPS Ground';

function toNotice(
  state: StoreState,
  order: OrderRow,
  parcel: ParcelRow,
  notesToCustomer: string,
  now: number,
): NoticeRow {
  const { orderNumber: order_number } = order;
  const query = { order_number, carrier: CARRIER, service: SERVICE, tracking_number: parcel.trackingNumber };
  const whole = toNoticeXml(order, parcel, notesToCustomer, now);
  const bodies = { xml: whole, empty: '', unreadable: whole.slice(0, whole.length / 2) };
  return { id: newId(state), query, body: bodies[state.settings.noticeBody], attempts: 0, status: null };
}

function toNoticeXml(order: OrderRow, parcel: ParcelRow, notesToCustomer: string, now: number): string {
  const [date, time] = [new Date(now).toISOString().slice(0, 10), new Date(now).toISOString().slice(11, 16)];
  const [year, month, day] = date.split('-');
  const shipDate = `${month}/${day}/${year}`;
  const [custom1, custom2, custom3] = order.customFields;
  const recipient = ['Name', 'Company', 'Address1', 'Address2', 'City', 'State', 'PostalCode', 'Country'];
  const elements: ReadonlyArray<readonly [name: string, text: string]> = [
    ['OrderNumber', order.orderNumber],
    ['OrderID', order.orderId],
    ['CustomerCode', order.customerCode],
    ['CustomerNotes', order.customerNotes],
    ['InternalNotes', order.internalNotes],
    ['NotesToCustomer', notesToCustomer],
    ['NotifyCustomer', 'false'],
    ['LabelCreateDate', `${shipDate} ${time}`],
    ['ShipDate', shipDate],
    ['Carrier', CARRIER],
    ['Service', SERVICE],
    ['TrackingNumber', parcel.trackingNumber],
    ['ShippingCost', parcel.trackingNumber.startsWith('1Z') ? '7.85' : '0.00'],
    ['CustomField1', custom1],
    ['CustomField2', custom2],
    ['CustomField3', custom3],
  ];
  const to = recipient.map((name) => element(name, order.shipTo[name] ?? '')).join('');
  const items = parcel.items.map(
    ({ sku, name, quantity, lineItemId }) =>
      `<Item>${element('SKU', sku)}${element('Name', name)}${element('Quantity', String(quantity))}${element('LineItemID', lineItemId)}</Item>`,
  );
  const own = elements.map(([name, text]) => element(name, text)).join('');
  return `<?xml version="1.0" encoding="utf-8"?>\n<ShipNotice>${own}<Recipient>${to}</Recipient><Items>${items.join('')}</Items></ShipNotice>`;
}

function element(name: string, text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return `<${name}>${escaped}</${name}>`;
}
