import { isoTime } from '../clock.ts';
import { isVoid, type OtherGoods } from '../shipment/package.ts';
import { stillToShip } from '../shipment/still-to-ship.ts';
import { enumerate } from '../text.ts';
import type { FulfillmentOrder, OrderedLine, Standstill } from './fulfillment-order.ts';
import { change, waitingFor } from './transitions.ts';

/**
 * An order as the provider has it, or a part of an order that was split there. A part ships as a whole, and its packages name
 * its id.
 */
export interface OrderPart {
  readonly providerOrderId: string;
  /**
   * `open`: will ship. `held`: will ship once released. `left`: has shipped. `cancelled`: will never ship. `unknown`: the
   * provider has a status for it that nothing describes, so nothing is concluded from it.
   */
  readonly state: 'open' | 'held' | 'left' | 'cancelled' | 'unknown';
  /** ISO date until which it is held; '' if not given. */
  readonly heldUntil: string;
  /** References of other orders that were merged into the same parcel. */
  readonly mergedWith: readonly string[];
  /** When the provider last changed it, ISO UTC; '' if not given. */
  readonly changedAt: string;
  /**
   * Of a held part: the provider's message about what a person there has to correct before it can ship; may hold personal data.
   * Left out where its staff hold it.
   */
  readonly error?: string;
}

/** An order as read from its provider, and until when the provider's shipments had been read before. */
export interface ProviderOrderState {
  /** Every part of the order; empty: the provider has no such order. */
  readonly parts: readonly OrderPart[];
  /** Everything that left before this moment is on the order, ISO UTC; ''. */
  readonly shipmentsReadUntil: string;
}

/**
 * Records what staff of the provider changed there: held, released, cancelled, deleted, merged, or shipped without its rest.
 * Each can be undone there, and is then undone here. Returns the same order if nothing changed.
 */
export function recordProviderState(
  order: FulfillmentOrder,
  atProvider: ProviderOrderState,
  now: number,
): FulfillmentOrder {
  const open = atProvider.parts.filter(({ state }) => state === 'open');
  const held = atProvider.parts.filter(({ state }) => state === 'held');
  if (open.length > 0) return recordResumed(order, open, now);
  if (held.length > 0) return recordHeldAtProvider(order, held, now);
  if (atProvider.parts.some(({ state }) => state === 'unknown')) return order;
  return recordStandstill(order, atProvider, now);
}

function recordResumed(order: FulfillmentOrder, open: readonly OrderPart[], now: number): FulfillmentOrder {
  const { connection: by } = order;
  if (order.hold === 'service' || order.standstill !== '') {
    const how = order.hold === 'service' ? 'released' : 'reopened';
    const reason = `It was ${how} at ${by}, which is processing it.`;
    const status =
      order.status === 'On Hold' || order.status === 'Cancelled' ? ('Shipped' as const) : order.status;
    return change(order, now, { status, hold: '', standstill: '', reason }, { by, what: reason });
  }
  const merged = open.find(({ mergedWith }) => mergedWith.length > 0);
  if (merged === undefined) return order;
  const reason = `It was merged with ${merged.mergedWith.join(', ')} at ${by} as ${merged.providerOrderId}, and ships with it.`;
  return order.log.some(({ what }) => what === reason)
    ? order
    : change(order, now, { reason }, { by, what: reason });
}

/**
 * A person has held an order at its provider through the bridge.
 * @param until ISO date; '' where it is not known
 * @param isAcknowledged false: the service is told at its next call, and never says that it obeys
 */
export function recordHeldByHand(
  order: FulfillmentOrder,
  until: string,
  by: string,
  now: number,
  isAcknowledged: boolean,
): FulfillmentOrder {
  const { connection } = order;
  const reason = toHeldReason(order, until);
  const unsure = ` ${connection} has the order and reads this at its next call, without an acknowledgement: look there whether it is on hold.`;
  const what = `Held at ${connection} by ${by}${until === '' ? '' : ` until ${until}`}.${isAcknowledged ? '' : unsure}`;
  return change(order, now, { status: 'On Hold', hold: 'service', standstill: '', reason }, { by, what });
}

/** A person has released an order at its provider through the bridge. */
export function recordReleasedByHand(order: FulfillmentOrder, by: string, now: number): FulfillmentOrder {
  const reason = `It was released at ${order.connection}, which is processing it.`;
  const what = `Released at ${order.connection} by ${by}.`;
  return change(order, now, { status: 'Shipped', hold: '', reason }, { by, what });
}

/** The sentence does not say who held it, so that the next comparison with the provider changes nothing. */
function toHeldReason({ connection, packages }: FulfillmentOrder, until: string): string {
  const what = packages.length > 0 ? 'The rest of it is' : 'It is';
  const date = until === '' ? '' : ` until ${until}`;
  return `${what} held at ${connection} by hand${date}.`;
}

function toErrorReason({ connection, packages }: FulfillmentOrder): string {
  const what = packages.length > 0 ? 'The rest of it is' : 'It is';
  return `${what} not passed on to the warehouse by ${connection} because of an error; its message is in the log.`;
}

/** If a part has left, only the rest is held, and the order stays Shipped. */
function recordHeldAtProvider(
  order: FulfillmentOrder,
  held: readonly OrderPart[],
  now: number,
): FulfillmentOrder {
  const { connection: by, packages } = order;
  const until = held.map(({ heldUntil }) => heldUntil).find((date) => date !== '');
  const error = held.map((part) => part.error).find((message) => message !== undefined);
  const reason = error === undefined ? toHeldReason(order, until ?? '') : toErrorReason(order);
  if (order.reason === reason) return order;
  const status = packages.length > 0 ? ({} as const) : ({ status: 'On Hold', hold: 'service' } as const);
  const restored = order.status === 'Cancelled' ? change(order, now, { status: 'Shipped' }, null) : order;
  const quoted = error === undefined ? {} : { upstreamMessage: error };
  return change(restored, now, { ...status, standstill: '', reason }, { by, what: reason, ...quoted });
}

function recordStandstill(
  order: FulfillmentOrder,
  atProvider: ProviderOrderState,
  now: number,
): FulfillmentOrder {
  const why = whyStandstill(order, atProvider);
  if (why === '' || why === order.standstill) return order;
  const { connection: by } = order;
  if (order.withdrawn) return recordStoppedByHand(order, now);
  const reason = toStandstillReason(order, why);
  const status = why === 'incomplete' ? ({} as const) : ({ status: 'Cancelled', hold: '' } as const);
  return change(order, now, { ...status, standstill: why, reason }, { by, what: reason });
}

/** The provider's list of orders shows a label a little before its shipments are read. */
const NEWS_TAKES_MS = 15 * 60_000;

function whyStandstill(
  order: FulfillmentOrder,
  { parts, shipmentsReadUntil }: ProviderOrderState,
): Standstill {
  const left = parts.filter(({ state }) => state === 'left');
  const readUntil = (Date.parse(shipmentsReadUntil) || 0) - NEWS_TAKES_MS;
  const isRead = ({ providerOrderId, changedAt }: OrderPart) =>
    order.packages.some((box) => box.providerOrderId === providerOrderId && !isVoid(box)) ||
    (changedAt !== '' && Date.parse(changedAt) <= readUntil);
  if (!left.every(isRead)) return '';
  if (order.packages.length > 0) return stillToShip(order).length > 0 ? 'incomplete' : '';
  // Its goods left without a package: the shipments are read late, or the label is for no goods.
  if (left.length > 0) return '';
  return parts.length === 0 ? 'deleted' : 'cancelled';
}

/** The provider had refused to cancel it, and its staff stopped it. */
function recordStoppedByHand(order: FulfillmentOrder, now: number): FulfillmentOrder {
  if (order.packages.length > 0) return order;
  const { connection: by } = order;
  const reason = `It was stopped at ${by} by hand, and the sale no longer asks for it.`;
  const cancellation = { state: 'done', at: isoTime(now) } as const;
  return change(order, now, { status: 'Cancelled', hold: '', cancellation, reason }, { by, what: reason });
}

const DECIDE = 'Close it short, and reorder or drop what is missing.';

/** Why the order stands still, and what to do. */
export function toStandstillReason(order: FulfillmentOrder, standstill: Exclude<Standstill, ''>): string {
  const { connection } = order;
  switch (standstill) {
    case 'cancelled':
      return `It was cancelled at ${connection} by hand, and the sale still asks for the goods. ${DECIDE}`;
    case 'deleted':
      return `${connection} has no such order any more: it was deleted there. The sale still asks for the goods. ${DECIDE}`;
    case 'incomplete':
      return toIncompleteReason(order);
  }
}

function toIncompleteReason(order: FulfillmentOrder): string {
  const missing = `${order.connection} ships no more of it; missing: ${listGoods(stillToShip(order))}.`;
  const others = listOthers(order);
  if (others.length === 0) return `${missing} ${DECIDE}`;
  return `${missing} Its parcels hold ${listGoods(others)}, which is not on the order: accept that in its place, or close the order short.`;
}

/** Goods in its packages that are on none of its lines. */
export function listOthers({ packages }: Pick<FulfillmentOrder, 'packages'>): OtherGoods[] {
  return packages.flatMap(({ others = [] }) => others);
}

export function listGoods(lines: ReadonlyArray<Pick<OrderedLine, 'sku' | 'quantity'>>): string {
  return enumerate(lines.map(({ quantity, sku }) => `${quantity} × ${sku || 'goods without a SKU'}`));
}

/** Notes an order that has waited to leave for too long; again after its reason has changed. */
export function recordLateToLeave(
  order: FulfillmentOrder,
  lateSince: string,
  days: number,
  now: number,
): FulfillmentOrder {
  if (waitingFor(order) !== 'departure' || order.waitingSince > lateSince) return order;
  const { connection } = order;
  const what =
    order.packages.length > 0 ? `${listGoods(stillToShip(order))} has not left` : 'nothing of it has left';
  const reason = `${connection} has had it for ${days} days or more, and ${what}. Ask there what holds it up${order.packages.length > 0 ? '' : ', or cancel it'}.`;
  return order.reason === reason ? order : change(order, now, { reason }, { by: 'schedule', what: reason });
}
