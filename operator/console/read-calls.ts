import { setTimeout as sleep } from 'node:timers/promises';
import { isoTime } from '../../lib/domain/clock.ts';
import type { Bridge } from '../bridge.ts';
import type { LogLine } from '../log-reader.ts';
import type { CallView } from './views.ts';

type CallsDeps = Pick<Bridge, 'logs' | 'kind' | 'now'>;

const MAX_LINES = 200;
/** A webhook is logged before the order that it leads to is created. */
const BEFORE_MS = 5 * 60_000;
/** A CloudWatch search reads the text of every line, takes seconds, and an account may run five a second. */
const CACHE_MS = { local: 0, stack: 60_000 } as const;
/** A page waits no longer; it shows later results at its next refresh. */
const MAX_WAIT_MS = 1_000;
/** Enough for the pages that are open. */
const MAX_CACHED = 50;

interface CachedCalls {
  readonly readAt: number;
  readonly reading: Promise<readonly CallView[]>;
  /** Of the latest reading that ended; null before the first. */
  latest: readonly CallView[] | null;
}

/** An order; or, with an empty reference, a sale with all its orders. */
export interface Logged {
  readonly reference: string;
  readonly saleOrderNumber: string;
  /** ISO UTC: when the first of it was made, or read. */
  readonly createdAt: string;
}

/** What the functions logged about an order or a sale. Pages refresh every three seconds; the logs of a deployed bridge are searched once a minute. */
export class OrderCalls {
  readonly #bridge: CallsDeps;
  readonly #cache = new Map<string, CachedCalls>();

  readonly #wait: (milliseconds: number) => Promise<unknown>;

  constructor(bridge: CallsDeps, wait: (milliseconds: number) => Promise<unknown> = sleepUnref) {
    this.#bridge = bridge;
    this.#wait = wait;
  }

  /** Oldest first; null while the first reading runs. @throws {Error} the reading failed */
  async read(order: Logged): Promise<readonly CallView[] | null> {
    const cached = this.#fresh(order) ?? this.#begin(order);
    return await Promise.race([cached.reading, this.#wait(MAX_WAIT_MS).then(() => cached.latest)]);
  }

  #fresh(logged: Logged): CachedCalls | null {
    const cached = this.#cache.get(toCacheKey(logged));
    const until = (cached?.readAt ?? 0) + CACHE_MS[this.#bridge.kind];
    return cached !== undefined && this.#bridge.now() < until ? cached : null;
  }

  #begin(order: Logged): CachedCalls {
    const key = toCacheKey(order);
    const latest = this.#cache.get(key)?.latest ?? null;
    const cached: CachedCalls = {
      readAt: this.#bridge.now(),
      reading: readCalls(this.#bridge, order),
      latest,
    };
    this.#cache.delete(key);
    this.#cache.set(key, cached);
    const [oldest] = this.#cache.keys();
    if (this.#cache.size > MAX_CACHED && oldest !== undefined) this.#cache.delete(oldest);
    cached.reading.then(
      (calls) => {
        cached.latest = calls;
      },
      () => this.#cache.delete(key),
    );
    return cached;
  }
}

function toCacheKey({ reference, saleOrderNumber }: Logged): string {
  return reference === '' ? `sale ${saleOrderNumber}` : reference;
}

/** Does not keep the process alive. */
async function sleepUnref(milliseconds: number): Promise<void> {
  await sleep(milliseconds, undefined, { ref: false });
}

async function readCalls({ logs, now }: CallsDeps, order: Logged): Promise<readonly CallView[]> {
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
function concerns({ reference, saleOrderNumber }: Logged): (line: LogLine) => boolean {
  return ({ fields }) =>
    isOfSale(fields, saleOrderNumber) ||
    (reference === '' ? toSaleNumber(fields.reference) === saleOrderNumber : fields.reference === reference);
}

/** @param reference of an order: the sale's number and the order's, as in `SO-00001-1` */
function toSaleNumber(reference: unknown): string | null {
  return typeof reference === 'string' ? reference.slice(0, reference.lastIndexOf('-')) : null;
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
