import { World } from '../workflows/world.ts';
import type { Metrics } from './bench.ts';

/** List prices of us-east-1 in USD: a write of up to 1 KB, a consistent read of up to 4 KB, a FIFO request. */
const PRICES = { write: 0.625e-6, read: 0.125e-6, queueRequest: 0.5e-6 };

/** What one simple order costs from webhook to confirmed shipment, in operations counted on the real workflows. */
export async function operations(): Promise<Metrics> {
  const world = new World();
  await world.reconcile();
  await world.dispatch();
  world.service.ship('order-1');
  await world.collect();
  await world.confirm();
  const { puts, writeUnits, readUnits } = world.table;
  // A message is sent, received and deleted: sale event, fulfillment, job and confirmation.
  const queueRequests = 4 * 3;
  const dollars = writeUnits * PRICES.write + readUnits * PRICES.read + queueRequests * PRICES.queueRequest;
  return {
    'DEAR calls': world.dear.calls.length,
    'table writes': puts,
    'write units': writeUnits,
    'read units': readUnits,
    'queue requests': queueRequests,
    'USD per million orders, table and queues': Math.round(dollars * 1e8) / 100,
  };
}
