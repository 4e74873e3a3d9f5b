import type * as z from 'zod';
import type { Clock } from '../../domain/clock.ts';
import { Throttled } from '../../domain/errors.ts';
import type { RateBudget } from '../../domain/rate-budget.ts';
import type { Attempt } from '../../upstream/attempt.ts';
import { type HttpAnswer, parseAnswer } from '../../upstream/body.ts';
import { UpstreamClient, type UpstreamOptions, type UpstreamRequest } from '../../upstream/client.ts';
import { errorFromAnswer } from './classify-answer.ts';
import type { ShipStationV1Secret } from './settings.ts';

type Request = Omit<UpstreamRequest, 'attempt'>;

export interface TransportOptions {
  /** Only its origin is used. */
  readonly baseUrl: string;
  readonly secret: ShipStationV1Secret;
  readonly now: Clock;
  /** For the beginning of an answer, and again from there to its end, in ms. */
  readonly timeoutMs?: number;
  /** See `UpstreamOptions`. */
  readonly budget?: RateBudget;
  /** Waits before a read without an answer is repeated, in ms. */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
  /** See `UpstreamOptions`. */
  readonly openPool?: NonNullable<UpstreamOptions['openPool']>;
  /** See `UpstreamOptions`. */
  readonly mayWrite?: NonNullable<UpstreamOptions['mayWrite']>;
}

export interface Transport {
  /**
   * Resolves with an answer of any status except a redirect and a rate limit.
   * @throws {Throttled} for the latter, and where the budget has no slot soon
   * @throws {UpstreamError} where no answer came
   */
  send(request: Request, attempt: Attempt): Promise<HttpAnswer>;
  /** The checked body of a success. @throws {UpstreamError} as `send`, and for any other status */
  read<Schema extends z.ZodType>(
    request: Request,
    schema: Schema,
    attempt: Attempt,
  ): Promise<z.output<Schema>>;
  close(): Promise<void>;
}

/** A page of 500 orders is about 2 MB. */
const MAX_ANSWER_BYTES = 20 * 1024 * 1024;
/** V1 documents these instead of `Retry-After`. The reset is in seconds. */
const LIMIT_HEADERS = { remaining: 'x-rate-limit-remaining', reset: 'x-rate-limit-reset' };

/** Sends calls to ShipStation's V1 API. */
export function shipStationV1Transport(options: TransportOptions): Transport {
  const { baseUrl, secret, timeoutMs, ...rest } = options;
  const pair = `${secret.apiKey.trim()}:${secret.apiSecret.trim()}`;
  const client = new UpstreamClient(
    new URL(baseUrl).origin,
    { authorization: `Basic ${Buffer.from(pair).toString('base64')}` },
    {
      ...rest,
      maxAnswerBytes: MAX_ANSWER_BYTES,
      limitHeaders: LIMIT_HEADERS,
      ...(timeoutMs !== undefined && { timeouts: { headersMs: timeoutMs, bodyMs: timeoutMs } }),
    },
  );
  const send: Transport['send'] = (request, attempt) =>
    client.send({ ...request, attempt }, (answer) => {
      const error = answer.status < 400 ? null : errorFromAnswer(attempt, answer);
      if (error instanceof Throttled) throw error;
      return answer;
    });
  return {
    send,
    async read(request, schema, attempt) {
      const answer = await send(request, attempt);
      if (answer.status < 200 || answer.status > 299) throw errorFromAnswer(attempt, answer);
      return parseAnswer(schema, answer, attempt);
    },
    close: () => client.close(),
  };
}
