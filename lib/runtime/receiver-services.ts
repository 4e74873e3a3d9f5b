import { readWebhook } from '../dear/webhook-events.ts';
import { jobsPublisher, saleEventsPublisher } from '../messaging/publishers.ts';
import { createNotificationVerifier } from '../providers/notifications.ts';
import { toBlockList } from '../settings/address-list.ts';
import { createSqsClient } from './aws-clients.ts';
import { readEnvironment } from './environment.ts';
import { createObservability } from './logger.ts';
import { readReceiverSettings } from './receiver-settings.ts';
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
  // Kept for the container's life: each holds its provider's public keys.
  const verifiers = new Map(
    connections.map((connection) => [connection.id, createNotificationVerifier(connection, { now, fetch })]),
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
    verifierFor: (connection: string) => verifiers.get(connection),
  };
}
