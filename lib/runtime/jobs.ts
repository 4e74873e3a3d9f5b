import type { DearClient } from '../dear/client.ts';
import type { SaleEventMessage } from '../messaging/messages.ts';
import type { Provider } from '../providers/provider.ts';
import type { Cursors } from '../store/cursors.ts';
import type { FulfillmentOrders } from '../store/fulfillment-orders.ts';
import { collectShipments } from '../workflows/collect-shipments.ts';
import { refreshTracking } from '../workflows/refresh-tracking.ts';
import type { Jobs } from '../workflows/run-job.ts';

export interface JobDependencies {
  readonly providerFor: (connection: string) => Promise<Provider>;
  readonly orders: FulfillmentOrders;
  readonly cursors: Cursors;
  readonly dear: () => Promise<DearClient>;
  readonly saleEvents: { publish(message: SaleEventMessage): Promise<void> };
  readonly confirmations: { publish(message: { reference: string }): Promise<void> };
  readonly now: () => number;
}

/** Which workflow each job is, with what it needs. */
export function createJobs(dependencies: JobDependencies): Jobs {
  const { providerFor } = dependencies;
  return {
    'collect-shipments': async (connection, hasTime) =>
      collectShipments({ ...dependencies, connection, hasTime, provider: await providerFor(connection.id) }),
    'refresh-tracking': async (connection) =>
      refreshTracking({ ...dependencies, connection, provider: await providerFor(connection.id) }),
    'sync-inventory': nothing,
    'refresh-catalogue': nothing,
    'sweep-sales': nothing,
    'check-webhooks': nothing,
    probe: nothing,
  };
}

const nothing = async () => ({ outcome: 'finished', counts: {} }) as const;
