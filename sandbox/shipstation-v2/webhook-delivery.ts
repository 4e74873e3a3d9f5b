import type { Timeline } from '../kit/timeline.ts';
import type { DeliveryRecord, Store } from './state.ts';
import { signatureHeaders } from './webhook-rules.ts';

/** The pauses between attempts. ShipStation's own are not published. */
const RETRY_AFTER_MS = [5_000, 30_000, 120_000];
/** In real ms, whatever the timeline: the receiver works in real time. */
const TIMEOUT_MS = 10_000;

/**
 * Sends the deliveries that `webhook-rules.ts` queues, signed. A delivery leaves the queue once a 2xx or its last failure is
 * saved, so a crash before that repeats it: at least once, as ShipStation.
 */
export function startWebhookDelivery(store: Store, timeline: Timeline): { stop(): void } {
  const timers = new Map<string, () => void>();
  const stopping = new AbortController();

  const wake = () => {
    for (const { id, dueAt } of store.state().deliveries) {
      if (timers.has(id) || stopping.signal.aborted) continue;
      timers.set(
        id,
        timeline.after(Math.max(0, dueAt - timeline.now()), () => attempt(id)),
      );
    }
  };

  const attempt = async (id: string): Promise<void> => {
    const { deliveries, webhooks, signingKey } = store.state();
    const delivery = deliveries.find((candidate) => candidate.id === id);
    if (delivery === undefined) return;
    const webhook = webhooks.find((candidate) => candidate.webhook_id === delivery.webhookId);
    const signature = signatureHeaders(signingKey, delivery.body, timeline.now());
    const extra = Object.fromEntries((webhook?.headers ?? []).map(({ key, value }) => [key, value]));
    const headers = { ...extra, ...signature, 'content-type': 'application/json' };
    const arrived =
      webhook === undefined || (await post(webhook.url, headers, delivery.body, stopping.signal));
    timers.delete(id);
    if (stopping.signal.aborted) return;
    store.change(({ state, now }) => {
      state.deliveries = state.deliveries.flatMap((it) => (it.id === id ? settle(it, arrived, now) : [it]));
    });
  };

  store.onChange(wake);
  wake();
  return {
    stop: () => {
      stopping.abort();
      for (const cancel of timers.values()) cancel();
    },
  };
}

function settle(delivery: DeliveryRecord, arrived: boolean, now: number): DeliveryRecord[] {
  const wait = RETRY_AFTER_MS[delivery.attempts];
  if (arrived || wait === undefined) return [];
  return [{ ...delivery, attempts: delivery.attempts + 1, dueAt: now + wait }];
}

async function post(
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
