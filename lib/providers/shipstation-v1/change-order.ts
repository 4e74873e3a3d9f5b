import { type Clock, DAY_MS, isoTime } from '../../domain/clock.ts';
import { NotDone, Rejected } from '../../domain/errors.ts';
import type { OrderContent } from '../../domain/order/order-content.ts';
import type { ShipStationV1Client } from './client.ts';
import { findParts } from './find-orders.ts';
import { getReferences } from './order-key.ts';
import { type OwnSettings, toOrderRequest } from './order-mapper.ts';
import { toPacificDate } from './pacific-time.ts';
import { haveSameGoods, isAsReplaced, toReplacement, toWholeRequest } from './replacement.ts';
import type { Order } from './schemas.ts';

interface ChangeDeps {
  readonly client: ShipStationV1Client;
  readonly settings: OwnSettings;
  readonly pageSize: number;
  /** The connection's id, which errors name. */
  readonly system: string;
  readonly now: Clock;
}

/** ShipStation changes an order only in these. A fulfillment partner may already pack one that is `pending_fulfillment`. */
const CHANGEABLE = new Set(['awaiting_payment', 'awaiting_shipment', 'on_hold']);
const UNSHIPPED = new Set([...CHANGEABLE, 'pending_fulfillment']);
const CANCELLED = 'cancelled';
const SHIPPED = 'shipped';
/** The latest date that no person takes for a mistake. */
const MAX_HOLD_MS = 365 * DAY_MS;

/**
 * What is done to accepted orders. Each reads the order first, and again after a write whose answer does not tell whether it
 * was done: that of a locked order may be an echo of the request.
 */
export function orderChanger({ client, settings, system, now }: Omit<ChangeDeps, 'pageSize'>) {
  const refuse = (operation: string, reference: string) => (upstreamMessage: string) =>
    new Rejected({ system, operation, reference, upstreamMessage });

  /** The order, if it is ours alone. */
  async function readOwn(id: string, reference: string, refusal: (why: string) => Rejected): Promise<Order> {
    const current = await client.order(id);
    if (current === null)
      throw refusal(`ShipStation has no order ${id} any more: it was deleted or merged into another.`);
    const references = getReferences(current, current.items);
    if (!references.includes(reference)) throw refusal('The order in ShipStation has another reference.');
    const others = references.filter((other) => other !== reference);
    if (others.length > 0)
      throw refusal(`It was merged with ${others.join(', ')} in ShipStation. Change it there by hand.`);
    return current;
  }

  async function update(
    id: string,
    content: OrderContent,
    candidates: readonly OrderContent[],
  ): Promise<void> {
    const { reference } = content;
    const refusal = refuse('update order', reference);
    const current = await readOwn(id, reference, refusal);
    const today = toPacificDate(now());
    const toRequest = (one: OrderContent) => toOrderRequest(one, settings, today);
    const sent = candidates.map(toRequest);
    const objection = findObjection(
      current,
      sent.some(({ items }) => haveSameGoods(current.items, items)),
    );
    if (objection !== null) throw refusal(objection);
    const replacement = toReplacement(current, toRequest(content), sent);
    await client.putOrder(replacement.body, 'update order', reference);
    const after = await client.order(id);
    if (after === null || !isAsReplaced(after, replacement, current)) throw refusal(describeUnchanged(after));
  }

  async function hold(id: string, reference: string, until: string | null): Promise<void> {
    const refusal = refuse('hold order', reference);
    const { orderStatus } = await readOwn(id, reference, refusal);
    if (!CHANGEABLE.has(orderStatus)) throw refusal(`It is ${orderStatus} in ShipStation.`);
    const date = until ?? isoTime(now() + MAX_HOLD_MS).slice(0, 'yyyy-mm-dd'.length);
    await client.hold(id, date, reference);
  }

  async function release(id: string, reference: string): Promise<void> {
    const refusal = refuse('release order', reference);
    const { orderStatus } = await readOwn(id, reference, refusal);
    if (orderStatus === CANCELLED) throw refusal('It is cancelled in ShipStation.');
    if (orderStatus === 'on_hold') await client.restore(id, reference);
  }

  return { update, hold, release };
}

/** Cancels every part of an order, unless one has left. */
export async function cancelOrder(
  id: string,
  reference: string,
  { client, pageSize, system }: Pick<ChangeDeps, 'client' | 'pageSize' | 'system'>,
): Promise<void> {
  const getDetails = (upstreamMessage: string) => ({
    system,
    operation: 'cancel order',
    reference,
    upstreamMessage,
  });
  const parts = await findParts(client, id, reference, pageSize);
  const objection = findObjectionToCancel(parts, reference);
  if (objection !== null) throw new Rejected(getDetails(objection));
  for (const part of parts.filter(({ orderStatus }) => orderStatus !== CANCELLED)) {
    const body = { ...toWholeRequest(part), orderStatus: CANCELLED };
    await client.putOrder(body, 'cancel order', reference);
    const { orderStatus = CANCELLED } = (await client.order(part.orderId)) ?? {};
    const details = getDetails(`ShipStation answered with success, and the order is ${orderStatus}.`);
    if (orderStatus === SHIPPED) throw new Rejected(details);
    if (orderStatus !== CANCELLED) throw new NotDone(details);
  }
}

function findObjectionToCancel(parts: readonly Order[], reference: string): string | null {
  if (parts.length === 0)
    return 'ShipStation has no such order any more: it was deleted or merged into another.';
  const merged = parts.flatMap((part) => getReferences(part, part.items)).filter((one) => one !== reference);
  if (merged.length > 0)
    return `It was merged with ${merged.join(', ')} in ShipStation. Cancel it there by hand.`;
  if (parts.every(({ orderStatus }) => orderStatus !== SHIPPED)) return null;
  return parts.length > 1 ? 'A part of it has left.' : 'It has left.';
}

function findObjection(current: Order, hasOurGoods: boolean): string | null {
  const { orderStatus, advancedOptions } = current;
  if (!CHANGEABLE.has(orderStatus)) {
    const why = UNSHIPPED.has(orderStatus)
      ? 'a fulfillment partner may already pack it'
      : 'it is locked there';
    return `It is ${orderStatus} in ShipStation: ${why}.`;
  }
  if (advancedOptions?.mergedOrSplit === true) return 'It was split in ShipStation. Change it there by hand.';
  return hasOurGoods
    ? null
    : 'Its goods in ShipStation are not those of the order: it was split or edited there. Change it there by hand.';
}

function describeUnchanged(after: Order | null): string {
  const now = after === null ? 'no longer there' : after.orderStatus;
  return `ShipStation answered with success but does not hold the change; the order is ${now}. Change it there by hand.`;
}
