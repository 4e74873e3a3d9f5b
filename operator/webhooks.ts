import {
  ensureSubscriptions,
  listSubscriptions,
  replaceSubscription,
  type Subscription,
} from '../lib/dear/webhook-subscriptions.ts';
import { eventsToSubscribe } from '../lib/domain/sale/sale-events.ts';
import { isLoopback } from '../lib/runtime/loopback.ts';
import { webhookSecret } from '../lib/runtime/secrets.ts';
import type { Bridge } from './bridge.ts';
import { applyProviderWebhooks, type PlannedWebhook, planProviderWebhooks } from './provider-webhooks.ts';
import { type Operator, recordAct } from './record-act.ts';
import { Refused } from './user-errors.ts';

/** Those that `applyWebhooks` would have to do something about. */
export function getOpen(planned: readonly PlannedWebhook[]): PlannedWebhook[] {
  return planned.filter(({ action }) => action === 'create' || action === 'replace');
}

/**
 * What DEAR and every provider with webhooks would have to be told, so that they call this bridge. Reads only.
 * @throws {Rejected} DEAR: the account lacks the Automation module
 * @throws {UpstreamError}
 */
export async function planWebhooks(bridge: Bridge): Promise<PlannedWebhook[]> {
  const planned = await planDearWebhooks(bridge);
  return [...planned, ...(await planProviderWebhooks(bridge))];
}

/**
 * Does what `planWebhooks` says; a second run finds nothing more to do. A token that is wrong in DEAR shows in no plan, as
 * DEAR never gives it back: see `giveToken`.
 * @returns what was done
 * @throws {Refused} a real account would be told an address of this machine
 * @throws {UpstreamError}
 */
export async function applyWebhooks(bridge: Bridge, by: Operator): Promise<PlannedWebhook[]> {
  refuseToMislead(bridge);
  const done: PlannedWebhook[] = [];
  try {
    done.push(...(await applyDearWebhooks(bridge)));
    await applyProviderWebhooks(bridge, done);
  } finally {
    const changed = getOpen(done).length;
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
 * Gives DEAR the token that is current now, in every webhook of ours. DEAR never says which one it has.
 * @returns how many webhooks there are
 */
export async function giveToken(bridge: Bridge, by: Operator): Promise<number> {
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

/** Nobody else can call this machine, and a webhook that fails is switched off. */
function refuseToMislead({ webhookUrls, settings }: Bridge): void {
  if (!isLoopback(new URL(webhookUrls.dear).hostname)) return;
  const upstreams = [settings.dear.baseUrl, ...settings.connections.map(({ baseUrl }) => baseUrl)];
  const real = upstreams.find((url) => !isLoopback(new URL(url).hostname));
  if (real === undefined) return;
  throw new Refused(
    `${new URL(real).host} cannot call ${webhookUrls.dear}, which is this machine. Register webhooks for a deployed bridge: --stack NAME`,
  );
}

async function planDearWebhooks(bridge: Bridge): Promise<PlannedWebhook[]> {
  if (bridge.settings.dear.webhooks === 'off') return [];
  const existing = await listSubscriptions(await bridge.dear());
  return eventsToSubscribe(bridge.settings.connections).map((type) =>
    plannedFor(type, bridge.webhookUrls.dear, existing),
  );
}

function plannedFor(event: string, url: string, existing: readonly Subscription[]): PlannedWebhook {
  const own = existing.filter((one) => one.type === event && toPath(one.url) === toPath(url));
  const [first] = own;
  const planned = { system: 'DEAR', event, url };
  if (first === undefined) return { ...planned, id: '', action: 'create', now: '' };
  const good = own.find((one) => whatIsWrong(one, url) === '');
  if (good !== undefined) return { ...planned, id: good.id, action: 'keep', now: '' };
  return { ...planned, id: first.id, action: 'replace', now: whatIsWrong(first, url) };
}

function whatIsWrong({ isActive, url: calls, hasBearer }: Subscription, url: string): string {
  const wrong = [
    ...(isActive ? [] : ['it is switched off']),
    ...(calls === url ? [] : [`it calls ${calls}`]),
    ...(hasBearer ? [] : ['it carries no token']),
  ];
  return wrong.join(', ');
}

function toPath(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : url;
}

async function readToken(bridge: Bridge) {
  const secret = webhookSecret.safeParse(await bridge.secrets.read(bridge.secretNames.webhook));
  if (secret.success) return secret.data;
  throw new Refused(
    `The secret ${bridge.secretNames.webhook} holds no token of 16 or more characters as "current". Put one there, then run this again`,
  );
}
