import { subtract, sumAll } from '../decimal.ts';
import { UserError } from '../errors.ts';
import type { OtherGoods, Package, PackedLine } from '../shipment/package.ts';
import { stillToShip, unconfirmedPackages } from '../shipment/still-to-ship.ts';
import { isCancellationPending } from './cancellation.ts';
import type {
  ClosedShort,
  FulfillmentOrder,
  OrderedLine,
  RemainderAction,
  Status,
} from './fulfillment-order.ts';
import { isHeldFor } from './holds.ts';
import { listGoods, listOthers, toStandstillReason } from './standstill.ts';
import { change } from './transitions.ts';
import { toDearUnits, toServiceUnits } from './units.ts';

/** What a person may do with an order. `hold` and the actions after `retry` are ours; the others are DEAR's. */
export const ACTIONS = [
  'void',
  'edit',
  'process',
  'hold',
  'cancel',
  'ship',
  'retry',
  'acknowledge',
  'accept',
  'close-and-reorder',
  'close-and-drop',
] as const;

export type Action = (typeof ACTIONS)[number];

/**
 * DEAR's own table for external fulfillment orders, with our additions. `ship` releases a held order; `hold`, `ship` and `cancel`
 * are forwarded to the service if it has the order; `acknowledge` accepts DEAR's state where DEAR refused a shipment; the last three apply to
 * an order that stands still.
 */
export const ALLOWED: Readonly<Record<Status, readonly Action[]>> = {
  Queued: ['void', 'edit', 'process', 'hold'],
  'On Hold': ['cancel', 'edit', 'ship', 'hold'],
  Shipped: ['hold', 'cancel', 'acknowledge', 'accept', 'close-and-reorder', 'close-and-drop'],
  Completed: ['acknowledge'],
  Delivered: ['acknowledge'],
  Cancelled: ['close-and-reorder', 'close-and-drop'],
  Failed: ['edit', 'retry', 'cancel'],
};

/** An action that an order's status does not allow. Its message says why, and what would be allowed. */
export class ActionRefused extends UserError {
  readonly kind = 'refused';
  /** The end of a sentence, without the order's name. */
  readonly why: string;

  constructor(what: string, next: string, why: string) {
    super(what, next);
    this.why = why;
  }
}

/** What the order's provider supports. */
export interface ProviderAbilities {
  readonly canCancel: boolean;
  /** Left out: it does not hold accepted orders. */
  readonly canHold?: boolean;
  /** Whether it lists what it still ships. Left out: it does. */
  readonly reportsOrders?: boolean;
}

export function allowedActions(order: FulfillmentOrder, abilities: ProviderAbilities): readonly Action[] {
  return ALLOWED[order.status].filter((action) => whyRefused(order, action, abilities) === null);
}

export function whyRefused(
  order: FulfillmentOrder,
  action: Action,
  { canCancel, canHold = false, reportsOrders = true }: ProviderAbilities,
): string | null {
  if (action === 'acknowledge') return whyNothingToAcknowledge(order);
  const { state } = order.submission;
  const inFlight = state === 'claimed' || state === 'unknown';
  if (inFlight && action !== 'retry' && !isEndOfUnknown(order, action))
    return 'it is being sent now: wait for the answer';
  if (endsStandstill(action)) return whyNotEnded(order, action, reportsOrders);
  if (action === 'ship' && isHeldFor(order, 'test')) return 'it is of the test sale, and is never sent';
  if (action === 'ship' && isHeldFor(order, 'shadow'))
    return 'the connector before may have sent it: the cut-over looks for it (bridge cutover)';
  if (action === 'hold' && isHeldFor(order, 'person')) return 'a person holds it already';
  if (!isAtProvider(order)) return null;
  if (order.hold === 'service' && action !== 'cancel' && !(action === 'ship' && canHold))
    return `it is held at ${order.connection}: release it there`;
  if (order.packages.length > 0) return 'its goods have left';
  if (action === 'cancel') return canCancel ? null : `${order.connection} does not support cancelling`;
  return whyNotHeldOrReleased(order, canHold);
}

/** A release there would let goods leave that are being cancelled. */
function whyNotHeldOrReleased(order: FulfillmentOrder, canHold: boolean): string | null {
  const { connection } = order;
  if (isCancellationPending(order)) return `it is being cancelled at ${connection}`;
  return canHold ? null : `${connection} does not hold orders that it has: hold it there by hand`;
}

/** It is not known whether the provider has the order, and a person who looked there decides. */
function isEndOfUnknown({ cancellation, status, submission }: FulfillmentOrder, action: Action): boolean {
  const isKeptOut = status === 'Failed' && submission.takenBy !== undefined;
  return (action === 'void' || action === 'cancel') && (cancellation.state === 'unknown' || isKeptOut);
}

function whyNothingToAcknowledge(order: FulfillmentOrder): string | null {
  const { confirmation, withdrawn } = order;
  if (hasLeftUnwanted(order)) return null;
  if (withdrawn) return 'its sale no longer asks for it, so nothing is confirmed to DEAR';
  return confirmation.state === 'refused' ? null : 'DEAR has refused nothing about it';
}

/** Its goods left although the sale no longer asked for it and the provider was told to stop it: only a person can settle that. */
export function hasLeftUnwanted({ withdrawn, packages, cancellation }: FulfillmentOrder): boolean {
  return withdrawn && packages.length > 0 && cancellation.state === 'refused';
}

export const REMAINDER_OF_ACTION: Readonly<Partial<Record<Action, RemainderAction>>> = {
  'close-and-reorder': 'reorder',
  'close-and-drop': 'drop',
};

/** The service has the order and would ship it, so only the service can stop it. */
export function isAtProvider({ status, hold }: FulfillmentOrder): boolean {
  return status === 'Shipped' || hold === 'service';
}

/** Whether the action ends a standstill; the service is queried first, as it may process the order again. */
export function endsStandstill(action: Action): boolean {
  return action === 'accept' || REMAINDER_OF_ACTION[action] !== undefined;
}

function whyNotEnded(order: FulfillmentOrder, action: Action, reportsOrders: boolean): string | null {
  if (order.standstill !== '') return action === 'accept' ? whyNotAcceptable(order) : null;
  if (order.closedShort !== null) return 'it is closed';
  if (order.status === 'Cancelled') return 'it is Cancelled';
  if (stillToShip(order).length === 0) return 'all of it has left';
  // Of such a service only a person can find out that the rest never leaves.
  if (!reportsOrders && order.packages.length > 0)
    return action === 'accept' ? whyNotAcceptable(order) : null;
  return `${order.connection} may still ship what is missing: ${order.packages.length > 0 ? 'cancel that there first; the bridge notices it when it next reads the orders there' : 'cancel it first'}`;
}

export function toStillOpenReason({ connection }: FulfillmentOrder): string {
  return `${connection} is processing it again, so its goods would leave twice`;
}

export function refusal(
  order: FulfillmentOrder,
  action: Action,
  why: string,
  allowed: readonly Action[],
): ActionRefused {
  const lookAgain = `Read its sale again, which takes its next step: bridge sale reconcile ${order.saleOrderNumber}`;
  const instead = allowed.length === 0 ? lookAgain : `Allowed: ${allowed.join(', ')}.`;
  return new ActionRefused(`${order.reference} cannot be changed by '${action}': ${why}`, instead, why);
}

/**
 * A person decides that nothing more leaves with the order. What left is confirmed to DEAR; the rest goes to the sale's next
 * order, or is dropped.
 * @param order that stands still
 */
export function closeShort(
  order: FulfillmentOrder,
  rest: RemainderAction,
  by: string,
  now: number,
): FulfillmentOrder {
  const missing = stillToShip(order);
  const closedShort: ClosedShort = { rest, lines: missing };
  const becomes = rest === 'reorder' ? 'goes back to the sale, to be ordered again' : 'is dropped';
  const what = `Closed short by ${by}: ${listGoods(missing)} ${becomes}.`;
  const patch = { standstill: '', closedShort } as const;
  if (order.packages.length === 0) {
    // An order without packages covers its goods unless the sale has to order them again.
    const ending = { status: 'Cancelled', hold: '', withdrawn: rest === 'reorder', reason: what } as const;
    return change(order, now, { ...patch, ...ending }, { by, what });
  }
  const lines = rest === 'reorder' ? linesThatLeft(order, missing) : order.lines;
  const told = unconfirmedPackages(order).length === 0;
  const confirmation = { ...order.confirmation, ...(told && { state: 'confirmed' as const }) };
  const reason = `${what} ${told ? 'DEAR shows what left.' : 'DEAR is being updated with what left.'}`;
  return change(order, now, { ...patch, lines, confirmation, reason }, { by, what });
}

/** The shipped part of each line: the rest belongs to the sale's next order. */
function linesThatLeft({ lines }: FulfillmentOrder, missing: readonly OrderedLine[]): OrderedLine[] {
  const left = lines.map((line) => {
    const rest = missing.find(({ key }) => key === line.key)?.quantity ?? 0;
    return { ...line, quantity: subtract(line.quantity, rest) };
  });
  return left.filter(({ quantity }) => quantity > 0);
}

/** Why the other goods in the order's packages cannot replace a missing product; null if they can. */
export function whyNotAcceptable(order: FulfillmentOrder): string | null {
  if (listOthers(order).length === 0) return 'its parcels hold nothing that is not on the order';
  const missing = new Set(stillToShip(order).map(({ sku }) => sku));
  if (missing.size === 0) return 'nothing of it is missing';
  return missing.size === 1
    ? null
    : 'several of its products are missing, and other goods could stand for any of them';
}

/**
 * A person decides that the other goods in the packages replace the missing product. DEAR accepts only products of the order
 * in its stages, so the ordered product is confirmed; the log names what left.
 * @param order whose `whyNotAcceptable` is null
 */
export function acceptSubstitution(order: FulfillmentOrder, by: string, now: number): FulfillmentOrder {
  const others = listOthers(order);
  let packages: readonly Package[] = [];
  let missing = stillToShip(order);
  for (const box of order.packages) {
    const { boxes, rest } = substitutedIn(box, missing, order.confirmation.packages.includes(box.id));
    packages = [...packages, ...boxes];
    missing = rest;
  }
  const counted = { ...order, packages };
  const ordered = stillToShip(order).map((line) => ({ ...line, quantity: getTaken(line, missing) }));
  const what = `${by} accepted ${listGoods(others)} in place of ${listGoods(ordered)}. DEAR records the ordered product as shipped, because it accepts no other in the sale: correct the stock of both there.`;
  if (stillToShip(counted).length > 0) {
    const reason = toStandstillReason(counted, 'incomplete');
    return change(order, now, { packages, standstill: 'incomplete', reason }, { by, what });
  }
  const confirmation = { ...order.confirmation, state: 'none' as const };
  const reason =
    'Everything has left, with what was accepted in place of goods of the order; DEAR is being updated.';
  return change(order, now, { packages, confirmation, standstill: '', reason }, { by, what });
}

function getTaken(line: OrderedLine, missing: readonly OrderedLine[]): number {
  return subtract(line.quantity, missing.find(({ key }) => key === line.key)?.quantity ?? 0);
}

/** The package with its other goods counted for missing lines; a package of its own for them, if DEAR shows the first already. */
function substitutedIn(box: Package, missing: readonly OrderedLine[], isTold: boolean) {
  const { others = [], ...plain } = box;
  let left = others;
  const contents: PackedLine[] = [];
  const rest = missing.flatMap((line) => {
    const taken = takeFrom(left, line);
    left = taken.left;
    contents.push(...taken.contents);
    const open = subtract(line.quantity, sumAll(taken.contents.map(({ quantity }) => quantity)));
    return open > 0 ? [{ ...line, quantity: open }] : [];
  });
  const remaining = left.length === 0 ? {} : { others: left };
  if (contents.length === 0) return { boxes: [box], rest };
  if (!isTold) return { boxes: [{ ...plain, ...remaining, contents: [...box.contents, ...contents] }], rest };
  const accepted: Package = { ...plain, id: `${box.id}#accepted`, contents };
  return { boxes: [{ ...plain, ...remaining }, accepted], rest };
}

/** Another product is counted in the units of the line. */
function takeFrom(others: readonly OtherGoods[], { key, quantity: wanted, units }: OrderedLine) {
  let open = wanted;
  const contents: PackedLine[] = [];
  const left = others.flatMap((one) => {
    const there = toDearUnits(one.quantity, units);
    const quantity = Math.min(there, open);
    if (quantity <= 0) return [one];
    open = subtract(open, quantity);
    contents.push({ key, quantity, batch: '', expiry: '', leftInstead: one.sku });
    const more = subtract(there, quantity);
    return more > 0 ? [{ ...one, quantity: toServiceUnits(more, units) }] : [];
  });
  return { contents, left };
}
