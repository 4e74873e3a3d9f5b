import type { SQSClient } from '@aws-sdk/client-sqs';
import { type JobRequest, jobMessage, type OrderMessage, type SaleEventMessage } from './messages.ts';
import { Publisher, toGroupId } from './publisher.ts';

/**
 * What may not be processed side by side shares a group: events and confirmations by sale, orders by reference, jobs by job
 * and connection.
 */
export function saleEventsPublisher(client: SQSClient, queueUrl: string): Publisher<SaleEventMessage> {
  return new Publisher(
    client,
    queueUrl,
    (message) => message.saleId || message.saleTaskId || message.saleOrderNumber,
  );
}

/** For `fulfillment.fifo`. */
export function ordersPublisher(client: SQSClient, queueUrl: string): Publisher<OrderMessage> {
  return new Publisher(client, queueUrl, (message) => message.reference);
}

/** For `confirmations.fifo`: orders of one sale are written into the fulfilments of one sale. */
export function confirmationsPublisher(client: SQSClient, queueUrl: string): Publisher<OrderMessage> {
  return new Publisher(client, queueUrl, ({ reference }) => saleOf(reference));
}

/** `SO-00042` of `SO-00042-1`. */
function saleOf(reference: string): string {
  return reference.replace(/-\d+$/, '');
}

export function jobsPublisher(client: SQSClient, queueUrl: string): Publisher<JobRequest> {
  return new Publisher(client, queueUrl, groupOfJob);
}

function groupOfJob({ job, connection }: JobRequest): string {
  return `${job}#${connection}`;
}

/**
 * The group of a job's message that lost it: EventBridge Scheduler parks what it cannot send in a queue without groups.
 * @returns null where the text is no job's message
 */
export function groupOfJobBody(body: string): string | null {
  try {
    return toGroupId(groupOfJob(jobMessage.parse(JSON.parse(body))));
  } catch {
    return null;
  }
}
