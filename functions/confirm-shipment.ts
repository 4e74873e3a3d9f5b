import { isOwnedByBuiltInIntegration } from '../lib/dear/reference.ts';
import { orderMessage } from '../lib/messaging/messages.ts';
import { callsOfOrders } from '../lib/runtime/call-recorder.ts';
import { createDear } from '../lib/runtime/dear-service.ts';
import { queueHandler } from '../lib/runtime/queue-handler.ts';
import { createServices } from '../lib/runtime/services.ts';
import { confirmOrders } from '../lib/workflows/confirm-shipment.ts';

// Once, at cold start.
const services = createServices('confirm-shipment', 'confirmation', import.meta.url);
const { now, log } = services;
const dear = createDear(services);

const deps = {
  orders: services.orders(),
  sales: services.sales(),
  figures: services.figures(),
  labelFiles: services.labelFiles(),
  isOwnedByBuiltInIntegration,
  now,
  log,
};

/** Called by SQS with fulfillment orders that have left. */
export const handler = queueHandler({
  schema: orderMessage,
  services,
  // Messages of one group name orders of one sale; each order is confirmed once.
  process: async (messages, context) => {
    const [first, ...others] = messages.map(({ reference }) => reference);
    if (first === undefined) return;
    const references = [first, ...others] as const;
    const timeLeftMs = context.getRemainingTimeInMillis;
    const client = await dear();
    const dearFor = (connection: string) => client.writingFor(connection);
    const connections = await services.readConnections();
    await services.recordCalls(callsOfOrders(references, deps), () =>
      confirmOrders(references, { ...deps, connections, dear: client, dearFor, timeLeftMs }),
    );
  },
});
