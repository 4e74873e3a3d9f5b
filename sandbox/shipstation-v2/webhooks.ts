import { createPrivateKey, createPublicKey, generateKeyPairSync, type JsonWebKey, sign } from 'node:crypto';
import * as z from 'zod';
import { runWhenDue } from '../kit/due-work.ts';
import type { Timeline } from '../kit/timeline.ts';
import { ApiError, notFound, problem } from './errors.ts';
import {
  type DeliveryRecord,
  newId,
  type ShipStationState,
  type Store,
  type WebhookRow,
  type World,
} from './state.ts';

/** ShipStation sends a webhook some time after it answers the write that caused it. */
const WEBHOOK_DELAY_MS = 1_000;

const WEBHOOK_EVENTS = [
  'batch',
  'batch_processed_v2',
  'carrier_connected',
  'fulfillment_rejected_v2',
  'fulfillment_shipped_v2',
  'label_created_v2',
  'order_source_refresh_complete',
  'rate',
  'report_complete',
  'sales_orders_imported',
  'shipment_created_v2',
  'track',
  'track_event_v2',
] as const;
type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

const fields = {
  url: z.url({ protocol: /^https?$/ }),
  name: z.string().default(''),
  headers: z.array(z.object({ key: z.string().min(1), value: z.string() })).default([]),
};
export const addWebhookRequest = z.looseObject({ ...fields, event: z.enum(WEBHOOK_EVENTS) });
export const replaceWebhookRequest = z.looseObject(fields);

/** One webhook for each event, unless the setting allows several. */
export function addWebhook({ state }: World, request: z.infer<typeof addWebhookRequest>): WebhookRow {
  const rivals = state.webhooks.filter(({ event }) => event === request.event);
  const allowed =
    state.settings.severalWebhookUrls === true && rivals.every(({ url }) => url !== request.url);
  if (rivals.length > 0 && !allowed) {
    const message = `There is a webhook for ${request.event} already.`;
    throw new ApiError(409, [problem('business_rules', 'webhook_event_type_conflict', message)]);
  }
  const { event, url, name, headers } = request;
  const webhook = { webhook_id: newId(state), event, url, name, headers };
  state.webhooks.push(webhook);
  return webhook;
}

export function replaceWebhook(
  { state }: World,
  id: string,
  request: z.infer<typeof replaceWebhookRequest>,
): void {
  const { url, name, headers } = request;
  Object.assign(webhookById(state, id), { url, name, headers });
}

export function removeWebhook({ state }: World, id: string): void {
  state.webhooks.splice(state.webhooks.indexOf(webhookById(state, id)), 1);
}

export function webhookById(state: ShipStationState, id: string): WebhookRow {
  const webhook = state.webhooks.find(({ webhook_id }) => webhook_id === id);
  if (webhook === undefined) throw notFound('webhook', id);
  return webhook;
}

/** Queues the event for every webhook that subscribes to it. The body holds only the address of the resource. */
export function queueWebhook({ state, now, origin }: World, event: WebhookEvent, path: string): void {
  const body = JSON.stringify({ resource_url: `${origin}${path}`, resource_type: event.toUpperCase() });
  for (const webhook of state.webhooks.filter((candidate) => candidate.event === event)) {
    const dueAt = now + WEBHOOK_DELAY_MS;
    state.deliveries.push({ id: newId(state), webhookId: webhook.webhook_id, body, dueAt, attempts: 0 });
  }
}

/** The private key that signs webhooks. It is made with its first use, as it takes 100 ms, and kept with the state. */
export function getSigningKey(store: Store): JsonWebKey {
  return (
    store.state().signingKey ??
    store.change(({ state }) => {
      state.signingKey = newSigningKey();
      return state.signingKey;
    })
  );
}

/** RSA 2048, as ShipEngine's. */
export function newSigningKey(): JsonWebKey {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid: 'sandbox-rsa-1' };
}

/**
 * The keys of `/jwks`: the key that signs webhooks, after an elliptic-curve key that signs none. ShipEngine's set has one
 * too, and a reader that takes the first key fails.
 */
export function publicKeys(signingKey: JsonWebKey): { keys: JsonWebKey[] } {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const decoy = { ...publicKey.export({ format: 'jwk' }), kid: 'sandbox-ec-1', use: 'sig', alg: 'ES256' };
  const ours = createPublicKey({ key: signingKey, format: 'jwk' }).export({ format: 'jwk' });
  return { keys: [decoy, { ...ours, kid: signingKey.kid, use: 'sig', alg: 'RS256' }] };
}

/** The three headers that sign the body and its time. */
export function signatureHeaders(signingKey: JsonWebKey, body: string, now: number): Record<string, string> {
  const timestamp = new Date(now).toISOString();
  const key = createPrivateKey({ key: signingKey, format: 'jwk' });
  return {
    'x-shipengine-rsa-sha256-key-id': String(signingKey.kid),
    'x-shipengine-rsa-sha256-signature': sign(
      'RSA-SHA256',
      Buffer.from(`${timestamp}.${body}`),
      key,
    ).toString('base64'),
    'x-shipengine-timestamp': timestamp,
  };
}

/** The pauses between attempts. ShipStation's own are not published. */
const RETRY_AFTER_MS = [5_000, 30_000, 120_000];

/** In real ms, whatever the timeline: the receiver works in real time. */
const TIMEOUT_MS = 10_000;

/**
 * Sends the deliveries that `queueWebhook` adds, signed. A delivery leaves the queue once a 2xx or its last failure is
 * saved, so a crash before that repeats it: at least once, as ShipStation.
 */
export function startWebhookDelivery(store: Store, timeline: Timeline): { stop(): void } {
  const stopping = new AbortController();

  const attempt = async (id: string): Promise<void> => {
    const { deliveries, webhooks } = store.state();
    const delivery = deliveries.find((candidate) => candidate.id === id);
    if (delivery === undefined) return;
    const webhook = webhooks.find((candidate) => candidate.webhook_id === delivery.webhookId);
    const signature = signatureHeaders(getSigningKey(store), delivery.body, timeline.now());
    const extra = Object.fromEntries((webhook?.headers ?? []).map(({ key, value }) => [key, value]));
    const headers = { ...extra, ...signature, 'content-type': 'application/json' };
    const arrived =
      webhook === undefined || (await post(webhook.url, headers, delivery.body, stopping.signal));
    if (stopping.signal.aborted) return;
    store.change(({ state, now }) => {
      state.deliveries = state.deliveries.flatMap((it) => (it.id === id ? settle(it, arrived, now) : [it]));
    });
  };

  const work = runWhenDue({
    timeline,
    onChange: store.onChange,
    getDue: () => store.state().deliveries,
    run: attempt,
  });
  return {
    stop: () => {
      stopping.abort();
      work.stop();
    },
  };
}

function settle(delivery: DeliveryRecord, arrived: boolean, now: number): DeliveryRecord[] {
  const wait = RETRY_AFTER_MS[delivery.attempts];
  if (arrived || wait === undefined) return [];
  return [{ ...delivery, attempts: delivery.attempts + 1, dueAt: now + wait }];
}

export async function post(
  url: string,
  headers: Record<string, string>,
  body: string,
  stop: AbortSignal,
): Promise<boolean> {
  try {
    const signal = AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), stop]);
    const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
