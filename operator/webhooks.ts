import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import {
  ensureSubscriptions,
  listSubscriptions,
  replaceSubscription,
  type Subscription,
} from '../lib/dear/webhook-subscriptions.ts';
import { isoTime } from '../lib/domain/clock.ts';
import { eventsToSubscribe } from '../lib/domain/sale/reasons-to-read.ts';
import { getProviderDefinition } from '../lib/providers/registry.ts';
import { isLoopback } from '../lib/runtime/loopback.ts';
import { webhookSecret } from '../lib/runtime/secrets.ts';
import type { Bridge } from './bridge.ts';
import { applyProviderWebhooks, type PlannedWebhook, planProviderWebhooks } from './provider-webhooks.ts';
import { type Operator, recordAct } from './record-act.ts';
import { Refused } from './user-errors.ts';

/** Those that `applyWebhooks` would create or replace. */
export function getPending(planned: readonly PlannedWebhook[]): PlannedWebhook[] {
  return planned.filter(({ action }) => action === 'create' || action === 'replace');
}

/**
 * Plans the webhooks of DEAR and of every provider that has webhooks. Reads only.
 * @throws {Rejected} DEAR: the account lacks the Automation module
 * @throws {UpstreamError}
 */
export async function planWebhooks(bridge: Bridge): Promise<PlannedWebhook[]> {
  const planned = await planDearWebhooks(bridge);
  return [...planned, ...(await planProviderWebhooks(bridge))];
}

/**
 * Applies the plan; a second run changes nothing. A wrong token in DEAR shows in no plan, because DEAR never returns it: see
 * `sendTokenToDear`.
 * @returns what was done
 * @throws {Refused} a real account would receive an address of this machine
 * @throws {UpstreamError}
 */
export async function applyWebhooks(bridge: Bridge, by: Operator): Promise<PlannedWebhook[]> {
  refuseLoopbackWebhooks(bridge);
  const done: PlannedWebhook[] = [];
  try {
    done.push(...(await applyDearWebhooks(bridge)));
    await applyProviderWebhooks(bridge, done);
  } finally {
    const changed = getPending(done).length;
    if (changed > 0) await recordAct(bridge, by, `registered ${changed} webhooks`, 'webhooks');
  }
  return done;
}

async function applyDearWebhooks(bridge: Bridge): Promise<PlannedWebhook[]> {
  const planned = await planDearWebhooks(bridge);
  if (planned.length === 0) return planned;
  const { current } = await readToken(bridge);
  const types = planned.map(({ event }) => event);
  const url = bridge.webhookUrls.dear;
  await ensureSubscriptions(await bridge.dear(), { types, url, bearerToken: current });
  return planned;
}

/**
 * Sends the current token to DEAR, in every webhook of this bridge. DEAR never shows the token that it has.
 * @returns the number of webhooks
 */
export async function sendTokenToDear(bridge: Bridge, by: Operator): Promise<number> {
  const dear = await bridge.dear();
  const { current } = await readToken(bridge);
  const url = bridge.webhookUrls.dear;
  const ours = (await listSubscriptions(dear)).filter((one) => one.url === url);
  for (const existing of ours) {
    await replaceSubscription(dear, existing, { type: existing.type, url, bearerToken: current });
  }
  await recordAct(bridge, by, `gave DEAR the token in ${ours.length} webhooks`, 'webhooks');
  return ours.length;
}

/** A real account cannot call this machine, and DEAR switches off a webhook that fails. */
function refuseLoopbackWebhooks({ webhookUrls, settings }: Bridge): void {
  if (!isLoopback(new URL(webhookUrls.dear).hostname)) return;
  const hosts = [
    new URL(settings.dear.baseUrl).hostname,
    ...settings.connections.flatMap((connection) =>
      getProviderDefinition(connection.provider).hosts(connection),
    ),
  ];
  const real = hosts.find((host) => !isLoopback(host));
  if (real === undefined) return;
  throw new Refused(
    `${real} cannot call ${webhookUrls.dear}, which is this machine`,
    'Register the webhooks of a deployed bridge: --stack NAME',
  );
}

async function planDearWebhooks(bridge: Bridge): Promise<PlannedWebhook[]> {
  if (bridge.settings.dear.webhooks === 'off') return [];
  const existing = await listSubscriptions(await bridge.dear());
  return eventsToSubscribe(bridge.settings.connections).map((type) =>
    planWebhook(type, bridge.webhookUrls.dear, existing),
  );
}

function planWebhook(event: string, url: string, existing: readonly Subscription[]): PlannedWebhook {
  const own = existing.filter((one) => one.type === event && toPath(one.url) === toPath(url));
  const [first] = own;
  const planned = { system: 'DEAR', event, url };
  if (first === undefined) return { ...planned, id: '', action: 'create', now: '' };
  const good = own.find((one) => findDefects(one, url).length === 0);
  if (good !== undefined) return { ...planned, id: good.id, action: 'keep', now: '' };
  return { ...planned, id: first.id, action: 'replace', now: findDefects(first, url).join(', ') };
}

function findDefects({ isActive, url: calls, hasBearer }: Subscription, url: string): string[] {
  return [
    ...(isActive ? [] : ['it is switched off']),
    ...(calls === url ? [] : [`it calls ${calls}`]),
    ...(hasBearer ? [] : ['it has no token']),
  ];
}

function toPath(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : url;
}

async function readToken(bridge: Bridge) {
  const secret = webhookSecret.safeParse(await bridge.secrets.read(bridge.secretNames.webhook));
  if (secret.success) return secret.data;
  throw new Refused(
    `The secret ${bridge.secretNames.webhook} holds no token of 16 or more characters as "current"`,
    'Store one there, then run this command again',
  );
}

/** Functions cache a secret for five minutes; after six every function knows a new token. */
export const TOKEN_KNOWN_AFTER_MS = 6 * 60_000;
/** DEAR repeats a refused delivery for 76 minutes, perhaps with the token of the first attempt. */
export const OLD_TOKEN_UNUSED_AFTER_MS = 80 * 60_000;

/** The webhook secret with the state of a token rotation. The functions read only the two tokens. */
export const rotatingSecret = webhookSecret.extend({
  rotation: z
    .object({
      /** When the new token was stored, ISO UTC. */
      storedAt: z.string(),
      /** When DEAR was given it; '' until then. */
      givenAt: z.string(),
    })
    .optional(),
});
export type RotatingSecret = z.infer<typeof rotatingSecret>;

/**
 * Two tokens that were stored by hand count as a rotation that began with the secret's last change. Without that, the next
 * rotation would forget the token that DEAR may still use.
 * @param changedAt ISO UTC; '' where it is unknown
 */
export function withRotation(secret: RotatingSecret, changedAt: string): RotatingSecret {
  if (secret.previous === '' || secret.rotation !== undefined) return secret;
  return { ...secret, rotation: { storedAt: changedAt, givenAt: '' } };
}

/** The only step that is allowed next. */
export type RotationStep =
  /** Store a new token beside the old one: both are valid from now on. */
  | { readonly kind: 'store' }
  /** Give DEAR the new token: every function knows it. */
  | { readonly kind: 'give' }
  /** Forget the old one. */
  | { readonly kind: 'forget' }
  | { readonly kind: 'wait'; readonly forMs: number; readonly why: string };

/** @param now ms since the epoch */
export function nextRotationStep({ previous, rotation }: RotatingSecret, now: number): RotationStep {
  if (previous === '' || rotation === undefined) return { kind: 'store' };
  if (rotation.givenAt === '') {
    const why = 'every function has to know the new token before DEAR uses it';
    return after(rotation.storedAt, TOKEN_KNOWN_AFTER_MS, now, why) ?? { kind: 'give' };
  }
  const why = 'DEAR may still repeat deliveries with the old token';
  return after(rotation.givenAt, OLD_TOKEN_UNUSED_AFTER_MS, now, why) ?? { kind: 'forget' };
}

function after(moment: string, ms: number, now: number, why: string): RotationStep | null {
  const forMs = Date.parse(moment) + ms - now;
  return forMs > 0 ? { kind: 'wait', forMs, why } : null;
}

/** @param token a new one; @param at ISO UTC */
export function withNewToken({ current }: RotatingSecret, token: string, at: string): RotatingSecret {
  return { current: token, previous: current, rotation: { storedAt: at, givenAt: '' } };
}

export function withTokenGiven(secret: RotatingSecret, at: string): RotatingSecret {
  return { ...secret, rotation: { storedAt: secret.rotation?.storedAt ?? at, givenAt: at } };
}

export function withoutOldToken({ current }: RotatingSecret): RotatingSecret {
  return { current, previous: '' };
}

/** As long as the one that a deployment makes. */
const TOKEN_BYTES = 36;

/** The next step of the rotation of DEAR's webhook token. */
export async function planRotation(bridge: Bridge): Promise<RotationStep> {
  return nextRotationStep(await readRotating(bridge), bridge.now());
}

/**
 * Takes the next step of a rotation: store a new token, give it to DEAR, forget the old one. Both tokens are valid in between,
 * so a rotation that stops halfway loses no webhook.
 * @returns the step that was taken, or the wait that has to pass first
 */
export async function rotateToken(bridge: Bridge, by: Operator): Promise<RotationStep> {
  const secret = await readRotating(bridge);
  const step = nextRotationStep(secret, bridge.now());
  if (step.kind === 'wait') return step;
  const about = bridge.secretNames.webhook;
  await bridge.secrets.write(about, await afterStep(step.kind, secret, bridge, by));
  await recordAct(bridge, by, `rotation of the webhook token: ${step.kind}`, about);
  return step;
}

async function afterStep(
  kind: 'store' | 'give' | 'forget',
  secret: RotatingSecret,
  bridge: Bridge,
  by: Operator,
): Promise<RotatingSecret> {
  const at = isoTime(bridge.now());
  if (kind === 'store') return withNewToken(secret, randomBytes(TOKEN_BYTES).toString('base64url'), at);
  if (kind === 'forget') return withoutOldToken(secret);
  await sendTokenToDear(bridge, by);
  return withTokenGiven(secret, at);
}

async function readRotating({ secrets, secretNames }: Bridge): Promise<RotatingSecret> {
  const secret = rotatingSecret.safeParse(await secrets.read(secretNames.webhook));
  if (secret.success) return withRotation(secret.data, await secrets.changedAt(secretNames.webhook));
  throw new Refused(
    `The secret ${secretNames.webhook} is not { "current": "…", "previous": "…" }`,
    'Correct it by hand first',
  );
}
