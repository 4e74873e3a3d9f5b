import * as z from 'zod';
import { ApiError, notFound, problem } from './api-error.ts';
import { newId, type ShipStationState, type WebhookRow, type World } from './state.ts';

/** Not at once: the real one comes some time after the answer to the write that caused it. */
const ANNOUNCED_AFTER_MS = 1_000;

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
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

const fields = {
  url: z.url({ protocol: /^https?$/ }),
  name: z.string().default(''),
  headers: z.array(z.object({ key: z.string().min(1), value: z.string() })).default([]),
};
export const addWebhookRequest = z.looseObject({ ...fields, event: z.enum(WEBHOOK_EVENTS) });
export const replaceWebhookRequest = z.looseObject(fields);

/** One address for each event, unless the setting says that there may be several. */
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

/** Queues the event for whoever subscribed to it. It says only where to look. */
export function announce({ state, now, origin }: World, event: WebhookEvent, path: string): void {
  const body = JSON.stringify({ resource_url: `${origin}${path}`, resource_type: event.toUpperCase() });
  for (const webhook of state.webhooks.filter((candidate) => candidate.event === event)) {
    const dueAt = now + ANNOUNCED_AFTER_MS;
    state.deliveries.push({ id: newId(state), webhookId: webhook.webhook_id, body, dueAt, attempts: 0 });
  }
}
