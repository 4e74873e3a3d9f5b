import { isoTime } from '../clock.ts';
import type { NotDone, Rejected } from '../errors.ts';
import type { FulfillmentOrder, LogEntry, Status } from './fulfillment-order.ts';
import { canMove } from './status.ts';
import { waitingFor } from './waiting.ts';

/** Entries kept on an order; older ones make room. 200 of about 150 bytes stay far below DynamoDB's 400 KB. */
const LOG_LIMIT = 200;

/** What a transition may set; identity, times, version and log are kept by `change`. */
export type OrderPatch = Partial<
  Omit<
    FulfillmentOrder,
    'reference' | 'saleId' | 'connection' | 'createdAt' | 'updatedAt' | 'waitingSince' | 'version' | 'log'
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
  if (!canMove(order.status, status) && !isTakenUpAgain(order, status)) {
    throw new Error(`${order.reference} cannot go from ${order.status} to ${status}`);
  }
  const at = isoTime(now);
  const log = entry === null ? order.log : [...order.log, { at, ...entry }].slice(-LOG_LIMIT);
  const next = { ...order, ...patch, log, updatedAt: at, version: order.version + 1 };
  return waitingFor(next) === waitingFor(order) ? next : { ...next, waitingSince: at };
}

/** What people at the provider had cancelled, they can put back to work. */
function isTakenUpAgain({ status, standstill }: FulfillmentOrder, next: Status): boolean {
  return status === 'Cancelled' && standstill !== '' && next === 'Shipped';
}

/** A machine's code; anything longer or with blanks is a sentence, and may quote a person. */
const CODE = /^[\w.-]{1,64}$/;

/**
 * A refusal in the other side's own words, for a log entry. The words may quote personal data and expire; the code stays.
 * @param why a refusal, a write that was ignored, or words
 */
export function quote(why: Rejected | NotDone | string): Pick<LogEntry, 'upstreamMessage' | 'code'> {
  if (typeof why === 'string') return { upstreamMessage: why };
  const { upstreamMessage = why.message, code, status } = why.details;
  if (code !== undefined && CODE.test(code)) return { upstreamMessage, code };
  return status === undefined ? { upstreamMessage } : { upstreamMessage, code: `HTTP ${status}` };
}
