import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type * as z from 'zod';
import { FailedAttempts } from '../store/failed-attempts.ts';
import { type Heartbeat, processBatch } from './queue-worker.ts';
import type { Services } from './services.ts';

interface QueueHandlerOptions<Message> {
  readonly schema: z.ZodType<Message>;
  readonly services: Pick<Services, 'sqs' | 'table' | 'observability' | 'now' | 'get'>;
  /** Whether messages in work are hidden for short times that are renewed, instead of by the queue's own time once. */
  readonly renewsVisibility?: boolean;
  /** See `processBatch`. */
  readonly isParallel?: boolean;
  /** @param messages of one FIFO group, oldest first */
  readonly process: (messages: readonly Message[], context: Context) => Promise<void>;
}

/** The handler of every function that is fed by a FIFO queue: logging, metrics, and partial batch failures. */
export function queueHandler<Message>({
  services,
  schema,
  process,
  ...options
}: QueueHandlerOptions<Message>) {
  const { logger, metrics, log, count } = services.observability;
  const worker = {
    schema,
    sqs: services.sqs(),
    queueUrl: services.get('QUEUE_URL'),
    deadLetterQueueUrl: services.get('DEAD_LETTER_QUEUE_URL'),
    failures: new FailedAttempts(services.table(), services.now),
    log,
    count,
    random: Math.random,
    ...(options.renewsVisibility && { heartbeat: HEARTBEAT }),
    isParallel: options.isParallel ?? false,
  };
  return middy<SQSEvent, SQSBatchResponse>()
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .use(logMetrics(metrics))
    .handler((event, context) =>
      processBatch(event, {
        ...worker,
        process: (messages) => process(messages, context),
        timeLeftMs: () => context.getRemainingTimeInMillis(),
      }),
    );
}

/** After a crash a message comes back within two minutes; three beats in a row may fail before it does too early. */
const HEARTBEAT: Heartbeat = {
  hiddenSeconds: 120,
  everyMs: 30_000,
  repeat: (action, everyMs) => {
    const timer = setInterval(action, everyMs);
    return () => clearInterval(timer);
  },
};
