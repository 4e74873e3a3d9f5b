import { saleEventMessage } from '../lib/messaging/messages.ts';
import { confirmationsPublisher, ordersPublisher } from '../lib/messaging/publishers.ts';
import { createDynamoDbClient, createSqsClient } from '../lib/runtime/aws-clients.ts';
import { readEnvironment } from '../lib/runtime/environment.ts';
import { createObservability } from '../lib/runtime/logger.ts';
import { queueHandler } from '../lib/runtime/queue-handler.ts';
import { dearClient } from '../lib/runtime/services.ts';
import { deliveredSettings } from '../lib/runtime/settings.ts';
import { rateBudgets } from '../lib/runtime/shared-budget.ts';
import { Catalogues, ProductKinds } from '../lib/store/catalogues.ts';
import { FulfillmentOrders } from '../lib/store/fulfillment-orders.ts';
import { Cursors } from '../lib/store/job-runs.ts';
import { Sales } from '../lib/store/sales.ts';
import { DynamoDbTable } from '../lib/store/table.ts';
import { reconcileSale } from '../lib/workflows/reconcile-sale.ts';

// Once, at cold start.
const environment = readEnvironment('reconcile-sale');
const settings = deliveredSettings(import.meta.url);
const observability = createObservability();
const sqs = createSqsClient();
const dynamoDb = createDynamoDbClient();
const table = new DynamoDbTable(dynamoDb, environment.TABLE_NAME);
const getBudget = rateBudgets(dynamoDb, environment.TABLE_NAME, 'sale');
const dear = dearClient(settings, environment.DEAR_SECRET_ID, getBudget);

const deps = {
  orders: new FulfillmentOrders(table, Date.now, settings.personalDataDays),
  sales: new Sales(table),
  catalogues: new Catalogues(table),
  cursors: new Cursors(table),
  productKinds: new ProductKinds(table),
  fulfillment: ordersPublisher(sqs, environment.FULFILLMENT_QUEUE_URL),
  confirmations: confirmationsPublisher(sqs, environment.CONFIRMATIONS_QUEUE_URL),
  connections: settings.connections,
  now: Date.now,
  log: observability.log.event,
  count: observability.count,
};

/** Called by SQS with the events of one or more sales. */
export const handler = queueHandler({
  schema: saleEventMessage,
  environment,
  sqs,
  table,
  observability,
  process: async (events) => reconcileSale(events, { ...deps, dear: await dear() }),
});
