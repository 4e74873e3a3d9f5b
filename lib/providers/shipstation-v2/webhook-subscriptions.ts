import * as z from 'zod';
import type { Clock } from '../../domain/clock.ts';
import { type Attempt, failureOfAnswer, failureOfForm, parseJson } from './failures.ts';
import type { ShipStationV2Settings } from './settings.ts';
import { type Request, shipStationTransport } from './transport.ts';

/** What ShipStation is to call us for: a label was made, or an order was marked as shipped. */
export const SHIPSTATION_EVENTS = ['label_created_v2', 'fulfillment_shipped_v2'] as const;

export interface ShipStationSubscription {
  readonly id: string;
  readonly event: string;
  readonly url: string;
}

/** ShipStation's webhooks of one account. All methods throw the classes of `domain/errors.ts`. */
export interface ShipStationSubscriptions {
  list(): Promise<ShipStationSubscription[]>;
  create(event: string, url: string): Promise<void>;
  /** ShipStation keeps one address for each event, so that one which is there is changed. */
  replace(id: string, event: string, url: string): Promise<void>;
  close(): Promise<void>;
}

export interface SubscriptionAccess {
  /** Whom errors name: the connection's id. */
  readonly system: string;
  readonly settings: Pick<ShipStationV2Settings, 'baseUrl'>;
  readonly apiKey: string;
  readonly now: Clock;
}

const PATH = '/v2/environment/webhooks';
const registered = z.array(
  z
    .looseObject({ webhook_id: z.string(), event: z.string(), url: z.string() })
    .transform(({ webhook_id, event, url }) => ({ id: webhook_id, event, url })),
);

export function shipStationSubscriptions(access: SubscriptionAccess): ShipStationSubscriptions {
  const { system, settings, apiKey, now } = access;
  const transport = shipStationTransport({ baseUrl: settings.baseUrl, apiKey, now });

  async function send(request: Request, operation: string, reference: string) {
    const attempt: Attempt = { system, operation, reference, writes: request.method !== 'GET' };
    const answer = await transport.send(request, attempt);
    if (answer.status < 200 || answer.status > 299) throw failureOfAnswer(attempt, answer);
    return { answer, attempt };
  }

  return {
    list: async () => {
      const { answer, attempt } = await send({ method: 'GET', path: PATH }, 'list webhooks', PATH);
      const result = registered.safeParse(parseJson(answer.body));
      if (result.success) return result.data;
      throw failureOfForm(attempt, answer.status, 'webhooks');
    },
    create: async (event, url) => {
      const body = { name: `Bridge: ${event}`, event, url };
      await send({ method: 'POST', path: PATH, body }, 'create webhook', event);
    },
    replace: async (id, event, url) => {
      const path = `${PATH}/${encodeURIComponent(id)}`;
      await send({ method: 'PUT', path, body: { url } }, 'replace webhook', event);
    },
    close: () => transport.close(),
  };
}
