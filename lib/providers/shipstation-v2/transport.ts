import type { Clock } from '../../domain/clock.ts';
import { Throttled } from '../../domain/errors.ts';
import type { RateBudget } from '../../domain/rate-budget.ts';
import type { Attempt } from '../../upstream/attempt.ts';
import {
  type HttpAnswer,
  UpstreamClient,
  type UpstreamOptions,
  type UpstreamRequest,
} from '../../upstream/client.ts';
import { failureOfAnswer } from './failures.ts';

export type Request = Omit<UpstreamRequest, 'attempt'>;

interface TransportOptions {
  /** Origin; a path is left out, as those of the calls begin with `/v2`. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly now: Clock;
  /** How long to wait for an answer to begin, and from there to its end. */
  readonly timeoutMs?: number;
  /** Asked before every call; without it nothing is counted. */
  readonly budget?: RateBudget;
  /** How a read that got no answer waits for its second try, in ms. */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
  /** As `UpstreamOptions` has it. */
  readonly openPool?: NonNullable<UpstreamOptions['openPool']>;
}

export interface Transport {
  /**
   * Resolves with any answer but a redirect and a refusal by rate.
   * @throws {Throttled} for the latter, and where the budget has no slot soon
   * @throws {UpstreamError} where no answer came
   */
  send(request: Request, attempt: Attempt): Promise<HttpAnswer>;
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
  return {
    send: (request, attempt) =>
      client.send({ ...request, attempt }, (answer) => {
        const failure = answer.status < 400 ? null : failureOfAnswer(attempt, answer);
        if (failure instanceof Throttled) throw failure;
        return answer;
      }),
    close: () => client.close(),
  };
}
