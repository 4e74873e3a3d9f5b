import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SQSClient } from '@aws-sdk/client-sqs';
import {
  confirmationsPublisher,
  jobsPublisher,
  ordersPublisher,
  saleEventsPublisher,
} from '../lib/messaging/publishers.ts';
import { rateBudgets } from '../lib/runtime/shared-budget.ts';
import { DynamoDbSlotBook } from '../lib/store/slot-book.ts';
import { DynamoDbTable } from '../lib/store/table.ts';
import type { BridgeParts } from './bridge.ts';
import { SqsOperatedQueue } from './operated-queue.ts';
import { queueAddresses, type StackOutputs } from './stack-outputs.ts';

type AwsParts = Pick<
  BridgeParts,
  'table' | 'getBudget' | 'slots' | 'saleEvents' | 'fulfillment' | 'confirmations' | 'jobs' | 'queues'
>;

/**
 * The parts that call AWS: a deployed stack, or the engines of the local system.
 * @param waitSeconds see `SqsOperatedQueue`
 */
export function createAwsParts(
  sqs: SQSClient,
  dynamoDb: DynamoDBClient,
  outputs: StackOutputs,
  waitSeconds?: number,
): AwsParts {
  const addresses = queueAddresses(outputs);
  const queue = (name: keyof typeof addresses) => new SqsOperatedQueue(sqs, addresses[name], waitSeconds);
  return {
    table: new DynamoDbTable(dynamoDb, outputs.TableName),
    // An operator waits for a few calls, mostly while there is a backlog, so they go before the jobs' calls.
    getBudget: rateBudgets(dynamoDb, outputs.TableName, 'confirmation'),
    slots: new DynamoDbSlotBook(dynamoDb, outputs.TableName),
    saleEvents: saleEventsPublisher(sqs, outputs.SaleEventsQueueUrl),
    fulfillment: ordersPublisher(sqs, outputs.FulfillmentQueueUrl),
    confirmations: confirmationsPublisher(sqs, outputs.ConfirmationsQueueUrl),
    jobs: jobsPublisher(sqs, outputs.JobsQueueUrl),
    queues: {
      'sale-events': queue('sale-events'),
      fulfillment: queue('fulfillment'),
      confirmations: queue('confirmations'),
      jobs: queue('jobs'),
      schedules: queue('schedules'),
    },
  };
}
