import { setTimeout as sleep } from 'node:timers/promises';
import { isoTime } from '../../lib/domain/clock.ts';
import type { FulfillmentOrder } from '../../lib/domain/order/fulfillment-order.ts';
import type { Bridge } from '../bridge.ts';
import type { LogLine } from '../log-reader.ts';
import type { CallView } from './views.ts';

type CallsDeps = Pick<Bridge, 'logs' | 'kind' | 'now'>;

const MAX_LINES = 200;
/** A webhook is logged before the order that it leads to is made. */
const BEFORE_MS = 5 * 60_000;
/** CloudWatch searches the text of every line, takes seconds for it, and allows an account five searches a second. */
const CACHE_MS = { local: 0, stack: 60_000 } as const;
/** A page does not wait longer; it shows what comes later at its next update. */
const MAX_WAIT_MS = 1_000;
/** Pages that are looked at, not orders that there ever were. */
const MAX_CACHED = 50;

interface CachedCalls {
  readonly readAt: number;
  readonly reading: Promise<readonly CallView[]>;
  /** Of the latest reading that came to its end; null before the first. */
  latest: readonly CallView[] | null;
}

/** What the functions logged of an order. Pages ask every three seconds; a deployed bridge's logs are searched once a minute. */
export class OrderCalls {
  readonly #bridge: CallsDeps;
  readonly #kept = new Map<string, CachedCalls>();

  readonly #wait: (milliseconds: number) => Promise<unknown>;

  constructor(bridge: CallsDeps, wait: (milliseconds: number) => Promise<unknown> = sleepUnref) {
    this.#bridge = bridge;
    this.#wait = wait;
  }

  /** Oldest first; null while the first reading goes on. A reading that failed says so to whoever waits for it. */
  async of(order: FulfillmentOrder): Promise<readonly CallView[] | null> {
    const kept = this.#fresh(order) ?? this.#begin(order);
    return await Promise.race([kept.reading, this.#wait(MAX_WAIT_MS).then(() => kept.latest)]);
  }

  #fresh({ reference }: FulfillmentOrder): CachedCalls | null {
    const kept = this.#kept.get(reference);
    const until = (kept?.readAt ?? 0) + CACHE_MS[this.#bridge.kind];
    return kept !== undefined && this.#bridge.now() < until ? kept : null;
  }

  #begin(order: FulfillmentOrder): CachedCalls {
    const { reference } = order;
    const latest = this.#kept.get(reference)?.latest ?? null;
    const kept: CachedCalls = { readAt: this.#bridge.now(), reading: readCalls(this.#bridge, order), latest };
    this.#kept.delete(reference);
    this.#kept.set(reference, kept);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MAX_CACHED && oldest !== undefined) this.#kept.delete(oldest);
    kept.reading.then(
      (calls) => {
        kept.latest = calls;
      },
      () => this.#kept.delete(reference),
    );
    return kept;
  }
}

/** Keeps no process alive that has nothing else to do. */
async function sleepUnref(milliseconds: number): Promise<void> {
  await sleep(milliseconds, undefined, { ref: false });
}

async function readCalls({ logs, now }: CallsDeps, order: FulfillmentOrder): Promise<readonly CallView[]> {
  const lines = await logs.read({
    since: isoTime(Date.parse(order.createdAt) - BEFORE_MS),
    until: isoTime(now()),
    // A part of every reference of the sale, so that one term finds the lines of both.
    about: [order.saleOrderNumber],
    service: '',
    limit: MAX_LINES,
  });
  return lines.filter(concerns(order)).map(toCall);
}

/** Lines of the sale as a whole and of this order; those of the sale's other orders, or of `SO-00042` under `SO-0004`, are not. */
function concerns({ reference, saleOrderNumber }: FulfillmentOrder): (line: LogLine) => boolean {
  return ({ fields }) => fields.reference === reference || isOfSale(fields, saleOrderNumber);
}

function isOfSale({ reference, saleOrderNumber }: LogLine['fields'], number: string): boolean {
  return reference === undefined && saleOrderNumber === number;
}

function toCall({ at, service, event, fields }: LogLine): CallView {
  const texts = Object.entries(fields).map(
    ([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const,
  );
  return { at, service, event, fields: Object.fromEntries(texts) };
}
