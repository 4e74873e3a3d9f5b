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

/** How many messages are where. SQS counts approximately. */
export interface QueueDepth {
  readonly waiting: number;
  /** Received and hidden: in work or deferred. */
  readonly hidden: number;
  /** In the dead-letter queue. */
  readonly parked: number;
}

/** A message in a dead-letter queue, hidden from everybody else until it is given back or its time is over. */
export interface ParkedMessage {
  readonly id: string;
  readonly body: string;
  /** '' where the queue has no groups. */
  readonly group: string;
  /** When it was sent there, ISO UTC. */
  readonly parkedAt: string;
  /** Names this receipt of it to SQS. */
  readonly receipt: string;
}

/** A queue of the flow as its operator sees it, with its dead-letter queue. */
export interface OperatedQueue {
  depth(): Promise<QueueDepth>;
  /** Up to ten parked messages; none where there are none to be had. Hidden for a minute. */
  takeParked(): Promise<ParkedMessage[]>;
  giveBack(message: ParkedMessage): Promise<void>;
  /** Sends the message to its queue again, then removes it from the parked ones: a crash in between doubles a hint, and loses nothing. */
  redrive(message: ParkedMessage): Promise<void>;
}

interface QueueAddresses {
  /** Where its messages go again. */
  readonly url: string;
  readonly deadLetterUrl: string;
}

const HIDDEN_SECONDS = 60;
const COUNTS = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;

export class SqsOperatedQueue implements OperatedQueue {
  readonly #sqs: SQSClient;
  readonly #addresses: QueueAddresses;
  readonly #waitSeconds: number;

  /** @param waitSeconds how long a take waits, so that AWS asks all of its servers and not a few; an engine has one */
  constructor(sqs: SQSClient, addresses: QueueAddresses, waitSeconds = 1) {
    this.#sqs = sqs;
    this.#addresses = addresses;
    this.#waitSeconds = waitSeconds;
  }

  async depth(): Promise<QueueDepth> {
    const { url, deadLetterUrl } = this.#addresses;
    const [[waiting, hidden], [parked, taken]] = await Promise.all([
      this.#countsOf(url),
      this.#countsOf(deadLetterUrl),
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

  async #countsOf(url: string): Promise<[number, number]> {
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
