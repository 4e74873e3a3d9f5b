import * as z from 'zod';
import { invalid, noSuchOrder, Refusal } from './errors.ts';
import { type OrderFields, readOrderRequest } from './order-request.ts';
import type { CartRoverState, OrderRecord, World } from './state.ts';

/** What a cart does with its orders by calls. */
export function orderBy(state: CartRoverState, reference: string): OrderRecord {
  const order = state.orders.find(({ fields }) => fields.cust_ref === reference);
  if (order === undefined) throw noSuchOrder(reference);
  return order;
}

/** @throws {Refusal} also where the reference is taken, by a cancelled order too */
export function createOrder(world: World, body: unknown): OrderRecord {
  return addOrder(world, readOrderRequest(body));
}

/** An order that another cart of the merchant brought in, such as CartRover's own of DEAR. */
export function importOrder(world: World, cart: string, body: unknown): OrderRecord {
  return Object.assign(addOrder(world, readOrderRequest(body)), { cart });
}

interface BatchAnswer {
  success: Array<{ cust_ref: string; cust_po_no: string | null }>;
  failed: Array<{ cust_ref: string | null; cust_po_no: string | null; message: string; index_pos: number }>;
}

/** Each order has its own result. */
export function createOrders(world: World, body: unknown): BatchAnswer {
  if (!Array.isArray(body)) throw invalid('The batch has to be a list of orders.');
  const answer: BatchAnswer = { success: [], failed: [] };
  for (const [index, one] of body.entries()) {
    const named = z.looseObject({ cust_ref: z.string(), cust_po_no: z.string().optional() }).safeParse(one);
    const reference = named.success ? named.data.cust_ref : null;
    const number = (named.success ? named.data.cust_po_no : undefined) ?? null;
    try {
      createOrder(world, one);
      answer.success.push({ cust_ref: String(reference), cust_po_no: number });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      answer.failed.push({
        cust_ref: reference,
        cust_po_no: number,
        message: error.message,
        index_pos: index,
      });
    }
  }
  return answer;
}

function addOrder({ state, now }: World, request: OrderFields): OrderRecord {
  const isTaken = state.orders.some(({ fields }) => fields.cust_ref === request.cust_ref);
  if (isTaken) throw new Refusal('Failure', 'OrderDuplicate');
  state.nextId += 1;
  const fields = state.settings.rewritesAddresses ? withCheckedAddress(request) : request;
  const order: OrderRecord = {
    fields: { order_date: new Date(now).toISOString().slice(0, 10), ...fields },
    orderNumber: String(state.nextId),
    status: 'new',
    createdAt: now,
    changedAt: now,
    deliveredToWarehouseAt: null,
    confirmedAt: null,
    cancelledAt: null,
    isOnHold: false,
    isCancelRequested: false,
    error: null,
    shipments: [],
    oddStatus: null,
    isCorrupt: false,
    isClosedShort: false,
  };
  state.orders.push(order);
  return order;
}

/** An address check writes in capitals, and completes a US ZIP code. */
function withCheckedAddress(request: OrderFields): OrderFields {
  const { ship_address_1, ship_city, ship_zip, ship_country } = request;
  const isPlainZip = /^USA?$/.test(ship_country) && /^\d{5}$/.test(ship_zip);
  return {
    ...request,
    ship_address_1: ship_address_1.toUpperCase(),
    ship_city: ship_city.toUpperCase(),
    ship_zip: isPlainZip ? `${ship_zip}-0001` : ship_zip,
  };
}

interface CancelAnswer {
  success: boolean;
  message: string;
}

/**
 * Asks to cancel an order. One that the warehouse has is cancelled by the warehouse, at once, later or not at all; the answer
 * only says whether the request was taken.
 */
export function requestCancellation({ state, now }: World, reference: string): CancelAnswer {
  const order = orderBy(state, reference);
  if (order.status === 'canceled') return { success: false, message: 'The order is canceled already.' };
  if (order.shipments.length > 0) return { success: false, message: 'The order has shipped.' };
  const isThere = order.status === 'at_wms';
  if (isThere && state.settings.warehouseCancels === 'refused')
    return { success: false, message: 'The warehouse does not take cancellations of orders in work.' };
  order.isCancelRequested = true;
  order.changedAt = now;
  if (!isThere || state.settings.warehouseCancels === 'at-once') cancel(order, now);
  return { success: true, message: '' };
}

export function cancel(order: OrderRecord, now: number): void {
  Object.assign(order, { status: 'canceled', cancelledAt: now, changedAt: now, error: null });
}

export const confirmRequest = z.strictObject({
  order_status: z.literal('confirmed'),
  shipments: z.array(z.strictObject({ tracking_no: z.string() })),
});

/** The cart says that it has the parcels. */
export function confirmOrder(
  { state, now }: World,
  reference: string,
  { shipments }: z.infer<typeof confirmRequest>,
): void {
  const order = orderBy(state, reference);
  if (order.shipments.length === 0 || order.status === 'canceled')
    throw new Refusal('Failure', `Order ${reference} has no shipment to confirm`);
  const known = new Set(order.shipments.map(({ trackingNumber }) => trackingNumber));
  const unknown = shipments.find(({ tracking_no }) => !known.has(tracking_no));
  if (unknown !== undefined) throw invalid(`No shipment with tracking number ${unknown.tracking_no}`);
  Object.assign(order, { status: 'confirmed', confirmedAt: order.confirmedAt ?? now, changedAt: now });
}

/** What of each line has not left, by the line's position. Never below 0. */
export function getUnshipped({ fields, shipments }: OrderRecord): number[] {
  const shipped = new Map<string, number>();
  for (const { item, quantity } of shipments.flatMap(({ items }) => items))
    shipped.set(item, (shipped.get(item) ?? 0) + quantity);
  return fields.items.map(({ item, quantity }) => {
    const taken = Math.min(quantity, shipped.get(item) ?? 0);
    shipped.set(item, (shipped.get(item) ?? 0) - taken);
    return quantity - taken;
  });
}

export function isShippedInFull(order: OrderRecord): boolean {
  return order.isClosedShort || getUnshipped(order).every((quantity) => quantity === 0);
}

export function isPartial(order: OrderRecord): boolean {
  return order.status !== 'canceled' && order.shipments.length > 0 && !isShippedInFull(order);
}
