import { isoTime } from '../clock.ts';
import type { NotDone, Rejected } from '../errors.ts';
import type { Confirmation, FulfillmentOrder } from '../order/fulfillment-order.ts';
import { listGoods } from '../order/standstill.ts';
import { change, quote } from '../order/transitions.ts';
import type { Package } from '../shipment/package.ts';
import { stillToShip } from '../shipment/still-to-ship.ts';
import { enumerate } from '../text.ts';
import { getBoxName, getTrackingNumbers } from './packing.ts';

/** Saved before DEAR is called. */
export function claimConfirmation(order: FulfillmentOrder, now: number): FulfillmentOrder {
  const attempt = order.confirmation.attempt + 1;
  return change(
    order,
    now,
    { confirmation: { ...order.confirmation, state: 'claimed', attempt, at: isoTime(now) } },
    null,
  );
}

/** Nothing was written, so the attempt does not count. */
export function releaseConfirmation(order: FulfillmentOrder, now: number): FulfillmentOrder {
  const attempt = order.confirmation.attempt - 1;
  return change(
    order,
    now,
    { confirmation: { ...order.confirmation, state: 'none', attempt, at: isoTime(now) } },
    null,
  );
}

interface Confirmed {
  /** The confirmed packages. */
  readonly packages: readonly Package[];
  /** The fulfilment that they were written into. */
  readonly taskId: string;
  /** Sentences about what could not be written as it was. */
  readonly remarks: readonly string[];
}

/** @param told what DEAR now shows of the order */
export function recordConfirmed(order: FulfillmentOrder, now: number, told: Confirmed): FulfillmentOrder {
  const { taskId, remarks } = told;
  const numbers = enumerate(getTrackingNumbers(told.packages)) || 'no tracking number';
  const ids = [...new Set([...order.confirmation.packages, ...told.packages.map(({ id }) => id)])];
  const missing = stillToShip(order).map(({ quantity, sku }) => `${quantity} × ${sku}`);
  const late = order.packages.some(({ id }) => !ids.includes(id));
  const state = late || missing.length > 0 ? ('none' as const) : ('confirmed' as const);
  const closed =
    order.closedShort === null ? '' : ` Closed short: ${listGoods(order.closedShort.lines)} was not shipped.`;
  const isNext = late && order.partialShipments === 'convert';
  const left = isNext ? 'A part is confirmed to DEAR; the parcels after it are next.' : null;
  const reason =
    missing.length === 0
      ? (left ?? `Shipped, and confirmed to DEAR.${closed}`)
      : `Partly shipped and confirmed; still to come: ${enumerate(missing)}.`;
  const shown = new Set(told.packages.map(({ id }) => id));
  const corrections = order.confirmation.corrections.filter(({ id }) => !shown.has(id));
  const confirmation = { ...order.confirmation, state, packages: ids, taskId, corrections, at: isoTime(now) };
  const packages = order.packages.map((box) =>
    shown.has(box.id) ? { ...box, shownIn: { taskId, box: getBoxName(order, box) } } : box,
  );
  // What left meanwhile or leaves next goes into a fulfilment of its own.
  const patch = { packages, confirmation, reason, taskId: missing.length > 0 || isNext ? '' : taskId };
  const what = [`DEAR shows it picked, packed and shipped: ${numbers}.`, ...remarks].join(' ');
  return change(order, now, patch, { by: 'DEAR', what });
}

/**
 * @param why DEAR's refusal, or why nothing could be written; not quoted where the reason says the same
 * @param reason a sentence for a person, with what to do
 */
export function recordConfirmationRefused(
  order: FulfillmentOrder,
  now: number,
  why: Rejected | NotDone | string,
  reason: string,
): FulfillmentOrder {
  const patch = { confirmation: ended(order, 'refused', now), reason };
  return change(order, now, patch, { by: 'DEAR', what: reason, ...(why !== reason && quote(why)) });
}

/**
 * DEAR does not allow picking, shipping or billing at a location during a stock take of it. The confirmation continues by itself
 * afterwards.
 */
export function recordConfirmationLocked(
  order: FulfillmentOrder,
  now: number,
  { number, location }: { readonly number: string; readonly location: string },
): FulfillmentOrder {
  const reason = `It has left, and DEAR locks ${location} while the stock take ${number} is open. Complete or void the stock take in DEAR; the order continues within 15 minutes.`;
  if (order.confirmation.state === 'locked' && order.reason === reason) return order;
  return change(
    order,
    now,
    { confirmation: ended(order, 'locked', now), reason },
    { by: 'DEAR', what: reason },
  );
}

/** The stock take is over. */
export function resumeLockedConfirmation(order: FulfillmentOrder, now: number): FulfillmentOrder {
  if (order.confirmation.state !== 'locked') return order;
  const reason = 'The stock take is over; DEAR is being updated.';
  const patch = { confirmation: { ...order.confirmation, state: 'none' }, reason } as const;
  return change(order, now, patch, { by: 'schedule', what: reason });
}

/** The sale was voided or undone after the goods had left: tracking stays in the log, and nothing is written to DEAR. */
export function recordConfirmationAbandoned(
  order: FulfillmentOrder,
  now: number,
  why: string,
): FulfillmentOrder {
  const patch = { confirmation: ended(order, 'abandoned', now), reason: why };
  return change(order, now, patch, { by: 'DEAR', what: `${why} Nothing more is written to it.` });
}

function ended(order: FulfillmentOrder, state: Confirmation['state'], now: number): Confirmation {
  return { ...order.confirmation, state, at: isoTime(now) };
}
