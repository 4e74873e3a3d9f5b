import { orderMessage } from '../lib/messaging/messages.ts';
import { confirmationsPublisher } from '../lib/messaging/publishers.ts';
import { createDynamoDbClient, createSqsClient } from '../lib/runtime/aws-clients.ts';
import { readEnvironment } from '../lib/runtime/environment.ts';
import { createObservability } from '../lib/runtime/logger.ts';
import { queueHandler } from '../lib/runtime/queue-handler.ts';
import { providers } from '../lib/runtime/services.ts';
import { deliveredSettings } from '../lib/runtime/settings.ts';
import { rateBudgets } from '../lib/runtime/shared-budget.ts';
import { Fractions } from '../lib/store/catalogues.ts';
import { FulfillmentOrders } from '../lib/store/fulfillment-orders.ts';
import { Pauses } from '../lib/store/pauses.ts';
import { DynamoDbTable } from '../lib/store/table.ts';
import { dispatchOrder } from '../lib/workflows/dispatch-order.ts';

// Once, at cold start.
const environment = readEnvironment('dispatch-order');
const settings = deliveredSettings(import.meta.url);
const observability = createObservability();
const sqs = createSqsClient();
const dynamoDb = createDynamoDbClient();
const table = new DynamoDbTable(dynamoDb, environment.TABLE_NAME);
const getBudget = rateBudgets(dynamoDb, environment.TABLE_NAME, 'sale');

const deps = {
  orders: new FulfillmentOrders(table, Date.now, settings.personalDataDays),
  fractions: new Fractions(table, Date.now),
  pauses: new Pauses(table),
  providerFor: providers(settings, environment.CONNECTION_SECRET_PREFIX, getBudget),
  connections: settings.connections,
  confirmations: confirmationsPublisher(sqs, environment.CONFIRMATIONS_QUEUE_URL),
  now: Date.now,
  log: observability.log.event,
  count: observability.count,
};

/** Called by SQS with fulfillment orders that need their provider. */
export const handler = queueHandler({
  schema: orderMessage,
  environment,
  sqs,
  table,
  observability,
  // Several messages of one group name the same order, which is looked at once.
  process: async ([message]) => {
    if (message !== undefined) await dispatchOrder(message.reference, deps);
  },
});
