import * as z from 'zod';
import { readWebhook } from '../dear/webhook-events.ts';
import { jobsPublisher, saleEventsPublisher } from '../messaging/publishers.ts';
import type { NotificationVerifier } from '../providers/provider.ts';
import { getProviderDefinition } from '../providers/registry.ts';
import { toBlockList } from '../settings/address-list.ts';
import { createSqsClient } from './aws-clients.ts';
import { readEnvironment } from './environment.ts';
import { createObservability } from './logger.ts';
import { type ReceiverConnection, readReceiverSettings } from './receiver-settings.ts';
import { matchesToken, readSecret, webhookSecret } from './secrets.ts';

/**
 * The composition root of the receiver alone. It knows neither DynamoDB nor the schemas of settings and orders, which would
 * double its start, and DEAR waits for it.
 * @param beside `import.meta.url` of the function: the settings are delivered beside its code
 */
export function createReceiverServices(beside: string) {
  const environment = readEnvironment('receive-webhook');
  const { dear, connections } = readReceiverSettings(beside);
  const observability = createObservability();
  const sqs = createSqsClient();
  const now = Date.now;
  const verifiers = new Map(
    connections.map((connection) => [
      connection.id,
      lazyVerifier(connection, environment.CONNECTION_SECRET_PREFIX),
    ]),
  );
  return {
    observability,
    log: observability.log.event,
    count: observability.count,
    now,
    saleEvents: saleEventsPublisher(sqs, environment.SALE_EVENTS_QUEUE_URL),
    jobs: jobsPublisher(sqs, environment.JOBS_QUEUE_URL),
    allowed: toBlockList(dear.webhookAddresses),
    isOurToken: async (presented: string) =>
      matchesToken(presented, await readSecret(environment.WEBHOOK_SECRET_ID, webhookSecret)),
    readEvent: readWebhook,
    verifierFor: async (connection: string) => (await verifiers.get(connection)?.()) ?? null,
  };
}

/** Made for the first notification and kept for the container's life: it holds its provider's public keys. */
function lazyVerifier(
  connection: ReceiverConnection,
  secretPrefix: string,
): () => Promise<NotificationVerifier | null> {
  const readConnectionSecret = () => readSecret(`${secretPrefix}${connection.id}`, z.unknown());
  let made: Promise<NotificationVerifier | null> | undefined;
  return () => {
    const { hints } = getProviderDefinition(connection.provider);
    made ??=
      hints?.createVerifier(connection, { now: Date.now, fetch, readSecret: readConnectionSecret }) ??
      Promise.resolve(null);
    return made;
  };
}
