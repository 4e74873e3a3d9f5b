import { type Dispatcher, Pool } from 'undici';

/** Accounts allow one to four calls a second, so more connections would be idle. */
const MAX_CONNECTIONS = 8;
/** Undici closes connections that are idle for this long. Its timer does not run while a container is frozen. */
const MAX_IDLE_MS = 4_000;

export type OpenPool = (origin: string, options: Pool.Options) => Dispatcher;

/**
 * Kept-alive connections to one origin. A Lambda container that was frozen between two messages resumes with connections
 * that the other side has closed, and a write on one of them would be ambiguous. A gap of the clock shows the freeze, and
 * all connections are opened anew before the next call.
 */
export class Connections {
  readonly #open: () => Dispatcher;
  /** In ms. A call that seems to last longer was frozen. */
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

  /** Must be followed by `release`. @param now ms since the epoch */
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

  /** Waits for calls that were sent, then closes every connection. May be called twice. */
  async close(): Promise<void> {
    if (!this.#isClosed) this.#retire();
    this.#isClosed = true;
    await Promise.all(this.#closing);
  }

  #isStale(now: number): boolean {
    if (this.#lastUsedAt === null) return false;
    const gap = now - this.#lastUsedAt;
    // After the clock was set back, the gap is unknown.
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
    // Measures only the gap between two chunks, so a slow answer would never end; `readBody` bounds the whole.
    bodyTimeout: 0,
    keepAliveTimeout: MAX_IDLE_MS,
    // A server may keep a connection for longer than the NAT in between does.
    keepAliveMaxTimeout: MAX_IDLE_MS,
    maxResponseSize,
    // The meaning of each fault for a write is tested for HTTP/1.1 only.
    allowH2: false,
  };
}

/** All in ms. */
interface Timeouts {
  /** To establish a connection, TLS included. */
  readonly connectMs: number;
  /** From the last byte sent to the answer's headers. */
  readonly headersMs: number;
  /** From the headers to the answer's last byte. */
  readonly bodyMs: number;
}
