import { createPrivateKey, createPublicKey, generateKeyPairSync, type JsonWebKey, sign } from 'node:crypto';
import { runWhenDue } from '../kit/due-work.ts';
import type { Timeline } from '../kit/timeline.ts';
import { type ExtensivState, newId, type Store, type World } from './state.ts';

type EventType = 'OrderCreate' | 'OrderConfirm' | 'OrderUnconfirm' | 'OrderCancel';

const DELAY_MS = 1_000;
/** Extensiv repeats for about six hours; here as often in minutes. */
const RETRY_AFTER_MS = [5_000, 60_000, 300_000];
/** Extensiv waits so long for an answer. In real ms: the receiver works in real time. */
const TIMEOUT_MS = 3_000;

let madeKey: JsonWebKey | null = null;

/** RSA 2048. It costs 100 ms and more, so a process makes one for all its sandboxes; each keeps it with its state. */
export function newSigningKey(): JsonWebKey {
  madeKey ??= generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
  return madeKey;
}

export function getPublicKey({ signingKey }: ExtensivState): string {
  const key = createPublicKey({ key: signingKey, format: 'jwk' });
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

/** Base64 of RSA-SHA256 over the body. */
export function toSignature({ signingKey }: ExtensivState, body: string): string {
  const key = createPrivateKey({ key: signingKey, format: 'jwk' });
  return sign('RSA-SHA256', Buffer.from(body), key).toString('base64');
}

export function queueWebhook({ state, now }: World, eventType: EventType, orderId: number): void {
  for (const webhook of state.webhooks) {
    const id = newId(state);
    const time = new Date(now).toISOString().replace('Z', '');
    const body = JSON.stringify({
      tplId: 1,
      wmsEventId: id,
      eventDateTimeUtc: time,
      createDateTimeUtc: time,
      warehouseTransactionEventId: id,
      eventType,
      resource: { rel: 'http://api.3plCentral.com/rels/orders/order', href: `/orders/${orderId}` },
      links: '[]',
      data: JSON.stringify({ OrderId: String(orderId) }),
      tags: '',
    });
    state.deliveries.push({ id, webhookId: webhook.id, body, dueAt: now + DELAY_MS, attempts: 0 });
  }
}

/** Sends the deliveries that `queueWebhook` adds, signed, until one is taken. */
export function startWebhookDelivery(store: Store, timeline: Timeline): { stop(): void } {
  const stopping = new AbortController();

  const deliver = async (id: number): Promise<void> => {
    const state = store.state();
    const delivery = state.deliveries.find((one) => one.id === id);
    const webhook = state.webhooks.find((one) => one.id === delivery?.webhookId);
    const isTaken =
      delivery === undefined ||
      webhook === undefined ||
      (await post(webhook.url, delivery.body, toSignature(state, delivery.body), stopping.signal));
    if (!stopping.signal.aborted) store.change((world) => settle(world, id, isTaken));
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

function settle({ state, now }: World, id: number, isTaken: boolean): void {
  const delivery = state.deliveries.find((one) => one.id === id);
  const pause = RETRY_AFTER_MS[delivery?.attempts ?? 0];
  if (delivery === undefined || isTaken || pause === undefined) {
    state.deliveries = state.deliveries.filter((one) => one.id !== id);
    return;
  }
  delivery.attempts += 1;
  delivery.dueAt = now + pause;
}

async function post(url: string, body: string, signature: string, stop: AbortSignal): Promise<boolean> {
  const signal = AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), stop]);
  const headers = { 'content-type': 'application/json', Signature: signature };
  try {
    const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
