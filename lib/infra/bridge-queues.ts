import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { FifoQueue } from './fifo-queue.ts';

/**
 * A worker begins nothing that it might not finish, so this bounds a few slow calls, not a batch. Six times it is how long a
 * message rests after a crash: longer than a create can reach a provider late, short enough for a customer who waits.
 */
const ORDER_WORK = Duration.seconds(30);
/**
 * A job saves its cursor and queues its continuation when this is nearly over. Reading a location's stock cannot be continued:
 * 100,000 SKUs are 1,000 calls of ShipStation at 200 a minute and 100 of DEAR at 55, which is seven minutes where nobody
 * else calls them. So it is all that Lambda allows.
 */
const JOB_WORK = Duration.minutes(15);

/** The four queues of the flow, in its order. */
export class BridgeQueues extends Construct {
  readonly saleEvents: FifoQueue;
  readonly fulfillment: FifoQueue;
  readonly confirmations: FifoQueue;
  readonly jobs: FifoQueue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.saleEvents = new FifoQueue(this, 'SaleEvents', { name: 'sale-events', workerTimeout: ORDER_WORK });
    this.fulfillment = new FifoQueue(this, 'Fulfillment', { name: 'fulfillment', workerTimeout: ORDER_WORK });
    this.confirmations = new FifoQueue(this, 'Confirmations', {
      name: 'confirmations',
      workerTimeout: ORDER_WORK,
    });
    this.jobs = new FifoQueue(this, 'Jobs', {
      name: 'jobs',
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
