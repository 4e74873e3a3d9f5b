import { Deferred } from '../errors.ts';
import { isVoided, type Sale } from '../sale/sale.ts';
import { enumerate } from '../text.ts';
import type { FulfillmentOrder } from './fulfillment-order.ts';
import type { InitialState } from './initial-state.ts';
import { change } from './transitions.ts';

/** Fields that do not affect what is shipped, where to, or what is billed. */
const OF_NO_CONCERN =
  /(^|\.)(Memo|Note|Terms|SourceChannel|CombinedTrackingNumbers|ShipmentDate|ProductWeight|WeightUnits|BaseCurrency|CreditNotes.*)$/;

/** Fields that decide the next write to DEAR. */
const DECIDES_WRITES = /^(Type|Status|Order|Order\.Status|Fulfilments\b.*|Invoices\b.*|CreditNotes\b.*)$/;

/** Why the sale cannot be planned, as a sentence; null if everything that matters could be read. */
export function whyUnreadable(sale: Sale): string | null {
  const paths = (sale.unreadable ?? []).filter((path) => !OF_NO_CONCERN.test(path));
  // The status alone shows a void, which has to stop the orders.
  if (paths.length === 0 || (isVoided(sale) && !paths.includes('Status'))) return null;
  return `DEAR gives a part of the sale in a form that cannot be read: ${enumerate(paths)}.`;
}

/** A new order of such a sale may lack something, so a person has to release it. */
export function heldAsUnreadable(
  order: FulfillmentOrder,
  why: string,
  by: string,
  now: number,
): FulfillmentOrder {
  const reason = `${why} Correct it in DEAR, and the order goes on; or compare it with the sale and release it as it is.`;
  const start: InitialState = {
    status: 'On Hold',
    desired: 'held',
    hold: 'unreadable',
    released: false,
    reason,
  };
  return { ...change(order, now, start, { by, what: reason }), version: order.version };
}

/** How long until the sale is read again. A correction in DEAR sends no event to waiting shipments. */
const READ_AGAIN_MS = 15 * 60_000;

/** The stages of the sale cannot be read, so nothing is written until they can be. The message is for a person. */
export class StagesUnreadable extends Deferred {
  override readonly name = 'StagesUnreadable';
}

/**
 * @returns the sale, if all its stages could be read
 * @throws {StagesUnreadable} if they could not
 */
export function requireStages(sale: Sale): Sale {
  const paths = (sale.unreadable ?? []).filter((path) => DECIDES_WRITES.test(path));
  if (paths.length === 0) return sale;
  const what = `DEAR gives a part of the sale in a form that cannot be read: ${enumerate(paths)}.`;
  const advice =
    'Look at the sale in DEAR; it is read again every 15 minutes, and goes on when it can be read.';
  throw new StagesUnreadable(`DEAR is not updated yet. ${what} ${advice}`, READ_AGAIN_MS);
}
