import { setTimeout as delay } from 'node:timers/promises';
import {
  DeleteMessageBatchCommand,
  type Message,
  type MessageAttributeValue,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSMessageAttribute, SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import type { EventSourceMappingDefinition, QueueDefinition } from '../template/stack.ts';
import { REGION } from '../template/template-names.ts';

/** The event that Lambda makes from messages. */
function toSqsEvent(messages: readonly Message[], queue: QueueDefinition): SQSEvent {
  return { Records: messages.map((message) => toRecord(message, queue)) };
}

function toRecord(message: Message, queue: QueueDefinition): SQSRecord {
  const attributes = Object.entries(message.MessageAttributes ?? {}).map(
    ([name, value]) => [name, toAttribute(value)] as const,
  );
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '0',
      SenderId: '',
      ApproximateFirstReceiveTimestamp: '0',
      ...message.Attributes,
    },
    messageAttributes: Object.fromEntries(attributes),
    md5OfBody: message.MD5OfBody ?? '',
    eventSource: 'aws:sqs',
    eventSourceARN: queue.arn,
    awsRegion: REGION,
  };
}

function toAttribute(value: MessageAttributeValue): SQSMessageAttribute {
  return {
    ...(value.StringValue === undefined ? {} : { stringValue: value.StringValue }),
    ...(value.BinaryValue === undefined
      ? {}
      : { binaryValue: Buffer.from(value.BinaryValue).toString('base64') }),
    stringListValues: [],
    binaryListValues: [],
    dataType: value.DataType ?? 'String',
  };
}

const batchResponse = z
  .looseObject({
    batchItemFailures: z.array(z.looseObject({ itemIdentifier: z.string().min(1) })).nullish(),
  })
  .nullish();

/**
 * The messages that a function handled, according to its answer. As in Lambda, an answer of another form or with an unknown
 * message id fails the whole batch, and an empty answer is success.
 */
export function succeededMessages(messages: readonly Message[], answer: unknown): Message[] {
  const parsed = batchResponse.safeParse(answer);
  if (!parsed.success) return [];
  const failed = new Set((parsed.data?.batchItemFailures ?? []).map((item) => item.itemIdentifier));
  const known = new Set(messages.map((message) => message.MessageId ?? ''));
  if ([...failed].some((id) => !known.has(id))) return [];
  return messages.filter((message) => !failed.has(message.MessageId ?? ''));
}

/** Lambda starts with five pollers: the number of concurrent batches where the template sets no limit. */
const DEFAULT_CONCURRENCY = 5;
/**
 * Seconds of one long poll; Lambda's has 20. A poll is never aborted, because a message on its way would stay hidden until
 * its visibility ends, so a stop may take this long.
 */
const POLL_SECONDS = 1;
const AFTER_FAILED_POLL_MS = 1000;
/** The most messages that SQS returns or deletes at once. */
const SQS_BATCH = 10;

export interface EventSourceMappingOptions {
  readonly definition: EventSourceMappingDefinition;
  readonly sqs: SQSClient;
  /** Invokes the function. An error fails the whole batch. */
  readonly invoke: (event: unknown) => Promise<unknown>;
  /** Receives errors of reading, handling or deleting a batch. */
  readonly onError: (error: unknown) => void;
}

export interface EventSourceMapping {
  /** Stops reading and waits for the batches in progress, for at most that many ms. */
  stop(limitMs: number): Promise<void>;
}

/**
 * Invokes a function with the messages of a queue as Lambda does: deletes handled messages and leaves the others to their
 * visibility time-out, which the function may have changed.
 */
export function startEventSourceMapping(options: EventSourceMappingOptions): EventSourceMapping {
  const slots = options.definition.maximumConcurrency ?? DEFAULT_CONCURRENCY;
  const inWork = new Set<Promise<void>>();
  let stopped = false;

  async function poll(): Promise<void> {
    while (!stopped) {
      if (inWork.size >= slots) await Promise.race(inWork);
      const messages = await readBatch(options, () => stopped);
      if (messages.length > 0) begin(messages);
    }
  }

  function begin(messages: readonly Message[]): void {
    const work = handle(messages, options).finally(() => inWork.delete(work));
    inWork.add(work);
  }

  const polling = poll();
  return {
    stop: async (limitMs) => {
      stopped = true;
      const done = polling.then(() => Promise.all(inWork));
      await Promise.race([done, delay(limitMs, undefined, { ref: false })]);
    },
  };
}

/** Reads up to a whole batch, for at most the batching window after the first message. */
async function readBatch(
  { definition, sqs, onError }: EventSourceMappingOptions,
  isStopped: () => boolean,
): Promise<Message[]> {
  const batch: Message[] = [];
  let deadline = Number.POSITIVE_INFINITY;
  try {
    do {
      const wanted = Math.min(definition.batchSize - batch.length, SQS_BATCH);
      const received = await receive(sqs, definition.queue.url, wanted);
      if (batch.length === 0) deadline = Date.now() + definition.batchingWindowSeconds * 1000;
      batch.push(...received);
    } while (
      batch.length > 0 &&
      batch.length < definition.batchSize &&
      Date.now() < deadline &&
      !isStopped()
    );
  } catch (error) {
    if (!isStopped()) onError(error);
    await delay(isStopped() ? 0 : AFTER_FAILED_POLL_MS);
  }
  return batch;
}

async function receive(sqs: SQSClient, url: string, wanted: number): Promise<Message[]> {
  const answer = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: url,
      MaxNumberOfMessages: wanted,
      WaitTimeSeconds: POLL_SECONDS,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    }),
  );
  return answer.Messages ?? [];
}

async function handle(messages: readonly Message[], options: EventSourceMappingOptions): Promise<void> {
  const { definition, sqs, invoke, onError } = options;
  try {
    const answer = await invoke(toSqsEvent(messages, definition.queue));
    const done = definition.reportsItemFailures ? succeededMessages(messages, answer) : [...messages];
    await deleteAll(sqs, definition.queue.url, done);
  } catch (error) {
    onError(error);
  }
}

async function deleteAll(sqs: SQSClient, url: string, messages: readonly Message[]): Promise<void> {
  for (let from = 0; from < messages.length; from += SQS_BATCH) {
    const entries = messages.slice(from, from + SQS_BATCH).map((message, index) => ({
      Id: String(index),
      ReceiptHandle: message.ReceiptHandle ?? '',
    }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries: entries }));
  }
}
