import { notFound, Refusal } from './call.ts';
import { parseGuid } from './lookup.ts';
import type { WebhookRequest } from './requests.ts';
import type { DearState, World } from './state.ts';
import { friendlyName, type WebhookRecord } from './webhook-records.ts';

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
