import { readWebhook } from '../../../lib/dear/webhook-events.ts';
import type { LogEvent } from '../../../lib/domain/ports/log.ts';
import type { JobRequest, SaleEventMessage } from '../../../lib/messaging/messages.ts';
import { receiveDearWebhook, receiveProviderWebhook } from '../../../lib/workflows/receive-webhook.ts';
import { listen, readBody } from '../../../local/http/http-listener.ts';

export interface WebhookReceiver {
  /** Where DEAR calls. */
  readonly url: string;
  /** Where the provider of the connection `shipstation` calls. */
  readonly providerUrl: string;
  /** From now on this share of them (0 to 1) is lost after it was answered with success. */
  lose(share: number): void;
  /** While it is closed, it answers 503, and DEAR tries again. */
  setClosed(isClosed: boolean): void;
  /** How many arrived, and how many of them were lost. */
  tally(): { readonly came: number; readonly lost: number };
  close(): Promise<void>;
}

export interface WebhookReceiverOptions {
  readonly token: string;
  readonly saleEvents: { publish(message: SaleEventMessage): Promise<void> };
  readonly jobs: {
    publish(message: JobRequest): Promise<void>;
    publishOnce(message: JobRequest, key: string): Promise<void>;
  };
  readonly now: () => number;
  readonly log: LogEvent;
  readonly count: (
    metric: 'WebhookAccepted' | 'WebhookIgnored' | 'WebhookRefused' | 'WebhookUnreadable',
  ) => void;
}

const PROVIDER_PATH = '/webhooks/providers/shipstation';

/** The HTTP server for webhooks, with the real receivers behind it; a provider's signature is not checked. */
export async function openWebhookReceiver(options: WebhookReceiverOptions): Promise<WebhookReceiver> {
  const random = seededRandom(20_260_105);
  const tally = { came: 0, lost: 0 };
  let share = 0;
  let isClosed = false;
  const answer = async (rawBody: string, authorization: string | undefined): Promise<number> => {
    if (isClosed) return 503;
    tally.came += 1;
    const isLost = random() < share;
    tally.lost += Number(isLost);
    const saleEvents = isLost ? { publish: async () => {} } : options.saleEvents;
    const request = { headers: { authorization }, query: {}, rawBody, sourceAddress: '127.0.0.1' };
    const isOurToken = async (presented: string) => presented === options.token;
    const deps = { ...options, allowed: null, readEvent: readWebhook, isOurToken, saleEvents };
    return (await receiveDearWebhook(request, deps)).statusCode;
  };
  const answerProvider = async (rawBody: string): Promise<number> => {
    const request = { headers: {}, query: {}, rawBody, sourceAddress: '127.0.0.1' };
    const verifierFor = async () => ({ verify: async () => ({ genuine: true, kind: 'shipment' }) as const });
    return (await receiveProviderWebhook('shipstation', request, { ...options, verifierFor })).statusCode;
  };
  const listener = await listen(
    (request, response) => {
      const isProvider = request.url === PROVIDER_PATH;
      readBody(request, 1_000_000)
        .then((body) =>
          isProvider
            ? answerProvider(body.toString())
            : answer(body.toString(), request.headers.authorization),
        )
        .then(
          (status) => response.writeHead(status).end(),
          () => response.writeHead(500).end(),
        );
    },
    0,
    'the webhook receiver',
  );
  return {
    url: `${listener.url}/webhooks/dear`,
    providerUrl: `${listener.url}${PROVIDER_PATH}`,
    lose: (wanted) => {
      share = wanted;
    },
    setClosed: (wanted) => {
      isClosed = wanted;
    },
    tally: () => ({ ...tally }),
    close: listener.close,
  };
}

/** In [0, 1), the same in every run (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
