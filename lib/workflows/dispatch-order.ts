import type { Clock } from '../domain/clock.ts';
import { Deferred, neverArrived, Rejected } from '../domain/errors.ts';
import type { FulfillmentOrder, OrderContent } from '../domain/fulfillment-order.ts';
import {
  claimCancellation,
  claimSubmission,
  mayAlreadyBeThere,
  nextDispatchStep,
  recordAccepted,
  recordAmbiguousMatch,
  recordCancelled,
  recordCancelledThere,
  recordCancelRefused,
  recordContentGone,
  recordRefused,
  recordUnknownSubmission,
  releaseSubmission,
  settlingTimeLeft,
} from '../domain/submission.ts';
import { cancels } from '../providers/capabilities.ts';
import type { AcceptedOrder, Provider } from '../providers/provider.ts';
import type { LogEvent } from './log.ts';

export interface DispatchOrderNeeds {
  readonly orders: {
    read(reference: string): Promise<FulfillmentOrder | null>;
    readContent(order: FulfillmentOrder): Promise<OrderContent | null>;
    save(order: FulfillmentOrder): Promise<void>;
    update(
      order: FulfillmentOrder,
      change: (order: FulfillmentOrder) => FulfillmentOrder,
    ): Promise<FulfillmentOrder>;
  };
  readonly providerFor: (connection: string) => Promise<Provider>;
  readonly now: Clock;
  readonly log: LogEvent;
}

/**
 * Takes the one next step of an order at its provider. Whatever happens, at most one order exists there under our
 * reference: the intent is stored before the call, and an attempt that may have arrived is looked for before another.
 * @throws {Deferred} where it is too early to look
 * @throws {UpstreamError} where the provider could not be asked; the message comes back
 */
export async function dispatchOrder(reference: string, needs: DispatchOrderNeeds): Promise<void> {
  const order = await needs.orders.read(reference);
  if (order === null) throw new Error(`A message names ${reference}, which is not in the table`);
  const before = `${order.status}/${order.submission.state}`;
  const after = await takeStep(order, needs);
  needs.log('order.dispatched', {
    reference,
    connection: order.connection,
    step: nextDispatchStep(order),
    attempt: after.submission.attempt,
    before,
    status: after.status,
    outcome: after.submission.state,
    providerOrderId: after.submission.providerOrderId,
  });
}

async function takeStep(order: FulfillmentOrder, needs: DispatchOrderNeeds): Promise<FulfillmentOrder> {
  switch (nextDispatchStep(order)) {
    case 'submit':
      return submit(order, needs);
    case 'cancel':
      return cancel(order, needs);
    case 'nothing':
      return order;
  }
}

async function submit(order: FulfillmentOrder, needs: DispatchOrderNeeds): Promise<FulfillmentOrder> {
  const provider = await needs.providerFor(order.connection);
  if (mayAlreadyBeThere(order)) {
    const settled = await settle(order, provider, needs);
    if (settled !== null) return settled;
  }
  const content = await needs.orders.readContent(order);
  if (content === null)
    return needs.orders.update(order, (current) => recordContentGone(current, needs.now()));

  const claimed = claimSubmission(order, needs.now());
  await needs.orders.save(claimed);
  try {
    const { providerOrderId } = await provider.submit(content);
    return await accept(claimed, providerOrderId, false, needs);
  } catch (error) {
    return recordFailure(error, claimed, provider, needs);
  }
}

/**
 * Asks the provider what became of an earlier attempt. null: it certainly never arrived, so it may be sent again.
 * @throws {Deferred} while that attempt could still be landing
 */
async function settle(
  order: FulfillmentOrder,
  provider: Provider,
  needs: DispatchOrderNeeds,
): Promise<FulfillmentOrder | null> {
  const found = await provider.find(order.reference);
  if (found.length > 0) return adopt(order, found, needs);
  const wait = settlingTimeLeft(order, needs.now());
  if (wait > 0)
    throw new Deferred(`An earlier attempt to send ${order.reference} may still be landing`, wait);
  return null;
}

async function adopt(order: FulfillmentOrder, found: readonly AcceptedOrder[], needs: DispatchOrderNeeds) {
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) {
    if (!only.cancelled) return accept(order, only.providerOrderId, true, needs);
    return needs.orders.update(order, (current) => recordCancelledThere(current, needs.now()));
  }
  const ids = found.map(({ providerOrderId }) => providerOrderId);
  return needs.orders.update(order, (current) => recordAmbiguousMatch(current, needs.now(), ids));
}

function accept(
  order: FulfillmentOrder,
  providerOrderId: string,
  adopted: boolean,
  needs: DispatchOrderNeeds,
) {
  return needs.orders.update(order, (current) =>
    recordAccepted(current, needs.now(), providerOrderId, order.fingerprint, adopted),
  );
}

/** Every failed submit leaves the ledger saying what is known, before the error decides about the message. */
async function recordFailure(
  error: unknown,
  claimed: FulfillmentOrder,
  provider: Provider,
  needs: DispatchOrderNeeds,
): Promise<FulfillmentOrder> {
  if (error instanceof Rejected) {
    const found = await provider.find(claimed.reference);
    if (found.length > 0) return adopt(claimed, found, needs);
    const words = error.details.words ?? error.message;
    return needs.orders.update(claimed, (current) => recordRefused(current, needs.now(), words));
  }
  const record = neverArrived(error) ? releaseSubmission : recordUnknownSubmission;
  await needs.orders.update(claimed, (current) => record(current, needs.now()));
  throw error;
}

async function cancel(order: FulfillmentOrder, needs: DispatchOrderNeeds): Promise<FulfillmentOrder> {
  const provider = await needs.providerFor(order.connection);
  const refuse = (why: Rejected | string) =>
    needs.orders.update(order, (current) => recordCancelRefused(current, needs.now(), why));
  if (!cancels(provider)) return refuse(`${order.connection} cannot be told to cancel.`);

  const claimed = order.cancellation.state === 'claimed' ? order : claimCancellation(order, needs.now());
  if (claimed !== order) await needs.orders.save(claimed);
  const providerOrderId = await whatToCancel(order, provider, needs);
  try {
    if (providerOrderId !== null) await provider.cancel(providerOrderId, order.reference);
  } catch (error) {
    if (error instanceof Rejected) return refuse(error);
    throw error;
  }
  return needs.orders.update(claimed, (current) => recordCancelled(current, needs.now(), order.connection));
}

/** null where the order never arrived, so that there is nothing to cancel. */
async function whatToCancel(
  order: FulfillmentOrder,
  provider: Provider,
  needs: DispatchOrderNeeds,
): Promise<string | null> {
  if (order.submission.providerOrderId !== '') return order.submission.providerOrderId;
  const [found] = await provider.find(order.reference);
  if (found !== undefined) return found.providerOrderId;
  const wait = settlingTimeLeft(order, needs.now());
  if (wait > 0)
    throw new Deferred(`${order.reference} may still be landing; it cannot be cancelled yet`, wait);
  return null;
}
