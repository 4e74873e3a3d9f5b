import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSMessageAttribute, SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import type { QueueDefinition } from '../template/stack.ts';
import { REGION } from '../template/template-names.ts';

/** The event that Lambda makes of messages it received. */
export function toSqsEvent(messages: readonly Message[], queue: QueueDefinition): SQSEvent {
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
 * The messages that a function handled, by its answer. As in Lambda, an answer of another form, or one that names a
 * message which was not in the batch, fails the whole batch; an empty answer is success.
 */
export function succeededMessages(messages: readonly Message[], answer: unknown): Message[] {
  const parsed = batchResponse.safeParse(answer);
  if (!parsed.success) return [];
  const failed = new Set((parsed.data?.batchItemFailures ?? []).map((item) => item.itemIdentifier));
  const known = new Set(messages.map((message) => message.MessageId ?? ''));
  if ([...failed].some((id) => !known.has(id))) return [];
  return messages.filter((message) => !failed.has(message.MessageId ?? ''));
}
