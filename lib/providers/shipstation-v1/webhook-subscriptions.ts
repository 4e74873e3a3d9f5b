import * as z from 'zod';
import type { Attempt } from '../../upstream/attempt.ts';
import type { Transport } from '../../upstream/transport.ts';
import type { PlannedSubscription, ProviderWebhooks } from '../provider-set-up.ts';
import { withoutToken, withToken } from './notifications.ts';
import type { ShipStationV1Secret } from './settings.ts';

/** A label was made, or an order was marked as shipped. */
const EVENTS = ['SHIP_NOTIFY', 'FULFILLMENT_SHIPPED'] as const;
const PATH = '/webhooks';
const PROVIDERS_PATH = '/webhooks/providers/';

/** In another spelling than every other answer of V1. */
const registered = z.looseObject({
  webhooks: z.array(
    z
      .looseObject({
        WebHookID: z.int(),
        HookType: z.string(),
        Url: z.string(),
        Active: z.boolean().catch(true),
      })
      .transform(({ WebHookID, HookType, Url, Active }) => ({
        id: String(WebHookID),
        event: HookType,
        url: Url,
        isActive: Active,
      })),
  ),
});
type Webhook = z.infer<typeof registered>['webhooks'][number];

interface WebhookDeps {
  readonly transport: Transport;
  /** The connection's id, which errors name. */
  readonly system: string;
  readonly secret: ShipStationV1Secret;
}

/**
 * The account's webhooks. V1 has no call that changes one, so one with an outdated address is deleted after the new one is
 * made.
 */
export function shipStationV1Webhooks({ transport, system, secret }: WebhookDeps): ProviderWebhooks {
  const getAttempt = (operation: string, reference: string, writes: boolean): Attempt => ({
    system,
    operation,
    reference,
    writes,
  });

  async function create({ event, url }: PlannedSubscription): Promise<void> {
    const body = {
      target_url: withToken(url, secret),
      event,
      store_id: null,
      friendly_name: `Bridge: ${event}`,
    };
    const request = { method: 'POST', path: `${PATH}/subscribe`, body } as const;
    await transport.read(request, z.unknown(), getAttempt('create webhook', event, true));
  }

  async function remove(id: string, event: string): Promise<void> {
    const request = { method: 'DELETE', path: `${PATH}/${encodeURIComponent(id)}` } as const;
    await transport.read(request, z.unknown(), getAttempt('delete webhook', event, true));
  }

  return {
    async plan(urls) {
      const request = { method: 'GET', path: PATH } as const;
      const attempt = getAttempt('list webhooks', PATH, false);
      const { webhooks } = await transport.read(request, registered, attempt);
      return planSubscriptions(webhooks, urls, secret);
    },
    async apply(planned) {
      if (planned.action === 'create' || planned.action === 'replace') await create(planned);
      if (planned.action === 'replace') await remove(planned.id, planned.event);
      return planned;
    },
    close: () => transport.close(),
  };
}

/**
 * One webhook for each event of an account is enough, whichever of its connections it calls. Those of other apps are left
 * alone: V1 has any number for an event.
 * @param urls the webhook addresses of the account's connections, without tokens; at least one
 */
export function planSubscriptions(
  there: readonly Webhook[],
  urls: readonly string[],
  secret: Pick<ShipStationV1Secret, 'apiSecret'>,
): PlannedSubscription[] {
  const [url = ''] = urls;
  const ours = new Set(urls.map((one) => withToken(one, secret)));
  return EVENTS.map((event) => {
    const ofEvent = there.filter((one) => one.event === event);
    const kept = ofEvent.find((one) => ours.has(one.url) && one.isActive);
    if (kept !== undefined)
      return { event, url: withoutToken(kept.url), id: kept.id, action: 'keep', now: '' };
    const outdated = ofEvent.find((one) => isOurs(one.url));
    if (outdated === undefined) return { event, url, id: '', action: 'create', now: '' };
    return { event, url, id: outdated.id, action: 'replace', now: describeWebhook(outdated, urls) };
  });
}

function describeWebhook({ url, isActive }: Webhook, urls: readonly string[]): string {
  if (!isActive) return 'it is switched off';
  const called = withoutToken(url);
  return urls.includes(called) ? 'its token is not that of the credentials' : `it calls ${called}`;
}

function isOurs(called: string): boolean {
  return URL.canParse(called) && new URL(called).pathname.startsWith(PROVIDERS_PATH);
}
