import { Pool } from 'undici';
import type { Clock } from '../../domain/clock.ts';
import { Throttled } from '../../domain/errors.ts';
import { NO_LIMIT, type RateBudget } from '../../domain/rate-budget.ts';
import { printableJson } from '../../domain/text.ts';
import { type Answer, type Attempt, detailsOf, failureOfAnswer, failureOfSilence } from './failures.ts';

export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** With its query. */
  readonly path: string;
  readonly body?: unknown;
}

export interface TransportOptions {
  /** Origin, without a path. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly now: Clock;
  /** How long to wait for an answer to begin, and between two parts of it. */
  readonly timeoutMs?: number;
  /** Asked before every call; without it nothing is counted. */
  readonly budget?: RateBudget;
}

export interface Transport {
  /**
   * Resolves with any answer but a refusal by rate.
   * @throws {Throttled} for that, and where the budget has no slot soon
   * @throws {UpstreamError} where no answer came
   */
  send(request: Request, attempt: Attempt): Promise<Answer>;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 3_000;
/** Well under a worker's own time limit, so that a write that hangs is recorded as ambiguous and not cut off unrecorded. */
const ANSWER_TIMEOUT_MS = 10_000;
/** A worker has a few orders in hand at once; 200 calls a minute need no more. */
const MOST_CONNECTIONS = 8;
/** A page of 25 labels is about 100 KB. */
const LARGEST_ANSWER = 10 * 1024 * 1024;
/** Undici drops idle sockets after 4 s, by a timer. */
const LONGEST_IDLE_MS = 4_000;

/**
 * HTTP with one keep-alive pool. A Lambda that was frozen between two messages wakes with sockets that the other side has
 * closed and timers that never ran; a write on such a socket would come back as ambiguous and wait two minutes for
 * nothing, so a pool that has been idle for longer is replaced before it is used.
 */
export function shipStationTransport(options: TransportOptions): Transport {
  const open = () =>
    new Pool(new URL(options.baseUrl).origin, {
      connections: MOST_CONNECTIONS,
      connect: { timeout: CONNECT_TIMEOUT_MS },
      headersTimeout: options.timeoutMs ?? ANSWER_TIMEOUT_MS,
      bodyTimeout: options.timeoutMs ?? ANSWER_TIMEOUT_MS,
      maxResponseSize: LARGEST_ANSWER,
      keepAliveTimeout: LONGEST_IDLE_MS,
    });
  const { budget = NO_LIMIT } = options;
  let pool = open();
  let lastUsed = options.now();
  let underWay = 0;

  async function freshPool(): Promise<Pool> {
    const stale = underWay === 0 && options.now() - lastUsed > LONGEST_IDLE_MS;
    underWay += 1;
    if (!stale) return pool;
    const old = pool;
    pool = open();
    await old.close();
    return pool;
  }

  async function exchange(request: Request, attempt: Attempt): Promise<Answer> {
    const current = await freshPool();
    try {
      const answer = await current.request({
        method: request.method,
        path: request.path,
        headers: headersFor(request, options.apiKey),
        body: request.body === undefined ? null : printableJson(request.body),
      });
      const body = await answer.body.text();
      return { status: answer.statusCode, retryAfter: firstOf(answer.headers['retry-after']), body };
    } catch (cause) {
      throw failureOfSilence(attempt, cause);
    } finally {
      underWay -= 1;
      lastUsed = options.now();
    }
  }

  return {
    async send(request, attempt) {
      await budget.take(detailsOf(attempt));
      const begunAt = options.now();
      const answer = await exchange(request, attempt);
      if (answer.status < 400) return answer;
      const failure = failureOfAnswer(attempt, answer);
      if (!(failure instanceof Throttled)) return answer;
      const askedMs = answer.retryAfter === undefined ? null : failure.retryAfterMs;
      throw new Throttled(failure.details, await budget.slowDown(askedMs, begunAt));
    },
    close: () => pool.close(),
  };
}

function headersFor(request: Request, apiKey: string): Record<string, string> {
  const common = { 'api-key': apiKey, accept: 'application/json' };
  return request.body === undefined ? common : { ...common, 'content-type': 'application/json' };
}

function firstOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
