import { isOwnedByBuiltInIntegration } from '../lib/dear/built-in-integration.ts';
import { orderMessage } from '../lib/messaging/messages.ts';
import { createDynamoDbClient, createSqsClient } from '../lib/runtime/aws-clients.ts';
import { readEnvironment } from '../lib/runtime/environment.ts';
import { createObservability } from '../lib/runtime/logger.ts';
import { queueHandler } from '../lib/runtime/queue-handler.ts';
import { dearClient } from '../lib/runtime/services.ts';
import { deliveredSettings } from '../lib/runtime/settings.ts';
import { rateBudgets } from '../lib/runtime/shared-budget.ts';
import { FulfillmentOrders } from '../lib/store/fulfillment-orders.ts';
import { Sales } from '../lib/store/sales.ts';
import { DynamoDbTable } from '../lib/store/table.ts';
import { confirmOrders } from '../lib/workflows/confirm-shipment.ts';

// Once, at cold start.
const environment = readEnvironment('confirm-shipment');
const settings = deliveredSettings(import.meta.url);
const observability = createObservability();
const dynamoDb = createDynamoDbClient();
const table = new DynamoDbTable(dynamoDb, environment.TABLE_NAME);
const getBudget = rateBudgets(dynamoDb, environment.TABLE_NAME, 'confirmation');
const dear = dearClient(settings, environment.DEAR_SECRET_ID, getBudget);

const deps = {
  orders: new FulfillmentOrders(table, Date.now, settings.personalDataDays),
  sales: new Sales(table),
  connections: settings.connections,
  isOwnedByBuiltInIntegration,
  now: Date.now,
  log: observability.log.event,
};

/** Called by SQS with fulfillment orders that have left. */
export const handler = queueHandler({
  schema: orderMessage,
  environment,
  sqs: createSqsClient(),
  table,
  observability,
  // Messages of one group name orders of one sale, each of which is looked at once.
  process: async (messages, context) => {
    const references = messages.map(({ reference }) => reference);
    const timeLeftMs = context.getRemainingTimeInMillis;
    await confirmOrders(references, { ...deps, dear: await dear(), timeLeftMs });
  },
});
