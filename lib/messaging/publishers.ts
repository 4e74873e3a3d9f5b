import { randomUUID } from 'node:crypto';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { DeduplicatingPublisher } from '../domain/ports/queues.ts';
import {
  type JobRequest,
  jobMessage,
  type MessageName,
  type OrderMessage,
  type SaleEventMessage,
  toMessageBody,
} from './messages.ts';

/**
 * Sends one message to a FIFO queue and resolves only when SQS holds it.
 *
 * The de-duplication id is a new one unless the sender gives one: a message is a hint to look again, and two equal hints
 * minutes apart (authorised, undone, authorised) mean two looks. SQS would drop the second for five minutes if the id came
 * from the body.
 */
class SqsPublisher<Message extends object> implements DeduplicatingPublisher<Message> {
  readonly #client: SQSClient;
  readonly #queueUrl: string;
  readonly #name: MessageName;
  readonly #getGroup: (message: Message) => string;

  constructor(
    client: SQSClient,
    queueUrl: string,
    name: MessageName,
    getGroup: (message: Message) => string,
  ) {
    this.#client = client;
    this.#queueUrl = queueUrl;
    this.#name = name;
    this.#getGroup = getGroup;
  }

  async publish(message: Message): Promise<void> {
    await this.#send(message, randomUUID());
  }

  /** The same, but SQS drops it where one with this key came within the last five minutes. */
  async publishOnce(message: Message, key: string): Promise<void> {
    await this.#send(message, toGroupId(key));
  }

  async #send(message: Message, deduplicationId: string): Promise<void> {
    await this.#client.send(
      new SendMessageCommand({
        QueueUrl: this.#queueUrl,
        MessageBody: toSqsText(toMessageBody(this.#name, message)),
        MessageGroupId: toGroupId(this.#getGroup(message)),
        MessageDeduplicationId: deduplicationId,
      }),
    );
  }
}

/**
 * The same JSON in characters that SQS takes. JSON escapes control characters and halves of surrogate pairs itself, which
 * leaves the two that are no characters; a sale order number may hold anything a person pasted.
 */
function toSqsText(json: string): string {
  return json.replaceAll(/[\ufffe\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16)}`);
}

/** SQS takes 1 to 128 letters, digits and punctuation; a sale order number may hold anything a person typed. */
function toGroupId(text: string): string {
  return text.replaceAll(/[^\w\-#.:]/gu, '_').slice(0, 128) || '_';
}

/**
 * What may not be processed side by side shares a group: events and confirmations by sale, orders by reference, jobs by job
 * and connection.
 */
export function saleEventsPublisher(client: SQSClient, queueUrl: string): SqsPublisher<SaleEventMessage> {
  return new SqsPublisher(
    client,
    queueUrl,
    'sale event',
    (message) => message.saleId || message.saleTaskId || message.saleOrderNumber,
  );
}

/** For `fulfillment.fifo`. */
export function ordersPublisher(client: SQSClient, queueUrl: string): SqsPublisher<OrderMessage> {
  return new SqsPublisher(client, queueUrl, 'order', (message) => message.reference);
}

/** For `confirmations.fifo`: orders of one sale are written into the fulfilments of one sale. */
export function confirmationsPublisher(client: SQSClient, queueUrl: string): SqsPublisher<OrderMessage> {
  return new SqsPublisher(client, queueUrl, 'order', ({ reference }) => getSale(reference));
}

/** `SO-00042` of `SO-00042-1`. */
function getSale(reference: string): string {
  return reference.replace(/-\d+$/, '');
}

export function jobsPublisher(client: SQSClient, queueUrl: string): SqsPublisher<JobRequest> {
  return new SqsPublisher(client, queueUrl, 'job', toJobGroup);
}

function toJobGroup({ job, connection }: JobRequest): string {
  return `${job}#${connection}`;
}

/**
 * The group of a job's message that lost it: EventBridge Scheduler parks what it cannot send in a queue without groups.
 * @returns null where the text is no job's message
 */
export function groupOfJobBody(body: string): string | null {
  try {
    return toGroupId(toJobGroup(jobMessage.parse(JSON.parse(body))));
  } catch {
    return null;
  }
}
