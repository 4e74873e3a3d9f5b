import { OperatorActionNeeded } from '../domain/errors.ts';
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
  return await withSubscriptions(bridge, connection, (subscriptions) =>
    plan(subscriptions, connection, bridge.webhookUrls.provider(connection)),
  );
}

/** @returns what was done */
export async function applyProviderWebhooks(bridge: Bridge, connection: string): Promise<PlannedWebhook[]> {
  const url = bridge.webhookUrls.provider(connection);
  return await withSubscriptions(bridge, connection, async (subscriptions) => {
    const planned = await plan(subscriptions, connection, url);
    for (const { action, id, event } of planned) {
      if (action === 'create') await subscriptions.create(event, url);
      if (action === 'replace') await subscriptions.replace(id, event, url);
    }
    return planned;
  });
}

async function plan(
  subscriptions: ShipStationSubscriptions,
  connection: string,
  url: string,
): Promise<PlannedWebhook[]> {
  const registered = await subscriptions.list();
  return SHIPSTATION_EVENTS.map((event) => {
    const existing = registered.find((one) => one.event === event);
    const action = existing === undefined ? 'create' : existing.url === url ? 'keep' : 'replace';
    const now = existing === undefined || action === 'keep' ? '' : `it calls ${existing.url}`;
    return { system: connection, event, url, id: existing?.id ?? '', action, now };
  });
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
