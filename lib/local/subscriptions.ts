import * as z from 'zod';
import { DearClient } from '../dear/client.ts';
import { ensureSubscriptions } from '../dear/webhook-subscriptions.ts';
import { eventsToSubscribe } from '../domain/sale-events.ts';
import { shipStationV2Secret } from '../providers/shipstation-v2/settings.ts';
import { dearSecret, webhookSecret } from '../runtime/secrets.ts';
import { requireLoopback } from './loopback.ts';
import type { Sandboxes } from './sandboxes.ts';
import type { Secrets } from './secrets/secrets.ts';

export const DEAR_WEBHOOK_PATH = '/webhooks/dear';

/** What a person would register in ShipStation's. */
const SHIPSTATION_EVENTS = ['label_created_v2', 'fulfillment_shipped_v2'] as const;

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
    for (const event of SHIPSTATION_EVENTS) await subscribeToShipStation(url, apiKey, event, webhook);
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

const webhookList = z.array(z.looseObject({ webhook_id: z.string(), event: z.string(), url: z.string() }));

/** ShipStation keeps one address for each event; another one is a conflict, so what is there is changed. */
async function subscribeToShipStation(
  origin: string,
  apiKey: string,
  event: string,
  url: string,
): Promise<void> {
  const path = '/v2/environment/webhooks';
  const call = async (method: string, at: string, body?: object): Promise<Response> => {
    const headers = { 'api-key': apiKey, 'content-type': 'application/json' };
    const answer = await fetch(new URL(at, origin), {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`ShipStation's sandbox answered ${answer.status} to ${method} ${at}`);
    return answer;
  };
  const registered = webhookList.parse(await (await call('GET', path)).json());
  const existing = registered.find((webhook) => webhook.event === event);
  if (existing === undefined) await call('POST', path, { name: `Bridge: ${event}`, event, url });
  else if (existing.url !== url) await call('PUT', `${path}/${existing.webhook_id}`, { url });
}
