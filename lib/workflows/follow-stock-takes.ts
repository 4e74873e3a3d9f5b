import type { Clock } from '../domain/clock.ts';
import { resumeLockedConfirmation } from '../domain/confirmation/confirmation.ts';
import { getLocation } from '../domain/confirmation/packing.ts';
import type { Connection } from '../domain/connection.ts';
import type { FulfillmentOrder } from '../domain/order/fulfillment-order.ts';
import type { CursorStore } from '../domain/ports/jobs.ts';
import type { OrderStore } from '../domain/ports/orders.ts';
import type { Publisher } from '../domain/ports/queues.ts';
import type { StockTakeLocksInDear } from '../domain/ports/stock.ts';
import type { OrderMessage } from '../messaging/messages.ts';
import { findLock, listOpenStockTakes } from './confirmation-outcomes.ts';
import { forgetFinishedStockTake, readOpenStockTake } from './write-stock-take.ts';

interface FollowStockTakesDeps {
  readonly connections: readonly Connection[];
  readonly dear: StockTakeLocksInDear;
  readonly orders: Pick<OrderStore, 'listWaiting' | 'update'>;
  readonly cursors: CursorStore;
  readonly confirmations: Publisher<OrderMessage>;
  readonly now: Clock;
}

/**
 * Resumes the confirmation of orders that waited for a stock take that has ended, and forgets our stock takes that a person
 * completed or voided. Costs one call of DEAR, and none while no order waits and none of ours is open.
 * @returns how many orders were resumed
 */
export async function followStockTakes(deps: FollowStockTakesDeps): Promise<number> {
  const waiting: FulfillmentOrder[] = [];
  for await (const order of deps.orders.listWaiting('stock-take')) waiting.push(order);
  const ours = await openedByUs(deps);
  if (waiting.length === 0 && ours.length === 0) return 0;
  const takes = await listOpenStockTakes(deps.dear);
  for (const id of ours) await forgetFinishedStockTake(id, takes, deps.cursors);
  const free = waiting.filter(
    (order) => findLock(getLocations(order, deps.connections), takes) === undefined,
  );
  for (const order of free) {
    await deps.orders.update(order, (current) => resumeLockedConfirmation(current, deps.now()));
    await deps.confirmations.publish({ reference: order.reference });
  }
  return free.length;
}

/** Ids of the connections whose stock take is open. */
async function openedByUs({ connections, cursors }: FollowStockTakesDeps): Promise<string[]> {
  const ids: string[] = [];
  for (const { id } of connections) if ((await readOpenStockTake(id, cursors)) !== null) ids.push(id);
  return ids;
}

function getLocations(order: FulfillmentOrder, connections: readonly Connection[]): string[] {
  const connection = connections.find(({ id }) => id === order.connection);
  if (connection === undefined) return [order.location];
  const consignment = { order, packages: order.packages, connection };
  return [order.location, ...order.packages.map((box) => getLocation(consignment, box))];
}
