import type { Clock } from '../domain/clock.ts';
import {
  recordConfirmationAbandoned,
  recordConfirmationLocked,
  recordConfirmationRefused,
  recordConfirmed,
} from '../domain/confirmation/confirmation.ts';
import type { ConfirmationStep, FulfilmentStages } from '../domain/confirmation/confirmation-step.ts';
import { type Consignment, getBoxes, getLocation } from '../domain/confirmation/packing.ts';
import type { Connection } from '../domain/connection.ts';
import { NotDone, Rejected, UnexpectedAnswer } from '../domain/errors.ts';
import type { FulfillmentOrder } from '../domain/order/fulfillment-order.ts';
import type { AttachmentsInDear, LabelFileStore } from '../domain/ports/labels.ts';
import type { LogEvent } from '../domain/ports/log.ts';
import type { FigureCounter, OrderStore } from '../domain/ports/orders.ts';
import type { FulfilmentsInDear, SaleStore, SalesInDear } from '../domain/ports/sales.ts';
import type { StockTakeInProgress, StockTakeLocksInDear } from '../domain/ports/stock.ts';
import { isSameName } from '../domain/sale/location.ts';
import type { Package } from '../domain/shipment/package.ts';

/** How an attempt to confirm ended: the change of each order that it was about. */
export type ConfirmationOutcome = (order: FulfillmentOrder, packages: readonly Package[]) => FulfillmentOrder;

/** At least one. */
export type Consignments = readonly [Consignment, ...Consignment[]];
/** A step that writes something. */
export type WritingStep = Exclude<ConfirmationStep, object | 'done'>;

export function toConfirmed(
  stages: FulfilmentStages,
  consignments: Consignments,
  { now }: Pick<ConfirmShipmentDeps, 'now'>,
): ConfirmationOutcome {
  const { taskId } = stages;
  return (order, packages) => {
    const own = consignments.find((consignment) => consignment.order.reference === order.reference);
    const remarks = own === undefined ? [] : [...remarksOn(own, stages), ...remarksOnEmptyFulfilment(stages)];
    return recordConfirmed(order, now(), { packages: own?.packages ?? packages, taskId, remarks });
  };
}

/** The provider shipped from another location than the one that DEAR had already picked from. */
function remarksOn(consignment: Consignment, { pickedAt }: FulfilmentStages): string[] {
  const moved = getBoxes(consignment).flatMap(({ contents }) => {
    const actual = getLocation(consignment, contents);
    const keys = new Set(contents.contents.map(({ key }) => key));
    const products = consignment.order.lines
      .filter(({ key }) => keys.has(key))
      .map(({ productId }) => productId);
    return products.some((product) => (pickedAt.get(product) ?? actual) !== actual) ? [actual] : [];
  });
  return [...new Set(moved)].map(
    (actual) =>
      `It left from ${actual}, but DEAR had already picked it at another location, which cannot be changed.`,
  );
}

function remarksOnEmptyFulfilment({ leftEmpty }: FulfilmentStages): string[] {
  if (leftEmpty === 0) return [];
  return [
    `The goods are in a fulfilment that was made by hand. Fulfilment ${leftEmpty} of the sale is empty: void it.`,
  ];
}

export function toAbandoned(why: string, { now }: ConfirmShipmentDeps): ConfirmationOutcome {
  return (order) => recordConfirmationAbandoned(order, now(), why);
}

const STEP_NAMES: Readonly<Record<WritingStep, string>> = {
  'create-fulfilment': 'a fulfilment for it',
  pick: 'its pick',
  pack: 'its pack',
  ship: 'its shipment',
  'add-tracking': 'its tracking',
  invoice: 'its invoice',
};

function adviseOnIgnoredWrite(what: string): string {
  return `It has left. DEAR answered twice that it took ${what}, and does not show it. Enter it in DEAR by hand; the sale is read again when it changes.`;
}

/** The reason of an order whose shipment DEAR reserves for its own integration; `doctor` searches for this text. */
export const OWNED_BY_INTEGRATION =
  "The location belongs to DEAR's own fulfillment integration, which alone may ship from it. Use a location of ours, or disconnect that integration.";

export function toRefused(
  why: Rejected | NotDone | string,
  { now, isOwnedByBuiltInIntegration }: ConfirmShipmentDeps,
  step?: WritingStep,
): ConfirmationOutcome {
  const what = step === undefined ? 'the confirmation' : STEP_NAMES[step];
  const owned = why instanceof Rejected && step === 'ship' && isOwnedByBuiltInIntegration(why);
  if (why instanceof NotDone)
    return (order) => recordConfirmationRefused(order, now(), why, adviseOnIgnoredWrite(what));
  const advice = owned
    ? OWNED_BY_INTEGRATION
    : 'Correct the sale in DEAR; it is tried again when it changes.';
  return (order) =>
    recordConfirmationRefused(order, now(), why, `It has left, but DEAR does not take ${what}. ${advice}`);
}

/** DEAR would show something else than what left, so nothing is written. */
export function toBlocked(
  { blocked, advice }: Extract<ConfirmationStep, object>,
  { now }: ConfirmShipmentDeps,
): ConfirmationOutcome {
  const reason = `It has left, but it cannot be confirmed in DEAR, because ${blocked}. ${advice} It is tried again when the sale changes.`;
  return (order) => recordConfirmationRefused(order, now(), reason, reason);
}

/**
 * How DEAR phrases the refusal of a locked location is not known, so the open stock takes are listed: if one is of a location
 * that the goods left from, the refusal is taken for its lock, and the write is tried again when the stock take ends.
 */
export async function toRefusedOrLocked(
  why: Rejected | NotDone,
  deps: ConfirmShipmentDeps,
  step: WritingStep,
  consignments: Consignments,
): Promise<ConfirmationOutcome> {
  const places = consignments.flatMap((one) => [
    one.order.location,
    ...one.packages.map((box) => getLocation(one, box)),
  ]);
  const lock = findLock(places, await listOpenStockTakes(deps.dear));
  if (lock === undefined) return toRefused(why, deps, step);
  return (order) => recordConfirmationLocked(order, deps.now(), lock);
}

/** None if the account does not list its stock takes. */
export async function listOpenStockTakes(
  dear: StockTakeLocksInDear,
): Promise<readonly StockTakeInProgress[]> {
  try {
    return await dear.openStockTakes();
  } catch (error) {
    if (error instanceof Rejected || error instanceof UnexpectedAnswer) return [];
    throw error;
  }
}

/** The first stock take that locks one of the locations. */
export function findLock(
  locations: readonly string[],
  takes: readonly StockTakeInProgress[],
): StockTakeInProgress | undefined {
  return takes.find((take) => locations.some((location) => isSameName(location, take.location)));
}

type Dear = Pick<SalesInDear, 'readSale'> & FulfilmentsInDear & StockTakeLocksInDear & AttachmentsInDear;

export interface ConfirmShipmentDeps {
  readonly dear: Dear;
  /** The client whose writes are about a connection. Left out where no connection is in shadow mode. */
  readonly dearFor?: (connection: string) => Dear;
  /** Where the PDF files of labels are kept. */
  readonly labelFiles: LabelFileStore;
  readonly orders: Pick<OrderStore, 'read' | 'readContent' | 'readRestore' | 'save' | 'update'>;
  readonly sales: Pick<SaleStore, 'read'>;
  readonly figures: FigureCounter;
  readonly connections: readonly Connection[];
  /** Whether DEAR refuses because a fulfillment integration of its own owns the location. */
  readonly isOwnedByBuiltInIntegration: (error: Rejected) => boolean;
  readonly now: Clock;
  readonly log: LogEvent;
}

/** An attempt that ended in an error, and whether DEAR may have been read or written before it. */
export class AttemptFailed extends Error {
  override readonly name = 'Interrupted';
  readonly error: unknown;
  readonly wrote: boolean;

  constructor(error: unknown, wrote: boolean) {
    super('interrupted', { cause: error });
    this.error = error;
    this.wrote = wrote;
  }
}
