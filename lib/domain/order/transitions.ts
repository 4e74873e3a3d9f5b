import { isoTime } from '../clock.ts';
import type { NotDone, Rejected } from '../errors.ts';
import type { FulfillmentOrder, LogEntry, Status } from './fulfillment-order.ts';
import { canMove } from './status.ts';
import { waitingFor } from './waiting.ts';

/** Entries kept on an order; the oldest are dropped. 200 of about 150 bytes are far below DynamoDB's limit of 400 KB. */
const LOG_LIMIT = 200;

/** What a transition may set; identity, times, version and log are kept by `change`. */
export type OrderPatch = Partial<
  Omit<
    FulfillmentOrder,
    'reference' | 'saleId' | 'connection' | 'createdAt' | 'updatedAt' | 'waitingSince' | 'version' | 'log'
  >
>;

/**
 * Every change of an order is a patch and the log entry that explains it.
 * @param now ms since the epoch
 * @throws {Error} if the status may not follow: a bug
 */
export function change(
  order: FulfillmentOrder,
  now: number,
  patch: OrderPatch,
  entry: Omit<LogEntry, 'at'> | null,
): FulfillmentOrder {
  const status = patch.status ?? order.status;
  if (!canMove(order.status, status) && !isTakenUpAgain(order, status)) {
    throw new Error(`${order.reference} cannot go from ${order.status} to ${status}`);
  }
  const at = isoTime(now);
  const log = entry === null ? order.log : [...order.log, { at, ...entry }].slice(-LOG_LIMIT);
  const next = { ...order, ...patch, log, updatedAt: at, version: order.version + 1 };
  return waitingFor(next) === waitingFor(order) ? next : { ...next, waitingSince: at };
}

/** Staff of the provider can reopen what they cancelled. */
function isTakenUpAgain({ status, standstill }: FulfillmentOrder, next: Status): boolean {
  return status === 'Cancelled' && standstill !== '' && next === 'Shipped';
}

/** A code without blanks; anything longer may be a sentence with personal data. */
const CODE = /^[\w.-]{1,64}$/;

/**
 * The other system's refusal for a log entry. Its message may hold personal data and expires; its code stays.
 * @param why a refusal, an ignored write, or a message
 */
export function quote(why: Rejected | NotDone | string): Pick<LogEntry, 'upstreamMessage' | 'code'> {
  if (typeof why === 'string') return { upstreamMessage: why };
  const { upstreamMessage = why.message, code, status } = why.details;
  if (code !== undefined && CODE.test(code)) return { upstreamMessage, code };
  return status === undefined ? { upstreamMessage } : { upstreamMessage, code: `HTTP ${status}` };
}
