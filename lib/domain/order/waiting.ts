import { addressVersions } from '../address/address.ts';
import { isoTime } from '../clock.ts';
import { getTrackingNumbers } from '../confirmation/packing.ts';
import { DAY_MS } from '../duration.ts';
import { isVoid } from '../shipment/package.ts';
import { needsConfirmation, stillToShip } from '../shipment/still-to-ship.ts';
import { cutText } from '../text.ts';
import type { FulfillmentOrder } from './fulfillment-order.ts';
import type { OrderContent } from './order-content.ts';
import { isReferenceTaken, nextDispatchStep } from './status.ts';

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
  /** The provider has to ship it, or the rest of it. */
  'departure',
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
  return !order.withdrawn && stillToShip(order).length > 0 ? 'departure' : '';
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
  if (order.hold === 'shipping-method') return `${order.reason} The sale says: '${content.chosenMethod}'.`;
  if (order.hold !== 'address' || !personal) return order.reason;
  const { fields, shown } = addressVersions(content.shipTo);
  return `${order.reason} Separate fields: ${fields || 'none'}. As DEAR shows it: ${shown || 'none'}.`;
}

/** DEAR cuts an additional attribute at 256 characters. */
const MAX_STATUS_LENGTH = 256;

/** The status that staff see in DEAR for all orders of a sale: `SO-00042-1 Shipped 1Z0001`. No personal data. */
export function shortStatus(orders: readonly FulfillmentOrder[]): string {
  const text = orders.map(describe).join('; ');
  return cutText(text, MAX_STATUS_LENGTH, '…');
}

function describe({ reference, status, hold, packages }: FulfillmentOrder): string {
  const detail =
    hold === '' ? getTrackingNumbers(packages.filter((box) => !isVoid(box))).join(', ') : `(${hold})`;
  return `${reference} ${status} ${detail}`.trim();
}
