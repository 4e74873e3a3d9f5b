import { whyNotAddressable } from '../address/address.ts';
import type { Connection } from '../connection.ts';
import { Deferred } from '../errors.ts';
import { isSameName } from '../sale/location.ts';
import { awaitsPayment, isVoided, type Sale } from '../sale/sale.ts';
import { enumerate } from '../text.ts';
import type { Desired, FulfillmentOrder, Hold, HoldCause, Status } from './fulfillment-order.ts';
import { listHolds, toHeld } from './holds.ts';
import type { OrderContent } from './order-content.ts';
import { change } from './transitions.ts';

/** The status of an order with this content until it is sent. */
export interface InitialState {
  readonly status: Extract<Status, 'Queued' | 'On Hold'>;
  readonly desired: Extract<Desired, 'fulfilled' | 'held'>;
  readonly hold: Hold;
  /** Every cause of the hold. */
  readonly holds: readonly HoldCause[];
  readonly released: boolean;
  readonly reason: string;
}

/**
 * @param overruled a person has released it: it is not held again for a decision
 * @param unknownSkus of its lines, that the provider does not know; `unread`: its list was never read
 */
export function decideInitialState(
  content: OrderContent,
  connection: Connection,
  overruled: boolean,
  unknownSkus: readonly string[] | 'unread',
): InitialState {
  const causes = listCauses(content, connection, overruled, unknownSkus);
  if (causes.length > 0) return toHeld(causes);
  const released = overruled || connection.release === 'automatic';
  const reason = released ? 'Waiting to be sent.' : 'Waiting for a person to process it.';
  return { status: 'Queued', desired: 'fulfilled', hold: '', holds: [], released, reason };
}

function listCauses(
  content: OrderContent,
  connection: Connection,
  overruled: boolean,
  unknownSkus: readonly string[] | 'unread',
): HoldCause[] {
  if (isTest(content, connection)) return [{ kind: 'test', why: NEVER_SENT }];
  const address = whyNotAddressable(content.shipTo);
  const decisions = overruled ? [] : listDecisions(content, connection, unknownSkus);
  return [
    ...(connection.mode === 'shadow' ? [{ kind: 'shadow', why: toShadowReason(connection) } as const] : []),
    ...(address === null ? [] : [{ kind: 'address', why: address } as const]),
    ...decisions,
  ];
}

function toShadowReason({ id }: Connection): string {
  return `${id} is in shadow mode: nothing is sent, as the connector before still ships the sale.`;
}

const NEVER_SENT =
  'It is of the test sale of the settings, and is never sent: bridge canary takes it back, or void or undo the sale in DEAR.';

/** No release overrules it: nothing of a test may leave a warehouse. */
function isTest({ saleOrderNumber }: OrderContent, { testSale }: Connection): boolean {
  return testSale.number !== '' && !testSale.send && isSameName(testSale.number, saleOrderNumber);
}

function listDecisions(
  content: OrderContent,
  { id, shippingMethods, catalogue, holdUntilPaid }: Connection,
  unknownSkus: readonly string[] | 'unread',
): HoldCause[] {
  const causes: HoldCause[] = [];
  if (isUnmapped(content, shippingMethods)) {
    const why = `No service of ${id} is named for its shipping method.`;
    causes.push({ kind: 'shipping-method', why });
  }
  if (catalogue.unknownSkus === 'hold' && unknownSkus.length > 0) {
    const why = whyUnknown(id, unknownSkus);
    causes.push({ kind: 'unknown-sku', why });
  }
  if (holdUntilPaid && awaitsPayment(content.paymentStatus, content.saleTotal)) {
    const why = `Held until DEAR says that the sale is paid; it is ${content.paymentStatus || 'not'}.`;
    causes.push({ kind: 'payment', why });
  }
  return causes;
}

/** Log sentences about unknown SKUs that do not hold the order. */
export function remarksOnUnknown(
  { holds }: InitialState,
  connection: string,
  skus: readonly string[] | 'unread',
): string[] {
  return skus !== 'unread' && skus.length > 0 && !holds.some(({ kind }) => kind === 'unknown-sku')
    ? [whatIsUnknown(connection, skus)]
    : [];
}

function whyUnknown(connection: string, skus: readonly string[] | 'unread'): string {
  if (skus === 'unread') {
    return `The list of ${connection}'s products has not been read yet, so it is not known whether it knows these.`;
  }
  return `${whatIsUnknown(connection, skus)}`;
}

function whatIsUnknown(connection: string, skus: readonly string[]): string {
  return `${connection} knows no product ${enumerate(skus)}.`;
}

/** A method that an operator typed is another than the sale's, and is passed on. */
function isUnmapped(
  { chosenMethod, shippingMethod }: OrderContent,
  mapping: Connection['shippingMethods'],
): boolean {
  if (mapping === null || mapping.unmapped === 'pass' || shippingMethod !== chosenMethod) return false;
  return serviceFor(chosenMethod, mapping.services) === undefined;
}

/** People type DEAR's method, so case and blanks are ignored. */
export function serviceFor(method: string, services: Readonly<Record<string, string>>): string | undefined {
  return Object.entries(services).find(([name]) => isSameName(name, method))?.[1];
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
  const start = toHeld([{ kind: 'unreadable', why }, ...listHolds(order)]);
  return { ...change(order, now, start, { by, what: why }), version: order.version };
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
