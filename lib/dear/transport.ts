import { addAbortSignal } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Dispatcher, Pool } from 'undici';
import { Throttled } from '../domain/errors.ts';
import { NO_LIMIT, type RateBudget } from '../domain/rate-budget.ts';
import { printableJson } from '../domain/text.ts';
import { type DearCall, detailsOf, isWrite } from './call.ts';
import { classifyAnswer, type DearAnswer } from './classify-answer.ts';
import { failureOf, isPassing } from './connection-fault.ts';

export interface DearSettings {
  /** `https://inventory.dearsystems.com/ExternalApi/v2/`; with or without the last slash. */
  readonly baseUrl: string;
  readonly accountId: string;
  readonly applicationKey: string;
}

/** All in ms. */
export interface DearTimeouts {
  /** To establish a connection, TLS included. */
  readonly connectMs: number;
  /** From the last byte sent to the answer's headers. */
  readonly headersMs: number;
  /** From the headers to the answer's last byte. */
  readonly bodyMs: number;
}

/** One HTTP exchange as it ended: what a counter of DEAR's 60 calls a minute has to see. */
export interface CallRecord {
  readonly operation: string;
  readonly method: string;
  /** Without the query, which may quote a person's search. */
  readonly path: string;
  /** Null where no answer came. */
  readonly status: number | null;
  readonly durationMs: number;
}

export interface TransportOptions {
  readonly timeouts?: Partial<DearTimeouts>;
  /** Largest answer accepted, in bytes; enforced while it arrives. */
  readonly maxAnswerBytes?: number;
  readonly wait?: (milliseconds: number) => Promise<unknown>;
  readonly now?: () => number;
  /** Asked before every exchange, repeated ones too; without it nothing is counted. */
  readonly budget?: RateBudget;
  /** Called after every exchange, repeated ones too. Must not throw. */
  readonly onCall?: (call: CallRecord) => void;
}

/** Three calls that are this slow end a worker of 30 s; what they did is looked up by the next attempt. */
const DEFAULT_TIMEOUTS: DearTimeouts = { connectMs: 3_000, headersMs: 10_000, bodyMs: 10_000 };
/** A page of 1,000 sales is about 1 MB; a sale with thousands of lines a few. 20 MB fits a 256 MB function many times. */
const MAX_ANSWER_BYTES = 20 * 1024 * 1024;
/** One more try heals a kept-alive connection that the other side closed meanwhile; each try costs one of 60 calls. */
const READ_RETRIES = 1;
const READ_RETRY_MS = 300;
/** DEAR's budget is one call a second: more connections than this would only wait. */
const CONNECTIONS = 8;
/** A server may offer to keep a connection for longer than the NAT between us does; then the next write on it is ambiguous. */
const KEEP_ALIVE_MS = 60_000;

/** What calls DEAR: a `DearClient`, for the parts of the API that are not about one sale. */
export interface Caller {
  readonly transport: Pick<DearTransport, 'send'>;
}

/** Sends calls to DEAR over one pool of kept-alive connections. */
export class DearTransport {
  readonly #pool: Pool;
  readonly #basePath: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #bodyMs: number;
  readonly #wait: (milliseconds: number) => Promise<unknown>;
  readonly #now: () => number;
  readonly #budget: RateBudget;
  readonly #onCall: (call: CallRecord) => void;

  constructor(settings: DearSettings, options: TransportOptions = {}) {
    const { origin, pathname } = new URL(settings.baseUrl);
    const timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
    this.#pool = new Pool(origin, poolOptions(timeouts, options.maxAnswerBytes ?? MAX_ANSWER_BYTES));
    this.#basePath = pathname.replace(/\/+$/, '');
    this.#headers = {
      // A line break that was pasted along with a secret may not stand in a header.
      'api-auth-accountid': settings.accountId.trim(),
      'api-auth-applicationkey': settings.applicationKey.trim(),
      accept: 'application/json',
    };
    this.#bodyMs = timeouts.bodyMs;
    this.#wait = options.wait ?? sleep;
    this.#now = options.now ?? Date.now;
    this.#budget = options.budget ?? NO_LIMIT;
    this.#onCall = options.onCall ?? (() => {});
  }

  /**
   * Resolves with the parsed JSON of a success (null where there is no content), which is still to be checked.
   *
   * A refusal by rate is thrown at once, though repeating it is safe: waiting out a minute here would keep a paid
   * function idle, while the queue defers the message for nothing. All other workers are held back as well, as it is the
   * account that was refused.
   * @throws {Throttled | Unavailable | AmbiguousWrite | Rejected | OperatorActionNeeded | UnexpectedAnswer}
   */
  async send(call: DearCall): Promise<unknown> {
    const { answer, begunAt } = await this.#exchange(call, isWrite(call) ? 0 : READ_RETRIES);
    const classified = classifyAnswer(answer, call);
    if (classified.done) return classified.body;
    const { error } = classified;
    if (!(error instanceof Throttled)) throw error;
    const askedMs = answer.retryAfter === '' ? null : error.retryAfterMs;
    throw new Throttled(error.details, await this.#budget.slowDown(askedMs, begunAt));
  }

  /** Lets calls that were sent end, then closes every connection; one that waits for its slot is not sent. Closing twice does no harm. */
  async close(): Promise<void> {
    if (!this.#pool.closed) await this.#pool.close();
  }

  /** Repeats only a read, and only where no answer came: a write that may have arrived is never repeated here. */
  async #exchange(call: DearCall, retries: number): Promise<{ answer: DearAnswer; begunAt: number }> {
    await this.#budget.take(detailsOf(call));
    const begunAt = this.#now();
    try {
      return { answer: await this.#attempt(call), begunAt };
    } catch (fault) {
      if (retries === 0 || !isPassing(fault)) throw failureOf(fault, call);
    }
    await this.#wait(READ_RETRY_MS);
    return this.#exchange(call, retries - 1);
  }

  async #attempt(call: DearCall): Promise<DearAnswer> {
    const startedAt = this.#now();
    let status: number | null = null;
    try {
      const response = await this.#pool.request(this.#requestOf(call));
      status = response.statusCode;
      return await readAnswer(response, this.#bodyMs);
    } finally {
      const { operation, method, path } = call;
      this.#onCall({ operation, method, path, status, durationMs: this.#now() - startedAt });
    }
  }

  #requestOf(call: DearCall): Dispatcher.RequestOptions {
    const query = call.query === undefined ? '' : `?${new URLSearchParams(call.query)}`;
    const path = `${this.#basePath}/${call.path}${query}`;
    if (call.body === undefined) return { method: call.method, path, headers: this.#headers };
    const headers = { ...this.#headers, 'content-type': 'application/json' };
    return { method: call.method, path, headers, body: printableJson(call.body) };
  }
}

function poolOptions(timeouts: DearTimeouts, maxResponseSize: number): Pool.Options {
  return {
    connections: CONNECTIONS,
    connect: { timeout: timeouts.connectMs },
    headersTimeout: timeouts.headersMs,
    // Measures only the gap between two chunks, so an answer that drips would never end; `readAnswer` bounds the whole.
    bodyTimeout: 0,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    maxResponseSize,
    // What a fault means for a write is known, and tested, for HTTP/1.1.
    allowH2: false,
  };
}

async function readAnswer(response: Dispatcher.ResponseData, bodyMs: number): Promise<DearAnswer> {
  addAbortSignal(AbortSignal.timeout(bodyMs), response.body);
  const text = await response.body.text();
  return {
    status: response.statusCode,
    contentType: headerOf(response, 'content-type'),
    retryAfter: headerOf(response, 'retry-after'),
    text,
  };
}

function headerOf(response: Dispatcher.ResponseData, name: string): string {
  const value = response.headers[name];
  return typeof value === 'string' ? value : '';
}
