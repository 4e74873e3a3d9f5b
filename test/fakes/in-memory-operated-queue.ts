import type { OperatedQueue, ParkedMessage, QueueDepth } from '../../operator/operated-queue.ts';

/** A FIFO queue with its dead-letter queue, in memory. Passes the same contract as SQS. */
export class InMemoryOperatedQueue implements OperatedQueue {
  /** Messages that were sent to the queue again. */
  readonly redriven: string[] = [];
  readonly #now: () => number;
  #parked: Array<ParkedMessage & { hidden: boolean }> = [];
  #count = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Parks a message, as a worker does that cannot process it. */
  park(body: string, group: string): void {
    this.#count += 1;
    const id = `message-${this.#count}`;
    const parkedAt = new Date(this.#now()).toISOString();
    this.#parked.push({ id, body, group, parkedAt, receipt: `receipt-${this.#count}`, hidden: false });
  }

  async depth(): Promise<QueueDepth> {
    return { waiting: this.redriven.length, hidden: 0, parked: this.#parked.length };
  }

  async takeParked(): Promise<ParkedMessage[]> {
    const blocked = new Set(this.#parked.filter(({ hidden }) => hidden).map(({ group }) => group));
    const taken = this.#parked.filter(({ group }) => !blocked.has(group)).slice(0, 10);
    for (const message of taken) message.hidden = true;
    return taken.map(({ hidden: _, ...message }) => message);
  }

  async giveBack({ receipt }: ParkedMessage): Promise<void> {
    for (const message of this.#parked) if (message.receipt === receipt) message.hidden = false;
  }

  async redrive({ body, receipt }: ParkedMessage): Promise<void> {
    this.redriven.push(body);
    this.#parked = this.#parked.filter((message) => message.receipt !== receipt);
  }
}
