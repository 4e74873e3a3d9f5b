import {
  DeduplicationScope,
  FifoThroughputLimit,
  Queue,
  QueueEncryption,
  type QueueProps,
} from 'aws-cdk-lib/aws-sqs';
import { Duration, Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { CustomerKey } from './customer-key.ts';

/** AWS's rule for queues that feed a Lambda function; shorter, and a message is handled twice at once. */
const TIMEOUTS_PER_VISIBILITY = 6;

/**
 * Deferring a message for DEAR's rate budget counts as a receive, so a healthy message may be received many times on a busy
 * day; attempts are counted with the order in the table. But a message that is retried every half hour during a long outage
 * must reach the dead-letter queue before SQS drops it after 14 days: 500 of those take ten.
 */
const MAX_RECEIVES = 500;

interface FifoQueueProps {
  /** Without the stack's name and `.fifo`. */
  readonly name: string;
  /** Timeout of the function that the queue feeds; `QueueFunction` takes it from here, so that the two cannot disagree. */
  readonly workerTimeout: Duration;
  /** For how many of the worker's timeouts a message in work is hidden. @default 6 */
  readonly timeoutsPerVisibility?: number;
  /** Only for senders that cannot give a deduplication id. */
  readonly contentBasedDeduplication?: boolean;
  /** null: SQS's own key. */
  readonly key: CustomerKey | null;
}

/** A FIFO queue and its FIFO dead-letter queue: encrypted, TLS only, nothing dropped for 14 days. */
export class FifoQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetterQueue: Queue;
  readonly workerTimeout: Duration;

  constructor(scope: Construct, id: string, props: FifoQueueProps) {
    super(scope, id);
    const prefix = `${Stack.of(this).stackName}-${props.name}`;
    this.workerTimeout = props.workerTimeout;
    this.deadLetterQueue = new Queue(this, 'DeadLetterQueue', {
      ...fifo,
      ...encryption(props.key),
      queueName: `${prefix}-dead-letter.fifo`,
    });
    acknowledgeDeadLetters(this.deadLetterQueue);
    this.queue = new Queue(this, 'Queue', {
      ...fifo,
      ...encryption(props.key),
      queueName: `${prefix}.fifo`,
      contentBasedDeduplication: props.contentBasedDeduplication ?? false,
      visibilityTimeout: Duration.seconds(
        (props.timeoutsPerVisibility ?? TIMEOUTS_PER_VISIBILITY) * props.workerTimeout.toSeconds(),
      ),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: MAX_RECEIVES },
    });
  }
}

/** A queue's, with the customer's key or with that of SQS. */
export function encryption(key: CustomerKey | null): Pick<QueueProps, 'encryption' | 'encryptionMasterKey'> {
  return key === null
    ? { encryption: QueueEncryption.SQS_MANAGED }
    : { encryption: QueueEncryption.KMS, encryptionMasterKey: key.key };
}

/** Says of a dead-letter queue that nothing comes after it. */
export function acknowledgeDeadLetters(queue: Queue): void {
  Validations.of(queue).acknowledge({
    id: 'Serverless-SQSRedrivePolicy',
    reason:
      'It is itself a dead-letter queue. An alarm fires for its first message, which stays until an operator replays or removes it, or for 14 days.',
  });
}

/** What every queue of the bridge shares, whatever its kind. */
export const safeQueue = {
  enforceSSL: true,
  retentionPeriod: Duration.days(14),
} as const satisfies QueueProps;

const fifo = {
  ...safeQueue,
  fifo: true,
  // A group is a sale or an order. Deduplicated within its group, a queue is not held to 300 messages a second.
  deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
  fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
} as const satisfies QueueProps;

/**
 * A worker begins nothing that it might not finish, so this bounds a few slow calls, not a batch. Six times it is how long a
 * message rests after a crash: longer than a create can reach a provider late, short enough for a customer who waits.
 */
const ORDER_WORK = Duration.seconds(30);
/**
 * A job saves its cursor and queues its continuation when this is nearly over. Reading a location's stock cannot be continued:
 * 100,000 SKUs are 1,000 calls of a provider at 200 a minute and 100 of DEAR at 55, which is seven minutes where no
 * other worker calls them. So it has the longest time that Lambda allows.
 */
const JOB_WORK = Duration.minutes(15);

/** The four queues of the flow, in its order. */
export class BridgeQueues extends Construct {
  readonly saleEvents: FifoQueue;
  readonly fulfillment: FifoQueue;
  readonly confirmations: FifoQueue;
  readonly jobs: FifoQueue;

  constructor(scope: Construct, id: string, { key }: { readonly key: CustomerKey | null }) {
    super(scope, id);
    const ofOrders = { workerTimeout: ORDER_WORK, key };
    this.saleEvents = new FifoQueue(this, 'SaleEvents', { name: 'sale-events', ...ofOrders });
    this.fulfillment = new FifoQueue(this, 'Fulfillment', { name: 'fulfillment', ...ofOrders });
    this.confirmations = new FifoQueue(this, 'Confirmations', { name: 'confirmations', ...ofOrders });
    this.jobs = new FifoQueue(this, 'Jobs', {
      name: 'jobs',
      key,
      workerTimeout: JOB_WORK,
      // The least that Lambda takes. The worker renews a much shorter time while it runs, so this one counts only where a
      // container died before the work began.
      timeoutsPerVisibility: 1,
      // EventBridge Scheduler sends to a FIFO queue but gives no deduplication id.
      contentBasedDeduplication: true,
    });
  }

  get all(): readonly FifoQueue[] {
    return [this.saleEvents, this.fulfillment, this.confirmations, this.jobs];
  }
}
