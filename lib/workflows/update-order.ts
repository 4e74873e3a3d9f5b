import { Rejected } from '../domain/errors.ts';
import type { FulfillmentOrder, OrderContent } from '../domain/fulfillment-order.ts';
import { orderedLines } from '../domain/new-order.ts';
import { claimUpdate, mayBeHeld, recordUpdated, recordUpdateRefused } from '../domain/submission.ts';
import { inServiceUnits, linesInFractions } from '../domain/units.ts';
import { updates } from '../providers/capabilities.ts';
import type { DispatchOrderNeeds } from './dispatch-order.ts';

/**
 * Gives the provider the changed order while it can take it. What is sent is stored first: were the answer lost, the
 * provider might hold either version, and a later look must know both.
 */
export async function updateOrder(
  order: FulfillmentOrder,
  needs: DispatchOrderNeeds,
): Promise<FulfillmentOrder> {
  const { fingerprint, connection, submission } = order;
  let latest = order;
  const refuse = (why: Rejected | string) =>
    needs.orders.update(latest, (current) => recordUpdateRefused(current, needs.now(), why, fingerprint));
  const provider = await needs.providerFor(connection);
  if (!updates(provider)) return refuse(`${connection} takes no changes of an order.`);
  const content = await needs.orders.readContent(order);
  if (content === null) return refuse('Its name and address have expired here.');
  const held = await readHeld(order, needs);
  const lines = orderedLines(content);
  await needs.fractions.note(connection, linesInFractions(lines));
  latest = claimUpdate(order, needs.now());
  if (latest !== order) await needs.orders.save(latest);
  try {
    await provider.update(submission.providerOrderId, inServiceUnits(content, lines), held);
  } catch (error) {
    if (error instanceof Rejected) return refuse(error);
    throw error;
  }
  return needs.orders.update(latest, (current) => recordUpdated(current, needs.now(), content, fingerprint));
}

/** Each content that the provider may hold, as it was told; one that has expired here cannot be compared with what it holds. */
async function readHeld(order: FulfillmentOrder, needs: DispatchOrderNeeds): Promise<OrderContent[]> {
  const contents = await Promise.all(
    mayBeHeld(order).map((fingerprint) => needs.orders.readContent({ ...order, fingerprint })),
  );
  return contents
    .filter((content) => content !== null)
    .map((content) => inServiceUnits(content, order.lines));
}
