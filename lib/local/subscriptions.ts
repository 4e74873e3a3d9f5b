import { DearClient } from '../dear/client.ts';
import { ensureSubscriptions } from '../dear/webhook-subscriptions.ts';
import { eventsToSubscribe } from '../domain/sale-events.ts';
import { shipStationV2Secret } from '../providers/shipstation-v2/settings.ts';
import {
  SHIPSTATION_EVENTS,
  shipStationSubscriptions,
} from '../providers/shipstation-v2/webhook-subscriptions.ts';
import { dearSecret, webhookSecret } from '../runtime/secrets.ts';
import { requireLoopback } from './loopback.ts';
import type { Sandboxes } from './sandboxes.ts';
import type { Secrets } from './secrets/secrets.ts';

export const DEAR_WEBHOOK_PATH = '/webhooks/dear';

export interface SubscriptionOptions {
  readonly sandboxes: Sandboxes;
  readonly secrets: Secrets;
  readonly stackName: string;
  /** Where the webhooks are received, without a path. */
  readonly apiUrl: string;
}

/** Has the sandboxes call us, through their own APIs. A real account is never told an address of this machine. */
export async function subscribeToSandboxes(options: SubscriptionOptions): Promise<void> {
  requireLoopback(options.apiUrl, 'The address for webhooks');
  if (options.sandboxes.dearOrigin !== null) await subscribeToDear(options);
  for (const [id, url] of Object.entries(options.sandboxes.shipStations)) {
    const { apiKey } = shipStationV2Secret.parse(options.secrets[`${options.stackName}/connection/${id}`]);
    const webhook = `${options.apiUrl}/webhooks/providers/${id}`;
    await subscribeToShipStation(id, url, apiKey, webhook);
  }
}

async function subscribeToDear({
  sandboxes,
  secrets,
  stackName,
  apiUrl,
}: SubscriptionOptions): Promise<void> {
  const credentials = dearSecret.parse(secrets[`${stackName}/dear`]);
  const { current } = webhookSecret.parse(secrets[`${stackName}/webhook`]);
  const client = new DearClient({ baseUrl: sandboxes.settings.dear.baseUrl, ...credentials });
  try {
    const url = `${apiUrl}${DEAR_WEBHOOK_PATH}`;
    const types = eventsToSubscribe(sandboxes.settings.connections);
    await ensureSubscriptions(client, { types, url, bearerToken: current });
  } finally {
    await client.transport.close();
  }
}

/** ShipStation keeps one address for each event; another one is a conflict, so what is there is changed. */
async function subscribeToShipStation(system: string, baseUrl: string, apiKey: string, url: string) {
  const subscriptions = shipStationSubscriptions({ system, settings: { baseUrl }, apiKey, now: Date.now });
  try {
    const registered = await subscriptions.list();
    for (const event of SHIPSTATION_EVENTS) {
      const existing = registered.find((webhook) => webhook.event === event);
      if (existing === undefined) await subscriptions.create(event, url);
      else if (existing.url !== url) await subscriptions.replace(existing.id, event, url);
    }
  } finally {
    await subscriptions.close();
  }
}
