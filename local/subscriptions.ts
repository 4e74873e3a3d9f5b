import { DearClient } from '../lib/dear/client.ts';
import { ensureSubscriptions } from '../lib/dear/webhook-subscriptions.ts';
import { eventsToSubscribe } from '../lib/domain/sale/reasons-to-read.ts';
import { getProviderDefinition } from '../lib/providers/registry.ts';
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
  const { providers } = options.sandboxes;
  for (const origin of new Set(Object.values(providers))) {
    const ids = Object.keys(providers).filter((id) => providers[id] === origin);
    await subscribeToProvider(ids, options);
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

/** @param ids the connections of the account. Nothing is done where its webhooks cannot be registered by a call. */
async function subscribeToProvider(
  ids: readonly string[],
  { sandboxes, secrets, stackName, apiUrl }: SubscriptionOptions,
): Promise<void> {
  const connection = sandboxes.settings.connections.find(({ id }) => id === ids[0]);
  if (connection === undefined) return;
  const { openWebhooks } = await getProviderDefinition(connection.provider).setUp();
  const secret = secrets[`${stackName}/connection/${connection.id}`];
  const webhooks = openWebhooks?.({ connection, secret, now: Date.now });
  try {
    const urls = ids.map((id) => `${apiUrl}/webhooks/providers/${id}`);
    for (const planned of (await webhooks?.plan(urls)) ?? []) await webhooks?.apply(planned);
  } finally {
    await webhooks?.close();
  }
}
