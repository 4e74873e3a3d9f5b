import { DearClient } from '../lib/dear/client.ts';
import { ensureSubscriptions } from '../lib/dear/webhook-subscriptions.ts';
import { eventsToSubscribe } from '../lib/domain/sale/reasons-to-read.ts';
import { shipStationV2Secret } from '../lib/providers/shipstation-v2/settings.ts';
import {
  applySubscription,
  planSubscriptions,
  shipStationSubscriptions,
} from '../lib/providers/shipstation-v2/webhook-subscriptions.ts';
import { dearSecret, webhookSecret } from '../lib/runtime/secrets.ts';
import { requireLoopback } from './loopback.ts';
import type { Sandboxes } from './sandboxes.ts';
import type { Secrets } from './secrets.ts';

export const DEAR_WEBHOOK_PATH = '/webhooks/dear';

interface SubscriptionOptions {
  readonly sandboxes: Sandboxes;
  readonly secrets: Secrets;
  readonly stackName: string;
  /** The origin that receives webhooks. */
  readonly apiUrl: string;
}

/** Subscribes the local system to the sandboxes' webhooks through their APIs. Real accounts are left alone. */
export async function subscribeToSandboxes(options: SubscriptionOptions): Promise<void> {
  requireLoopback(options.apiUrl, 'The address for webhooks');
  if (options.sandboxes.dearOrigin !== null) await subscribeToDear(options);
  const { shipStations } = options.sandboxes;
  for (const origin of new Set(Object.values(shipStations))) {
    const ids = Object.keys(shipStations).filter((id) => shipStations[id] === origin);
    await subscribeToShipStation(origin, ids, options);
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

/** @param ids the connections of the account */
async function subscribeToShipStation(
  baseUrl: string,
  ids: readonly string[],
  { secrets, stackName, apiUrl }: SubscriptionOptions,
): Promise<void> {
  const [system = ''] = ids;
  const { apiKey } = shipStationV2Secret.parse(secrets[`${stackName}/connection/${system}`]);
  const subscriptions = shipStationSubscriptions({ system, settings: { baseUrl }, apiKey, now: Date.now });
  try {
    const urls = ids.map((id) => `${apiUrl}/webhooks/providers/${id}`);
    for (const planned of planSubscriptions(await subscriptions.list(), urls)) {
      await applySubscription(subscriptions, planned);
    }
  } finally {
    await subscriptions.close();
  }
}
