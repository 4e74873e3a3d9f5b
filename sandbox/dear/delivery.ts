import type { Timeline } from '../kit/timeline.ts';
import { inForm, type SentBody, type WebhookForm } from './behaviour.ts';
import type { DeliveryRecord, WebhookRecord } from './records.ts';
import type { Store } from './store.ts';

const MINUTE_MS = 60_000;
/** From one attempt to the next, after the first; per the blueprint. */
const RETRY_AFTER_MS = [5, 10, 15, 20, 25].map((minutes) => minutes * MINUTE_MS);
/** Settled deliveries that are kept to be looked at. */
const KEPT = 500;

interface DeliverySettings {
  store: Store;
  timeline: Timeline;
  /** In real ms, whatever the timeline: the receiver works in real time. */
  timeoutMs: number;
  form: () => WebhookForm;
}

interface Courier {
  stop(): void;
}

/**
 * Sends what `events.ts` queued. Any 2xx is success; after six failures the webhook goes inactive without a word and
 * what else waited for it is dropped. A delivery is taken off the queue only once its answer is saved, so a crash in
 * between repeats it, as DEAR repeats a delivery whose 2xx came late.
 */
export function startCourier({ store, timeline, timeoutMs, form }: DeliverySettings): Courier {
  const timers = new Map<string, () => void>();
  const stopping = new AbortController();

  /** Sets a timer for every pending delivery that has none; one that fell due while we were down goes at once. */
  const wake = () => {
    for (const { id, state, dueAt } of store.state().deliveries) {
      if (state !== 'pending' || timers.has(id) || stopping.signal.aborted) continue;
      const cancel = timeline.after(Math.max(0, dueAt - timeline.now()), () => attempt(id));
      timers.set(id, cancel);
    }
  };

  const attempt = async (id: string): Promise<void> => {
    const delivery = store.state().deliveries.find((candidate) => candidate.id === id);
    const webhook = store.state().webhooks.find((candidate) => candidate.id === delivery?.webhookId);
    const at = timeline.now();
    if (delivery === undefined) return;
    const outcome = webhook?.isActive
      ? await send(inForm(delivery.body, form()), webhook, timeoutMs, stopping.signal)
      : null;
    if (stopping.signal.aborted) return;
    timers.delete(id);
    store.change(({ state }) => {
      const settled = state.deliveries.find((candidate) => candidate.id === id);
      if (settled !== undefined) settle(settled, state.webhooks, at, outcome);
      state.deliveries = withoutOldest(state.deliveries);
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

/** @param outcome the HTTP status or what went wrong; null where there is nobody to send to */
function settle(
  delivery: DeliveryRecord,
  webhooks: WebhookRecord[],
  at: number,
  outcome: string | null,
): void {
  if (outcome === null) {
    delivery.state = 'dropped';
    return;
  }
  delivery.attempts.push({ at: new Date(at).toISOString(), outcome });
  const wait = RETRY_AFTER_MS[delivery.attempts.length - 1];
  if (/^2\d\d$/.test(outcome)) delivery.state = 'delivered';
  else if (wait !== undefined) delivery.dueAt = at + wait;
  else {
    delivery.state = 'failed';
    const webhook = webhooks.find((candidate) => candidate.id === delivery.webhookId);
    if (webhook !== undefined) webhook.isActive = false;
  }
}

async function send(
  { text, contentType }: SentBody,
  webhook: WebhookRecord,
  timeoutMs: number,
  stopping: AbortSignal,
): Promise<string> {
  try {
    const response = await fetch(webhook.url, {
      method: 'POST',
      headers: buildHeaders(webhook, contentType),
      body: text,
      redirect: 'manual',
      signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), stopping]),
    });
    await response.body?.cancel();
    return String(response.status);
  } catch (error) {
    return error instanceof Error && error.name === 'TimeoutError' ? 'timed out' : 'could not be reached';
  }
}

function buildHeaders(webhook: WebhookRecord, contentType: string): Headers {
  const headers = new Headers(webhook.headers.map(({ Key, Value }): [string, string] => [Key, Value]));
  headers.set('content-type', contentType);
  if (webhook.authorization === 'bearerauth') headers.set('authorization', `Bearer ${webhook.bearerToken}`);
  if (webhook.authorization === 'basicauth') {
    const credentials = Buffer.from(`${webhook.userName}:${webhook.password}`).toString('base64');
    headers.set('authorization', `Basic ${credentials}`);
  }
  return headers;
}

function withoutOldest(deliveries: DeliveryRecord[]): DeliveryRecord[] {
  const settled = deliveries.filter(({ state }) => state !== 'pending');
  const forgotten = new Set(settled.slice(0, Math.max(0, settled.length - KEPT)));
  return deliveries.filter((delivery) => !forgotten.has(delivery));
}
