import * as z from 'zod';
import type { Caller, DearCall } from './transport.ts';
import { flag, guid, text, toContentsKey, upperCased } from './wire-values.ts';

/** A webhook that is registered in DEAR, without its secrets: DEAR returns the bearer token empty (seen live). */
export interface Subscription {
  readonly id: string;
  readonly type: string;
  readonly isActive: boolean;
  readonly url: string;
  /** Whether DEAR sends a bearer token with it. DEAR does not return the token. */
  readonly hasBearer: boolean;
  readonly headers: ReadonlyArray<{ readonly Key: string; readonly Value: string }>;
}

interface WantedSubscription {
  /** DEAR's spelling: `Sale/OrderAuthorised`. */
  readonly type: string;
  readonly url: string;
  readonly bearerToken: string;
}

interface EnsuredSubscription {
  readonly type: string;
  readonly id: string;
  readonly action: 'kept' | 'created' | 'replaced';
}

const PATH = 'webhooks';

const row = z
  .looseObject({
    ID: guid,
    Type: text,
    IsActive: flag,
    ExternalURL: text,
    ExternalAuthorizationType: upperCased,
    ExternalHeaders: toContentsKey(z.object({ Key: text, Value: text })),
  })
  .transform(
    (raw): Subscription => ({
      id: raw.ID,
      type: raw.Type,
      isActive: raw.IsActive,
      url: raw.ExternalURL,
      hasBearer: raw.ExternalAuthorizationType === 'BEARERAUTH',
      headers: raw.ExternalHeaders,
    }),
  );
/** The list may be null, as every empty list of DEAR's; without it the answer is another one. */
const list = z.looseObject({ Webhooks: z.array(row).nullable() }).transform((raw) => raw.Webhooks ?? []);
/** The blueprint's answer to a create is a list; integrations have received the bare object. */
const created = z.union([
  z.looseObject({ Webhooks: z.tuple([row], row) }).transform((raw) => raw.Webhooks[0]),
  row,
]);

export async function listSubscriptions(client: Caller): Promise<Subscription[]> {
  const call: DearCall = { operation: 'list webhooks', method: 'GET', path: PATH, reference: PATH };
  return await client.transport.send(call, list);
}

/**
 * @returns its id
 * @throws {Rejected} DEAR holds five of this type already, or the account lacks the Automation module
 */
export async function createSubscription(client: Caller, wanted: WantedSubscription): Promise<string> {
  const body = toDearWebhook(wanted, []);
  const call: DearCall = {
    operation: 'create webhook',
    method: 'POST',
    path: PATH,
    body,
    reference: wanted.type,
  };
  return (await client.transport.send(call, created)).id;
}

/**
 * Activates the webhook and sets its URL and token. DEAR replaces the whole webhook and clears missing fields (seen live), so
 * the token is sent every time and headers that people added are sent back.
 */
export async function replaceSubscription(
  client: Caller,
  existing: Subscription,
  wanted: WantedSubscription,
): Promise<void> {
  const body = { ID: existing.id, ...toDearWebhook(wanted, existing.headers) };
  await client.transport.send({
    operation: 'replace webhook',
    method: 'PUT',
    path: PATH,
    body,
    reference: wanted.type,
  });
}

/**
 * Subscribes to every type and reports what it did. A webhook of the same type and URL path is ours, whatever its host: it is
 * kept if it is correct and replaced otherwise. Other webhooks are left alone. A changed token cannot be detected, as DEAR
 * never returns it: after a rotation, replace every subscription.
 * @throws {Rejected} as `createSubscription`; earlier types in the list are done, and a second run continues
 */
export async function ensureSubscriptions(
  client: Caller,
  wanted: { types: readonly string[]; url: string; bearerToken: string },
): Promise<EnsuredSubscription[]> {
  const existing = await listSubscriptions(client);
  const ensured: EnsuredSubscription[] = [];
  for (const type of wanted.types) {
    ensured.push(
      await ensureOne(client, existing, { type, url: wanted.url, bearerToken: wanted.bearerToken }),
    );
  }
  return ensured;
}

async function ensureOne(
  client: Caller,
  existing: readonly Subscription[],
  wanted: WantedSubscription,
): Promise<EnsuredSubscription> {
  const { type } = wanted;
  const own = existing.filter((one) => one.type === type && toPath(one.url) === toPath(wanted.url));
  const good = own.find((one) => one.isActive && one.url === wanted.url && one.hasBearer);
  if (good !== undefined) return { type, id: good.id, action: 'kept' };
  const [first] = own;
  if (first === undefined) return { type, id: await createSubscription(client, wanted), action: 'created' };
  await replaceSubscription(client, first, wanted);
  return { type, id: first.id, action: 'replaced' };
}

function toDearWebhook(wanted: WantedSubscription, headers: Subscription['headers']) {
  return {
    Type: wanted.type,
    IsActive: true,
    ExternalURL: wanted.url,
    ExternalAuthorizationType: 'bearerauth',
    ExternalBearerToken: wanted.bearerToken,
    ExternalHeaders: headers,
  };
}

function toPath(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : url;
}
