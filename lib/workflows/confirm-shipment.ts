import { isDay, MINUTE_MS } from '../domain/clock.ts';
import {
  claimConfirmation,
  recordConfirmed,
  releaseConfirmation,
} from '../domain/confirmation/confirmation.ts';
import { type Consignment, getTrackingNumbers } from '../domain/confirmation/packing.ts';
import type { AttributeName, Connection } from '../domain/connection.ts';
import { Deferred, neverArrived } from '../domain/errors.ts';
import type { FulfillmentOrder } from '../domain/order/fulfillment-order.ts';
import { requireStages, StagesUnreadable } from '../domain/order/initial-state.ts';
import { isAdopted } from '../domain/order/takeover.ts';
import { change, shortStatus } from '../domain/order/transitions.ts';
import { isTrackingCode } from '../domain/shipment/package.ts';
import {
  hasPackagesToTell,
  packagesToTell,
  stillToShip,
  unconfirmedPackages,
} from '../domain/shipment/still-to-ship.ts';
import { attachLabel, showRates } from './attach-label.ts';
import {
  AttemptFailed,
  type ConfirmationOutcome,
  type ConfirmShipmentDeps,
} from './confirmation-outcomes.ts';
import { type ConfirmationTarget, findSiblings, readOrders, toConfirmationTarget } from './find-sale.ts';
import { draftCreditNotes, writeCorrections } from './write-corrections.ts';
import { writeStages } from './write-stages.ts';

/**
 * Brings DEAR up to date with an order: its packages, its returns and its status.
 * @throws {StagesUnreadable} if the stages of the sale cannot be read; the order notes it, and the message comes back
 * @throws {UpstreamError} if DEAR could not be reached or an answer was lost twice; the message comes back
 */
export async function confirmShipment(reference: string, deps: ConfirmShipmentDeps): Promise<void> {
  const order = await deps.orders.read(reference);
  if (order === null) throw new Error(`A message names ${reference}, which is not in the table`);
  const connection = deps.connections.find(({ id }) => id === order.connection);
  if (connection === undefined) {
    throw new Error(
      `${reference} belongs to connection ${order.connection}, which is no longer in the settings`,
    );
  }
  if (connection.mode === 'shadow')
    throw new Deferred(`${connection.id} is in shadow mode, so ${reference} is not confirmed`, SHADOW_MS);
  const dear = deps.dearFor?.(connection.id) ?? deps.dear;
  try {
    await bringUpToDate(order, connection, { ...deps, dear });
  } catch (error) {
    if (error instanceof StagesUnreadable) await noteWaiting(reference, error.message, deps);
    throw error;
  }
}

/** Of an order that was sent before its connection was put into shadow mode; 500 receives last for ten days. */
const SHADOW_MS = 30 * MINUTE_MS;

async function bringUpToDate(
  order: FulfillmentOrder,
  connection: Connection,
  deps: ConfirmShipmentDeps,
): Promise<void> {
  const confirmed = await confirm(order, connection, deps);
  const corrected = await writeCorrections(confirmed, connection, deps);
  const credited = await draftCreditNotes(corrected, deps);
  const attached = await attachLabel(credited, connection, deps);
  const shown = await showRates(attached, connection, deps);
  if (connection.statusAttribute !== '') await showStatus(shown, connection.statusAttribute, deps);
}

/** Noted once: the confirmation is tried again every quarter of an hour, and each try would add a line to the log. */
async function noteWaiting(reference: string, why: string, deps: ConfirmShipmentDeps): Promise<void> {
  deps.log('shipment.waiting', { reference, reason: why });
  const order = await deps.orders.read(reference);
  if (order === null || isNoted(order, why)) return;
  await deps.orders.update(order, (current) => {
    if (isNoted(current, why)) return current;
    // Of a confirmed order only a correction or a credit note waits, so its own reason stays.
    const patch = current.confirmation.state === 'confirmed' ? {} : { reason: why };
    return change(current, deps.now(), patch, { by: 'DEAR', what: why });
  });
}

function isNoted({ confirmation, reason, log }: FulfillmentOrder, why: string): boolean {
  return confirmation.state === 'confirmed' ? log.some(({ what }) => what === why) : reason === why;
}

async function confirm(
  before: FulfillmentOrder,
  settings: Connection,
  deps: ConfirmShipmentDeps,
): Promise<FulfillmentOrder> {
  const stored = await acceptShown(before, settings, deps);
  const part = hasPackagesToTell(stored, settings)
    ? await toConfirmationTarget(stored, settings, deps)
    : null;
  const consignments = part === null ? null : await toConsignments(part.order, part.connection, deps);
  if (part === null || consignments === null) {
    deps.log('shipment.skipped', { reference: stored.reference, outcome: stored.confirmation.state });
    return stored;
  }
  const confirmed = await confirmPackages(part, consignments, deps);
  const isFurther = confirmed.confirmation.packages.length > stored.confirmation.packages.length;
  if (isFurther && hasPackagesToTell(confirmed, settings))
    throw new Deferred(`Parcels of ${stored.reference} left while others were confirmed`, 0);
  return confirmed;
}

/** Parcels of an adopted order that the connector before wrote to DEAR are told. Costs a reading of the sale, once. */
async function acceptShown(
  order: FulfillmentOrder,
  settings: Connection,
  deps: ConfirmShipmentDeps,
): Promise<FulfillmentOrder> {
  const isFirst = isAdopted(order) && order.confirmation.attempt === 0;
  if (!isFirst || !hasPackagesToTell(order, settings)) return order;
  const { fulfilments } = requireStages(await deps.dear.readSale(order.saleId));
  let accepted = order;
  for (const { taskId, ship } of fulfilments) {
    const shown = new Set(ship.lines.flatMap((line) => line.trackingNumbers));
    const packages = unconfirmedPackages(accepted).filter(
      ({ trackingNumbers }) => trackingNumbers.length > 0 && trackingNumbers.every((one) => shown.has(one)),
    );
    if (ship.status !== 'AUTHORISED' || packages.length === 0) continue;
    const remarks = ['The connector before wrote it.'];
    accepted = await deps.orders.update(accepted, (current) =>
      recordConfirmed(current, deps.now(), { packages, taskId, remarks }),
    );
  }
  return accepted;
}

async function confirmPackages(
  { order, connection }: ConfirmationTarget,
  consignments: readonly [Consignment, ...Consignment[]],
  deps: ConfirmShipmentDeps,
): Promise<FulfillmentOrder> {
  const { reference } = order;
  // The connector before may have written any of it.
  const isUntouched = order.confirmation.state === 'none' && !isAdopted(order);
  const mayAssume = isUntouched && (await deps.orders.readRestore()) === null;
  const claimed = claimConfirmation(order, deps.now());
  await deps.orders.save(claimed);
  const outcome = await attempt(claimed, consignments, connection, mayAssume, deps);
  const stored = await recordOutcome(outcome, claimed, consignments, deps);
  await countConfirmed(consignments, stored, deps);
  deps.log('shipment.confirmed', {
    reference,
    saleOrderNumber: order.saleOrderNumber,
    outcome: stored.confirmation.state,
    attempt: stored.confirmation.attempt,
    packages: stored.confirmation.packages.length,
    trackingNumbers: getTrackingNumbers(stored.packages).filter(isTrackingCode),
  });
  return stored;
}

/** Orders that are confirmed in parts count with each part. */
async function countConfirmed(
  consignments: readonly Consignment[],
  { confirmation }: FulfillmentOrder,
  { figures, now }: ConfirmShipmentDeps,
): Promise<void> {
  const [own] = consignments;
  // All of them end alike.
  if (own?.packages.some(({ id }) => confirmation.packages.includes(id)) !== true) return;
  for (const { order, packages } of consignments) {
    const moments = packages.flatMap(({ shippedAt }) => (isDay(shippedAt) ? [] : [Date.parse(shippedAt)]));
    // Of a service that tells only the day: since the bridge knew of the parcel.
    const since = moments.length === 0 ? Date.parse(order.waitingSince) : Math.min(...moments);
    await figures.count(order.connection, { confirmed: Math.max(0, now() - since) });
  }
}

/**
 * What is confirmed together: the last order of a shared fulfilment to leave confirms all of its orders (see `findSiblings`).
 * null while others are still to leave.
 */
async function toConsignments(
  order: FulfillmentOrder,
  connection: Connection,
  deps: ConfirmShipmentDeps,
): Promise<[Consignment, ...Consignment[]] | null> {
  const own: Consignment = { order, packages: packagesToTell(order, connection), connection };
  if (connection.trigger === 'OrderAuthorised') return [own];
  const shadowed = new Set(deps.connections.filter(({ mode }) => mode === 'shadow').map(({ id }) => id));
  // What another connector ships is confirmed by that connector.
  const others = (await findSiblings(order, deps)).filter((other) => !shadowed.has(other.connection));
  if (others.some((other) => stillToShip(other).length > 0)) return null;
  const siblings = others.flatMap((other) => {
    const its = deps.connections.find(({ id }) => id === other.connection);
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
  deps: ConfirmShipmentDeps,
): Promise<ConfirmationOutcome> {
  try {
    return await writeStages(consignments, connection, mayAssume, deps);
  } catch (failure) {
    const { error, wrote } = failure instanceof AttemptFailed ? failure : { error: failure, wrote: true };
    // DEAR was never reached, so the next attempt may also begin without a reading.
    if (mayAssume && !wrote && neverArrived(error)) {
      await deps.orders.update(claimed, (current) => releaseConfirmation(current, deps.now()));
    }
    throw error;
  }
}

async function recordOutcome(
  outcome: ConfirmationOutcome,
  claimed: FulfillmentOrder,
  [, ...siblings]: readonly [Consignment, ...Consignment[]],
  deps: ConfirmShipmentDeps,
): Promise<FulfillmentOrder> {
  for (const { order, packages } of siblings)
    await deps.orders.update(order, (current) => outcome(current, packages));
  const own = unconfirmedPackages(claimed);
  return deps.orders.update(claimed, (current) => outcome(current, own));
}

/** One order takes up to five calls of DEAR, each with its wait for a slot. */
const TIME_FOR_AN_ORDER_MS = 17_000;

/**
 * Confirms orders of one sale one after the other, each once, because they may share fulfilments. A failure does not stop the
 * others.
 * @throws {Deferred} if time ran out before the last order
 * @throws {Error} the first failure; confirming an order again that succeeded changes nothing
 */
export async function confirmOrders(
  references: readonly string[],
  deps: ConfirmShipmentDeps & { readonly timeLeftMs: () => number },
): Promise<void> {
  const failures: unknown[] = [];
  for (const [index, reference] of [...new Set(references)].entries()) {
    if (index > 0 && deps.timeLeftMs() < TIME_FOR_AN_ORDER_MS) {
      failures.push(new Deferred(`There is no time left for ${reference}`, 0));
      break;
    }
    await confirmShipment(reference, deps).catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}

/** Writes the status of the sale's orders to an additional attribute of the sale. Costs two calls, and none if it is unchanged. */
async function showStatus(
  order: FulfillmentOrder,
  attribute: AttributeName,
  deps: ConfirmShipmentDeps,
): Promise<void> {
  const record = await deps.sales.read(order.saleId);
  const orders = (await readOrders(record, deps)).map((one) =>
    one.reference === order.reference ? order : one,
  );
  const text = shortStatus(orders.length > 0 ? orders : [order]);
  if (text === order.shownStatus) return;
  await deps.dear.setAdditionalAttribute(order.saleId, attribute, text, order.reference);
  await deps.orders.update(order, (current) => change(current, deps.now(), { shownStatus: text }, null));
}
