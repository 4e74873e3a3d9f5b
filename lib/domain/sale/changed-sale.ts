import type { Connection } from '../connection.ts';
import type { FulfillmentOrder } from '../order/fulfillment-order.ts';
import { isFinal } from '../order/status.ts';
import { isOrderAuthorised, isVoided, type Sale } from './sale.ts';

/** A sale as DEAR's list of changed sales shows it. The list says when a sale was changed, and not what. */
export interface ChangedSale {
  readonly saleId: string;
  /** '' for a quote. */
  readonly orderNumber: string;
  /** ISO UTC with milliseconds, by DEAR's clock; '' where DEAR gives none. Anything moves it: payments, invoices and our own writes too. */
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

/** What is remembered of a sale since it was last read. */
export interface LastReading {
  /** When the read began (ISO UTC, by our clock); '' where none was carried out to its end. */
  readonly readAt: string;
  readonly isAuthorised: boolean;
  readonly isComplete: boolean;
  readonly references: readonly string[];
}

/** Where a connection ships from, and at what stage it takes a sale. */
export interface ConnectedLocation {
  readonly trigger: Connection['trigger'];
  /** '' where DEAR has no location of that name: then the sale itself has to say. */
  readonly locationId: string;
}

/**
 * `news`: the sale has to be read. `known`: we have read it since. `complete`: it is shipped and we have nothing left to do.
 * `irrelevant`: no connection would ship anything of it as it stands.
 */
type ChangeKind = 'news' | 'known' | 'complete' | 'irrelevant';

/**
 * A read shows every change that is older than this: it allows for clocks that differ, for a list that cuts off parts of a
 * second, and for a change that becomes visible late. A webhook comes a minute after its event, so the read that it causes
 * is always late enough.
 */
const VISIBLE_AFTER_MS = 30_000;

/** Whether a read that began then shows a sale as it was last changed. So our own writes never hide a person's. */
export function isChangeVisible(updatedAt: string, readAt: string): boolean {
  return readAt !== '' && Date.parse(readAt) - Date.parse(updatedAt) >= VISIBLE_AFTER_MS;
}

/** How far the clocks of the function that received an event and of the one that read the sale may differ. */
const CLOCKS_DIFFER_MS = 2_000;

/**
 * Whether a read shows what an event tells of. DEAR sends the event after the change, so a read that began after the event
 * was received shows it, and one that began before need not.
 * @param receivedAt of the event (ISO UTC, by the receiver's clock)
 * @param readAt when the read began (ISO UTC, by a worker's clock); '' where there was none
 * @returns `unclear` where the clocks may differ by more than lies between the two
 */
export function getCoverage(receivedAt: string, readAt: string): 'shown' | 'unclear' | 'not shown' {
  const lead = Date.parse(readAt) - Date.parse(receivedAt);
  if (lead >= CLOCKS_DIFFER_MS) return 'shown';
  return lead > -CLOCKS_DIFFER_MS ? 'unclear' : 'not shown';
}

/** How long until a read shows for certain what was received then, in ms. */
export function timeUntilCovered(receivedAt: string, now: number): number {
  return Math.max(0, Date.parse(receivedAt) + CLOCKS_DIFFER_MS - now);
}

/** What a row of the list tells by itself. Whatever it cannot rule out is news: a changed line or address shows in the time alone. */
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

/** Whether an event of DEAR's should have told us: the sale was authorised, undone or voided, and we have not heard of it. */
export function isMissedEvent(row: ChangedSale, last: LastReading | null): boolean {
  return isAuthorised(row) !== (last?.isAuthorised ?? false);
}

export function isAuthorised(sale: Pick<Sale, 'status' | 'orderStatus'>): boolean {
  return isOrderAuthorised(sale) && !isVoided(sale);
}

/**
 * Whether nothing is left to do for a sale but to hear that it was undone or voided: DEAR shows all of it shipped, and each
 * of our orders has been confirmed or is at its end. A sale that we never ordered may still come to be admitted.
 */
export function isComplete({ fulfilments }: Sale, orders: readonly FulfillmentOrder[]): boolean {
  const isShipped = fulfilments.length > 0 && fulfilments.every(({ ship }) => ship.status === 'AUTHORISED');
  return (
    isShipped &&
    orders.length > 0 &&
    orders.every(({ confirmation, status }) => confirmation.state === 'confirmed' || isFinal(status))
  );
}

/** A later stage may hold goods of the connection's location, whatever the order's own is. What others shipped is not taken. */
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

/** An open vocabulary: a word that is not known might mean that a part of the sale has come so far. */
function hasBegun(stage: string): boolean {
  return !/^NOT /.test(stage);
}
