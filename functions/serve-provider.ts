import { createEndpointServices } from '../lib/runtime/endpoint-services.ts';
import { httpHandler } from '../lib/runtime/http-handler.ts';
import { serveProvider } from '../lib/workflows/serve-provider.ts';

// Once, at cold start.
const services = createEndpointServices(import.meta.url);

/** Called by services that fetch orders or send payloads, through API Gateway. */
export const handler = httpHandler({
  observability: services.observability,
  answer: (request, { connection = '', path = '' }) =>
    serveProvider({ ...request, connection, path }, services),
});
