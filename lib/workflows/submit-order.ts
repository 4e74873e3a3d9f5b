import type { Clock } from '../domain/clock.ts';
import type { Connection } from '../domain/connection.ts';
import { Deferred, neverArrived, REFERENCE_TAKEN, Rejected } from '../domain/errors.ts';
import type { FulfillmentOrder } from '../domain/order/fulfillment-order.ts';
import type { OrderContent } from '../domain/order/order-content.ts';
import {
  claimSubmission,
  mayExistAtProvider,
  nextLookupDelay,
  recordAccepted,
  recordAmbiguousMatch,
  recordCancelledThere,
  recordContentGone,
  recordRefused,
  recordTaken,
  recordUnknownSubmission,
  releaseSubmission,
  settlingTimeLeft,
  timeSinceAuthorised,
} from '../domain/order/submission.ts';
import {
  ADOPTED_PARCELS,
  judgeFound,
  oldNumbers,
  recordAdopted,
  recordUnclear,
} from '../domain/order/takeover.ts';
import { inServiceUnits, linesInFractions } from '../domain/order/units.ts';
import type { CursorStore } from '../domain/ports/jobs.ts';
import type { LabelFileStore } from '../domain/ports/labels.ts';
import type { LogEvent } from '../domain/ports/log.ts';
import type {
  FigureCounter,
  FractionStore,
  OrderStore,
  PauseStore,
  TakeoverStore,
} from '../domain/ports/orders.ts';
import type { Publisher } from '../domain/ports/queues.ts';
import type { OrderMessage } from '../messaging/messages.ts';
import {
  type AcceptedOrder,
  findsForeignOrders,
  type OtherOrder,
  type Provider,
  type ShowsOtherOrders,
  showsOtherOrders,
} from '../providers/provider.ts';

/** Sends the order, or adopts the order that an earlier attempt sent. */
export async function submitOrder(
  order: FulfillmentOrder,
  deps: DispatchOrderDeps,
): Promise<FulfillmentOrder> {
  const provider = await deps.providerFor(order.connection);
  const isRestored = order.submission.state === 'none' && (await deps.orders.readRestore()) !== null;
  if (isRestored || mayExistAtProvider(order)) {
    const resolved = await resolveEarlierAttempt(order, provider, deps);
    if (resolved !== null) return resolved;
  }
  const content = await deps.orders.readContent(order);
  if (order.submission.attempt === 0) {
    const taken = await takeOver(order, content, provider, deps);
    if (taken !== null) return taken;
  }
  if (content === null) {
    return deps.orders.update(order, (current) => recordContentGone(current, deps.now()));
  }
  await deps.fractions.note(order.connection, linesInFractions(order.lines));
  const claimed = claimSubmission(order, deps.now());
  await deps.orders.save(claimed);
  try {
    const isRepeated = isRestored || claimed.submission.attempt > 1;
    const accepted = await provider.submit(inServiceUnits(content, order.lines), isRepeated);
    return await recordAcceptance(claimed, accepted, false, deps);
  } catch (error) {
    return recordFailure(error, claimed, provider, deps);
  }
}

/**
 * Looks for the order that the connector before made for the same goods, before an order is first sent. null: there is none, so
 * it is sent. Costs a call for each number, and nothing where no connector is replaced.
 */
async function takeOver(
  order: FulfillmentOrder,
  content: OrderContent | null,
  provider: Provider,
  deps: DispatchOrderDeps,
): Promise<FulfillmentOrder | null> {
  const { takeover, connection: id } = order;
  const connection = deps.connections.find((one) => one.id === id);
  if (connection === undefined || takeover?.state === 'overruled') return null;
  const { saleOrderNumber } = order;
  const numbers = oldNumbers(connection, {
    saleOrderNumber,
    customerReference: content?.customerReference ?? '',
  });
  if (numbers.length === 0 && takeover === undefined) return null;
  const unclear = (why: string) =>
    deps.orders.update(order, (current) => recordUnclear(current, why, deps.now()));
  if (!showsOtherOrders(provider))
    return takeover === undefined
      ? null
      : unclear(`${id} cannot be asked whether the connector before sent it.`);
  const found = await findNumbered(order, numbers, provider, deps);
  const verdict = judgeFound(order, found);
  if (verdict.kind === 'send') return null;
  if (verdict.kind === 'unclear') return unclear(verdict.why);
  await deps.takeovers.saveAdopted(id, verdict.found.reference, order.reference);
  await requestParcels(order, deps);
  return deps.orders.update(order, (current) => recordAdopted(current, verdict.found, deps.now()));
}

/** Those that another order of ours adopted are left out. */
async function findNumbered(
  { connection, reference }: FulfillmentOrder,
  numbers: readonly string[],
  provider: ShowsOtherOrders,
  { takeovers }: DispatchOrderDeps,
): Promise<OtherOrder[]> {
  const found = new Map<string, OtherOrder>();
  for (const number of numbers) {
    for (const one of await provider.ordersNumbered(number)) {
      const adopted = await takeovers.findAdopted(connection, one.reference);
      if (adopted === null || adopted === reference) found.set(one.providerOrderId, one);
    }
  }
  return [...found.values()];
}

/** Its parcels may have left before, so the next run of `collect-shipments` reads them again from then on. */
async function requestParcels(order: FulfillmentOrder, deps: DispatchOrderDeps): Promise<void> {
  const { cursors, takeovers } = deps;
  const cutover = await takeovers.readCutover(order.connection);
  const since = cutover?.since ?? order.createdAt;
  const asked = await cursors.read(ADOPTED_PARCELS, order.connection);
  if (asked !== null && asked !== '' && asked <= since) return;
  await cursors.save(ADOPTED_PARCELS, order.connection, since);
}

/**
 * Looks up the result of an earlier attempt at the provider. null: it certainly never arrived, so the order may be sent again.
 * @throws {Deferred} while that attempt may still be landing, or the provider says that it has the order and does not show it
 */
async function resolveEarlierAttempt(
  order: FulfillmentOrder,
  provider: Provider,
  deps: DispatchOrderDeps,
): Promise<FulfillmentOrder | null> {
  const found = await provider.find(order.reference, getSkus(order));
  if (found.length > 0) return adopt(order, found, deps);
  const { state, takenSince, takenBy } = order.submission;
  // While `claimed`, a later attempt was cut off, and the earlier answers say nothing about it.
  if (takenSince !== undefined && state !== 'claimed') {
    const others = await findOtherOrders(order, provider);
    // The other order is gone, so the reference is free again.
    return takenBy !== undefined && others.length === 0 ? null : deferUntilShown(order, others, deps);
  }
  const wait = settlingTimeLeft(order, deps.now());
  if (wait > 0)
    throw new Deferred(`An earlier attempt to send ${order.reference} may still be landing`, wait);
  return null;
}

/** Ids of orders that are not ours and have this reference; none if the provider cannot tell. */
export async function findOtherOrders(order: FulfillmentOrder, provider: Provider): Promise<string[]> {
  return findsForeignOrders(provider) ? provider.foreignOrders(order.reference, getSkus(order)) : [];
}

/** They distinguish our order from another one with the same reference. */
export function getSkus({ lines }: FulfillmentOrder): string[] {
  return lines.map(({ sku }) => sku);
}

/** The provider says that it has the order, so it is neither sent again nor failed. */
async function deferUntilShown(
  order: FulfillmentOrder,
  others: readonly string[],
  deps: DispatchOrderDeps,
): Promise<never> {
  const waiting = await deps.orders.update(order, (current) => recordTaken(current, deps.now(), others));
  const wait = nextLookupDelay(waiting, deps.now());
  throw new Deferred(`${order.reference} is taken at ${order.connection}, which does not show it yet`, wait);
}

async function adopt(
  order: FulfillmentOrder,
  found: readonly AcceptedOrder[],
  deps: DispatchOrderDeps,
): Promise<FulfillmentOrder> {
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) {
    if (!only.cancelled) return recordAcceptance(order, only, true, deps);
    return deps.orders.update(order, (current) =>
      recordCancelledThere(current, deps.now(), only.providerOrderId),
    );
  }
  const ids = found.map(({ providerOrderId }) => providerOrderId);
  return deps.orders.update(order, (current) => recordAmbiguousMatch(current, deps.now(), ids));
}

async function recordAcceptance(
  order: FulfillmentOrder,
  { providerOrderId, remarks = [] }: AcceptedOrder,
  adopted: boolean,
  deps: DispatchOrderDeps,
): Promise<FulfillmentOrder> {
  const accepted = await deps.orders.update(order, (current) =>
    recordAccepted(current, deps.now(), providerOrderId, order.fingerprint, adopted, remarks),
  );
  const now = deps.now();
  const sinceAuthorised = timeSinceAuthorised(order, now);
  await deps.figures.count(order.connection, {
    sent: Math.max(0, now - Date.parse(order.waitingSince)),
    ...(sinceAuthorised !== null && { authorisedToSent: sinceAuthorised }),
  });
  return accepted;
}

/** Records on the order what is known after a failed submit, before the error decides about the message. */
async function recordFailure(
  error: unknown,
  claimed: FulfillmentOrder,
  provider: Provider,
  deps: DispatchOrderDeps,
): Promise<FulfillmentOrder> {
  if (error instanceof Rejected) {
    const found = await provider.find(claimed.reference, getSkus(claimed));
    if (found.length > 0) return adopt(claimed, found, deps);
    const isTaken = error.details.code === REFERENCE_TAKEN;
    if (isTaken) return deferUntilShown(claimed, await findOtherOrders(claimed, provider), deps);
    return deps.orders.update(claimed, (current) => recordRefused(current, deps.now(), error));
  }
  const record = neverArrived(error) ? releaseSubmission : recordUnknownSubmission;
  await deps.orders.update(claimed, (current) => record(current, deps.now()));
  throw error;
}

export interface DispatchOrderDeps {
  readonly orders: Pick<OrderStore, 'read' | 'readContent' | 'readRestore' | 'save' | 'update'>;
  readonly fractions: Pick<FractionStore, 'note'>;
  readonly pauses: PauseStore;
  readonly figures: FigureCounter;
  readonly takeovers: Pick<TakeoverStore, 'readCutover' | 'findAdopted' | 'saveAdopted'>;
  readonly cursors: CursorStore;
  readonly providerFor: (connection: string) => Promise<Provider>;
  readonly connections: readonly Connection[];
  /**
   * Runs the work after that of orders whose dispatch began earlier. Left out where orders are dispatched one after the other.
   * @param work receives whether it had to wait
   */
  readonly inTurn?: (work: (hasWaited: boolean) => Promise<void>) => Promise<void>;
  readonly confirmations: Publisher<OrderMessage>;
  /** Where the PDF files of labels are kept. */
  readonly labelFiles: LabelFileStore;
  readonly now: Clock;
  readonly log: LogEvent;
  readonly count: (metric: 'CancelRefused') => void;
}
