import type { Timeline } from '../kit/timeline.ts';
import { inForm, type SentBody, type WebhookForm } from './behaviour.ts';
import { notFound, Refusal } from './call.ts';
import { parseGuid } from './lookup.ts';
import type { WebhookRequest } from './requests.ts';
import type { DearState, Store, World } from './state.ts';
import { type DeliveryRecord, friendlyName, type WebhookRecord } from './webhook-records.ts';

const MAX_OF_A_TYPE = 5;

export function addWebhook({ state, newId }: World, request: WebhookRequest): WebhookRecord {
  requireRoom(state.webhooks, request.Type);
  if (request.ExternalAuthorizationType === 'bearerauth' && !request.ExternalBearerToken) {
    throw new Refusal('ExternalBearerToken is required for bearerauth');
  }
  const webhook = toWebhook(newId(), request);
  state.webhooks.push(webhook);
  return webhook;
}

/** A full replacement: a token that is left out is wiped, as seen live. */
export function replaceWebhook({ state }: World, request: WebhookRequest): WebhookRecord {
  const id = parseGuid(request.ID ?? undefined, 'ID');
  const index = findWebhookIndex(state, id);
  requireRoom(
    state.webhooks.filter((webhook) => webhook.id !== id),
    request.Type,
  );
  const webhook = toWebhook(id, request);
  state.webhooks[index] = webhook;
  return webhook;
}

export function removeWebhook({ state }: World, id: string): void {
  state.webhooks.splice(findWebhookIndex(state, id), 1);
}

function requireRoom(others: readonly WebhookRecord[], type: string): void {
  const ofType = others.filter((webhook) => webhook.type === type).length;
  if (ofType >= MAX_OF_A_TYPE) throw new Refusal(`There are ${ofType} webhooks of type ${type} already`);
}

function findWebhookIndex(state: DearState, id: string): number {
  const index = state.webhooks.findIndex((webhook) => webhook.id === id);
  if (index === -1) throw notFound(`Webhook with ID ${id} was not found`);
  return index;
}

function toWebhook(id: string, request: WebhookRequest): WebhookRecord {
  const {
    ExternalAuthorizationType: authorization,
    ExternalUserName: userName,
    ExternalPassword: password,
  } = request;
  if (authorization === 'basicauth' && (!userName || !password)) {
    throw new Refusal('ExternalUserName and ExternalPassword are required for basicauth');
  }
  return {
    id,
    type: request.Type,
    isActive: request.IsActive,
    url: request.ExternalURL,
    authorization,
    userName: userName ?? '',
    password: password ?? '',
    bearerToken: request.ExternalBearerToken ?? '',
    headers: request.ExternalHeaders ?? [],
  };
}

/** The bearer token is write-only, as seen live; the basic password is not. */
export function toWireWebhook(webhook: WebhookRecord) {
  return {
    ID: webhook.id,
    Type: webhook.type,
    Name: friendlyName(webhook.type),
    IsActive: webhook.isActive,
    ExternalURL: webhook.url,
    ExternalAuthorizationType: webhook.authorization,
    ExternalUserName: webhook.userName,
    ExternalPassword: webhook.password,
    ExternalBearerToken: '',
    ExternalHeaders: webhook.headers,
  };
}

const MINUTE_MS = 60_000;
/** The pauses between attempts, per the blueprint. */
const RETRY_AFTER_MS = [5, 10, 15, 20, 25].map((minutes) => minutes * MINUTE_MS);
/** The number of settled deliveries that are kept. */
const MAX_SETTLED = 500;

interface DeliverySettings {
  store: Store;
  timeline: Timeline;
  /** In real ms, whatever the timeline: the receiver works in real time. */
  timeoutMs: number;
  form: () => WebhookForm;
}

interface WebhookDelivery {
  stop(): void;
}

/**
 * Sends the deliveries that `events.ts` queues. Any 2xx is success. After six failures the webhook becomes inactive and its
 * other deliveries are dropped. A delivery leaves the queue once its outcome is saved, so a crash before that repeats it, as
 * DEAR repeats a delivery whose 2xx came late.
 */
export function startWebhookDelivery({
  store,
  timeline,
  timeoutMs,
  form,
}: DeliverySettings): WebhookDelivery {
  const timers = new Map<string, () => void>();
  const stopping = new AbortController();

  /** Sets a timer for every pending delivery that has none. One that is overdue is sent at once. */
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

/** @param outcome the HTTP status or what went wrong; null where the webhook is inactive or deleted */
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
  const forgotten = new Set(settled.slice(0, Math.max(0, settled.length - MAX_SETTLED)));
  return deliveries.filter((delivery) => !forgotten.has(delivery));
}
