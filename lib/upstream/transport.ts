import type * as z from 'zod';
import type { Clock } from '../domain/clock.ts';
import { Throttled, type UpstreamError } from '../domain/errors.ts';
import type { Attempt } from './attempt.ts';
import { type HttpAnswer, parseAnswer, refusePage } from './body.ts';
import type { UpstreamClient, UpstreamOptions, UpstreamRequest } from './client.ts';

/** What the function that runs a provider gives to its transport. */
export interface TransportOptions
  extends Pick<UpstreamOptions, 'timeoutMs' | 'budget' | 'wait' | 'openPool' | 'mayWrite'> {
  readonly now: Clock;
}

type Request = Omit<UpstreamRequest, 'attempt'>;

/** Calls to a vendor whose refusals are told by the answer's status. */
export interface Transport {
  /**
   * Resolves with an answer of any status except a redirect and a rate limit.
   * @throws {Throttled} for the latter, and where the budget has no slot soon
   * @throws {UpstreamError} where no answer came
   */
  send(request: Request, attempt: Attempt): Promise<HttpAnswer>;
  /** As `send`. @throws {UpstreamError} for a status that is no success, and for a web page, too */
  sendForSuccess(request: Request, attempt: Attempt): Promise<HttpAnswer>;
  /** As `sendForSuccess`, with the checked body of the answer. */
  read<Schema extends z.ZodType>(
    request: Request,
    schema: Schema,
    attempt: Attempt,
  ): Promise<z.output<Schema>>;
  close(): Promise<void>;
}

/** @param errorFromAnswer the vendor's meaning of a status that is no success */
export function openTransport(
  client: UpstreamClient,
  errorFromAnswer: (attempt: Attempt, answer: HttpAnswer) => UpstreamError,
): Transport {
  const send: Transport['send'] = (request, attempt) =>
    client.send({ ...request, attempt }, (answer) => {
      const error = answer.status < 400 ? null : errorFromAnswer(attempt, answer);
      if (error instanceof Throttled) throw error;
      return answer;
    });
  const sendForSuccess: Transport['sendForSuccess'] = async (request, attempt) => {
    const answer = await send(request, attempt);
    if (answer.status < 200 || answer.status > 299) throw errorFromAnswer(attempt, answer);
    return refusePage(answer, attempt);
  };
  return {
    send,
    sendForSuccess,
    read: async (request, schema, attempt) =>
      parseAnswer(schema, await sendForSuccess(request, attempt), attempt),
    close: () => client.close(),
  };
}
