import { whyNotAddressable } from '../address/address.ts';
import type { Connection } from '../connection.ts';
import { Deferred } from '../errors.ts';
import { awaitsPayment, isVoided, type Sale } from '../sale/sale.ts';
import { enumerate } from '../text.ts';
import type { Desired, FulfillmentOrder, Hold, OrderContent, Status } from './fulfillment-order.ts';
import { change } from './transitions.ts';

/** Where an order with this content begins, or stands while it has not been sent. */
export interface Start {
  readonly status: Extract<Status, 'Queued' | 'On Hold'>;
  readonly desired: Extract<Desired, 'fulfilled' | 'held'>;
  readonly hold: Hold;
  readonly released: boolean;
  readonly reason: string;
}

/**
 * @param overruled a person released it already: what only asks for a decision does not hold it again
 * @param unknownSkus of its lines, that the provider does not know
 */
export function decideStart(
  content: OrderContent,
  connection: Connection,
  overruled: boolean,
  unknownSkus: readonly string[],
): Start {
  const address = whyNotAddressable(content.shipTo);
  if (address !== '') return held('address', `${address} Correct it in DEAR or here.`);
  const ask = overruled ? null : decisionNeeded(content, connection, unknownSkus);
  if (ask !== null) return ask;
  const released = overruled || connection.release === 'automatic';
  const reason = released ? 'Waiting to be sent.' : 'Waiting for a person to process it.';
  return { status: 'Queued', desired: 'fulfilled', hold: '', released, reason };
}

function decisionNeeded(
  content: OrderContent,
  connection: Connection,
  unknownSkus: readonly string[],
): Start | null {
  if (isUnmapped(content, connection)) {
    const reason = `No service of ${connection.id} is named for its shipping method. Add it to shippingMethods, or release the order as it is.`;
    return held('shipping-method', reason);
  }
  if (connection.catalogue.unknownSkus === 'hold' && unknownSkus.length > 0) {
    const reason = `${whatIsUnknown(connection.id, unknownSkus)} Add it there, and the order goes on once the catalogue is read again; or release it as it is.`;
    return held('unknown-sku', reason);
  }
  if (connection.holdUntilPaid && awaitsPayment(content.paymentStatus, content.saleTotal)) {
    return held(
      'payment',
      `Held until DEAR says that the sale is paid; it is ${content.paymentStatus || 'not'}.`,
    );
  }
  return null;
}

/** What the log says of SKUs that do not hold the order; no sentence where there are none. */
export function remarksOnUnknown({ hold }: Start, connection: string, skus: readonly string[]): string[] {
  return skus.length > 0 && hold !== 'unknown-sku' ? [whatIsUnknown(connection, skus)] : [];
}

function whatIsUnknown(connection: string, skus: readonly string[]): string {
  return `${connection} knows no product ${enumerate(skus)}.`;
}

function held(hold: Hold, reason: string): Start {
  return { status: 'On Hold', desired: 'held', hold, released: false, reason };
}

function isUnmapped({ chosenMethod }: OrderContent, { shippingMethods }: Connection): boolean {
  if (shippingMethods === null || shippingMethods.unmapped === 'pass') return false;
  return serviceFor(chosenMethod, shippingMethods.services) === undefined;
}

/** DEAR's method text is typed by people, so its case and blanks do not count. */
export function serviceFor(method: string, services: Readonly<Record<string, string>>): string | undefined {
  const wanted = method.trim().toLowerCase();
  return Object.entries(services).find(([name]) => name.trim().toLowerCase() === wanted)?.[1];
}

/** Fields that say nothing about what is shipped, where to, or what is billed. */
const OF_NO_CONCERN =
  /(^|\.)(Memo|Note|Terms|SourceChannel|CombinedTrackingNumbers|ShipmentDate|ProductWeight|WeightUnits|BaseCurrency|CreditNotes.*)$/;
/** What the next write to DEAR is decided by. */
const DECIDES_WRITES = /^(Type|Status|Order|Order\.Status|Fulfilments\b.*|Invoices\b.*|CreditNotes\b.*)$/;

/** Why nothing may be decided from what was read of the sale, as a sentence; '' where all that matters could be read. */
export function whyUnreadable(sale: Sale): string {
  const paths = (sale.unreadable ?? []).filter((path) => !OF_NO_CONCERN.test(path));
  // A void is told by the status alone, and stops what can still be stopped.
  if (paths.length === 0 || (isVoided(sale) && !paths.includes('Status'))) return '';
  return `DEAR gives a part of the sale in a form that cannot be read: ${enumerate(paths)}.`;
}

/** A new order of such a sale may lack something, so a person decides. */
export function heldAsUnreadable(
  order: FulfillmentOrder,
  why: string,
  by: string,
  now: number,
): FulfillmentOrder {
  const reason = `${why} Correct it in DEAR, and the order goes on; or compare it with the sale and release it as it is.`;
  const start: Start = { status: 'On Hold', desired: 'held', hold: 'unreadable', released: false, reason };
  return { ...change(order, now, start, { by, what: reason }), version: order.version };
}

/** How long until the sale is read again. A correction in DEAR tells nothing to the shipments that wait for it. */
const READ_AGAIN_MS = 15 * 60_000;

/** How far the sale is in DEAR cannot be read, so nothing is written to it until it can be. Its message is for a person. */
export class StagesUnreadable extends Deferred {
  override readonly name = 'StagesUnreadable';
}

/**
 * @returns the sale, where everything could be read that says how far it is in DEAR
 * @throws {StagesUnreadable} where it could not
 */
export function requireStages(sale: Sale): Sale {
  const paths = (sale.unreadable ?? []).filter((path) => DECIDES_WRITES.test(path));
  if (paths.length === 0) return sale;
  const what = `DEAR gives a part of the sale in a form that cannot be read: ${enumerate(paths)}.`;
  const advice =
    'Look at the sale in DEAR; it is read again every 15 minutes, and goes on when it can be read.';
  throw new StagesUnreadable(`DEAR is not told yet. ${what} ${advice}`, READ_AGAIN_MS);
}
