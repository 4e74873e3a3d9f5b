import { NO_LIMIT } from '../../domain/rate-budget.ts';
import type { Attempt } from '../../upstream/attempt.ts';
import type { HttpAnswer } from '../../upstream/body.ts';
import { UpstreamClient, type UpstreamRequest } from '../../upstream/client.ts';
import type { TransportOptions } from '../../upstream/transport.ts';
import { errorFromAnswer, PROCESS_ID_HEADER } from './classify-answer.ts';

export interface Keys {
  readonly user: string;
  readonly key: string;
}

interface Access {
  /** Only its origin is used: the paths of the calls begin with `/v1`. */
  readonly baseUrl: string;
  readonly keys: Keys;
}

export interface Transport {
  /**
   * Resolves with a success.
   * @throws {UpstreamError} CartRover refused, or no answer came
   */
  send(request: Omit<UpstreamRequest, 'attempt'>, attempt: Attempt): Promise<HttpAnswer>;
  close(): Promise<void>;
}

const REMAINING_HEADER = 'x-cartrover-api-minute-hits-remaining';
export const TOTAL_HEADER = 'total-records';
const LEAK_MS = 600;
/**
 * Other programs may use the same API user. Below this many calls left we rest until the bucket has drained to it: a refusal
 * would stop an order, and a rest only delays it.
 */
const RESERVE = 10;
/** A page of 100 orders is about 500 KB. */
const MAX_ANSWER_BYTES = 20 * 1024 * 1024;

/** Sends calls to CartRover, with the keys in the header: in a query they would be in logs. */
export function cartRoverTransport({ baseUrl, keys, ...options }: Access & TransportOptions): Transport {
  const { budget = NO_LIMIT, now } = options;
  const encoded = Buffer.from(`${keys.user.trim()}:${keys.key.trim()}`).toString('base64');
  const headers = { authorization: `Basic ${encoded}` };
  const client = new UpstreamClient(new URL(baseUrl).origin, headers, {
    ...options,
    keptHeaders: [PROCESS_ID_HEADER, REMAINING_HEADER, TOTAL_HEADER],
    maxAnswerBytes: MAX_ANSWER_BYTES,
  });
  return {
    async send(request, attempt) {
      const begunAt = now();
      const answer = await client.send({ ...request, attempt }, (received) => {
        const error = errorFromAnswer(attempt, received);
        if (error !== null) throw error;
        return received;
      });
      const rest = getRest(answer);
      if (rest > 0) await budget.slowDown(rest, begunAt);
      return answer;
    },
    close: () => client.close(),
  };
}

/** How long no call should be made after this answer, in ms. */
function getRest({ headers }: HttpAnswer): number {
  const remaining = Number.parseInt(headers?.[REMAINING_HEADER] ?? '', 10);
  return Number.isNaN(remaining) ? 0 : Math.max(0, RESERVE - remaining) * LEAK_MS;
}
