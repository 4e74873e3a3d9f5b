import type { Clock } from '../domain/clock.ts';
import { claimConfirmation, releaseConfirmation } from '../domain/confirmation.ts';
import type { Connection } from '../domain/connection.ts';
import { neverArrived, type Rejected } from '../domain/errors.ts';
import type { FulfillmentOrder, OrderContent } from '../domain/fulfillment-order.ts';
import type { CreditNoteToWrite, InvoiceToWrite } from '../domain/invoice.ts';
import {
  type Consignment,
  type PackedGoods,
  type PickedGoods,
  type ShippedBox,
  trackingNumbersOf,
} from '../domain/packing.ts';
import type { Sale, SaleFulfilment } from '../domain/sale.ts';
import { stillToShip } from '../domain/still-to-ship.ts';
import { isTrackingCode } from '../domain/tracking-code.ts';
import { change } from '../domain/transitions.ts';
import { hasPackagesToTell, unconfirmedPackages } from '../domain/unconfirmed.ts';
import { StagesUnreadable } from '../domain/unreadable.ts';
import type { SaleRecord } from '../store/schemas.ts';
import { draftCreditNotes } from './draft-credit-notes.ts';
import { Interrupted } from './interrupted.ts';
import type { LogEvent } from './log.ts';
import { asPartOfSale, type PartOfSale } from './part-of-sale.ts';
import { showStatus } from './show-status.ts';
import { siblingsOf } from './siblings.ts';
import type { Ending } from './stage-endings.ts';
import { tellCorrections } from './tell-corrections.ts';
import { writeStages } from './write-stages.ts';

export interface ConfirmShipmentNeeds {
  readonly dear: DearWrites;
  readonly orders: {
    read(reference: string): Promise<FulfillmentOrder | null>;
    readContent(order: FulfillmentOrder): Promise<OrderContent | null>;
    save(order: FulfillmentOrder): Promise<void>;
    update(
      order: FulfillmentOrder,
      change: (order: FulfillmentOrder) => FulfillmentOrder,
    ): Promise<FulfillmentOrder>;
  };
  readonly sales: { read(saleId: string): Promise<SaleRecord | null> };
  readonly connections: readonly Connection[];
  /** Whether DEAR refuses because a fulfillment integration of its own owns the location. */
  readonly isOwnedByBuiltInIntegration: (error: Rejected) => boolean;
  readonly now: Clock;
  readonly log: LogEvent;
}

/** What is read of and written to DEAR here; `reference` names the order in errors. */
export interface DearWrites {
  readSale(saleId: string): Promise<Sale>;
  createFulfilment(saleId: string, reference: string): Promise<SaleFulfilment[]>;
  autoPick(taskId: string, reference: string): Promise<void>;
  authorisePick(taskId: string, lines: readonly PickedGoods[], reference: string): Promise<void>;
  authorisePack(taskId: string, lines: readonly PackedGoods[], reference: string): Promise<void>;
  /** @param replacesDraft whether DEAR holds lines of a draft, which these take the place of */
  authoriseShip(
    taskId: string,
    lines: readonly ShippedBox[],
    reference: string,
    replacesDraft: boolean,
  ): Promise<void>;
  draftShip(
    taskId: string,
    lines: readonly ShippedBox[],
    reference: string,
    replacesDraft: boolean,
  ): Promise<void>;
  addTrackingNumbers(taskId: string, lines: readonly ShippedBox[], reference: string): Promise<void>;
  createInvoice(invoice: InvoiceToWrite, reference: string): Promise<void>;
  draftCreditNote(note: CreditNoteToWrite, reference: string): Promise<void>;
  setAdditionalAttribute(saleId: string, attribute: string, value: string, reference: string): Promise<void>;
  openStockTakes(): Promise<readonly OpenTake[]>;
}

/** A stock take that is in progress. */
export interface OpenTake {
  readonly number: string;
  readonly reference: string;
  /** Name of its location. */
  readonly location: string;
}

/**
 * Brings DEAR up to date with an order: what left, what came back, and how it stands.
 * @throws {StagesUnreadable} where how far the sale is cannot be read; the order says so, and the message comes back
 * @throws {UpstreamError} where DEAR could not be reached or an answer was lost twice; the message comes back
 */
export async function confirmShipment(reference: string, needs: ConfirmShipmentNeeds): Promise<void> {
  const order = await needs.orders.read(reference);
  if (order === null) throw new Error(`A message names ${reference}, which is not in the table`);
  const connection = needs.connections.find(({ id }) => id === order.connection);
  if (connection === undefined) {
    throw new Error(
      `${reference} belongs to connection ${order.connection}, which is no longer in the settings`,
    );
  }
  try {
    await bringUpToDate(order, connection, needs);
  } catch (error) {
    if (error instanceof StagesUnreadable) await noteWaiting(reference, error.message, needs);
    throw error;
  }
}

async function bringUpToDate(
  order: FulfillmentOrder,
  connection: Connection,
  needs: ConfirmShipmentNeeds,
): Promise<void> {
  const confirmed = await confirm(order, connection, needs);
  const corrected = await tellCorrections(confirmed, connection, needs);
  const credited = await draftCreditNotes(corrected, needs);
  if (connection.statusAttribute !== '') await showStatus(credited, connection.statusAttribute, needs);
}

/** Once: it is tried again every quarter of an hour, and each would be a line of the log. */
async function noteWaiting(reference: string, why: string, needs: ConfirmShipmentNeeds): Promise<void> {
  needs.log('shipment.waiting', { reference, reason: why });
  const order = await needs.orders.read(reference);
  if (order === null || isNoted(order, why)) return;
  await needs.orders.update(order, (current) => {
    if (isNoted(current, why)) return current;
    // Of one that DEAR was told, only a correction or a credit note waits: its own reason stays true.
    const patch = current.confirmation.state === 'confirmed' ? {} : { reason: why };
    return change(current, needs.now(), patch, { by: 'DEAR', what: why });
  });
}

function isNoted({ confirmation, reason, log }: FulfillmentOrder, why: string): boolean {
  return confirmation.state === 'confirmed' ? log.some(({ what }) => what === why) : reason === why;
}

async function confirm(
  stored: FulfillmentOrder,
  settings: Connection,
  needs: ConfirmShipmentNeeds,
): Promise<FulfillmentOrder> {
  const part = hasPackagesToTell(stored, settings) ? await asPartOfSale(stored, settings, needs) : null;
  const consignments = part === null ? null : await consignmentsOf(part.order, part.connection, needs);
  if (part === null || consignments === null) {
    needs.log('shipment.skipped', { reference: stored.reference, outcome: stored.confirmation.state });
    return stored;
  }
  return tell(part, consignments, needs);
}

async function tell(
  { order, connection }: PartOfSale,
  consignments: readonly [Consignment, ...Consignment[]],
  needs: ConfirmShipmentNeeds,
): Promise<FulfillmentOrder> {
  const { reference } = order;
  const mayAssume = order.confirmation.state === 'none';
  const claimed = claimConfirmation(order, needs.now());
  await needs.orders.save(claimed);
  const ending = await attempt(claimed, consignments, connection, mayAssume, needs);
  const stored = await conclude(ending, claimed, consignments, needs);
  needs.log('shipment.confirmed', {
    reference,
    saleOrderNumber: order.saleOrderNumber,
    outcome: stored.confirmation.state,
    attempt: stored.confirmation.attempt,
    packages: stored.confirmation.packages.length,
    trackingNumbers: trackingNumbersOf(stored.packages).filter(isTrackingCode),
  });
  return stored;
}

/**
 * What is told together. Orders of several locations share a fulfilment of DEAR's where they were made from its stages, and
 * DEAR takes a pack once and whole; so the last of them to leave speaks for all. null: others are still to leave.
 */
async function consignmentsOf(
  order: FulfillmentOrder,
  connection: Connection,
  needs: ConfirmShipmentNeeds,
): Promise<[Consignment, ...Consignment[]] | null> {
  const own: Consignment = { order, packages: unconfirmedPackages(order), connection };
  if (connection.trigger === 'OrderAuthorised') return [own];
  const others = await siblingsOf(order, needs);
  if (others.some((other) => stillToShip(other).length > 0)) return null;
  const siblings = others.flatMap((other) => {
    const its = needs.connections.find(({ id }) => id === other.connection);
    const packages = unconfirmedPackages(other);
    return its === undefined || packages.length === 0 ? [] : [{ order: other, packages, connection: its }];
  });
  return [own, ...siblings];
}

async function attempt(
  claimed: FulfillmentOrder,
  consignments: readonly [Consignment, ...Consignment[]],
  connection: Connection,
  mayAssume: boolean,
  needs: ConfirmShipmentNeeds,
): Promise<Ending> {
  try {
    return await writeStages(consignments, connection, mayAssume, needs);
  } catch (failure) {
    const { error, wrote } = failure instanceof Interrupted ? failure : { error: failure, wrote: true };
    // DEAR was never reached: the next attempt may begin as this one did, without a read.
    if (mayAssume && !wrote && neverArrived(error)) {
      await needs.orders.update(claimed, (current) => releaseConfirmation(current, needs.now()));
    }
    throw error;
  }
}

async function conclude(
  ending: Ending,
  claimed: FulfillmentOrder,
  [, ...siblings]: readonly [Consignment, ...Consignment[]],
  needs: ConfirmShipmentNeeds,
): Promise<FulfillmentOrder> {
  for (const { order, packages } of siblings)
    await needs.orders.update(order, (current) => ending(current, packages));
  const own = unconfirmedPackages(claimed);
  return needs.orders.update(claimed, (current) => ending(current, own));
}
