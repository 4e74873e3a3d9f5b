import { OperatorActionNeeded } from '../../domain/errors.ts';
import { shipStationV2Secret } from '../../providers/shipstation-v2/settings.ts';
import { listWarehouses } from '../../providers/shipstation-v2/warehouses.ts';
import type { Bridge } from '../bridge.ts';
import { type Account, connectionsByAccount } from '../provider-webhooks.ts';
import { type Check, type Examination, fine, wrong } from './check.ts';

/** What connections share that have one account, and whether their settings agree with that. */
export const sharedAccounts: Examination = {
  name: 'shared accounts',
  examine: async (bridge) => {
    const accounts = await connectionsByAccount(bridge);
    const shared = accounts.filter((account) => account.length > 1);
    return [
      ...shared.flatMap((account) => sharingChecks(bridge, account)),
      ...(await keysOfOneAccount(bridge, accounts)),
    ];
  },
};

function sharingChecks(bridge: Bridge, account: Account): Check[] {
  const connections = account.map((id) => bridge.connection(id));
  const name = `account of ${account.join(', ')}`;
  const limits = new Set(connections.map(({ callsPerMinute }) => callsPerMinute));
  const found = `they share its ${[...limits].join(' or ')} calls a minute, and a webhook of it asks for a look for each of them`;
  const agree = 'set one callsPerMinute on all of them: what all programs together leave of the limit';
  const counted = connections.filter(
    ({ inventory, inventoryWarehouseId }) => inventory.every !== 'off' && inventoryWarehouseId === undefined,
  );
  const all = counted.map(({ id, location }) => `${id} compares ${location} with the whole account's stock`);
  const narrow = `set inventoryWarehouseId on ${counted.map(({ id }) => id).join(', ')}, or inventory: { every: 'off' }`;
  return [
    limits.size > 1 ? wrong(name, found, agree) : fine(name, found),
    ...(all.length > 0 ? [wrong(`stock of ${account.join(', ')}`, all.join('; '), narrow)] : []),
  ];
}

/** A warehouse belongs to one account, so two keys that see the same one are keys of one account. */
async function keysOfOneAccount(bridge: Bridge, accounts: readonly Account[]): Promise<Check[]> {
  if (accounts.length < 2) return [];
  const checks: Check[] = [];
  const seenBy = new Map<string, Account>();
  for (const account of accounts) {
    const warehouses = await warehousesOf(bridge, account);
    const other = warehouses.map((one) => seenBy.get(one)).find((one) => one !== undefined);
    if (other !== undefined) checks.push(twoKeys(other, account));
    for (const warehouse of warehouses) seenBy.set(warehouse, account);
  }
  return checks;
}

function twoKeys(one: Account, another: Account): Check {
  const ids = [...one, ...another].join(', ');
  const found = 'they have one account and two keys, so they know nothing of each other’s calls and webhooks';
  const next = `store the same key for each of ${ids}: bridge init --connection ID --secrets FILE --secrets-only`;
  return wrong(`account of ${ids}`, found, next);
}

/** With the address of the service. None where the key is missing or refused, which is another check's finding. */
async function warehousesOf(bridge: Bridge, [id]: Account): Promise<string[]> {
  const connection = bridge.connection(id);
  const secret = shipStationV2Secret.safeParse(await bridge.secrets.read(bridge.secretNames.connection(id)));
  if (!secret.success) return [];
  try {
    const warehouses = await listWarehouses(id, connection, secret.data.apiKey, bridge.now);
    return warehouses.map((one) => `${connection.baseUrl} ${one.id}`);
  } catch (error) {
    if (error instanceof OperatorActionNeeded) return [];
    throw error;
  }
}
