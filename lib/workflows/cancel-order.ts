import {
  claimCancellation,
  recordCancelled,
  recordCancelRefused,
  recordFoundToCancel,
  recordUnfound,
} from '../domain/cancellation.ts';
import { Deferred, Rejected } from '../domain/errors.ts';
import type { FulfillmentOrder } from '../domain/fulfillment-order.ts';
import { isOnlyOthers, mayAlreadyBeThere, nextLookAfter, settlingTimeLeft } from '../domain/submission.ts';
import { cancels } from '../providers/capabilities.ts';
import type { Provider } from '../providers/provider.ts';
import type { DispatchOrderNeeds } from './dispatch-order.ts';
import { othersUnder, skusOf } from './submit-order.ts';

/** Stops the order at its provider, or says that it cannot be stopped. */
export async function cancelOrder(
  order: FulfillmentOrder,
  needs: DispatchOrderNeeds,
): Promise<FulfillmentOrder> {
  const refuse = (why: Rejected | string) =>
    needs.orders.update(order, (current) => recordCancelRefused(current, needs.now(), why));
  const provider = await needs.providerFor(order.connection);
  if (!cancels(provider)) return refuse(`${order.connection} cannot be told to cancel.`);

  const asked = order.cancellation.state === 'none' ? claimCancellation(order, needs.now()) : order;
  if (asked !== order) await needs.orders.save(asked);
  const there = await findToCancel(asked, provider, needs);
  try {
    const { providerOrderId } = there.submission;
    if (providerOrderId !== '') await provider.cancel(providerOrderId, order.reference);
  } catch (error) {
    if (error instanceof Rejected) return refuse(error);
    throw error;
  }
  return needs.orders.update(there, (current) => recordCancelled(current, needs.now(), order.connection));
}

/**
 * The order with the provider's id of it; without one where it certainly never arrived, so that there is nothing to cancel.
 * @throws {Deferred} where it may be there and is not shown
 */
async function findToCancel(
  order: FulfillmentOrder,
  provider: Provider,
  needs: DispatchOrderNeeds,
): Promise<FulfillmentOrder> {
  if (order.submission.providerOrderId !== '') return order;
  const [found] = await provider.find(order.reference, skusOf(order));
  if (found !== undefined) {
    const there = recordFoundToCancel(order, needs.now(), found.providerOrderId);
    await needs.orders.save(there);
    return there;
  }
  const settling = settlingTimeLeft(order, needs.now());
  if (settling > 0)
    throw new Deferred(`${order.reference} may still be landing; it cannot be cancelled yet`, settling);
  if (await isCertainlyNotThere(order, provider)) return order;
  const unfound = await needs.orders.update(order, (current) => recordUnfound(current, needs.now()));
  const asksNow = unfound.cancellation.state === 'unknown' && order.cancellation.state !== 'unknown';
  if (asksNow) needs.count('CancelRefused');
  const wait = nextLookAfter(unfound, needs.now());
  throw new Deferred(`Whether ${order.connection} has ${order.reference} is not known yet`, wait);
}

/** That nothing is shown says little: lists have been late for hours, and a create that was taken may be cancelled too late. */
async function isCertainlyNotThere(order: FulfillmentOrder, provider: Provider): Promise<boolean> {
  if (!mayAlreadyBeThere(order)) return true;
  const { state, takenSince } = order.submission;
  if (takenSince === undefined || state === 'claimed') return false;
  return isOnlyOthers(order, await othersUnder(order, provider));
}
