import type { Connection } from '../domain/connection.ts';
import type { JobMessage } from '../messaging/messages.ts';
import type { Provider } from '../providers/provider.ts';
import { type CollectShipmentsNeeds, collectShipments } from './collect-shipments.ts';
import { type RefreshTrackingNeeds, refreshTracking } from './refresh-tracking.ts';

export interface RunJobNeeds
  extends Omit<CollectShipmentsNeeds, 'provider' | 'connection' | 'hasTime' | 'orders'> {
  readonly orders: CollectShipmentsNeeds['orders'] & RefreshTrackingNeeds['orders'];
  readonly connections: readonly Connection[];
  readonly providerFor: (connection: string) => Promise<Provider>;
  readonly jobs: { publish(message: JobMessage): Promise<void> };
  readonly timeLeftMs: () => number;
}

/** A page is at most some hundred provider calls at 200 a minute; what is begun must also be finished. */
const TIME_FOR_A_PAGE_MS = 90_000;

/** Runs one job for one connection. Where time runs out, the job queues its own continuation. */
export async function runJob({ job, connection: id }: JobMessage, needs: RunJobNeeds): Promise<void> {
  const connection = needs.connections.find((one) => one.id === id);
  if (connection === undefined)
    throw new Error(`There is no connection ${id} in the settings, so ${job} cannot run`);
  const hasTime = () => needs.timeLeftMs() > TIME_FOR_A_PAGE_MS;
  switch (job) {
    case 'collect-shipments': {
      const provider = await needs.providerFor(id);
      const ending = await collectShipments({ ...needs, connection, provider, hasTime });
      if (ending === 'unfinished') await needs.jobs.publish({ job, connection: id });
      return;
    }
    case 'refresh-tracking':
      return refreshTracking({ ...needs, connection, provider: await needs.providerFor(id) });
  }
}
