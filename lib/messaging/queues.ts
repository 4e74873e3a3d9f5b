import type { SQSClient } from '@aws-sdk/client-sqs';
import type { JobRequest, OrderMessage, SaleEventMessage } from './messages.ts';
import { Publisher } from './publisher.ts';

/** What may not be processed side by side shares a group: events by sale, orders by reference, jobs by job and connection. */
export function saleEventsPublisher(client: SQSClient, queueUrl: string): Publisher<SaleEventMessage> {
  return new Publisher(
    client,
    queueUrl,
    (message) => message.saleId || message.saleTaskId || message.saleOrderNumber,
  );
}

/** Both for `fulfillment.fifo` and `confirmations.fifo`. */
export function ordersPublisher(client: SQSClient, queueUrl: string): Publisher<OrderMessage> {
  return new Publisher(client, queueUrl, (message) => message.reference);
}

export function jobsPublisher(client: SQSClient, queueUrl: string): Publisher<JobRequest> {
  return new Publisher(client, queueUrl, (message) => `${message.job}#${message.connection}`);
}
