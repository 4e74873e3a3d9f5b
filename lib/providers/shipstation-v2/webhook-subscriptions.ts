import * as z from 'zod';
import type { Clock } from '../../domain/clock.ts';
import { Rejected } from '../../domain/errors.ts';
import type { Attempt } from '../../upstream/attempt.ts';
import type { PlannedSubscription, ProviderWebhooks } from '../provider-set-up.ts';
import type { ShipStationV2Settings } from './settings.ts';
import { shipStationTransport } from './transport.ts';

/** The events that we subscribe to: a label was made, or an order was marked as shipped. */
const SHIPSTATION_EVENTS = ['label_created_v2', 'fulfillment_shipped_v2'] as const;

interface ShipStationSubscription {
  readonly id: string;
  readonly event: string;
  readonly url: string;
}

/** ShipStation's webhooks of one account. All methods throw the classes of `domain/errors.ts`. */
export interface ShipStationSubscriptions {
  list(): Promise<ShipStationSubscription[]>;
  create(event: string, url: string): Promise<void>;
  /** Changes the address of an existing webhook. */
  replace(id: string, event: string, url: string): Promise<void>;
  close(): Promise<void>;
}

interface SubscriptionAccess {
  /** The connection's id, which errors name. */
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

  const getAttempt = (operation: string, reference: string, writes: boolean): Attempt => ({
    system,
    operation,
    reference,
    writes,
  });

  return {
    list: () =>
      transport.read({ method: 'GET', path: PATH }, registered, getAttempt('list webhooks', PATH, false)),
    create: async (event, url) => {
      const body = { name: `Bridge: ${event}`, event, url };
      await transport.sendForSuccess(
        { method: 'POST', path: PATH, body },
        getAttempt('create webhook', event, true),
      );
    },
    replace: async (id, event, url) => {
      const request = { method: 'PUT', path: `${PATH}/${encodeURIComponent(id)}`, body: { url } } as const;
      await transport.sendForSuccess(request, getAttempt('replace webhook', event, true));
    },
    close: () => transport.close(),
  };
}

/** The account's webhooks as the operator's commands use them. */
export function shipStationWebhooks(access: SubscriptionAccess): ProviderWebhooks {
  const subscriptions = shipStationSubscriptions(access);
  return {
    plan: async (urls) => planSubscriptions(await subscriptions.list(), urls),
    apply: (planned) => applySubscription(subscriptions, planned),
    close: () => subscriptions.close(),
  };
}

/**
 * One webhook for each event of an account is enough, whichever of its connections it calls. So the plan is correct whether
 * ShipStation accepts one address for an event or several, which is not documented.
 * @param urls the webhook addresses of the account's connections; at least one
 */
export function planSubscriptions(
  there: readonly ShipStationSubscription[],
  urls: readonly string[],
): PlannedSubscription[] {
  const [url = ''] = urls;
  return SHIPSTATION_EVENTS.map((event) => {
    const ofEvent = there.filter((one) => one.event === event);
    const existing =
      ofEvent.find((one) => urls.includes(one.url)) ?? ofEvent.find((one) => isOurs(one.url)) ?? ofEvent[0];
    if (existing === undefined) return { event, url, id: '', action: 'create', now: '' };
    const { id } = existing;
    if (urls.includes(existing.url)) return { event, url: existing.url, id, action: 'keep', now: '' };
    return { event, url, id, ...describeWebhook(existing.url) };
  });
}

/**
 * Carries out the plan of one event. A webhook beside another app's is tried, and may be refused.
 * @returns what was done
 */
export async function applySubscription(
  subscriptions: ShipStationSubscriptions,
  planned: PlannedSubscription,
): Promise<PlannedSubscription> {
  const { action, id, event, url } = planned;
  if (action === 'create') await subscriptions.create(event, url);
  if (action === 'replace') await subscriptions.replace(id, event, url);
  if (action !== 'leave') return planned;
  try {
    await subscriptions.create(event, url);
    return { ...planned, action: 'create', now: '' };
  } catch (error) {
    if (error instanceof Rejected) return planned;
    throw error;
  }
}

/** A webhook to an earlier address of the bridge is ours; any other belongs to another app. */
function describeWebhook(called: string): Pick<PlannedSubscription, 'action' | 'now'> {
  const now = `it calls ${called}`;
  if (isOurs(called)) return { action: 'replace', now };
  return {
    action: 'leave',
    now: `${now}, and ShipStation may accept only one address for each event: ours is tried, and if it is refused, scheduled jobs collect the shipments`,
  };
}

const PROVIDERS_PATH = '/webhooks/providers/';

function isOurs(called: string): boolean {
  return URL.canParse(called) && new URL(called).pathname.startsWith(PROVIDERS_PATH);
}
