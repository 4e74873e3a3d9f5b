import { HOUR_MS, MINUTE_MS } from '../domain/clock.ts';
import type { Connection } from '../domain/connection.ts';
import { CancellationPending, Deferred, Rejected } from '../domain/errors.ts';
import {
  hasDocumentToAttach,
  hasDocumentToRemove,
  nextLabelStep,
  ratesToShow,
} from '../domain/label/order-label.ts';
import {
  claimCancellation,
  recordCancelled,
  recordCancelRefused,
  recordFoundToCancel,
  recordUnfound,
} from '../domain/order/cancellation.ts';
import type { FulfillmentOrder } from '../domain/order/fulfillment-order.ts';
import { orderedLines } from '../domain/order/new-order.ts';
import type { OrderContent } from '../domain/order/order-content.ts';
import { recordPaused, waitWhilePaused } from '../domain/order/pause.ts';
import {
  claimUpdate,
  isTakenByOthersOnly,
  mayExistAtProvider,
  nextLookupDelay,
  possibleFingerprints,
  recordUpdated,
  recordUpdateRefused,
  settlingTimeLeft,
} from '../domain/order/submission.ts';
import { isAdopted, referenceAtProvider } from '../domain/order/takeover.ts';
import { nextDispatchStep } from '../domain/order/transitions.ts';
import { inServiceUnits, linesInFractions } from '../domain/order/units.ts';
import { needsConfirmation } from '../domain/shipment/still-to-ship.ts';
import { cancels, joinsSubmissions, type Provider, updates } from '../providers/provider.ts';
import { takeLabelSteps } from './buy-label.ts';
import { type DispatchOrderDeps, findOtherOrders, getSkus, submitOrder } from './submit-order.ts';

/** Cancels the order at its provider, or records that it cannot be cancelled. */
async function cancelOrder(order: FulfillmentOrder, deps: DispatchOrderDeps): Promise<FulfillmentOrder> {
  const refuse = (why: Rejected | string) =>
    deps.orders.update(order, (current) => recordCancelRefused(current, deps.now(), why));
  const provider = await deps.providerFor(order.connection);
  if (!cancels(provider)) return refuse(`${order.connection} does not support cancelling.`);

  const claimed = order.cancellation.state === 'none' ? claimCancellation(order, deps.now()) : order;
  if (claimed !== order) await deps.orders.save(claimed);
  const there = await findToCancel(claimed, provider, deps);
  let isAcknowledged = true;
  try {
    const { providerOrderId } = there.submission;
    if (providerOrderId !== '')
      isAcknowledged =
        (await provider.cancel(providerOrderId, referenceAtProvider(order))) !== 'unacknowledged';
  } catch (error) {
    if (error instanceof Rejected) return refuse(error);
    if (error instanceof CancellationPending) return await awaitCancellation(there, error, refuse, deps);
    throw error;
  }
  return deps.orders.update(there, (current) =>
    recordCancelled(current, deps.now(), order.connection, isAcknowledged),
  );
}

/** A warehouse that has not cancelled for so long may be packing: a person has to stop it there. */
const PENDING_MS = HOUR_MS;
const MIN_LOOK_MS = 15_000;
const MAX_LOOK_MS = 10 * MINUTE_MS;

/** @throws {Deferred} for as long as the warehouse may still cancel it by itself */
async function awaitCancellation(
  { reference, connection, cancellation }: FulfillmentOrder,
  { details }: CancellationPending,
  refuse: (why: Rejected) => Promise<FulfillmentOrder>,
  { now }: DispatchOrderDeps,
): Promise<FulfillmentOrder> {
  const waited = now() - Date.parse(cancellation.at);
  if (waited >= PENDING_MS) return refuse(new Rejected(details));
  const wait = Math.min(Math.max(waited, MIN_LOOK_MS), MAX_LOOK_MS);
  throw new Deferred(`The warehouse of ${connection} has not cancelled ${reference} yet`, wait);
}

/**
 * The order with its id at the provider; without an id if it certainly never arrived, so that there is nothing to cancel.
 * @throws {Deferred} if the provider may have it and does not show it
 */
async function findToCancel(
  order: FulfillmentOrder,
  provider: Provider,
  deps: DispatchOrderDeps,
): Promise<FulfillmentOrder> {
  if (order.submission.providerOrderId !== '') return order;
  const [found] = await provider.find(order.reference, getSkus(order));
  if (found !== undefined) {
    const there = recordFoundToCancel(order, deps.now(), found.providerOrderId);
    await deps.orders.save(there);
    return there;
  }
  const settling = settlingTimeLeft(order, deps.now());
  if (settling > 0)
    throw new Deferred(`${order.reference} may still be landing; it cannot be cancelled yet`, settling);
  if (await isCertainlyNotThere(order, provider)) return order;
  const unfound = await deps.orders.update(order, (current) => recordUnfound(current, deps.now()));
  const isFirstTime = unfound.cancellation.state === 'unknown' && order.cancellation.state !== 'unknown';
  if (isFirstTime) deps.count('CancelRefused');
  const wait = nextLookupDelay(unfound, deps.now());
  throw new Deferred(`Whether ${order.connection} has ${order.reference} is not known yet`, wait);
}

/** An empty list proves little: lists have been late for hours, and an accepted create may appear later. */
async function isCertainlyNotThere(order: FulfillmentOrder, provider: Provider): Promise<boolean> {
  if (!mayExistAtProvider(order)) return true;
  const { state, takenSince } = order.submission;
  if (takenSince === undefined || state === 'claimed') return false;
  return isTakenByOthersOnly(order, await findOtherOrders(order, provider));
}

/**
 * Sends the provider the changed order. The content that is sent is stored first: if the answer is lost, the provider may have
 * either version, and the next attempt must know both.
 */
async function updateOrder(order: FulfillmentOrder, deps: DispatchOrderDeps): Promise<FulfillmentOrder> {
  const { fingerprint, connection, submission } = order;
  let latest = order;
  const refuse = (why: Rejected | string) =>
    deps.orders.update(latest, (current) => recordUpdateRefused(current, deps.now(), why, fingerprint));
  const provider = await deps.providerFor(connection);
  if (isAdopted(order)) return refuse('The connector before made it, and only that one can change it.');
  if (!updates(provider)) return refuse(`${connection} does not accept changes of an order.`);
  const content = await deps.orders.readContent(order);
  if (content === null) return refuse('Its name and address have expired here.');
  const sentContents = await readSentContents(order, deps);
  const lines = orderedLines(content);
  await deps.fractions.note(connection, linesInFractions(lines));
  latest = claimUpdate(order, deps.now());
  if (latest !== order) await deps.orders.save(latest);
  try {
    await provider.update(submission.providerOrderId, inServiceUnits(content, lines), sentContents);
  } catch (error) {
    if (error instanceof Rejected) return refuse(error);
    throw error;
  }
  return deps.orders.update(latest, (current) => recordUpdated(current, deps.now(), content, fingerprint));
}

/** Each content that the provider may have, except those that have expired here. */
async function readSentContents(order: FulfillmentOrder, deps: DispatchOrderDeps): Promise<OrderContent[]> {
  const contents = await Promise.all(
    possibleFingerprints(order).map((fingerprint) => deps.orders.readContent({ ...order, fingerprint })),
  );
  return contents
    .filter((content) => content !== null)
    .map((content) => inServiceUnits(content, order.lines));
}

/**
 * Takes the next step of an order at its provider. At most one order exists there under our reference: the intent is stored
 * before the call, and an attempt that may have arrived is looked up before another is made.
 * @throws {Deferred} if it is too early to look, or the connection is paused and the order has a step to take
 * @throws {UpstreamError} if the provider could not be reached; the message comes back
 */
export async function dispatchOrder(reference: string, deps: DispatchOrderDeps): Promise<void> {
  const order = await readOrder(reference, deps);
  if (deps.inTurn === undefined || (await joinsOthers(order, deps))) return dispatch(order, deps);
  await deps.inTurn(async (hasWaited) =>
    dispatch(hasWaited ? await readOrder(reference, deps) : order, deps),
  );
}

async function readOrder(reference: string, deps: DispatchOrderDeps): Promise<FulfillmentOrder> {
  const order = await deps.orders.read(reference);
  if (order === null) throw new Error(`A message names ${reference}, which is not in the table`);
  return order;
}

/** Whether the order may be sent in one call with others: it is new to its provider, which joins submissions. */
async function joinsOthers(order: FulfillmentOrder, deps: DispatchOrderDeps): Promise<boolean> {
  if (nextDispatchStep(order) !== 'submit' || mayExistAtProvider(order)) return false;
  return joinsSubmissions(await deps.providerFor(order.connection));
}

async function dispatch(order: FulfillmentOrder, deps: DispatchOrderDeps): Promise<void> {
  const { reference } = order;
  const connection = deps.connections.find(({ id }) => id === order.connection);
  const step = nextDispatchStep(order);
  const isDue = step !== 'nothing' || isLabelDue(order, connection);
  if (isDue) await waitForResume(order, deps);
  const sent = await takeStep(step, order, deps);
  const labelled = await takeLabelSteps(sent, connection, deps);
  // Once its label is void, an order that its sale no longer asks for can be cancelled.
  const after = labelled === sent ? sent : await takeStep(nextDispatchStep(labelled), labelled, deps);
  const shown = (connection?.statusAttribute ?? '') !== '';
  // Not only after a step: the process may have ended between the last step and this message.
  const told = after.postage !== undefined && connection !== undefined && hasPostageToTell(after, connection);
  if (told || (shown && after !== order)) await deps.confirmations.publish({ reference });
  const cancelRefused = step === 'cancel' && after.cancellation.state === 'refused';
  if (cancelRefused) deps.count('CancelRefused');
  deps.log('order.dispatched', {
    reference,
    connection: order.connection,
    step,
    attempt: after.submission.attempt,
    before: `${order.status}/${order.submission.state}`,
    status: after.status,
    outcome: after.submission.state,
    cancelRefused,
    providerOrderId: after.submission.providerOrderId,
  });
}

function isLabelDue(order: FulfillmentOrder, connection: Connection | undefined): boolean {
  return nextLabelStep(order, connection?.shippingService ?? null) !== 'nothing';
}

/** Whether DEAR has to be told of a label's parcel or document, or of rates. */
function hasPostageToTell(order: FulfillmentOrder, connection: Connection): boolean {
  return (
    needsConfirmation(order, connection) ||
    ratesToShow(order, connection) !== null ||
    hasDocumentToAttach(order, connection) ||
    hasDocumentToRemove(order)
  );
}

/** An order that was sent before its connection was put into shadow mode. */
const SHADOW_MS = 30 * MINUTE_MS;

/** Read before each write to a provider, so that a pause takes effect with the next order. */
async function waitForResume(order: FulfillmentOrder, deps: DispatchOrderDeps): Promise<void> {
  if (deps.connections.some(({ id, mode }) => id === order.connection && mode === 'shadow'))
    throw new Deferred(`${order.connection} is in shadow mode, so ${order.reference} waits`, SHADOW_MS);
  const pause = await deps.pauses.read(order.connection);
  if (pause === null) return;
  const now = deps.now();
  const waiting = recordPaused(order, pause, now);
  if (waiting !== order) await deps.orders.save(waiting);
  throw new Deferred(`${order.connection} is paused`, waitWhilePaused(pause, now));
}

async function takeStep(
  step: ReturnType<typeof nextDispatchStep>,
  order: FulfillmentOrder,
  deps: DispatchOrderDeps,
): Promise<FulfillmentOrder> {
  switch (step) {
    case 'submit':
      return submitOrder(order, deps);
    case 'update':
      return updateOrder(order, deps);
    case 'cancel':
      return cancelOrder(order, deps);
    case 'nothing':
      return order;
  }
}
