import * as z from 'zod';
import { foldName } from '../domain/sale/location.ts';
import { getProviderDefinition, PROVIDERS } from '../providers/registry.ts';
import { isAddressOrBlock } from './address-list.ts';
import { awsSettings } from './aws.ts';
import { type ConnectionSettings, connection } from './connection.ts';

export const DEAR_URL = 'https://inventory.dearsystems.com/ExternalApi/v2/';

/** AWS allows a role 10,240 characters of policies, and a stack 500 resources and 200 outputs. */
export const MAX_CONNECTIONS = 35;

const address = z
  .string()
  .refine(isAddressOrBlock, { error: 'is not an IP address or CIDR block' })
  .meta({ title: 'an IP address or CIDR block' });

export const settingsSchema = z
  .strictObject({
    dear: z
      .strictObject({
        baseUrl: z
          .union([z.literal('sandbox'), z.url()])
          .default(DEAR_URL)
          .describe('Address of the DEAR API; `sandbox` is the built-in one of `npm start`.'),
        webhookAddresses: z
          .array(address)
          .default([])
          .describe(
            'Addresses that DEAR webhooks may come from; empty: any, because the token is the access control.',
          ),
        webhooks: z
          .enum(['on', 'off'])
          .default('on')
          .describe(
            '`off`: for an account without the Automation module. The sweep alone then finds changes, within a quarter of an hour.',
          ),
        callsPerMinute: z
          .int()
          .min(1)
          .max(6000)
          .default(55)
          .describe(
            'Calls in any 60 s, of the 60 that DEAR allows. Less where other programs call the account too, more where DEAR has raised its limit.',
          ),
      })
      .prefault({}),
    connections: z
      .array(connection)
      .min(1)
      .max(MAX_CONNECTIONS, {
        error: `has too many: at most ${MAX_CONNECTIONS} connections fit into one stack; deploy another one with -c name=…`,
      })
      .describe(`At least one and at most ${MAX_CONNECTIONS}; see below.`),
    alarms: z
      .strictObject({
        emails: z
          .array(z.email())
          .default([])
          .describe('Addresses that are notified when an alarm fires and when it ends. Each confirms once.'),
        webhooks: z
          .array(z.url({ protocol: /^https$/ }))
          .default([])
          .describe('`https` addresses that receive the same from Amazon SNS. Each confirms once.'),
        chats: z
          .array(z.enum(['slack', 'teams']))
          .default([])
          .describe(
            'Chats that alarms are posted to, whose addresses `bridge chat store` keeps. Each needs one of an incoming webhook (Slack) or of a Workflows webhook (Teams).',
          ),
        digest: z
          .string()
          .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
          .or(z.literal(''))
          .default('')
          .meta({ title: 'a time such as `07:30`' })
          .describe('Time (UTC) at which chats get the figures of the day before; empty: never.'),
        runbookUrl: z
          .url({ protocol: /^https$/ })
          .max(250)
          .or(z.literal(''))
          .default('')
          .describe(
            'Where you publish `docs/runbook.md`, for the links in alarms. Empty: they name its path.',
          ),
        holdHours: z
          .int()
          .min(1)
          .max(720)
          .default(24)
          .describe(
            'Hours On Hold, or waiting for a person to process it or to get it a label, after which an order raises an alarm.',
          ),
        stockTakeHours: z
          .int()
          .min(1)
          .max(720)
          .default(4)
          .describe('Hours after which an open stock take, which locks its DEAR location, raises an alarm.'),
        unshippedDays: z
          .int()
          .min(1)
          .max(365)
          .default(5)
          .describe(
            'Days after which an order raises an alarm that a provider accepted and that has not left completely.',
          ),
      })
      .prefault({}),
    personalDataDays: z
      .int()
      .min(1)
      .max(3650)
      .default(90)
      .describe('Days after which names, addresses, notes and prices are deleted from the table.'),
    logRetentionDays: z
      .union([z.literal(7), z.literal(14), z.literal(30), z.literal(90), z.literal(365)])
      .default(30)
      .describe('Days for which logs are kept.'),
    callRetentionDays: z
      .int()
      .min(0)
      .max(90)
      .default(14)
      .describe(
        'Days for which the requests and answers of the calls for an order are kept in the table, masked, for its page; 0: none are.',
      ),
    aws: awsSettings,
  })
  .superRefine((settings, context) => {
    refuseDuplicates(settings.connections, context);
    checkSharedLocations(settings.connections, context);
    settings.connections.forEach((connection, index) => {
      const problem = whyNoShippingService(connection, settings.connections);
      if (problem === null) return;
      context.addIssue({ code: 'custom', path: ['connections', index, 'shippingService'], message: problem });
    });
  });

export type Settings = z.infer<typeof settingsSchema>;
export type SettingsInput = z.input<typeof settingsSchema>;

/** What can be compared of connections before everything about them is right. A text that is missing or wrong is no duplicate. */
interface Named {
  readonly id?: string | undefined;
  readonly location?: string | undefined;
  readonly provider?: string | undefined;
  readonly rules?: readonly unknown[] | undefined;
}

/** Ids that two connections have, and locations that two connections without rules have. */
export function refuseDuplicates(connections: readonly Named[], context: z.RefinementCtx): void {
  refuseSame(connections, 'id', () => 'each id belongs to one connection', context);
  const unruled = connections.map((one) => (one.rules === undefined || one.rules.length === 0 ? one : {}));
  refuseSame(unruled, 'location', whyOneFallback, context);
}

function refuseSame(
  connections: readonly Named[],
  key: 'id' | 'location',
  why: (one: Named, other: Named) => string,
  context: z.RefinementCtx,
): void {
  const firstByValue = new Map<string, number>();
  connections.forEach((connection, index) => {
    const given = connection[key];
    if (given === undefined) return;
    const first = firstByValue.get(foldName(given)) ?? index;
    firstByValue.set(foldName(given), first);
    const other = connections[first];
    if (first === index || other === undefined) return;
    const message = `is '${given}' already at connections[${first}]; ${why(connection, other)}`;
    context.addIssue({ code: 'custom', path: ['connections', index, key], message });
  });
}

function whyOneFallback(one: Named, other: Named): string {
  return isSameService(one, other)
    ? `its sales would reach ${toService(one)} in two ways, and ship twice: choose one of them`
    : 'only one connection of a location may be without rules: give the others rules, which say which sales are theirs';
}

/** One service may be connected in several ways: its API, or a store that it pulls from. */
function isSameService(one: Named, other: Named): boolean {
  const service = toService(one);
  return service !== undefined && one.provider !== other.provider && service === toService(other);
}

function toService({ provider }: Named): string | undefined {
  return PROVIDERS.find(({ id }) => id === provider)?.vocabulary.service;
}

/** What connections of one location have to agree on. */
function checkSharedLocations(connections: readonly ConnectionSettings[], context: z.RefinementCtx): void {
  const byLocation = Map.groupBy(connections, ({ location }) => foldName(location));
  for (const group of byLocation.values()) {
    if (group.filter(({ rules }) => rules.length === 0).length > 1) continue;
    const [first] = group;
    for (const connection of group) {
      if (first === undefined || connection === first) continue;
      const add = (key: string, message: string) =>
        context.addIssue({
          code: 'custom',
          path: ['connections', connections.indexOf(connection), key],
          message,
        });
      if (connection.trigger !== first.trigger)
        add(
          'trigger',
          `differs from that of ${first.id}, which has the same location: one stage of DEAR gives the lines that the rules divide, so set the same one`,
        );
      const problem = whyNoSum(connection, group);
      if (problem !== null) add('inventory', problem);
    }
  }
}

/** DEAR has one stock of a location, which is that of all its connections together. */
function whyNoSum(connection: ConnectionSettings, group: readonly ConnectionSettings[]): string | null {
  const comparing = group.filter(({ inventory }) => inventory.every !== 'off');
  const [first, ...others] = comparing;
  if (first === undefined) return null;
  const all = group.map(({ id }) => id).join(' and ');
  const sum = `${first.location} has the stock of ${all} together`;
  if (others.includes(connection))
    return `is on, and that of ${first.id} is too; ${sum}, which one of them compares: set inventory: { every: 'off' } on the others`;
  if (!getProviderDefinition(connection.provider).capabilities.includes('stock'))
    return `cannot be compared by ${first.id}: ${sum}, and ${getProviderDefinition(connection.provider).title} does not report its own. Set inventory: { every: 'off' } on ${first.id}`;
  const twin = findTwin(connection, group);
  if (twin !== undefined)
    return `cannot be added up, because ${twin.id} and ${connection.id} name the same warehouse, which would count twice: set inventory: { every: 'off' } on both, or give each a warehouse of its own`;
  return JSON.stringify(connection.units) === JSON.stringify(group[0]?.units)
    ? null
    : `cannot be added up with that of ${first.id}, because their units differ: set the same units, or inventory: { every: 'off' } on both`;
}

/** Another connection whose provider would report the same stock. */
function findTwin(
  connection: ConnectionSettings,
  group: readonly ConnectionSettings[],
): ConnectionSettings | undefined {
  const { stockSetting } = getProviderDefinition(connection.provider);
  if (stockSetting === null) return undefined;
  const getPlace = (one: ConnectionSettings) =>
    new Map<string, unknown>(Object.entries(one)).get(stockSetting);
  const place = getPlace(connection);
  return group.find(
    (one) =>
      one !== connection &&
      one.provider === connection.provider &&
      place !== undefined &&
      getPlace(one) === place,
  );
}

function whyNoShippingService(
  connection: ConnectionSettings,
  connections: readonly ConnectionSettings[],
): string | null {
  const { id, shippingService, shippingMethods } = connection;
  if (shippingService === null) return null;
  const seller = connections.find((one) => one.id === (shippingService.from || id));
  if (seller === undefined) return `names ${shippingService.from}, which is no connection`;
  const { title, capabilities } = getProviderDefinition(seller.provider);
  if (!capabilities.includes('labels'))
    return `${title} sells no labels: name a connection of the same account that does with 'from', or leave it out`;
  if (toService(seller) !== toService(connection))
    return `names ${seller.id}, which is of another service: it does not have the orders`;
  return shippingService.buy === 'mapped' && shippingMethods === null
    ? "buy: 'mapped' needs shippingMethods, which names the service of each shipping method"
    : null;
}
