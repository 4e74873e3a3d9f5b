import { type Location, listLocations, readAccount } from '../../lib/dear/reference.ts';
import { listSubscriptions } from '../../lib/dear/webhook-subscriptions.ts';
import { OperatorActionNeeded, Rejected } from '../../lib/domain/errors.ts';
import type { FulfillmentOrder } from '../../lib/domain/order/fulfillment-order.ts';
import { foldName, warehouseNamed } from '../../lib/domain/sale/location.ts';
import type { SetUpQuestion } from '../../lib/providers/provider-definition.ts';
import type { Choice } from '../../lib/providers/provider-set-up.ts';
import { getProviderDefinition } from '../../lib/providers/registry.ts';
import type { ConnectionSettings } from '../../lib/settings/connection.ts';
import { OWNED_BY_INTEGRATION } from '../../lib/workflows/confirmation-outcomes.ts';
import type { Bridge } from '../bridge.ts';
import { type AccountConnections, connectionsByAccount } from '../provider-webhooks.ts';
import { type Check, type Examination, failed, passed } from './check.ts';

export const dearCredentials: Examination = {
  name: 'DEAR credentials',
  examine: async (bridge) => {
    const name = 'DEAR credentials';
    try {
      const { company, timeZone } = await readAccount(await bridge.dear());
      return [passed(name, `valid for the account of ${company} (${timeZone})`)];
    } catch (error) {
      if (!(error instanceof OperatorActionNeeded)) throw error;
      return [failed(name, error.message, toStoreCommand(bridge))];
    }
  },
};

export const automationModule: Examination = {
  name: 'Automation module',
  examine: async (bridge) => {
    const name = 'Automation module';
    if (bridge.settings.dear.webhooks === 'off') return [passed(name, "not used: dear.webhooks is 'off'")];
    try {
      await listSubscriptions(await bridge.dear());
      return [passed(name, 'DEAR accepts webhooks')];
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      const next = "add the module to the subscription, or set dear: { webhooks: 'off' } and deploy";
      return [
        failed(name, `DEAR refuses webhooks: ${error.details.upstreamMessage ?? 'it gives no reason'}`, next),
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
  const definition = getProviderDefinition(connection.provider);
  const name = `credentials of ${id}`;
  const secret = await bridge.secrets.read(bridge.secretNames.connection(id));
  if (!definition.hasSecret(secret)) return [failed(name, 'no key is stored', toStoreCommand(bridge))];
  const setUp = await definition.setUp();
  const access = { connection, secret, endpointsUrl: bridge.webhookUrls.endpoints(id), now: bridge.now };
  try {
    const { found, choices } = await setUp.verify(access);
    return [
      passed(name, found),
      ...definition.questions.flatMap((question) => checkChoice(connection, question, choices[question.key])),
      ...(await setUp.check(access)),
    ];
  } catch (error) {
    if (!(error instanceof OperatorActionNeeded)) throw error;
    return [failed(name, error.message, toStoreCommand(bridge))];
  }
}

/** Whether the service has what the setting names. */
function checkChoice(
  connection: ConnectionSettings,
  { key, option }: SetUpQuestion,
  choices: readonly Choice[] | undefined,
): Check[] {
  const chosen = new Map<string, unknown>(Object.entries(connection)).get(key);
  if (choices === undefined || chosen === undefined) return [];
  const name = `${option} of ${connection.id}`;
  const known = choices.map(({ value }) => value);
  if (known.some((value) => value === chosen)) return [passed(name, `${chosen} exists`)];
  const next = `set ${key} to one of ${known.join(', ')} in bridge.config.ts`;
  return [failed(name, `${chosen} is not in its account`, next)];
}

function toStoreCommand({ kind, name }: Bridge): string {
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
      ...connections.map((connection) => checkLocation(connection, existing)),
      ...describeRules(connections),
      ...connections.flatMap((connection) => checkMappings(connection, existing)),
      ...(await checkOwnership(bridge)),
    ];
  },
};

function checkLocation({ id, location }: ConnectionSettings, existing: readonly Location[]): Check {
  const name = `location of ${id}`;
  const found = warehouseNamed(location, existing);
  const ensure = `bridge locations ensure ${id}`;
  if (found === undefined) return failed(name, `DEAR has no location '${location}'`, ensure);
  if (found.isDeprecated) {
    return failed(name, `'${location}' is deprecated in DEAR`, `reactivate it in DEAR, or: ${ensure}`);
  }
  if (found.bins > 0) {
    const why = `'${location}' has ${found.bins} bins, which an external location must not have`;
    return failed(name, why, ensure);
  }
  return passed(name, `'${location}' exists, without bins`);
}

/** Which connection of a location with rules ships what. */
function describeRules(connections: readonly ConnectionSettings[]): Check[] {
  const byLocation = Map.groupBy(connections, ({ location }) => foldName(location));
  return [...byLocation.values()].flatMap((group) => {
    const ruled = group.filter(({ rules }) => rules.length > 0);
    const [first] = ruled;
    if (first === undefined) return [];
    const fallback = group.find(({ rules }) => rules.length === 0);
    const rest = fallback === undefined ? 'none ships the rest' : `${fallback.id} ships the rest`;
    const counts = ruled.map(
      ({ id, rules }) => `${id} by ${rules.length === 1 ? 'a rule' : `${rules.length} rules`}`,
    );
    return [passed(`rules of ${first.location}`, `${counts.join(', ')}; ${rest}`)];
  });
}

function checkMappings({ id, warehouses }: ConnectionSettings, existing: readonly Location[]): Check[] {
  return Object.entries(warehouses).map(([warehouse, location]) => {
    const name = `mapping of ${id} ${warehouse}`;
    const known = warehouseNamed(location, existing)?.isDeprecated === false;
    if (known) return passed(name, `mapped to '${location}'`);
    const next = `correct warehouses: { '${warehouse}': … } in bridge.config.ts`;
    return failed(name, `DEAR has no location '${location}'`, next);
  });
}

/** DEAR shows it only by refusing a shipment, so the refusals are checked. */
async function checkOwnership({ orders }: Bridge): Promise<Check[]> {
  for await (const order of orders.listWaiting('confirmation-refused')) {
    if (!isRefusedAsOwned(order)) continue;
    const found = `DEAR refused ${order.reference}: '${order.location}' belongs to one of DEAR's own integrations`;
    const next = `disconnect '${order.location}' in DEAR's integrations, then: bridge sale reconcile ${order.saleOrderNumber}`;
    return [failed('location ownership', found, next)];
  }
  return [passed('location ownership', 'DEAR has refused no shipment because of its own integrations')];
}

/** By our own sentence, because DEAR's message expires. */
function isRefusedAsOwned({ log }: FulfillmentOrder): boolean {
  return log.some(({ what }) => what.includes(OWNED_BY_INTEGRATION));
}

/** Connections that share an account, and whether their settings agree. */
export const sharedAccounts: Examination = {
  name: 'shared accounts',
  examine: async (bridge) => {
    const accounts = await connectionsByAccount(bridge);
    const shared = accounts.filter((account) => account.length > 1);
    return [
      ...(await Promise.all(shared.map((account) => checkSharing(bridge, account)))).flat(),
      ...(await checkKeysOfOneAccount(bridge, accounts)),
    ];
  },
};

async function checkSharing(bridge: Bridge, account: AccountConnections): Promise<Check[]> {
  const connections = account.map((id) => bridge.connection(id));
  const name = `account of ${account.join(', ')}`;
  const limits = new Set(await Promise.all(connections.map((connection) => readLimit(bridge, connection))));
  const found = `they share its ${[...limits].join(' or ')} calls a minute, and each of its webhooks reads all of them`;
  const agree = 'set the same callsPerMinute on all of them: the limit minus the calls of other programs';
  return [limits.size > 1 ? failed(name, found, agree) : passed(name, found), ...checkStock(connections)];
}

async function readLimit(bridge: Bridge, connection: ConnectionSettings): Promise<number> {
  const secret = await bridge.secrets.read(bridge.secretNames.connection(connection.id));
  const account = getProviderDefinition(connection.provider).getAccount(connection, secret);
  return account?.callsPerMinute ?? 0;
}

/** Whose stock would be that of all locations of the account. */
function checkStock(connections: readonly ConnectionSettings[]): Check[] {
  const counted = connections.flatMap((connection) => {
    const setting = getProviderDefinition(connection.provider).getMissingStockSetting(connection);
    return setting === null || connection.inventory.every === 'off' ? [] : [{ ...connection, setting }];
  });
  const [first] = counted;
  if (first === undefined) return [];
  const all = counted.map(({ id, location }) => `${id} compares ${location} with the whole account's stock`);
  const next = `set ${first.setting} on ${counted.map(({ id }) => id).join(', ')}, or inventory: { every: 'off' }`;
  return [failed(`stock of ${connections.map(({ id }) => id).join(', ')}`, all.join('; '), next)];
}

/** A warehouse, for example, belongs to one account, so two keys with the same warehouse belong to one account. */
async function checkKeysOfOneAccount(
  bridge: Bridge,
  accounts: readonly AccountConnections[],
): Promise<Check[]> {
  if (accounts.length < 2) return [];
  const checks: Check[] = [];
  const seenBy = new Map<string, AccountConnections>();
  for (const account of accounts) {
    const marks = await readAccountMarks(bridge, account);
    const other = marks.map((mark) => seenBy.get(mark)).find((one) => one !== undefined);
    if (other !== undefined) checks.push(differentKeys(other, account));
    for (const mark of marks) seenBy.set(mark, account);
  }
  return checks;
}

function differentKeys(one: AccountConnections, another: AccountConnections): Check {
  const ids = [...one, ...another].join(', ');
  const found = 'they have two keys of one account, so their calls and webhooks are not coordinated';
  const next = `store the same key for each of ${ids}: bridge init --connection ID --secrets FILE --secrets-only`;
  return failed(`account of ${ids}`, found, next);
}

/** None where the key is missing or refused, which another check reports. */
async function readAccountMarks(bridge: Bridge, [id]: AccountConnections): Promise<readonly string[]> {
  const connection = bridge.connection(id);
  const secret = await bridge.secrets.read(bridge.secretNames.connection(id));
  const setUp = await getProviderDefinition(connection.provider).setUp();
  try {
    return (await setUp.verify({ connection, secret, now: bridge.now })).accountMarks;
  } catch (error) {
    if (error instanceof OperatorActionNeeded) return [];
    throw error;
  }
}
