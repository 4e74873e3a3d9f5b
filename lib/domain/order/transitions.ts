import { addressVersions } from '../address/address.ts';
import { DAY_MS, isoTime } from '../clock.ts';
import { getTrackingNumbers } from '../confirmation/packing.ts';
import type { NotDone, Rejected } from '../errors.ts';
import { isVoid } from '../shipment/package.ts';
import { needsConfirmation, stillToShip } from '../shipment/still-to-ship.ts';
import { cutText } from '../text.ts';
import type { FulfillmentOrder, LogEntry, Status } from './fulfillment-order.ts';
import { isByHand, isHeldFor, listHolds } from './holds.ts';
import type { OrderContent } from './order-content.ts';
import { toProgress } from './progress.ts';

/**
 * The statuses that may follow each one. Only forward, except that a new plan or a person revives Failed and On Hold, and staff
 * of the provider may hold a Shipped order.
 */
const NEXT: Readonly<Record<Status, readonly Status[]>> = {
  Queued: ['On Hold', 'Shipped', 'Failed', 'Cancelled'],
  'On Hold': ['Queued', 'Shipped', 'Failed', 'Cancelled'],
  Failed: ['Queued', 'On Hold', 'Shipped', 'Cancelled'],
  Shipped: ['On Hold', 'Completed', 'Delivered', 'Cancelled'],
  Completed: ['Delivered'],
  Delivered: [],
  Cancelled: [],
};

export function canMove(from: Status, to: Status): boolean {
  return from === to || NEXT[from].includes(to);
}

export function isFinal(status: Status): boolean {
  return NEXT[status].length === 0;
}

/**
 * Whether the order still covers goods of the sale, so that no other order may be made for them. One that a person or the
 * provider cancelled does until the sale is undone; goods that have left always do.
 */
export function isLive(order: FulfillmentOrder): boolean {
  return order.status !== 'Cancelled' || !order.withdrawn || order.packages.length > 0;
}

/**
 * Whether the order stays at its connection, whatever the rules of its location choose now: its provider has it or may have it,
 * or a person acted on it. Of a withdrawn order only goods that leave stay; another connection waits until it is cancelled.
 */
export function keepsConnection(order: FulfillmentOrder): boolean {
  const { packages, status, withdrawn, cancellation, submission, fingerprint, planned } = order;
  if (packages.length > 0) return true;
  if (withdrawn) return status !== 'Cancelled' && cancellation.state === 'refused';
  const isUnsent = submission.state === 'none' || submission.state === 'rejected';
  const isByPerson = status === 'Cancelled' || fingerprint !== planned || listHolds(order).some(isByHand);
  return !isUnsent || isByPerson || submission.answerLost === true;
}

/** The next call to the order's provider. */
type DispatchStep = 'submit' | 'update' | 'cancel' | 'nothing';

export function nextDispatchStep(order: FulfillmentOrder): DispatchStep {
  if (order.packages.some((box) => !isVoid(box))) return 'nothing';
  // What DEAR shows of a voided label is for a person to settle, but nothing has left that could not be stopped.
  if (order.packages.length > 0 && order.desired !== 'cancelled') return 'nothing';
  if (order.desired === 'cancelled') return isCancellable(order) ? 'cancel' : 'nothing';
  if (order.desired !== 'fulfilled' || !order.released) return 'nothing';
  if ((order.status === 'Queued' && isUnsent(order)) || isReferenceTaken(order)) return 'submit';
  return isOutdated(order) ? 'update' : 'nothing';
}

function isCancellable(order: FulfillmentOrder): boolean {
  const settled = order.cancellation.state === 'done' || order.cancellation.state === 'refused';
  return !settled && order.status !== 'Cancelled' && canMove(order.status, 'Cancelled');
}

function isUnsent({ submission: { state } }: FulfillmentOrder): boolean {
  return state === 'none' || state === 'claimed' || state === 'unknown';
}

/** An order from elsewhere has its reference at the provider: it is submitted again until that one is gone. */
export function isReferenceTaken({ status, submission }: FulfillmentOrder): boolean {
  return status === 'Failed' && submission.takenBy !== undefined;
}

/** The provider has an earlier version, and has not refused this one. */
function isOutdated({ status, submission, fingerprint }: FulfillmentOrder): boolean {
  const told = [submission.acceptedFingerprint, submission.refusedFingerprint];
  return status === 'Shipped' && submission.state === 'submitted' && !told.includes(fingerprint);
}

/** What an order can wait for; orders are listed by these words. */
export const WAITING_FOR = [
  /** The provider has to accept it: it was not sent, or the answer was lost. */
  'submission',
  /** The provider has to accept an update. */
  'update',
  /** The provider has to cancel it. */
  'cancellation',
  /** A person has to process it. */
  'person',
  /** It is On Hold. */
  'hold',
  /** It was planned in shadow mode, and its connection has to be cut over. */
  'cut-over',
  /** The provider has to ship it, or the rest of it. */
  'departure',
  /** A person has to decide: the shipping service refused its label, or offers none that fits. */
  'label',
  /** A person has to decide: the provider ships no more of it, and the sale still asks for the goods. */
  'standstill',
  /** Packages have to be confirmed to DEAR. */
  'confirmation',
  /** The provider refused it, or has another order, or several of ours, under its reference. */
  'failed',
  /** The sale no longer asks for it, but the provider will not cancel it, or may have it and does not list it. */
  'cancel-refused',
  /** DEAR refused the confirmation. */
  'confirmation-refused',
  /** A stock take in DEAR locks its location. */
  'stock-take',
] as const;
export type WaitingFor = (typeof WAITING_FOR)[number];

const FOR_STEP = { submit: 'submission', update: 'update', cancel: 'cancellation' } as const;

/**
 * What an order waits for; '' if it travels and is confirmed, or has ended.
 * `order.waitingSince` says since when.
 */
export function waitingFor(order: FulfillmentOrder): WaitingFor | '' {
  if (order.status === 'Cancelled') return isStandingStill(order) ? 'standstill' : '';
  const step = nextDispatchStep(order);
  if (step === 'submit' && isReferenceTaken(order)) return 'failed';
  if (step === 'cancel' && order.cancellation.state === 'unknown') return 'cancel-refused';
  if (step !== 'nothing') return FOR_STEP[step];
  switch (order.status) {
    case 'Completed':
    case 'Delivered':
      return forConfirmation(order);
    case 'Shipped':
      return isUnstoppable(order) ? 'cancel-refused' : forConfirmation(order) || forDeparture(order);
    default:
      if (isHeldFor(order, 'shadow')) return 'cut-over';
      return isUnstoppable(order) ? 'cancel-refused' : UNSENT[order.status];
  }
}

const UNSENT = { Queued: 'person', 'On Hold': 'hold', Failed: 'failed' } as const;

function isUnstoppable({ withdrawn, cancellation }: FulfillmentOrder): boolean {
  return withdrawn && cancellation.state === 'refused';
}

function forConfirmation(order: FulfillmentOrder): WaitingFor | '' {
  if (needsConfirmation(order, order)) return 'confirmation';
  if (order.withdrawn) return '';
  if (order.confirmation.state === 'locked') return 'stock-take';
  return order.confirmation.state === 'refused' ? 'confirmation-refused' : '';
}

function forDeparture(order: FulfillmentOrder): WaitingFor | '' {
  if (isStandingStill(order)) return 'standstill';
  if (isLabelRefused(order)) return 'label';
  return !order.withdrawn && stillToShip(order).length > 0 ? 'departure' : '';
}

/** Not after the order got a label another way. */
function isLabelRefused({ postage, packages, withdrawn }: FulfillmentOrder): boolean {
  return postage?.label?.state === 'refused' && packages.every(isVoid) && !withdrawn;
}

function isStandingStill({ standstill, withdrawn }: FulfillmentOrder): boolean {
  return standstill !== '' && !withdrawn;
}

/**
 * The moment (ISO UTC) before which an order that still waits to leave must have been accepted to be late.
 * @param now ms since the epoch
 */
export function lateToLeaveSince(unshippedDays: number, now: number): string {
  return isoTime(now - unshippedDays * DAY_MS);
}

/**
 * The order's reason with the sale's data: an unmapped shipping method, and both versions of a doubtful address for a person who
 * may see personal data. The stored `reason` has neither, because it never expires.
 * @param content null once it has expired
 */
export function reasonInFull(
  order: FulfillmentOrder,
  content: OrderContent | null,
  personal: boolean,
): string {
  if (content === null) return order.reason;
  const method = isHeldFor(order, 'shipping-method') ? ` The sale says: '${content.chosenMethod}'.` : '';
  const isAddressShown = personal && isHeldFor(order, 'address');
  return `${order.reason}${method}${isAddressShown ? bothVersions(content) : ''}`;
}

function bothVersions({ shipTo }: OrderContent): string {
  const { fields, shown } = addressVersions(shipTo);
  return ` Separate fields: ${fields || 'none'}. As DEAR shows it: ${shown || 'none'}.`;
}

/** DEAR cuts an additional attribute at 256 characters. */
const MAX_STATUS_LENGTH = 256;

/** What staff see in DEAR of all orders of a sale: `SO-00042-1 Shipped 1Z0001`. No personal data. */
export function shortStatus(orders: readonly FulfillmentOrder[]): string {
  const text = orders.map(describe).join('; ');
  return cutText(text, MAX_STATUS_LENGTH, '…');
}

function describe(order: FulfillmentOrder): string {
  const { reference, packages } = order;
  const holds = listHolds(order).map(({ kind }) => kind);
  const detail =
    holds.length === 0
      ? getTrackingNumbers(packages.filter((box) => !isVoid(box))).join(', ')
      : `(${holds.join(', ')})`;
  return `${reference} ${toProgress(order)} ${detail}`.trim();
}

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
  const next = {
    ...order,
    ...patch,
    ...toHolds(order, patch),
    log,
    updatedAt: at,
    version: order.version + 1,
  };
  return waitingFor(next) === waitingFor(order) ? next : { ...next, waitingSince: at };
}

/** A patch that names one cause, or none, ends all others. */
function toHolds(order: FulfillmentOrder, { hold, holds, reason }: OrderPatch): OrderPatch {
  if (holds !== undefined || hold === undefined) return {};
  return { holds: hold === '' ? [] : [{ kind: hold, why: reason ?? order.reason }] };
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
