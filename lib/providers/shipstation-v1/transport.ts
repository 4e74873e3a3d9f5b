import { UpstreamClient } from '../../upstream/client.ts';
import { openTransport, type Transport, type TransportOptions } from '../../upstream/transport.ts';
import { errorFromAnswer } from './classify-answer.ts';
import type { ShipStationV1Secret } from './settings.ts';

interface Access {
  /** Only its origin is used. */
  readonly baseUrl: string;
  readonly secret: ShipStationV1Secret;
}

/** A page of 500 orders is about 2 MB. */
const MAX_ANSWER_BYTES = 20 * 1024 * 1024;
/** V1 documents these instead of `Retry-After`. The reset is in seconds. */
const LIMIT_HEADERS = { remaining: 'x-rate-limit-remaining', reset: 'x-rate-limit-reset' };

/** Sends calls to ShipStation's V1 API. */
export function shipStationV1Transport({
  baseUrl,
  secret,
  ...options
}: Access & TransportOptions): Transport {
  const pair = `${secret.apiKey.trim()}:${secret.apiSecret.trim()}`;
  const authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
  const own = { maxAnswerBytes: MAX_ANSWER_BYTES, limitHeaders: LIMIT_HEADERS };
  const client = new UpstreamClient(new URL(baseUrl).origin, { authorization }, { ...options, ...own });
  return openTransport(client, errorFromAnswer);
}
