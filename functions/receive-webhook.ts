import { readWebhook } from '../lib/dear/webhook-events.ts';
import { jobsPublisher, saleEventsPublisher } from '../lib/messaging/publishers.ts';
import { createNotificationVerifier } from '../lib/providers/notifications.ts';
import { createSqsClient } from '../lib/runtime/aws-clients.ts';
import { readEnvironment } from '../lib/runtime/environment.ts';
import { httpHandler } from '../lib/runtime/http-handler.ts';
import { createObservability } from '../lib/runtime/logger.ts';
import { deliveredReceiverSettings } from '../lib/runtime/receiver-settings.ts';
import { matchesToken, readSecret, webhookSecret } from '../lib/runtime/secrets.ts';
import { toBlockList } from '../lib/settings/address-list.ts';
import { receiveDearWebhook, receiveProviderWebhook } from '../lib/workflows/receive-webhook.ts';

// Once, at cold start.
const environment = readEnvironment('receive-webhook');
const settings = deliveredReceiverSettings(import.meta.url);
const observability = createObservability();
const sqs = createSqsClient();
const { log, count } = observability;

const jobs = jobsPublisher(sqs, environment.JOBS_QUEUE_URL);

const dearDeps = {
  isOurToken: async (presented: string) =>
    matchesToken(presented, await readSecret(environment.WEBHOOK_SECRET_ID, webhookSecret)),
  allowed: toBlockList(settings.dear.webhookAddresses),
  readEvent: readWebhook,
  saleEvents: saleEventsPublisher(sqs, environment.SALE_EVENTS_QUEUE_URL),
  jobs,
  now: Date.now,
  log: log.event,
  count,
};

/** Kept for the container's life: each holds its provider's public keys. */
const verifiers = new Map(
  settings.connections.map((connection) => [
    connection.id,
    createNotificationVerifier(connection, { now: Date.now, fetch }),
  ]),
);

const providerDeps = {
  verifierFor: (connection: string) => verifiers.get(connection),
  jobs,
  now: Date.now,
  log: log.event,
  count,
};

/** Called by DEAR and by the providers, through API Gateway. */
export const handler = httpHandler({
  observability,
  answer: (request, { connection }) =>
    connection === undefined
      ? receiveDearWebhook(request, dearDeps)
      : receiveProviderWebhook(connection, request, providerDeps),
});
