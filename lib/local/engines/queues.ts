import { randomUUID } from 'node:crypto';
import { GetQueueAttributesCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { shortName } from '../lambda/functions.ts';
import type { QueueDefinition, Stack } from '../template/stack.ts';

/** A queue that has a dead-letter queue. */
export interface LocalQueue {
  readonly url: string;
  readonly deadLetterUrl: string;
  /** Longest time for which a message stays hidden after its worker vanished. */
  readonly visibilityTimeoutSeconds: number;
}

export interface QueueDepth {
  readonly waiting: number;
  /** Received and hidden: in work, deferred, or left behind by a worker that vanished. */
  readonly hidden: number;
  readonly dead: number;
}

/** By their names without the stack's and `.fifo`: `sale-events`, `fulfillment`, `confirmations`, `jobs`. */
export function queuesOf(stack: Stack): Record<string, LocalQueue> {
  const byArn = new Map(stack.queues.map((queue) => [queue.arn, queue]));
  const entries = stack.queues.flatMap((queue) => {
    const deadLetters = byArn.get(queue.deadLetterArn ?? '');
    return deadLetters === undefined
      ? []
      : [[logicalName(stack, queue), toLocal(queue, deadLetters)] as const];
  });
  return Object.fromEntries(entries);
}

function logicalName(stack: Stack, queue: QueueDefinition): string {
  return shortName(stack.name, queue.name).replace(/\.fifo$/, '');
}

function toLocal(queue: QueueDefinition, deadLetters: QueueDefinition): LocalQueue {
  const { url, visibilityTimeoutSeconds } = queue;
  return { url, deadLetterUrl: deadLetters.url, visibilityTimeoutSeconds };
}

export async function depthOf(sqs: SQSClient, queue: LocalQueue): Promise<QueueDepth> {
  const [own, dead] = await Promise.all([counts(sqs, queue.url), counts(sqs, queue.deadLetterUrl)]);
  return { ...own, dead: dead.waiting + dead.hidden };
}

async function counts(sqs: SQSClient, url: string): Promise<{ waiting: number; hidden: number }> {
  const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const answer = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...AttributeNames] }),
  );
  const [waiting, hidden] = AttributeNames.map((name) => Number(answer.Attributes?.[name] ?? 0));
  return { waiting: waiting ?? 0, hidden: hidden ?? 0 };
}

/** @param group what the message may not be processed side by side with */
export async function sendJson(sqs: SQSClient, url: string, message: object, group: string): Promise<void> {
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: url,
      MessageBody: JSON.stringify(message),
      MessageGroupId: group,
      MessageDeduplicationId: randomUUID(),
    }),
  );
}
