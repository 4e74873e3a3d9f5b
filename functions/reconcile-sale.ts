import { saleEventMessage } from '../lib/messaging/messages.ts';
import { callsOfSale } from '../lib/runtime/call-recorder.ts';
import { createDear } from '../lib/runtime/dear-service.ts';
import { queueHandler } from '../lib/runtime/queue-handler.ts';
import { createServices } from '../lib/runtime/services.ts';
import { reconcileSale } from '../lib/workflows/reconcile-sale.ts';

// Once, at cold start.
const services = createServices('reconcile-sale', 'sale', import.meta.url);
const { now, log, count } = services;
const dear = createDear(services);

const deps = {
  orders: services.orders(),
  sales: services.sales(),
  saleContents: services.saleContents(),
  catalogues: services.catalogues(),
  cursors: services.cursors(),
  productKinds: services.productKinds(),
  figures: services.figures(),
  fulfillment: services.fulfillment(),
  confirmations: services.confirmations(),
  now,
  log,
  count,
};

/** Called by SQS with the events of one or more sales. */
export const handler = queueHandler({
  schema: saleEventMessage,
  services,
  process: async (events) => {
    const readConnections = () => services.readConnections(services.mapped().now);
    const connections = await readConnections();
    const client = await dear();
    await services.recordCalls(callsOfSale(events, deps), () =>
      reconcileSale(events, { ...deps, connections, readConnections, dear: client }),
    );
  },
});
