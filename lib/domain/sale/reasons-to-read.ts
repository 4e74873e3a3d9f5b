import type { Connection } from '../connection.ts';
import type { FulfillmentOrder } from '../order/fulfillment-order.ts';
import { isHeldFor } from '../order/holds.ts';
import { isFinal, isLive, keepsConnection } from '../order/transitions.ts';
import { isConfirmationBlocked } from '../shipment/still-to-ship.ts';
import { isOrderAuthorised, isVoided, type Sale } from './sale.ts';

/** Never a reason to read the sale: nothing is authorised yet. */
const TOO_EARLY = new Set(['Sale/Created', 'Sale/QuoteAuthorised']);
/**
 * For a known sale these change nothing that matters, and most are caused by our own writes. For an unknown sale they mean that
 * its authorisation was missed.
 */
const LATER_STAGES = new Set([
  'Sale/PickAuthorised',
  'Sale/PackAuthorised',
  'Sale/ShipmentAuthorised',
  'Sale/InvoiceAuthorised',
  'Sale/CreditNoteAuthorised',
  'Sale/PartialPaymentReceived',
  'Sale/FullPaymentReceived',
  'Sale/AttachmentAdded',
  'Sale/AdditionalAttributesChanged',
  'Sale/ShipmentTrackingNumberChanged',
]);

/** Each changes the sale's status. */
const STAGES = [
  'Sale/PickAuthorised',
  'Sale/PackAuthorised',
  'Sale/ShipmentAuthorised',
  'Sale/InvoiceAuthorised',
];
const PAYMENTS = new Set(['Sale/PartialPaymentReceived', 'Sale/FullPaymentReceived']);

/**
 * Whether an event is a reason to read its sale from DEAR.
 * @param event DEAR's name, or one of ours: a sweep or an operator is always a reason
 * @param known the orders of a sale that was read before, perhaps none; null if it never was
 */
export function isReasonToRead(
  event: string,
  known: readonly FulfillmentOrder[] | null,
  connections: readonly Connection[],
): boolean {
  if (TOO_EARLY.has(event)) return false;
  if (known === null || !LATER_STAGES.has(event)) return true;
  if (PAYMENTS.has(event)) return known.some((order) => isHeldFor(order, 'payment'));
  if (STAGES.includes(event) && known.length === 0 && connections.some(asksForStatus)) return true;
  if (event === 'Sale/AdditionalAttributesChanged') {
    if (known.length === 0) return connections.some(asksForAttributes);
    return (
      known.some((order) => isLive(order) && !keepsConnection(order)) && connections.some(hasAttributeRule)
    );
  }
  return isTrigger(event, connections) || known.some(isConfirmationBlocked);
}

function asksForAttributes(connection: Pick<Connection, 'admission' | 'rules'>): boolean {
  return Object.keys(connection.admission.attributes).length > 0 || hasAttributeRule(connection);
}

/** An order that was not sent may move to another connection. */
function hasAttributeRule({ rules }: Pick<Connection, 'rules'>): boolean {
  return rules.some(({ attributes }) => Object.keys(attributes).length > 0);
}

/** A sale that was not admitted for its status may reach the right one at any stage. */
function asksForStatus({ admission }: Pick<Connection, 'admission'>): boolean {
  return admission.saleStatuses.length > 0;
}

/** The order's own authorisation is always a reason; a later stage only where a connection waits for it. */
function isTrigger(event: string, connections: readonly Connection[]): boolean {
  return connections.some(({ trigger }) => event === `Sale/${trigger}`);
}

/**
 * The sale events that DEAR has to send for these connections. Any other would cost an invocation for nothing, and DEAR
 * allows five webhooks of a type.
 */
export function eventsToSubscribe(
  connections: ReadonlyArray<Pick<Connection, 'trigger' | 'holdUntilPaid' | 'admission' | 'rules'>>,
): string[] {
  const triggers = connections.map(({ trigger }) => `Sale/${trigger}`);
  const payments = connections.some(({ holdUntilPaid }) => holdUntilPaid) ? [...PAYMENTS] : [];
  const changes = connections.some(asksForAttributes) ? ['Sale/AdditionalAttributesChanged'] : [];
  const stages = connections.some(asksForStatus) ? STAGES : [];
  const always = ['Sale/Voided', 'Sale/Undo', 'Sale/ShipmentTrackingNumberChanged'];
  return [...new Set([...triggers, ...always, ...payments, ...changes, ...stages])];
}

/** A sale as DEAR's list of changed sales shows it. The list says when a sale changed, not what changed. */
export interface ChangedSale {
  readonly saleId: string;
  /** '' for a quote. */
  readonly orderNumber: string;
  /** ISO UTC with milliseconds, by DEAR's clock; '' if DEAR gives none. Payments, invoices and our own writes move it too. */
  readonly updatedAt: string;
  /** Upper-case. */
  readonly orderStatus: string;
  readonly status: string;
  /** Over all fulfilments, upper-case: `NOT PICKED`, `PARTIALLY PICKED`, `PICKED` … */
  readonly pickingStatus: string;
  readonly packingStatus: string;
  readonly shippingStatus: string;
  /** Of the whole order; '' where DEAR names none. */
  readonly locationId: string;
}

/** The stored state of a sale since it was last read. */
export interface LastReading {
  /** When the read began (ISO UTC, by our clock); '' if no read was completed. */
  readonly readAt: string;
  readonly isAuthorised: boolean;
  readonly isComplete: boolean;
  readonly references: readonly string[];
}

/** Where a connection ships from, and at what stage it takes a sale. */
export interface ConnectedLocation {
  readonly trigger: Connection['trigger'];
  /** '' if DEAR has no location of that name; then the sale has to be read. */
  readonly locationId: string;
}

/**
 * `news`: the sale has to be read. `known`: it was read since. `complete`: it is shipped, and nothing is left to do.
 * `irrelevant`: no connection would ship any of it.
 */
type ChangeKind = 'news' | 'known' | 'complete' | 'irrelevant';

/**
 * A read shows every change that is older than this. It allows for clock differences, for times cut to the second, and for
 * changes that become visible late. A webhook comes a minute after its event, so the read that it causes is late enough.
 */
const VISIBLE_AFTER_MS = 30_000;

/** Whether a read that began then shows the last change, so that our own writes do not hide a person's. */
export function isChangeVisible(updatedAt: string, readAt: string): boolean {
  return readAt !== '' && Date.parse(readAt) - Date.parse(updatedAt) >= VISIBLE_AFTER_MS;
}

/** How far the clocks of the function that received an event and of the one that read the sale may differ. */
const CLOCKS_DIFFER_MS = 2_000;

/**
 * Whether a read shows the change behind an event. DEAR sends the event after the change, so a read that began after the event
 * was received shows it; an earlier one may not.
 * @param receivedAt of the event (ISO UTC, by the receiver's clock)
 * @param readAt when the read began (ISO UTC, by a worker's clock); '' if there was none
 * @returns `unclear` if the clocks may differ by more than the time between the two
 */
export function getCoverage(receivedAt: string, readAt: string): 'shown' | 'unclear' | 'not shown' {
  const lead = Date.parse(readAt) - Date.parse(receivedAt);
  if (lead >= CLOCKS_DIFFER_MS) return 'shown';
  return lead > -CLOCKS_DIFFER_MS ? 'unclear' : 'not shown';
}

/** How long until a read certainly shows what was received then, in ms. */
export function timeUntilCovered(receivedAt: string, now: number): number {
  return Math.max(0, Date.parse(receivedAt) + CLOCKS_DIFFER_MS - now);
}

/** Classifies a row of the list. Anything that the row cannot rule out is news, as a changed line or address shows in its time alone. */
export function classifyChange(
  row: ChangedSale,
  last: LastReading | null,
  places: readonly ConnectedLocation[],
): ChangeKind {
  if (last !== null && isChangeVisible(row.updatedAt, last.readAt)) return 'known';
  if (last?.isComplete && isAuthorised(row) && row.shippingStatus === 'SHIPPED') return 'complete';
  if (last !== null && (last.references.length > 0 || last.isAuthorised !== isAuthorised(row))) return 'news';
  return isAuthorised(row) && places.some((place) => mayShip(place, row)) ? 'news' : 'irrelevant';
}

/** Whether a webhook was missed: the sale was authorised, undone or voided, and no event reported it. */
export function isMissedEvent(row: ChangedSale, last: LastReading | null): boolean {
  return isAuthorised(row) !== (last?.isAuthorised ?? false);
}

export function isAuthorised(sale: Pick<Sale, 'status' | 'orderStatus'>): boolean {
  return isOrderAuthorised(sale) && !isVoided(sale);
}

/**
 * Whether DEAR shows all of the sale shipped and each of its orders is confirmed or final: nothing is left to do unless it is
 * undone or voided. A sale without orders is not complete, as it may still be admitted.
 */
export function isComplete({ fulfilments }: Sale, orders: readonly FulfillmentOrder[]): boolean {
  const isShipped = fulfilments.length > 0 && fulfilments.every(({ ship }) => ship.status === 'AUTHORISED');
  return (
    isShipped &&
    orders.length > 0 &&
    orders.every(({ confirmation, status }) => confirmation.state === 'confirmed' || isFinal(status))
  );
}

/** A later stage may have goods of the connection's location, whatever the sale's location is. A shipped sale is not taken. */
function mayShip({ trigger, locationId }: ConnectedLocation, row: ChangedSale): boolean {
  switch (trigger) {
    case 'OrderAuthorised':
      return row.shippingStatus !== 'SHIPPED' && mayBeAt(locationId, row.locationId);
    case 'PickAuthorised':
      return hasBegun(row.pickingStatus) && row.shippingStatus !== 'SHIPPED';
    case 'PackAuthorised':
      return hasBegun(row.packingStatus) && row.shippingStatus !== 'SHIPPED';
    case 'ShipmentAuthorised':
      return hasBegun(row.shippingStatus);
  }
}

function mayBeAt(one: string, other: string): boolean {
  return one === other || one === '' || other === '';
}

/** DEAR's statuses are open: an unknown one may mean that a part of the sale has reached the stage. */
function hasBegun(stage: string): boolean {
  return !/^NOT /.test(stage);
}
