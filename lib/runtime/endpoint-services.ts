import * as z from 'zod';
import { isoTime } from '../domain/clock.ts';
import { jobsPublisher } from '../messaging/publishers.ts';
import { getProviderDefinition } from '../providers/registry.ts';
import type { UnreadableRow } from '../store/item-kinds.ts';
import { createProviderBox } from '../store/provider-box.ts';
import { DynamoDbTable } from '../store/table.ts';
import { type Endpoints, GuessLimit } from '../workflows/serve-provider.ts';
import { createDynamoDbClient, createSqsClient } from './aws-clients.ts';
import { readEnvironment } from './environment.ts';
import { createObservability } from './logger.ts';
import { readReceiverSettings } from './receiver-settings.ts';
import { readSecret } from './secrets.ts';

/**
 * The composition root of the function that services call to fetch orders or to send payloads. It knows neither DEAR nor the
 * schemas of settings and orders.
 * @param beside `import.meta.url` of the function: the settings are delivered beside its code
 */
export function createEndpointServices(beside: string) {
  const environment = readEnvironment('serve-provider');
  const { connections, personalDataDays } = readReceiverSettings(beside);
  const observability = createObservability();
  const now = Date.now;
  const table = new DynamoDbTable(createDynamoDbClient(), environment.TABLE_NAME);
  const jobs = jobsPublisher(createSqsClient(), environment.JOBS_QUEUE_URL);
  const noteUnreadable = ({ kind, reference, why }: UnreadableRow) => {
    observability.log.event('record.unreadable', { kind, reference, why });
    observability.count('RecordUnreadable');
  };
  const endpointsOf = (id: string): Endpoints | null => {
    const connection = connections.find((one) => one.id === id);
    const endpoints = connection && getProviderDefinition(connection.provider).endpoints;
    if (!endpoints) return null;
    return {
      paths: endpoints.paths,
      serve: async (request) =>
        await endpoints.serve(request, connection, {
          now,
          readSecret: async () =>
            await readSecret(`${environment.CONNECTION_SECRET_PREFIX}${id}`, z.unknown()),
          box: createProviderBox(id, table, now, personalDataDays, noteUnreadable),
          requestCollection: async () =>
            await jobs.publish({ job: 'collect-shipments', connection: id, askedAt: isoTime(now()) }),
          requestCheck: async () =>
            await jobs.publishOnce({ job: 'check-orders', connection: id }, `check-orders#${id}`),
        }),
    };
  };
  const { log, count } = observability;
  return { observability, endpointsOf, guesses: new GuessLimit(), now, log: log.event, count };
}
