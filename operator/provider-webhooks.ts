import { OperatorActionNeeded } from '../lib/domain/errors.ts';
import { getAccountName } from '../lib/providers/registry.ts';
import { shipStationV2Secret } from '../lib/providers/shipstation-v2/settings.ts';
import {
  applySubscription,
  planSubscriptions,
  type ShipStationSubscriptions,
  shipStationSubscriptions,
} from '../lib/providers/shipstation-v2/webhook-subscriptions.ts';
import type { Bridge } from './bridge.ts';

/**
 * Plans the webhooks of the providers. Connections of one account share one webhook for each event: the bridge passes a call
 * on to all of them, and ShipStation may accept no second one.
 */
export async function planProviderWebhooks(bridge: Bridge): Promise<PlannedWebhook[]> {
  const planned: PlannedWebhook[] = [];
  for (const account of await connectionsByAccount(bridge)) {
    planned.push(...(await withSubscriptions(bridge, account, (one) => plan(one, account, bridge))));
  }
  return planned;
}

/** @param done receives each webhook that was applied, also where a later account fails */
export async function applyProviderWebhooks(bridge: Bridge, done: PlannedWebhook[]): Promise<void> {
  for (const account of await connectionsByAccount(bridge)) {
    await withSubscriptions(bridge, account, async (subscriptions) => {
      for (const one of await plan(subscriptions, account, bridge))
        done.push({ ...one, ...(await applySubscription(subscriptions, one)) });
    });
  }
}

async function plan(
  subscriptions: ShipStationSubscriptions,
  account: AccountConnections,
  { webhookUrls }: Bridge,
): Promise<PlannedWebhook[]> {
  const planned = planSubscriptions(await subscriptions.list(), account.map(webhookUrls.provider));
  return planned.map((one) => ({ ...one, system: account.join(', ') }));
}

/** Ids of the connections of one account, in the order of the settings; at least one. */
export type AccountConnections = readonly [string, ...string[]];

/** A connection without a stored key has an account of its own. */
export async function connectionsByAccount(bridge: Bridge): Promise<AccountConnections[]> {
  const accounts = new Map<string, AccountConnections>();
  for (const { id } of bridge.settings.connections) {
    const secret = shipStationV2Secret.safeParse(
      await bridge.secrets.read(bridge.secretNames.connection(id)),
    );
    const name = secret.success ? getAccountName(secret.data) : `without a key: ${id}`;
    const before = accounts.get(name);
    accounts.set(name, before === undefined ? [id] : [...before, id]);
  }
  return [...accounts.values()];
}

async function withSubscriptions<Result>(
  bridge: Bridge,
  [id]: AccountConnections,
  use: (subscriptions: ShipStationSubscriptions) => Promise<Result>,
): Promise<Result> {
  const settings = bridge.connection(id);
  const name = bridge.secretNames.connection(id);
  const secret = shipStationV2Secret.safeParse(await bridge.secrets.read(name));
  if (!secret.success) {
    const upstreamMessage = `The secret ${name} has to be { "apiKey": "…" }`;
    throw new OperatorActionNeeded({ system: id, operation: 'read the credentials', upstreamMessage });
  }
  const { apiKey } = secret.data;
  const subscriptions = shipStationSubscriptions({ system: id, settings, apiKey, now: bridge.now });
  try {
    return await use(subscriptions);
  } finally {
    await subscriptions.close();
  }
}

/** A webhook that DEAR or a provider should have, and the action that it needs. */
export interface PlannedWebhook {
  /** `DEAR`, or the id of a connection; of all that share its account, with commas between them. */
  readonly system: string;
  readonly event: string;
  /** The address that it calls. */
  readonly url: string;
  /** Of the existing webhook; '' where there is none. */
  readonly id: string;
  /** `leave`: the existing one belongs to another app, and the account may accept no second. */
  readonly action: 'keep' | 'create' | 'replace' | 'leave';
  /** What is wrong with the existing webhook; '' where nothing is. */
  readonly now: string;
}
