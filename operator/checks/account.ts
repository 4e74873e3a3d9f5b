import { type Location, listLocations, readAccount } from '../../lib/dear/reference.ts';
import { listSubscriptions } from '../../lib/dear/webhook-subscriptions.ts';
import { OperatorActionNeeded, Rejected } from '../../lib/domain/errors.ts';
import type { FulfillmentOrder } from '../../lib/domain/order/fulfillment-order.ts';
import { warehouseNamed } from '../../lib/domain/sale/location.ts';
import { listWarehouses } from '../../lib/providers/shipstation-v2/account.ts';
import { shipStationV2Secret } from '../../lib/providers/shipstation-v2/settings.ts';
import type { ConnectionSettings } from '../../lib/settings/schema.ts';
import { OWNED_BY_INTEGRATION } from '../../lib/workflows/confirmation-outcomes.ts';
import type { Bridge } from '../bridge.ts';
import { type Account, connectionsByAccount } from '../provider-webhooks.ts';
import { type Check, type Examination, fine, wrong } from './check.ts';

export const dearCredentials: Examination = {
  name: 'DEAR credentials',
  examine: async (bridge) => {
    const name = 'DEAR credentials';
    try {
      const { company, timeZone } = await readAccount(await bridge.dear());
      return [fine(name, `they open the account of ${company} (${timeZone})`)];
    } catch (error) {
      if (!(error instanceof OperatorActionNeeded)) throw error;
      return [wrong(name, error.message, storeAgain(bridge))];
    }
  },
};

export const automationModule: Examination = {
  name: 'Automation module',
  examine: async (bridge) => {
    const name = 'Automation module';
    if (bridge.settings.dear.webhooks === 'off') return [fine(name, "not used: dear.webhooks is 'off'")];
    try {
      await listSubscriptions(await bridge.dear());
      return [fine(name, 'DEAR lets us register webhooks')];
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      const next = "add the module to the subscription, or set dear: { webhooks: 'off' } and deploy";
      return [
        wrong(name, `DEAR refuses webhooks: ${error.details.upstreamMessage ?? 'it does not say why'}`, next),
      ];
    }
  },
};

/** The key, and whether the warehouse of the settings exists in that account. */
export const providerCredentials: Examination = {
  name: 'provider credentials',
  examine: async (bridge) =>
    (await Promise.all(bridge.settings.connections.map(({ id }) => examineProvider(bridge, id)))).flat(),
};

async function examineProvider(bridge: Bridge, id: string): Promise<Check[]> {
  const connection = bridge.connection(id);
  const name = `credentials of ${id}`;
  const secret = shipStationV2Secret.safeParse(await bridge.secrets.read(bridge.secretNames.connection(id)));
  if (!secret.success) return [wrong(name, 'no key is stored', storeAgain(bridge))];
  try {
    const warehouses = await listWarehouses(id, connection, secret.data.apiKey, bridge.now);
    return [
      fine(name, `its account has ${warehouses.length} warehouses`),
      warehouseCheck(
        `warehouse of ${id}`,
        connection.warehouseId,
        warehouses.map((one) => one.id),
      ),
    ];
  } catch (error) {
    if (!(error instanceof OperatorActionNeeded)) throw error;
    return [wrong(name, error.message, storeAgain(bridge))];
  }
}

function warehouseCheck(name: string, wanted: string, known: readonly string[]): Check {
  if (known.includes(wanted)) return fine(name, `${wanted} is there`);
  const next = `set warehouseId to one of ${known.join(', ')} in bridge.config.ts`;
  return wrong(name, `${wanted} is not in its account`, next);
}

function storeAgain({ kind, name }: Bridge): string {
  return kind === 'local'
    ? 'bridge init --secrets FILE --secrets-only'
    : `bridge init --stack ${name} --secrets FILE --secrets-only`;
}

/** Each connection's location, and those that its provider's warehouses are mapped to. */
export const locations: Examination = {
  name: 'locations',
  examine: async (bridge) => {
    const existing = await listLocations(await bridge.dear());
    const { connections } = bridge.settings;
    return [
      ...connections.map((connection) => locationCheck(connection, existing)),
      ...connections.flatMap((connection) => mappingChecks(connection, existing)),
      ...(await ownedChecks(bridge)),
    ];
  },
};

function locationCheck({ id, location }: ConnectionSettings, existing: readonly Location[]): Check {
  const name = `location of ${id}`;
  const found = warehouseNamed(location, existing);
  const ensure = `bridge locations ensure ${id}`;
  if (found === undefined) return wrong(name, `DEAR has no location '${location}'`, ensure);
  if (found.isDeprecated) {
    return wrong(name, `'${location}' is deprecated in DEAR`, `reactivate it in DEAR, or: ${ensure}`);
  }
  if (found.bins > 0) {
    const why = `'${location}' has ${found.bins} bins, which an external location must not have`;
    return wrong(name, why, ensure);
  }
  return fine(name, `'${location}' is there, without bins`);
}

function mappingChecks({ id, warehouses }: ConnectionSettings, existing: readonly Location[]): Check[] {
  return Object.entries(warehouses).map(([warehouse, location]) => {
    const name = `mapping of ${id} ${warehouse}`;
    const known = warehouseNamed(location, existing)?.isDeprecated === false;
    if (known) return fine(name, `goes to '${location}'`);
    const next = `correct warehouses: { '${warehouse}': … } in bridge.config.ts`;
    return wrong(name, `DEAR has no location '${location}'`, next);
  });
}

/** DEAR says it only when it refuses a shipment, so the refusals are what can be looked at. */
async function ownedChecks({ orders }: Bridge): Promise<Check[]> {
  for await (const order of orders.listWaiting('confirmation-refused')) {
    if (!refusedAsOwned(order)) continue;
    const found = `DEAR refused ${order.reference}: '${order.location}' belongs to a fulfillment integration of DEAR's own`;
    const next = `disconnect '${order.location}' in DEAR's integrations, then: bridge sale reconcile ${order.saleOrderNumber}`;
    return [wrong('locations of our own', found, next)];
  }
  return [fine('locations of our own', 'DEAR has refused no shipment as one of its own integrations')];
}

/** By our own sentence: DEAR's words expire. */
function refusedAsOwned({ log }: FulfillmentOrder): boolean {
  return log.some(({ what }) => what.includes(OWNED_BY_INTEGRATION));
}

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
    const warehouses = await readWarehouses(bridge, account);
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
async function readWarehouses(bridge: Bridge, [id]: Account): Promise<string[]> {
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
