import type { DearClient } from '../dear/client.ts';
import type { SaleEventMessage } from '../messaging/messages.ts';
import type { Provider } from '../providers/provider.ts';
import type { Settings } from '../settings/schema.ts';
import type { Catalogues } from '../store/catalogues.ts';
import type { Cursors } from '../store/cursors.ts';
import type { FulfillmentOrders } from '../store/fulfillment-orders.ts';
import type { JobRuns } from '../store/job-runs.ts';
import type { Sales } from '../store/sales.ts';
import { collectShipments } from '../workflows/collect-shipments.ts';
import { probe } from '../workflows/probe.ts';
import { refreshCatalogue } from '../workflows/refresh-catalogue.ts';
import { refreshTracking } from '../workflows/refresh-tracking.ts';
import type { Jobs } from '../workflows/run-job.ts';
import { schedulesOf } from './job-schedules.ts';
import type { Gauge } from './metrics.ts';

export interface JobDependencies {
  readonly settings: Settings;
  readonly providerFor: (connection: string) => Promise<Provider>;
  readonly orders: FulfillmentOrders;
  readonly sales: Sales;
  readonly cursors: Cursors;
  readonly catalogues: Catalogues;
  readonly runs: JobRuns;
  readonly dear: () => Promise<DearClient>;
  readonly saleEvents: { publish(message: SaleEventMessage): Promise<void> };
  readonly confirmations: { publish(message: { reference: string }): Promise<void> };
  readonly countDeadLetters: () => Promise<number>;
  readonly gauge: Gauge;
  readonly now: () => number;
}

/** Which workflow each job is, with what it needs. */
export function createJobs(dependencies: JobDependencies): Jobs {
  const { providerFor, settings } = dependencies;
  const { connections } = settings;
  const expectedJobs = schedulesOf(settings).map(({ request: { job, connection } }) => ({ job, connection }));
  return {
    'collect-shipments': async (connection, hasTime) =>
      collectShipments({ ...dependencies, connection, hasTime, provider: await providerFor(connection.id) }),
    'refresh-tracking': async (connection, hasTime) =>
      refreshTracking({ ...dependencies, connection, hasTime, provider: await providerFor(connection.id) }),
    'sync-inventory': nothing,
    'refresh-catalogue': async (connection, hasTime) =>
      refreshCatalogue({ ...dependencies, connection, hasTime, provider: await providerFor(connection.id) }),
    'sweep-sales': nothing,
    'check-webhooks': nothing,
    probe: async () =>
      probe({ ...dependencies, connections, expectedJobs, holdHours: settings.alarms.holdHours }),
  };
}

const nothing = async () => ({ outcome: 'finished', counts: {} }) as const;
