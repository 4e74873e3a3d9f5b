import { OperatorActionNeeded, type UpstreamError } from '../../domain/errors.ts';
import type { Attempt } from '../../upstream/attempt.ts';
import { type HttpAnswer, refusePage } from '../../upstream/body.ts';
import { UpstreamClient, type UpstreamRequest } from '../../upstream/client.ts';
import type { TransportOptions } from '../../upstream/transport.ts';
import { errorFromAnswer } from './classify-answer.ts';
import { HAL } from './representation.ts';
import type { ExtensivSecret, ExtensivSettings } from './settings.ts';
import { type TokenSource, tokenSource } from './token.ts';

export interface Access {
  /** Only the origin of `baseUrl` is used. */
  readonly settings: Pick<ExtensivSettings, 'baseUrl' | 'loginField'>;
  readonly secret: ExtensivSecret;
  /** @default tokens that are got by calls of this transport */
  readonly tokens?: TokenSource;
}

export interface Transport {
  /**
   * Resolves with a success.
   * @param etag of the order that is changed
   * @throws {UpstreamError} Extensiv refused, or no answer came
   */
  send(
    request: Omit<UpstreamRequest, 'attempt' | 'headers'>,
    attempt: Attempt,
    etag?: string,
  ): Promise<HttpAnswer>;
  close(): Promise<void>;
}

/** A page of 200 orders with their packages is about 2 MB. */
const MAX_ANSWER_BYTES = 20 * 1024 * 1024;

/** Sends calls to Extensiv with a token, and once more with a new token where it is refused. */
export function extensivTransport(given: Access & TransportOptions): Transport {
  const { settings, secret, tokens: shared, ...options } = given;
  const client = new UpstreamClient(
    new URL(settings.baseUrl).origin,
    {},
    { ...options, keptHeaders: ['etag'], maxAnswerBytes: MAX_ANSWER_BYTES },
  );
  const tokens = shared ?? tokenSource({ settings, secret, client, now: options.now });

  return {
    async send(request, attempt, etag) {
      const sendWith = (token: string) => {
        const headers = {
          authorization: `Bearer ${token}`,
          accept: HAL,
          ...(etag !== undefined && { 'if-match': etag }),
        };
        return client.send({ ...request, headers, attempt }, (received) => {
          const error = errorFromAnswer(attempt, received);
          if (error !== null) throw error;
          return refusePage(received, attempt);
        });
      };
      const token = await tokens.getToken(attempt);
      try {
        return await sendWith(token);
      } catch (error) {
        if (!isTokenRefused(error)) throw error;
        // Nothing was carried out, so a write may be sent again too.
        await tokens.forget(token);
        return await sendWith(await tokens.getToken(attempt));
      }
    },
    close: () => client.close(),
  };
}

function isTokenRefused(error: unknown): error is UpstreamError {
  return error instanceof OperatorActionNeeded && error.details.status === 401;
}
