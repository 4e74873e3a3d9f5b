import * as z from 'zod';
import { runWhenDue } from '../kit/due-work.ts';
import type { Timeline } from '../kit/timeline.ts';
import { notFound } from './errors.ts';
import { newId, type ShipStationState, type Store, type WebhookRecord, type World } from './state.ts';

/** Webhooks come some time after what caused them: "within minutes". */
const WEBHOOK_DELAY_MS = 1_000;

const EVENTS = [
  'ORDER_NOTIFY',
  'ITEM_ORDER_NOTIFY',
  'SHIP_NOTIFY',
  'ITEM_SHIP_NOTIFY',
  'FULFILLMENT_SHIPPED',
  'FULFILLMENT_REJECTED',
] as const;
type WebhookEvent = (typeof EVENTS)[number];

export const subscribeRequest = z.looseObject({
  target_url: z.url({ protocol: /^https?$/ }),
  event: z.enum(EVENTS),
  store_id: z
    .int()
    .nullish()
    .transform((value) => value ?? null),
  friendly_name: z.string().default(''),
});

/** Nothing forbids a second one for the same event and address. */
export function subscribe({ state }: World, request: z.output<typeof subscribeRequest>): { id: number } {
  const { target_url: url, event, friendly_name: name, store_id: storeId } = request;
  const id = newId(state);
  state.webhooks.push({ id, event, url, name, storeId });
  return { id };
}

export function unsubscribe({ state }: World, id: number): void {
  if (!state.webhooks.some((webhook) => webhook.id === id)) throw notFound('Webhook', id);
  state.webhooks = state.webhooks.filter((webhook) => webhook.id !== id);
}

/** In another spelling than every other answer. */
export function toWireWebhook({ id, event, url, name, storeId }: WebhookRecord) {
  return {
    IsLabelAPIHook: false,
    WebHookID: id,
    SellerID: 900001,
    StoreID: storeId,
    HookType: event,
    MessageFormat: 'Json',
    Url: url,
    Name: name,
    BulkCopyBatchID: null,
    BulkCopyRecordID: null,
    Active: true,
    WebhookLogs: [],
    Seller: null,
    Store: null,
  };
}

export function queueWebhook(
  { state, now, origin }: World,
  event: WebhookEvent,
  path: string,
  storeId: number,
): void {
  const body = JSON.stringify({ resource_url: `${origin}${path}`, resource_type: event });
  const subscribed = state.webhooks.filter(
    (webhook) => webhook.event === event && (webhook.storeId === null || webhook.storeId === storeId),
  );
  for (const { id } of subscribed)
    state.deliveries.push({ id: newId(state), webhookId: id, body, dueAt: now + WEBHOOK_DELAY_MS });
}

/** In real ms, whatever the timeline: the receiver works in real time. */
const TIMEOUT_MS = 10_000;

/**
 * Sends the deliveries that `queueWebhook` adds, unsigned and once: retries are not documented, so a receiver must not count
 * on them.
 */
export function startWebhookDelivery(store: Store, timeline: Timeline): { stop(): void } {
  const stopping = new AbortController();

  const deliver = async (id: number): Promise<void> => {
    const { deliveries, webhooks } = store.state();
    const delivery = deliveries.find((candidate) => candidate.id === id);
    const webhook = webhooks.find((candidate) => candidate.id === delivery?.webhookId);
    if (delivery !== undefined && webhook !== undefined)
      await post(webhook.url, delivery.body, stopping.signal);
    if (!stopping.signal.aborted) store.change(({ state }) => forget(state, id));
  };

  const work = runWhenDue({
    timeline,
    onChange: store.onChange,
    getDue: () => store.state().deliveries,
    run: deliver,
  });
  return {
    stop: () => {
      stopping.abort();
      work.stop();
    },
  };
}

function forget(state: ShipStationState, id: number): void {
  state.deliveries = state.deliveries.filter((delivery) => delivery.id !== id);
}

async function post(url: string, body: string, stop: AbortSignal): Promise<void> {
  const signal = AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), stop]);
  const headers = { 'content-type': 'application/json' };
  await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal }).then(
    (response) => response.body?.cancel(),
    () => {},
  );
}
