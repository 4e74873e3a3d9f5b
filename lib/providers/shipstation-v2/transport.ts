import type * as z from 'zod';
import type { Clock } from '../../domain/clock.ts';
import { Throttled } from '../../domain/errors.ts';
import type { RateBudget } from '../../domain/rate-budget.ts';
import type { Attempt } from '../../upstream/attempt.ts';
import { type HttpAnswer, parseAnswer } from '../../upstream/body.ts';
import { UpstreamClient, type UpstreamOptions, type UpstreamRequest } from '../../upstream/client.ts';
import { errorFromAnswer } from './classify-answer.ts';

type Request = Omit<UpstreamRequest, 'attempt'>;

interface TransportOptions {
  /** Only its origin is used: the paths of the calls begin with `/v2`. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly now: Clock;
  /** For the beginning of an answer, and again from there to its end. */
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
  /** As `send`. @throws {UpstreamError} for a status that is no success, too */
  sendForSuccess(request: Request, attempt: Attempt): Promise<HttpAnswer>;
  /** As `sendForSuccess`, with the checked body of the answer. */
  read<Schema extends z.ZodType>(
    request: Request,
    schema: Schema,
    attempt: Attempt,
  ): Promise<z.output<Schema>>;
  close(): Promise<void>;
}

/** A page of 25 labels is about 100 KB. */
const MAX_ANSWER_BYTES = 10 * 1024 * 1024;

/** Sends calls to ShipStation. */
export function shipStationTransport({ baseUrl, apiKey, timeoutMs, ...rest }: TransportOptions): Transport {
  const client = new UpstreamClient(
    new URL(baseUrl).origin,
    { 'api-key': apiKey },
    {
      ...rest,
      maxAnswerBytes: MAX_ANSWER_BYTES,
      ...(timeoutMs !== undefined && { timeouts: { headersMs: timeoutMs, bodyMs: timeoutMs } }),
    },
  );
  const send: Transport['send'] = (request, attempt) =>
    client.send({ ...request, attempt }, (answer) => {
      const error = answer.status < 400 ? null : errorFromAnswer(attempt, answer);
      if (error instanceof Throttled) throw error;
      return answer;
    });
  const sendForSuccess: Transport['sendForSuccess'] = async (request, attempt) => {
    const answer = await send(request, attempt);
    if (answer.status < 200 || answer.status > 299) throw errorFromAnswer(attempt, answer);
    return answer;
  };
  return {
    send,
    sendForSuccess,
    read: async (request, schema, attempt) =>
      parseAnswer(schema, await sendForSuccess(request, attempt), attempt),
    close: () => client.close(),
  };
}
