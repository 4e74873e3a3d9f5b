import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import type { Timeline } from 'dear-sandbox/kit';
import { findRefusal } from '../../../local/engines/fauxqs-engine.ts';
import type { VirtualWork } from './virtual-work.ts';

interface Message {
  readonly id: string;
  readonly body: string;
  readonly group: string;
  /** Until then it is on its way, and no other message waits for it. */
  readonly arrivesAt: number;
  visibleAt: number;
  receives: number;
}

/** What queues and processes do beyond what is promised. */
export interface Disorder {
  /** How long a sent message is on its way, so that later ones may overtake it. */
  delayMs(): number;
  /** After which time a processed message comes once more; null: it does not. */
  repeatAfterMs(): number | null;
}

const IN_ORDER: Disorder = { delayMs: () => 0, repeatAfterMs: () => null };

/** null: its process died, and nothing that it received is deleted. */
export type Worker = (event: SQSEvent) => Promise<SQSBatchResponse | null>;

/** As the stack sets them: the most a FIFO queue gives, and six time-outs. */
const BATCH = 10;
const HIDDEN_MS = 180_000;

/** FIFO queues on a virtual clock: a group is delivered in order, and stops while one of its messages is hidden. */
export class VirtualQueues {
  /** What the real publishers and workers call. */
  readonly sqs = new SQSClient({ region: 'us-east-1' });
  readonly #timeline: Timeline;
  readonly #work: VirtualWork;
  readonly #disorder: Disorder;
  readonly #messages = new Map<string, Message[]>();
  readonly #workers = new Map<string, { worker: Worker; batchSize: number }>();
  #sent = 0;

  constructor(timeline: Timeline, work: VirtualWork, disorder = IN_ORDER) {
    this.#timeline = timeline;
    this.#work = work;
    this.#disorder = disorder;
    const mock = mockClient(this.sqs);
    mock.on(SendMessageCommand).callsFake((input) => {
      const refusal = findRefusal(input);
      if (refusal !== null) throw new Error(`${refusal.code}: ${refusal.message}`);
      const { QueueUrl, MessageBody, MessageGroupId } = input;
      this.#send(QueueUrl, MessageBody, MessageGroupId);
      return {};
    });
    mock.on(ChangeMessageVisibilityCommand).callsFake(({ QueueUrl, ReceiptHandle, VisibilityTimeout }) => {
      const message = this.#in(QueueUrl).find(({ id }) => id === ReceiptHandle);
      if (message !== undefined) this.#hide(QueueUrl, message, VisibilityTimeout * 1000);
      return {};
    });
  }

  /** From now on the worker receives the queue's messages. */
  serve(url: string, worker: Worker, batchSize = BATCH): void {
    this.#workers.set(url, { worker, batchSize });
  }

  depth(url: string): number {
    return this.#in(url).length;
  }

  bodies(url: string): unknown[] {
    return this.#in(url).map(({ body }) => JSON.parse(body));
  }

  /** Takes every message out of the queue. */
  takeAll(url: string): ReadonlyArray<{ readonly body: string; readonly group: string }> {
    const taken = this.#in(url);
    this.#messages.delete(url);
    return taken;
  }

  #in(url: string): Message[] {
    const messages = this.#messages.get(url) ?? [];
    this.#messages.set(url, messages);
    return messages;
  }

  #send(url: string, body: string, group: string, delayMs = this.#disorder.delayMs()): void {
    this.#sent += 1;
    const arrivesAt = this.#timeline.now() + delayMs;
    this.#in(url).push({ id: `m-${this.#sent}`, body, group, arrivesAt, visibleAt: 0, receives: 0 });
    this.#timeline.after(delayMs, () => this.#work.run(() => this.#deliver(url)));
  }

  #hide(url: string, message: Message, milliseconds: number): void {
    message.visibleAt = this.#timeline.now() + milliseconds;
    this.#timeline.after(milliseconds, () => this.#work.run(() => this.#deliver(url)));
  }

  async #deliver(url: string): Promise<void> {
    const serving = this.#workers.get(url);
    if (serving === undefined) return;
    const batch = this.#next(url, serving.batchSize);
    if (batch.length === 0) return;
    for (const message of batch) {
      message.receives += 1;
      this.#hide(url, message, HIDDEN_MS);
    }
    const answer = await serving.worker({ Records: batch.map(toRecord) });
    if (answer !== null) this.#delete(url, batch, answer);
    await this.#deliver(url);
  }

  #delete(url: string, batch: readonly Message[], { batchItemFailures }: SQSBatchResponse): void {
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    const done = new Set(batch.filter(({ id }) => !failed.has(id)));
    this.#messages.set(
      url,
      this.#in(url).filter((message) => !done.has(message)),
    );
    for (const { body, group } of done) {
      const again = this.#disorder.repeatAfterMs();
      if (again !== null) this.#send(url, body, group, again);
    }
  }

  #next(url: string, most: number): Message[] {
    const now = this.#timeline.now();
    const messages = this.#in(url);
    // Also of one that was sent later, and overtook those that are still to be received.
    const hidden = new Set(messages.filter(({ visibleAt }) => visibleAt > now).map(({ group }) => group));
    return messages.filter(({ arrivesAt, group }) => arrivesAt <= now && !hidden.has(group)).slice(0, most);
  }
}

function toRecord({ id, body, group, receives }: Message): SQSRecord {
  return {
    messageId: id,
    receiptHandle: id,
    body,
    attributes: {
      ApproximateReceiveCount: String(receives),
      MessageGroupId: group,
      SentTimestamp: '',
      SenderId: '',
      ApproximateFirstReceiveTimestamp: '',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: '',
    awsRegion: 'us-east-1',
  };
}
