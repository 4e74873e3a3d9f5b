import { Rejected } from '../domain/errors.ts';
import type { FulfillmentOrder } from '../domain/fulfillment-order.ts';
import { recordUpdated, recordUpdateRefused } from '../domain/submission.ts';
import { updates } from '../providers/capabilities.ts';
import type { DispatchOrderNeeds } from './dispatch-order.ts';

/** Gives the provider the changed order while it can take it. Setting the same order twice does no harm, so no claim is made. */
export async function updateOrder(
  order: FulfillmentOrder,
  needs: DispatchOrderNeeds,
): Promise<FulfillmentOrder> {
  const { fingerprint, connection, submission } = order;
  const refuse = (words: string) =>
    needs.orders.update(order, (current) => recordUpdateRefused(current, needs.now(), words, fingerprint));
  const provider = await needs.providerFor(connection);
  if (!updates(provider)) return refuse(`${connection} takes no changes of an order.`);
  const content = await needs.orders.readContent(order);
  if (content === null) return refuse('Its name and address have expired here.');
  try {
    await provider.update(submission.providerOrderId, content);
  } catch (error) {
    if (error instanceof Rejected) return refuse(error.details.words ?? error.message);
    throw error;
  }
  return needs.orders.update(order, (current) => recordUpdated(current, needs.now(), content, fingerprint));
}
