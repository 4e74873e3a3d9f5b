import { claimCancellation, recordCancelled, recordCancelRefused } from '../domain/cancellation.ts';
import { Deferred, Rejected } from '../domain/errors.ts';
import type { FulfillmentOrder } from '../domain/fulfillment-order.ts';
import { lookingTimeLeft, recordTaken } from '../domain/submission.ts';
import { cancels } from '../providers/capabilities.ts';
import type { Provider } from '../providers/provider.ts';
import type { DispatchOrderNeeds } from './dispatch-order.ts';

/** Stops the order at its provider, or says that it cannot be stopped. */
export async function cancelOrder(
  order: FulfillmentOrder,
  needs: DispatchOrderNeeds,
): Promise<FulfillmentOrder> {
  const refuse = (why: Rejected | string) =>
    needs.orders.update(order, (current) => recordCancelRefused(current, needs.now(), why));
  const provider = await needs.providerFor(order.connection);
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
  const wait = lookingTimeLeft(order, needs.now());
  if (order.submission.takenSince !== undefined)
    await needs.orders.update(order, (current) => recordTaken(current, needs.now()));
  if (wait > 0)
    throw new Deferred(`${order.reference} may still be landing; it cannot be cancelled yet`, wait);
  return null;
}
