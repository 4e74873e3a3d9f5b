import {
  ensureSubscriptions,
  listSubscriptions,
  replaceSubscription,
  type Subscription,
} from '../lib/dear/webhook-subscriptions.ts';
import { eventsToSubscribe } from '../lib/domain/sale/reasons-to-read.ts';
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
  const upstreams = [settings.dear.baseUrl, ...settings.connections.map(({ baseUrl }) => baseUrl)];
  const real = upstreams.find((url) => !isLoopback(new URL(url).hostname));
  if (real === undefined) return;
  throw new Refused(
    `${new URL(real).host} cannot call ${webhookUrls.dear}, which is this machine`,
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
