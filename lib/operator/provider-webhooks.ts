import { OperatorActionNeeded, Rejected } from '../domain/errors.ts';
import { budgetAccountOf } from '../providers/registry.ts';
import { shipStationV2Secret } from '../providers/shipstation-v2/settings.ts';
import {
  SHIPSTATION_EVENTS,
  type ShipStationSubscriptions,
  shipStationSubscriptions,
} from '../providers/shipstation-v2/webhook-subscriptions.ts';
import type { Bridge } from './bridge.ts';
import type { PlannedWebhook } from './webhooks.ts';

/** What there is to do so that a connection's provider calls us; nothing where it has no webhooks. */
export async function planProviderWebhooks(bridge: Bridge, connection: string): Promise<PlannedWebhook[]> {
  const sharing = await connectionsSharing(bridge, connection);
  return await withSubscriptions(bridge, connection, (subscriptions) =>
    plan(subscriptions, connection, sharing.map(bridge.webhookUrls.provider)),
  );
}

/** @returns what was done */
export async function applyProviderWebhooks(bridge: Bridge, connection: string): Promise<PlannedWebhook[]> {
  const sharing = await connectionsSharing(bridge, connection);
  return await withSubscriptions(bridge, connection, async (subscriptions) => {
    const planned = await plan(subscriptions, connection, sharing.map(bridge.webhookUrls.provider));
    const done: PlannedWebhook[] = [];
    for (const one of planned) done.push(await applyOne(subscriptions, one));
    return done;
  });
}

/** Whether an event takes several addresses is not documented, so that one beside another app's is tried, and may be refused. */
async function applyOne(
  subscriptions: ShipStationSubscriptions,
  planned: PlannedWebhook,
): Promise<PlannedWebhook> {
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

/** @param urls of the connection, and of those that share its account: ShipStation calls one of them for each event */
async function plan(
  subscriptions: ShipStationSubscriptions,
  connection: string,
  urls: readonly string[],
): Promise<PlannedWebhook[]> {
  const registered = await subscriptions.list();
  const [url = ''] = urls;
  return SHIPSTATION_EVENTS.map((event) => {
    const ofEvent = registered.filter((one) => one.event === event);
    const existing =
      ofEvent.find((one) => urls.includes(one.url)) ?? ofEvent.find((one) => isOurs(one.url)) ?? ofEvent[0];
    const planned = { system: connection, event, url, id: existing?.id ?? '' };
    if (existing === undefined) return { ...planned, action: 'create', now: '' };
    if (urls.includes(existing.url)) return { ...planned, url: existing.url, action: 'keep', now: '' };
    return { ...planned, ...whatOf(existing.url) };
  });
}

/** One that calls a bridge at an address of before is ours; any other belongs to somebody who would miss it. */
function whatOf(called: string): Pick<PlannedWebhook, 'action' | 'now'> {
  const now = `it calls ${called}`;
  if (isOurs(called)) return { action: 'replace', now };
  return {
    action: 'leave',
    now: `${now}, and ShipStation may take one address for each event: ours is tried, and without it the schedule looks for shipments`,
  };
}

const PROVIDERS_PATH = '/webhooks/providers/';

function isOurs(called: string): boolean {
  return URL.canParse(called) && new URL(called).pathname.startsWith(PROVIDERS_PATH);
}

/** The connection itself, and after it those with the same account. */
async function connectionsSharing(bridge: Bridge, connection: string): Promise<string[]> {
  const own = await accountOf(bridge, connection);
  const sharing = [connection];
  for (const { id } of bridge.settings.connections) {
    if (id !== connection && own !== null && (await accountOf(bridge, id)) === own) sharing.push(id);
  }
  return sharing;
}

/** null where its key is not stored. */
async function accountOf(bridge: Bridge, id: string): Promise<string | null> {
  const secret = shipStationV2Secret.safeParse(await bridge.secrets.read(bridge.secretNames.connection(id)));
  return secret.success ? `${bridge.connection(id).baseUrl} ${budgetAccountOf(secret.data)}` : null;
}

async function withSubscriptions<Result>(
  bridge: Bridge,
  id: string,
  use: (subscriptions: ShipStationSubscriptions) => Promise<Result>,
): Promise<Result> {
  const settings = bridge.connection(id);
  const name = bridge.secretNames.connection(id);
  const secret = shipStationV2Secret.safeParse(await bridge.secrets.read(name));
  if (!secret.success) {
    const words = `The secret ${name} has to be { "apiKey": "…" }`;
    throw new OperatorActionNeeded({ system: id, operation: 'read the credentials', words });
  }
  const { apiKey } = secret.data;
  const subscriptions = shipStationSubscriptions({ system: id, settings, apiKey, now: bridge.now });
  try {
    return await use(subscriptions);
  } finally {
    await subscriptions.close();
  }
}
