import { isoTime } from './clock.ts';
import type { FulfillmentOrder, LogEntry, Status } from './fulfillment-order.ts';

/** Where each status may lead. Forward only; the way back from Failed and On Hold is a new plan or a person's decision. */
const NEXT: Readonly<Record<Status, readonly Status[]>> = {
  Queued: ['On Hold', 'Shipped', 'Failed', 'Cancelled'],
  'On Hold': ['Queued', 'Shipped', 'Failed', 'Cancelled'],
  Failed: ['Queued', 'On Hold', 'Shipped', 'Cancelled'],
  Shipped: ['Completed', 'Delivered', 'Cancelled'],
  Completed: ['Delivered'],
  Delivered: [],
  Cancelled: [],
};

/** Entries kept on an order; older ones make room. 200 of about 150 bytes stay far below DynamoDB's 400 KB. */
const LOG_LIMIT = 200;

export function canMove(from: Status, to: Status): boolean {
  return from === to || NEXT[from].includes(to);
}

export function isFinal(status: Status): boolean {
  return NEXT[status].length === 0;
}

/** What a transition may set; identity, version and log are kept by `change`. */
export type OrderPatch = Partial<
  Omit<
    FulfillmentOrder,
    'reference' | 'saleId' | 'connection' | 'createdAt' | 'updatedAt' | 'version' | 'log'
  >
>;

/**
 * The one way in which an order changes: a patch and the log entry that explains it.
 * @param now ms since the epoch
 * @throws {Error} where the status may not lead there: a bug of ours, not an outcome
 */
export function change(
  order: FulfillmentOrder,
  now: number,
  patch: OrderPatch,
  entry: Omit<LogEntry, 'at'> | null,
): FulfillmentOrder {
  const status = patch.status ?? order.status;
  if (!canMove(order.status, status)) {
    throw new Error(`${order.reference} cannot go from ${order.status} to ${status}`);
  }
  const at = isoTime(now);
  const log = entry === null ? order.log : [...order.log, { at, ...entry }].slice(-LOG_LIMIT);
  return { ...order, ...patch, log, updatedAt: at, version: order.version + 1 };
}
