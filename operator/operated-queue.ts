import { randomUUID } from 'node:crypto';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { groupOfJobBody } from '../lib/messaging/publishers.ts';

/** Counts of messages. SQS counts approximately. */
export interface QueueDepth {
  readonly waiting: number;
  /** Received and hidden: in work or deferred. */
  readonly hidden: number;
  /** In the dead-letter queue. */
  readonly parked: number;
}

/** A message in a dead-letter queue, hidden from other readers until it is given back or a minute has passed. */
export interface ParkedMessage {
  readonly id: string;
  readonly body: string;
  /** '' where the queue has no groups. */
  readonly group: string;
  /** When it was sent there, ISO UTC. */
  readonly parkedAt: string;
  /** SQS's handle of this receipt. */
  readonly receipt: string;
}

/** A queue with its dead-letter queue, as its operator uses them. */
export interface OperatedQueue {
  depth(): Promise<QueueDepth>;
  /** Up to ten parked messages, hidden for a minute; none where none is visible. */
  takeParked(): Promise<ParkedMessage[]>;
  giveBack(message: ParkedMessage): Promise<void>;
  /** Sends the message to its queue, then deletes the parked one: a crash in between duplicates it, and loses nothing. */
  redrive(message: ParkedMessage): Promise<void>;
}

interface QueueAddresses {
  /** Where redriven messages go. */
  readonly url: string;
  readonly deadLetterUrl: string;
}

const HIDDEN_SECONDS = 60;
const COUNTS = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;

export class SqsOperatedQueue implements OperatedQueue {
  readonly #sqs: SQSClient;
  readonly #addresses: QueueAddresses;
  readonly #waitSeconds: number;

  /** @param waitSeconds long polling, so that AWS reads from all of its servers; 0 for an engine, which has one */
  constructor(sqs: SQSClient, addresses: QueueAddresses, waitSeconds = 1) {
    this.#sqs = sqs;
    this.#addresses = addresses;
    this.#waitSeconds = waitSeconds;
  }

  async depth(): Promise<QueueDepth> {
    const { url, deadLetterUrl } = this.#addresses;
    const [[waiting, hidden], [parked, taken]] = await Promise.all([
      this.#readCounts(url),
      this.#readCounts(deadLetterUrl),
    ]);
    return { waiting, hidden, parked: parked + taken };
  }

  async takeParked(): Promise<ParkedMessage[]> {
    const answer = await this.#sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: this.#addresses.deadLetterUrl,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: HIDDEN_SECONDS,
        WaitTimeSeconds: this.#waitSeconds,
        MessageSystemAttributeNames: ['MessageGroupId', 'SentTimestamp'],
      }),
    );
    return (answer.Messages ?? []).map(toParked);
  }

  async giveBack({ receipt }: ParkedMessage): Promise<void> {
    const QueueUrl = this.#addresses.deadLetterUrl;
    await this.#sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: receipt, VisibilityTimeout: 0 }),
    );
  }

  async redrive({ body, group, receipt, id }: ParkedMessage): Promise<void> {
    const { url, deadLetterUrl } = this.#addresses;
    await this.#sqs.send(
      new SendMessageCommand({
        QueueUrl: url,
        MessageBody: body,
        // A job that is run again must not run beside itself.
        MessageGroupId: group || (groupOfJobBody(body) ?? id),
        MessageDeduplicationId: randomUUID(),
      }),
    );
    await this.#sqs.send(new DeleteMessageCommand({ QueueUrl: deadLetterUrl, ReceiptHandle: receipt }));
  }

  async #readCounts(url: string): Promise<[number, number]> {
    const answer = await this.#sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...COUNTS] }),
    );
    return [Number(answer.Attributes?.[COUNTS[0]] ?? 0), Number(answer.Attributes?.[COUNTS[1]] ?? 0)];
  }
}

function toParked({
  MessageId = '',
  Body = '',
  ReceiptHandle = '',
  Attributes = {},
}: Message): ParkedMessage {
  const sent = Number(Attributes.SentTimestamp ?? 0);
  return {
    id: MessageId,
    body: Body,
    group: Attributes.MessageGroupId ?? '',
    parkedAt: new Date(sent).toISOString(),
    receipt: ReceiptHandle,
  };
}
