import { httpHandler } from '../lib/runtime/http-handler.ts';
import { createReceiverServices } from '../lib/runtime/receiver-services.ts';
import { receiveDearWebhook, receiveProviderWebhook } from '../lib/workflows/receive-webhook.ts';

// Once, at cold start.
const services = createReceiverServices(import.meta.url);

/** Called by DEAR and by the providers, through API Gateway. */
export const handler = httpHandler({
  observability: services.observability,
  answer: (request, { connection }) =>
    connection === undefined
      ? receiveDearWebhook(request, services)
      : receiveProviderWebhook(connection, request, services),
});
