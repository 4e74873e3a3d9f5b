import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { READ_SALE } from '../dear/operations.ts';
import { getPersonalWords } from '../domain/call/personal-words.ts';
import { isFailedCall, type ObservedCall, readCall } from '../domain/call/recorded-call.ts';
import type { Clock } from '../domain/clock.ts';
import type { OrderContent } from '../domain/order/order-content.ts';
import type { LogFields } from '../domain/ports/log.ts';
import type { CallStore, OrderStore } from '../domain/ports/orders.ts';
import type { SaleStore } from '../domain/ports/sales.ts';
import type { SaleEventMessage } from '../messaging/messages.ts';
import { observeCalls } from '../upstream/observe.ts';
import { getFirst } from '../workflows/find-sale.ts';

export interface CallRecorderDeps {
  /** null where calls are not kept. */
  readonly calls: CallStore | null;
  readonly now: Clock;
  readonly log: (event: string, fields: LogFields) => void;
  /** Receives why calls were lost: that must not hold up the order. */
  readonly onLost: (error: unknown) => void;
  /** Resolves after so many ms. */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

/** What calls are made for. */
export interface CallSubject {
  /** Of their log lines. */
  readonly fields: LogFields;
  /** The order's reference or the sale's id that a call is kept for; null of a call that is not kept. */
  readonly toOwner: (call: ObservedCall) => string | null;
  /** What is known of the customer of an order or sale. Read once, for the first call whose answer has a sentence. */
  readonly readContents: (owner: string) => Promise<readonly OrderContent[]>;
}

type Contents = Pick<OrderStore, 'read' | 'readContent'>;

/** Work on orders of one sale; a call that names none of them is kept for the first. */
export function callsOfOrders(
  references: readonly [string, ...string[]],
  stores: { readonly orders: Contents },
): CallSubject {
  const [first] = references;
  return {
    fields: { reference: first },
    toOwner: ({ reference }) => (references.includes(reference) ? reference : first),
    readContents: () => readContents(references, stores.orders),
  };
}

/** The reading of a sale. Of its other calls, to lists and to products, none is for it alone. */
export function callsOfSale(
  events: readonly SaleEventMessage[],
  stores: { readonly orders: Contents; readonly sales: Pick<SaleStore, 'read'> },
): CallSubject {
  return {
    fields: { saleId: getFirst(events, 'saleId'), saleOrderNumber: getFirst(events, 'saleOrderNumber') },
    toOwner: ({ operation, reference }) => (operation === READ_SALE ? reference : null),
    readContents: async (saleId) =>
      await readContents((await stores.sales.read(saleId))?.references ?? [], stores.orders),
  };
}

async function readContents(references: readonly string[], orders: Contents): Promise<OrderContent[]> {
  const contents = await Promise.all(
    references.map(async (reference) => {
      const order = await orders.read(reference);
      return order === null ? null : await orders.readContent(order);
    }),
  );
  return contents.filter((content) => content !== null);
}

/** The table's own time-out is longer; a handling whose work is done waits no longer for its calls to be stored. */
const MAX_WAIT_MS = 2_000;

interface Pending {
  readonly id: string;
  readonly endedAt: number;
  readonly call: ObservedCall;
}

/**
 * Logs each call of the work, and keeps it, masked, for the order's page. A call that failed, or may have changed something, is
 * stored at once, beside the work and with the reads before it; other calls when the work has ended. So a process that dies
 * loses at most reads that succeeded, whose log lines stay.
 */
export async function recordCalls<Result>(
  subject: CallSubject,
  deps: CallRecorderDeps,
  work: () => Promise<Result>,
): Promise<Result> {
  const writer = deps.calls === null ? null : new CallWriter(subject, deps.calls, deps.onLost);
  const onCall = (call: ObservedCall) => {
    const id = randomBytes(4).toString('hex');
    deps.log('upstream.called', { ...subject.fields, call: id, ...toLogFields(call) });
    writer?.note({ id, endedAt: deps.now(), call });
  };
  try {
    return await observeCalls(onCall, work);
  } finally {
    await writer?.finish(deps.wait ?? sleepUnref);
  }
}

/** Without what may be personal or secret. */
function toLogFields({ system, operation, method, url, status, durationMs }: ObservedCall): LogFields {
  return { system, operation, method, url, status, durationMs };
}

class CallWriter {
  readonly #subject: CallSubject;
  readonly #store: CallStore;
  readonly #onLost: (error: unknown) => void;
  #waiting: Pending[] = [];
  readonly #words = new Map<string, Promise<readonly string[] | null>>();
  readonly #writes: Array<Promise<void>> = [];

  constructor(subject: CallSubject, store: CallStore, onLost: (error: unknown) => void) {
    this.#subject = subject;
    this.#store = store;
    this.#onLost = onLost;
  }

  note(pending: Pending): void {
    const { call } = pending;
    if (this.#subject.toOwner(call) === null) return;
    this.#waiting.push(pending);
    if (isFailedCall(call) || call.method !== 'GET') this.#writeAll();
  }

  async finish(wait: (milliseconds: number) => Promise<unknown>): Promise<void> {
    this.#writeAll();
    if (this.#writes.length === 0) return;
    await Promise.race([Promise.all(this.#writes), wait(MAX_WAIT_MS)]);
  }

  #writeAll(): void {
    const byOwner = Map.groupBy(this.#waiting, ({ call }) => this.#subject.toOwner(call) ?? '');
    this.#waiting = [];
    for (const [owner, some] of byOwner) this.#writes.push(this.#write(owner, some));
  }

  async #write(owner: string, some: readonly Pending[]): Promise<void> {
    try {
      const read = some.map(({ call, ...when }) => ({ ...when, call: readCall(call) }));
      const words = read.some(({ call }) => call.hasSentence) ? await this.#getWords(owner) : [];
      const masked = read.map(({ id, endedAt, call }) => call.mask(id, endedAt, words));
      await this.#store.add(owner, masked);
    } catch (error) {
      this.#onLost(error);
    }
  }

  #getWords(owner: string): Promise<readonly string[] | null> {
    const reading = this.#words.get(owner) ?? this.#readWords(owner);
    this.#words.set(owner, reading);
    return reading;
  }

  /** null where the customer cannot be read: then no sentence of an answer is kept. */
  async #readWords(owner: string): Promise<readonly string[] | null> {
    try {
      return (await this.#subject.readContents(owner)).flatMap(getPersonalWords);
    } catch {
      return null;
    }
  }
}

/** Does not keep the process alive. */
async function sleepUnref(milliseconds: number): Promise<void> {
  await sleep(milliseconds, undefined, { ref: false });
}
