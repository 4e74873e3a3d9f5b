import type { PlannedSubscription, ProviderWebhooks } from '../lib/providers/provider-set-up.ts';
import { getAccountName, getProviderDefinition } from '../lib/providers/registry.ts';
import type { Bridge } from './bridge.ts';

/**
 * Plans the webhooks of the providers. Connections of one account share one webhook for each event: the bridge passes a call
 * on to all of them, and a service may accept no second one.
 */
export async function planProviderWebhooks(bridge: Bridge): Promise<PlannedWebhook[]> {
  const planned: PlannedWebhook[] = [];
  for (const account of await connectionsByAccount(bridge)) {
    planned.push(...(await withWebhooks(bridge, account, (webhooks) => plan(webhooks, account, bridge))));
  }
  return planned;
}

/** @param done receives each webhook that was applied, also where a later account fails */
export async function applyProviderWebhooks(bridge: Bridge, done: PlannedWebhook[]): Promise<void> {
  for (const account of await connectionsByAccount(bridge)) {
    await withWebhooks(bridge, account, async (webhooks) => {
      const planned = await plan(webhooks, account, bridge);
      for (const one of planned) done.push({ ...one, ...(await webhooks.apply(one)) });
      return planned;
    });
  }
}

async function plan(
  webhooks: ProviderWebhooks,
  account: AccountConnections,
  { webhookUrls }: Bridge,
): Promise<PlannedWebhook[]> {
  const planned = await webhooks.plan(account.map(webhookUrls.provider));
  return planned.map((one) => ({ ...one, system: account.join(', ') }));
}

/** Ids of the connections of one account, in the order of the settings; at least one. */
export type AccountConnections = readonly [string, ...string[]];

/** A connection without an account, or without stored credentials, stands alone. */
export async function connectionsByAccount(bridge: Bridge): Promise<AccountConnections[]> {
  const accounts = new Map<string, AccountConnections>();
  for (const connection of bridge.settings.connections) {
    const { id } = connection;
    const secret = await bridge.secrets.read(bridge.secretNames.connection(id));
    const name = getAccountName(connection, secret) ?? `none: ${id}`;
    const before = accounts.get(name);
    accounts.set(name, before === undefined ? [id] : [...before, id]);
  }
  return [...accounts.values()];
}

/** None where the provider has no webhooks that a call can register. */
async function withWebhooks(
  bridge: Bridge,
  [id]: AccountConnections,
  use: (webhooks: ProviderWebhooks) => Promise<PlannedWebhook[]>,
): Promise<PlannedWebhook[]> {
  const connection = bridge.connection(id);
  const { openWebhooks } = await getProviderDefinition(connection.provider).setUp();
  if (openWebhooks === null) return [];
  const secret = await bridge.secrets.read(bridge.secretNames.connection(id));
  const webhooks = openWebhooks({ connection, secret, now: bridge.now });
  try {
    return await use(webhooks);
  } finally {
    await webhooks.close();
  }
}

/** A webhook that DEAR or a provider should have, and the action that it needs. */
export interface PlannedWebhook extends PlannedSubscription {
  /** `DEAR`, or the id of a connection; of all that share its account, with commas between them. */
  readonly system: string;
}
