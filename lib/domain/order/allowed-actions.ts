import { UserError } from '../errors.ts';
import { stillToShip } from '../shipment/still-to-ship.ts';
import { whyNotAcceptable } from './close-short.ts';
import type { FulfillmentOrder, RemainderAction, Status } from './fulfillment-order.ts';

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
 * DEAR's own table for external fulfillment orders, with our additions. `ship` releases a held order; `cancel` is forwarded to
 * the service if it has the order; `acknowledge` accepts DEAR's state where DEAR refused a shipment; the last three apply to
 * an order that stands still.
 */
export const ALLOWED: Readonly<Record<Status, readonly Action[]>> = {
  Queued: ['void', 'edit', 'process', 'hold'],
  'On Hold': ['cancel', 'edit', 'ship'],
  Shipped: ['cancel', 'acknowledge', 'accept', 'close-and-reorder', 'close-and-drop'],
  Completed: ['acknowledge'],
  Delivered: ['acknowledge'],
  Cancelled: ['close-and-reorder', 'close-and-drop'],
  Failed: ['edit', 'retry', 'cancel'],
};

/** An action that an order's status does not allow. Its message says why, and what would be allowed. */
export class ActionRefused extends UserError {
  readonly kind = 'refused';
}

export function allowedActions(order: FulfillmentOrder, canCancel: boolean): readonly Action[] {
  return ALLOWED[order.status].filter((action) => whyRefused(order, action, canCancel) === null);
}

export function whyRefused(order: FulfillmentOrder, action: Action, canCancel: boolean): string | null {
  if (action === 'acknowledge') return whyNothingToAcknowledge(order);
  const { state } = order.submission;
  const inFlight = state === 'claimed' || state === 'unknown';
  if (inFlight && action !== 'retry' && !isEndOfUnknown(order, action))
    return 'it is being sent now: wait for the answer';
  if (endsStandstill(action)) return whyNotEnded(order, action);
  if (order.hold === 'service' && action !== 'cancel')
    return `it is held at ${order.connection}: release it there`;
  if (action !== 'cancel' || !isAtProvider(order)) return null;
  if (order.packages.length > 0) return 'its goods have left';
  return canCancel ? null : `${order.connection} does not support cancelling`;
}

/** It is not known whether the provider has the order, and a person who looked there decides. */
function isEndOfUnknown({ cancellation, status, submission }: FulfillmentOrder, action: Action): boolean {
  const isKeptOut = status === 'Failed' && submission.takenBy !== undefined;
  return (action === 'void' || action === 'cancel') && (cancellation.state === 'unknown' || isKeptOut);
}

function whyNothingToAcknowledge({ confirmation, withdrawn }: FulfillmentOrder): string | null {
  if (withdrawn) return 'its sale no longer asks for it, so nothing is confirmed to DEAR';
  return confirmation.state === 'refused' ? null : 'DEAR has refused nothing about it';
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

function whyNotEnded(order: FulfillmentOrder, action: Action): string | null {
  if (order.standstill !== '') return action === 'accept' ? whyNotAcceptable(order) : null;
  if (order.closedShort !== null) return 'it is closed';
  if (order.status === 'Cancelled') return 'it is Cancelled';
  if (stillToShip(order).length === 0) return 'all of it has left';
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
  const instead = allowed.length === 0 ? 'Nothing can be done with it.' : `Allowed: ${allowed.join(', ')}.`;
  return new ActionRefused(`${order.reference} cannot be changed by '${action}': ${why}`, instead);
}
