import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { EnvironmentOf, FunctionName } from '../runtime/environment.ts';
import { BridgeFunction, type BridgeFunctionProps } from './bridge-function.ts';
import type { FifoQueue } from './fifo-queue.ts';
import { consume, sendTo } from './permissions.ts';

export type WorkerName = Exclude<FunctionName, 'receive-webhook'>;
type OwnQueue = 'QUEUE_URL' | 'DEAD_LETTER_QUEUE_URL';

export interface QueueFunctionProps<Name extends WorkerName>
  extends Omit<BridgeFunctionProps<Name>, 'timeout' | 'environment'> {
  readonly source: FifoQueue;
  /** Of the mapping, at least 2. Never by reserved concurrency: a throttled invocation uses up a receive. */
  readonly maxConcurrency: number;
  /** @default 10, the most a FIFO queue gives. */
  readonly batchSize?: number;
  /** Beside the function's own queues, which it is told anyway. */
  readonly environment: Omit<EnvironmentOf<Name>, OwnQueue>;
}

/** A function that a queue feeds: it may put a message back for later, and park one in the dead-letter queue itself. */
export class QueueFunction<Name extends WorkerName> extends BridgeFunction<Name> {
  constructor(scope: Construct, id: string, props: QueueFunctionProps<Name>) {
    const { queue, deadLetterQueue, workerTimeout } = props.source;
    super(scope, id, {
      ...props,
      timeout: workerTimeout,
      // TypeScript cannot see that what was omitted plus the rest is the whole, for a name it does not know yet.
      environment: {
        ...props.environment,
        QUEUE_URL: queue.queueUrl,
        DEAD_LETTER_QUEUE_URL: deadLetterQueue.queueUrl,
      } as EnvironmentOf<Name>,
      allow: [consume(queue), sendTo(deadLetterQueue), ...props.allow],
    });
    new EventSourceMapping(this, 'Source', {
      target: this.lambda,
      eventSourceArn: queue.queueArn,
      batchSize: props.batchSize ?? 10,
      maxConcurrency: props.maxConcurrency,
      reportBatchItemFailures: true,
    });
  }
}
