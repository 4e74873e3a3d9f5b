import { setTimeout as sleep } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import type { Exchanged, ObservedCall } from '../domain/call/recorded-call.ts';
import type { Clock } from '../domain/clock.ts';
import { Throttled, UnexpectedAnswer } from '../domain/errors.ts';
import { NO_LIMIT, type RateBudget } from '../domain/rate-budget.ts';
import { printableJson } from '../domain/text.ts';
import { type Attempt, toErrorDetails } from './attempt.ts';
import { ACCEPTED_ENCODING, getHeader, type HttpAnswer, readBody } from './body.ts';
import { Connections, type OpenPool } from './connections.ts';
import { errorFromNoResponse, noteRequestStart } from './faults.ts';
import { getCallObserver } from './observe.ts';

/** Zero would make a message loop; a limit per minute cannot mean more than an hour. */
const MIN_MS = 1_000;
const MAX_MS = 60 * 60_000;
const SECONDS = /^(\d{1,9}(?:\.\d{1,9})?)\s*(?:s|secs?|seconds?)?$/i;
/** The forms of RFC 9110 that senders use. `Date.parse` alone would take `-5` for a date. */
const HTTP_DATE = /^[a-z]{3,9}, .{10,25} GMT$/i;

/**
 * The wait that the header demands, in ms, between a second and an hour.
 * @param header the value of `Retry-After`: seconds (also with their unit, as DEAR writes them: `60 Seconds`) or an HTTP date
 * @param now for a date
 * @returns null where the header has no time
 */
export function parseRetryAfter(header: string, now: Clock): number | null {
  const text = header.trim();
  const seconds = SECONDS.exec(text)?.[1];
  const ms = seconds === undefined ? untilDate(text, now) : Math.ceil(Number(seconds) * 1_000);
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, MIN_MS), MAX_MS);
}

function untilDate(text: string, now: Clock): number {
  return HTTP_DATE.test(text) ? Date.parse(text) - now() : Number.NaN;
}

export interface UpstreamRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the base URL, with a leading slash and its query. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Besides those of every request, or in their place; names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** `bytes`: the answer is a file, and its text has one character for each byte. */
  readonly accepts?: 'text' | 'bytes';
  /**
   * Gives path and body when the call begins, which may be seconds later: see `UpstreamOptions.budget`. Called once, as only
   * reads are repeated.
   */
  readonly begin?: () => { readonly path: string; readonly body: unknown };
  readonly attempt: Attempt;
  /** It changes nothing, whatever its method. Of any other call but a GET it is assumed that it writes. */
  readonly onlyReads?: true;
}

/** One HTTP exchange after its end, for the count of an account's calls. */
export interface CallRecord {
  readonly operation: string;
  readonly method: string;
  /** Without the query, which may quote a person's search. */
  readonly path: string;
  /** Null where no answer came. */
  readonly status: number | null;
  readonly durationMs: number;
}

export interface UpstreamOptions {
  /** For the beginning of an answer, and again from there to its end, in ms. @default 10 s */
  readonly timeoutMs?: number;
  /** Largest answer accepted, in bytes; enforced while it arrives and while it is decoded. */
  readonly maxAnswerBytes?: number;
  /** Waits before a read without an answer is repeated, in ms. */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
  readonly now?: Clock;
  /**
   * Names of the headers that say how many calls are left and in how many seconds there will be more, for an API without
   * `Retry-After`. An answer that says that none is left slows all workers down, before a call is refused.
   */
  readonly limitHeaders?: { readonly remaining: string; readonly reset: string };
  /** Names of the headers, in lower case, that answers are to have besides those of every vendor. */
  readonly keptHeaders?: readonly string[];
  /** Takes a slot before every exchange, repeated ones too; unlimited by default. */
  readonly budget?: RateBudget;
  /**
   * Called before each call that may write, by its attempt or its method; nothing is sent where it throws.
   * @throws {RefusedInShadow}
   */
  readonly mayWrite?: (attempt: Attempt) => Promise<void>;
  /** Called after every exchange, repeated ones too. Must not throw. */
  readonly onCall?: (call: CallRecord) => void;
  /** Opens the pool of connections; undici's own by default. */
  readonly openPool?: OpenPool;
  /** Further headers of each request, a repeated one too: a signature. @param body as it is sent; '' where there is none */
  readonly sign?: (body: string) => Readonly<Record<string, string>>;
}

const CONNECT_MS = 3_000;
/** With connecting less than a worker's 30 s, so that a hanging write is recorded as ambiguous before the worker is stopped. */
const TIMEOUT_MS = 10_000;
/** A page of 1,000 sales is about 1 MB, a sale with thousands of lines a few MB. 20 MB fits well into a 256 MB function. */
const MAX_ANSWER_BYTES = 20 * 1024 * 1024;
/** A second try replaces a kept-alive connection that the other side closed; each try costs one call of the budget. */
const READ_RETRIES = 1;
const READ_RETRY_MS = 300;

/** Sends calls to one vendor's API. DEAR and every provider use it, so that a fault means the same everywhere. */
export class UpstreamClient {
  readonly #connections: Connections;
  readonly #basePath: string;
  readonly #origin: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #credentials: readonly string[];
  readonly #limits: { readonly bodyMs: number; readonly maxAnswerBytes: number };
  readonly #wait: (milliseconds: number) => Promise<unknown>;
  readonly #now: Clock;
  readonly #budget: RateBudget;
  readonly #onCall: (call: CallRecord) => void;
  readonly #mayWrite: NonNullable<UpstreamOptions['mayWrite']>;
  readonly #sign: NonNullable<UpstreamOptions['sign']>;
  readonly #limitHeaders: UpstreamOptions['limitHeaders'];
  readonly #keptHeaders: readonly string[];

  /**
   * @param baseUrl with or without a last slash
   * @param headers of every request: the credentials
   */
  constructor(baseUrl: string, headers: Readonly<Record<string, string>>, options: UpstreamOptions = {}) {
    const { origin, pathname } = new URL(baseUrl);
    const { timeoutMs = TIMEOUT_MS } = options;
    const timeouts = { connectMs: CONNECT_MS, headersMs: timeoutMs, bodyMs: timeoutMs };
    const maxAnswerBytes = options.maxAnswerBytes ?? MAX_ANSWER_BYTES;
    this.#connections = new Connections(origin, timeouts, maxAnswerBytes, options.openPool);
    this.#origin = origin;
    this.#basePath = pathname.replace(/\/+$/, '');
    this.#credentials = Object.keys(headers);
    this.#headers = {
      // A line break that was pasted with a secret is not allowed in a header.
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.trim()])),
      accept: 'application/json',
      'accept-encoding': ACCEPTED_ENCODING,
    };
    this.#limits = { bodyMs: timeoutMs, maxAnswerBytes };
    this.#wait = options.wait ?? sleep;
    this.#now = options.now ?? Date.now;
    this.#budget = options.budget ?? NO_LIMIT;
    this.#onCall = options.onCall ?? (() => {});
    this.#mayWrite = options.mayWrite ?? (async () => {});
    this.#sign = options.sign ?? (() => ({}));
    this.#limitHeaders = options.limitHeaders;
    this.#keptHeaders = options.keptHeaders ?? [];
  }

  /**
   * Resolves with the result of `read`.
   *
   * A rate limit is thrown at once, although the call may be repeated: waiting a minute here would keep a paid function idle,
   * while the queue defers the message for free. All other workers are slowed down too, as the limit is the account's.
   * @param read throws for an answer that is not a success: only the vendor's folder knows its answers
   * @throws {Throttled | Unavailable | AmbiguousWrite | UnexpectedAnswer} where no whole answer came, or the budget has no slot
   * @throws {RefusedInShadow}
   */
  async send<Result>(request: UpstreamRequest, read: (answer: HttpAnswer) => Result): Promise<Result> {
    const { attempt, method, onlyReads = false } = request;
    if (attempt.writes || (method !== 'GET' && !onlyReads)) await this.#mayWrite(attempt);
    const { answer, begunAt } = await this.#exchange(request, attempt.writes ? 0 : READ_RETRIES);
    try {
      const result = read(answer);
      if (answer.isLastCall) await this.#budget.slowDown(answer.retryAfterMs, begunAt);
      return result;
    } catch (error) {
      if (!(error instanceof Throttled)) throw error;
      throw new Throttled(error.details, await this.#budget.slowDown(answer.retryAfterMs, begunAt));
    }
  }

  /**
   * Waits for calls that were sent, then closes every connection. Calls that wait for a slot are not sent. May be called
   * twice.
   */
  close(): Promise<void> {
    return this.#connections.close();
  }

  /** Repeats only reads, and only where no answer came: a write may have arrived. */
  async #exchange(
    request: UpstreamRequest,
    retries: number,
  ): Promise<{ answer: HttpAnswer; begunAt: number }> {
    await this.#budget.take(toErrorDetails(request.attempt));
    const begunAt = this.#now();
    try {
      const begun = request.begin === undefined ? request : { ...request, ...request.begin() };
      return { answer: await this.#call(begun), begunAt };
    } catch (error) {
      if (retries === 0 || error instanceof UnexpectedAnswer) throw error;
    }
    await this.#wait(READ_RETRY_MS);
    return this.#exchange(request, retries - 1);
  }

  async #call(request: UpstreamRequest): Promise<HttpAnswer> {
    const startedAt = this.#now();
    const progress: Progress = { hasBegun: false, status: null, answer: null, fault: '' };
    const pool = this.#connections.take(startedAt);
    const sent = this.#toOptions(request);
    try {
      return await this.#attempt(pool, request, sent, progress);
    } catch (fault) {
      if (fault instanceof UnexpectedAnswer) throw fault;
      const error = errorFromNoResponse(fault, request.attempt, progress);
      progress.fault = error.details.upstreamMessage ?? '';
      throw error;
    } finally {
      const endedAt = this.#now();
      this.#connections.release(endedAt);
      const { operation } = request.attempt;
      const path = request.path.replace(/\?.*$/s, '');
      const outcome = { operation, method: request.method, durationMs: endedAt - startedAt };
      this.#onCall({ ...outcome, status: progress.status, path });
      getCallObserver()?.({
        ...outcome,
        ...this.#toExchange(request, sent, progress),
        fault: progress.fault,
      });
    }
  }

  #toExchange(
    { attempt, path, accepts }: UpstreamRequest,
    sent: SentRequest,
    { status, answer }: Progress,
  ): Omit<ObservedCall, 'operation' | 'method' | 'durationMs' | 'fault'> {
    const [place = '', query] = path.split(/\?(.*)/s);
    return {
      system: attempt.system,
      reference: attempt.reference ?? '',
      url: `${this.#origin}${this.#basePath}${place}`,
      query: query === undefined ? '' : `?${query}`,
      status: status ?? undefined,
      credentials: this.#credentials,
      request: { headers: sent.headers, body: sent.body ?? '', isFile: false },
      answer: answer === null ? null : { ...answer, isFile: accepts === 'bytes' && (status ?? 0) < 300 },
    };
  }

  async #attempt(
    pool: Dispatcher,
    request: UpstreamRequest,
    sent: SentRequest,
    progress: Progress,
  ): Promise<HttpAnswer> {
    const noting = pool.compose(
      noteRequestStart(() => {
        progress.hasBegun = true;
      }),
    );
    const response = await noting.request(sent);
    progress.status = response.statusCode;
    const text = await readBody(response, this.#limits, request.accepts);
    progress.answer = { headers: toFirstValues(response), body: text };
    refuseRedirect(response, request.attempt);
    return {
      status: response.statusCode,
      contentType: getHeader(response, 'content-type'),
      ...this.#readLimits(response),
      ...this.#keepHeaders(response),
      text,
    };
  }

  #readLimits(response: Dispatcher.ResponseData): Pick<HttpAnswer, 'retryAfterMs' | 'isLastCall'> {
    const retryAfterMs = parseRetryAfter(getHeader(response, 'retry-after'), this.#now);
    if (this.#limitHeaders === undefined) return { retryAfterMs };
    const { remaining, reset } = this.#limitHeaders;
    return {
      retryAfterMs: retryAfterMs ?? parseRetryAfter(getHeader(response, reset), this.#now),
      ...(getHeader(response, remaining).trim() === '0' && { isLastCall: true as const }),
    };
  }

  #keepHeaders(response: Dispatcher.ResponseData): Pick<HttpAnswer, 'headers'> {
    if (this.#keptHeaders.length === 0) return {};
    const all = this.#keptHeaders.map((name) => [name, getHeader(response, name)] as const);
    return { headers: Object.fromEntries(all.filter(([, value]) => value !== '')) };
  }

  #toOptions({ method, path, body, headers: own }: UpstreamRequest): SentRequest {
    const target = { method, path: `${this.#basePath}${path}` };
    const all = { ...this.#headers, ...own };
    if (body === undefined) return { ...target, headers: { ...all, ...this.#sign('') } };
    const json = printableJson(body);
    const headers = { ...all, 'content-type': 'application/json', ...this.#sign(json) };
    return { ...target, headers, body: json };
  }
}

/** How far an exchange has come. */
interface Progress {
  hasBegun: boolean;
  status: number | null;
  answer: Omit<Exchanged, 'isFile'> | null;
  fault: string;
}

type SentRequest = Dispatcher.RequestOptions & {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
};

function toFirstValues(response: Dispatcher.ResponseData): Record<string, string> {
  const names = Object.keys(response.headers);
  return Object.fromEntries(names.map((name) => [name.toLowerCase(), getHeader(response, name)]));
}

/** A redirect is never followed: the credentials go only to the configured address. */
function refuseRedirect(response: Dispatcher.ResponseData, attempt: Attempt): void {
  const status = response.statusCode;
  // 300 names no other address to go to: DEAR answers it for credentials that are valid in several organisations.
  if (status <= 300 || status > 399) return;
  const upstreamMessage = 'a redirect came instead of an answer: is the base URL right?';
  throw new UnexpectedAnswer(toErrorDetails(attempt, { status, upstreamMessage }));
}
