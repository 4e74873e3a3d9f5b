import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import type { SQSClient } from '@aws-sdk/client-sqs';
import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type * as z from 'zod';
import { FailedAttempts } from '../store/failed-attempts.ts';
import type { Table } from '../store/table.ts';
import type { Observability } from './logger.ts';
import { type Heartbeat, processBatch } from './queue-worker.ts';

interface QueueHandlerOptions<Message> {
  readonly schema: z.ZodType<Message>;
  readonly environment: { readonly QUEUE_URL: string; readonly DEAD_LETTER_QUEUE_URL: string };
  readonly sqs: SQSClient;
  readonly table: Table;
  readonly observability: Observability;
  /** Whether messages in work are hidden for short times that are renewed, instead of by the queue's own time once. */
  readonly beats?: boolean;
  /** @param messages of one FIFO group, oldest first */
  readonly process: (messages: readonly Message[], context: Context) => Promise<void>;
}

/** The handler of every function that is fed by a FIFO queue: logging, metrics, and partial batch failures. */
export function queueHandler<Message>(options: QueueHandlerOptions<Message>) {
  const { schema, environment, sqs, table, observability } = options;
  const failures = new FailedAttempts(table, Date.now);
  return middy<SQSEvent, SQSBatchResponse>()
    .use(injectLambdaContext(observability.logger))
    .use(logMetrics(observability.metrics))
    .handler((event, context) =>
      processBatch(event, {
        schema,
        process: (messages) => options.process(messages, context),
        sqs,
        queueUrl: environment.QUEUE_URL,
        deadLetterQueueUrl: environment.DEAD_LETTER_QUEUE_URL,
        failures,
        log: observability.log,
        count: observability.count,
        timeLeftMs: () => context.getRemainingTimeInMillis(),
        random: Math.random,
        ...(options.beats && { heartbeat: HEARTBEAT }),
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
