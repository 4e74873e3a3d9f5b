import { UpstreamClient } from '../../upstream/client.ts';
import { openTransport, type Transport, type TransportOptions } from '../../upstream/transport.ts';
import { errorFromAnswer } from './classify-answer.ts';

interface Access {
  /** Only its origin is used: the paths of the calls begin with `/v2`. */
  readonly baseUrl: string;
  readonly apiKey: string;
}

/** A page of 25 labels is about 100 KB. */
const MAX_ANSWER_BYTES = 10 * 1024 * 1024;

/** Sends calls to ShipStation. */
export function shipStationTransport({ baseUrl, apiKey, ...options }: Access & TransportOptions): Transport {
  const headers = { 'api-key': apiKey };
  const client = new UpstreamClient(new URL(baseUrl).origin, headers, {
    ...options,
    maxAnswerBytes: MAX_ANSWER_BYTES,
  });
  return openTransport(client, errorFromAnswer);
}
