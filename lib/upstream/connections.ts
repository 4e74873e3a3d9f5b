import { type Dispatcher, Pool } from 'undici';

/** Accounts allow one to four calls a second: more connections than this would only wait. */
const MAX_CONNECTIONS = 8;
/** Undici drops idle connections after so long, by a timer, which does not run while a container is frozen. */
const MAX_IDLE_MS = 4_000;

export type OpenPool = (origin: string, options: Pool.Options) => Dispatcher;

/**
 * Kept-alive connections to one origin. A Lambda container that was frozen between two messages wakes with connections
 * that the other side has closed, and a write on one of them would be ambiguous. A gap of the clock shows the freeze, and
 * all connections are made anew before the next call.
 */
export class Connections {
  readonly #open: () => Dispatcher;
  /** No call lasts longer, so that one which seems to was frozen. In ms. */
  readonly #maxCallMs: number;
  #pool: Dispatcher;
  #lastUsedAt: number | null = null;
  #activeCalls = 0;
  #isClosed = false;
  readonly #closing = new Set<Promise<void>>();

  constructor(origin: string, timeouts: Timeouts, maxAnswerBytes: number, open: OpenPool = openPool) {
    const options = toPoolOptions(timeouts, maxAnswerBytes);
    this.#open = () => open(origin, options);
    this.#maxCallMs = timeouts.connectMs + timeouts.headersMs + timeouts.bodyMs;
    this.#pool = this.#open();
  }

  /** To be followed by `release`. @param now ms since the epoch */
  take(now: number): Dispatcher {
    if (!this.#isClosed && this.#isStale(now)) this.#renew();
    this.#activeCalls += 1;
    this.#lastUsedAt = now;
    return this.#pool;
  }

  release(now: number): void {
    this.#activeCalls -= 1;
    this.#lastUsedAt = now;
  }

  /** Lets calls that were sent end, then closes every connection. Closing twice does no harm. */
  async close(): Promise<void> {
    if (!this.#isClosed) this.#retire();
    this.#isClosed = true;
    await Promise.all(this.#closing);
  }

  #isStale(now: number): boolean {
    if (this.#lastUsedAt === null) return false;
    const gap = now - this.#lastUsedAt;
    // A clock that was set back says nothing about how long it was.
    return gap < 0 || gap > (this.#activeCalls === 0 ? MAX_IDLE_MS : this.#maxCallMs);
  }

  #renew(): void {
    this.#retire();
    this.#pool = this.#open();
  }

  /** Calls under way keep their connection until they end. */
  #retire(): void {
    const closing = this.#pool.close().catch(() => {});
    this.#closing.add(closing);
    void closing.then(() => this.#closing.delete(closing));
  }
}

function openPool(origin: string, options: Pool.Options): Pool {
  return new Pool(origin, options);
}

function toPoolOptions(timeouts: Timeouts, maxResponseSize: number): Pool.Options {
  return {
    connections: MAX_CONNECTIONS,
    connect: { timeout: timeouts.connectMs },
    headersTimeout: timeouts.headersMs,
    // Measures only the gap between two chunks, so an answer that drips would never end; `readBody` bounds the whole.
    bodyTimeout: 0,
    keepAliveTimeout: MAX_IDLE_MS,
    // A server may offer to keep a connection for longer than the NAT between us does.
    keepAliveMaxTimeout: MAX_IDLE_MS,
    maxResponseSize,
    // What a fault means for a write is known, and tested, for HTTP/1.1.
    allowH2: false,
  };
}

/** All in ms. */
export interface Timeouts {
  /** To establish a connection, TLS included. */
  readonly connectMs: number;
  /** From the last byte sent to the answer's headers. */
  readonly headersMs: number;
  /** From the headers to the answer's last byte. */
  readonly bodyMs: number;
}
