import { whyNotAddressable } from '../address/address.ts';
import type { Connection } from '../connection.ts';
import { Deferred } from '../errors.ts';
import { awaitsPayment, isVoided, type Sale } from '../sale/sale.ts';
import { enumerate } from '../text.ts';
import type { Desired, FulfillmentOrder, Hold, Status } from './fulfillment-order.ts';
import type { OrderContent } from './order-content.ts';
import { change } from './transitions.ts';

/** The status of an order with this content until it is sent. */
export interface InitialState {
  readonly status: Extract<Status, 'Queued' | 'On Hold'>;
  readonly desired: Extract<Desired, 'fulfilled' | 'held'>;
  readonly hold: Hold;
  readonly released: boolean;
  readonly reason: string;
}

/**
 * @param overruled a person has released it: it is not held again for a decision
 * @param unknownSkus of its lines, that the provider does not know
 */
export function decideInitialState(
  content: OrderContent,
  connection: Connection,
  overruled: boolean,
  unknownSkus: readonly string[],
): InitialState {
  const address = whyNotAddressable(content.shipTo);
  if (address !== null) return onHold('address', `${address} Correct it in DEAR or here.`);
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
): InitialState | null {
  if (isUnmapped(content, connection)) {
    const reason = `No service of ${connection.id} is named for its shipping method. Add it to shippingMethods, or release the order as it is.`;
    return onHold('shipping-method', reason);
  }
  if (connection.catalogue.unknownSkus === 'hold' && unknownSkus.length > 0) {
    const reason = `${whatIsUnknown(connection.id, unknownSkus)} Add it there, and the order goes on once the catalogue is read again; or release it as it is.`;
    return onHold('unknown-sku', reason);
  }
  if (connection.holdUntilPaid && awaitsPayment(content.paymentStatus, content.saleTotal)) {
    return onHold(
      'payment',
      `Held until DEAR says that the sale is paid; it is ${content.paymentStatus || 'not'}.`,
    );
  }
  return null;
}

/** Log sentences about unknown SKUs that do not hold the order. */
export function remarksOnUnknown(
  { hold }: InitialState,
  connection: string,
  skus: readonly string[],
): string[] {
  return skus.length > 0 && hold !== 'unknown-sku' ? [whatIsUnknown(connection, skus)] : [];
}

function whatIsUnknown(connection: string, skus: readonly string[]): string {
  return `${connection} knows no product ${enumerate(skus)}.`;
}

function onHold(hold: Hold, reason: string): InitialState {
  return { status: 'On Hold', desired: 'held', hold, released: false, reason };
}

function isUnmapped({ chosenMethod }: OrderContent, { shippingMethods }: Connection): boolean {
  if (shippingMethods === null || shippingMethods.unmapped === 'pass') return false;
  return serviceFor(chosenMethod, shippingMethods.services) === undefined;
}

/** People type DEAR's method, so case and outer blanks are ignored. */
export function serviceFor(method: string, services: Readonly<Record<string, string>>): string | undefined {
  const wanted = method.trim().toLowerCase();
  return Object.entries(services).find(([name]) => name.trim().toLowerCase() === wanted)?.[1];
}

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
