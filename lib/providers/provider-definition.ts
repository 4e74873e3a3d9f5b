import * as z from 'zod';
import type { Clock } from '../domain/clock.ts';
import type { Connection } from '../domain/connection.ts';
import { OperatorActionNeeded } from '../domain/errors.ts';
import type { ProviderBox } from '../domain/ports/provider-box.ts';
import { NO_LIMIT, type RateBudget } from '../domain/rate-budget.ts';
import type { NotificationVerifier, Provider } from './provider.ts';
import { type EndpointsSpec, eraseEndpoints, type ProviderEndpoints } from './provider-endpoints.ts';
import { eraseSetUp, type ProviderSetUp, type SetUpSpec } from './provider-set-up.ts';
import { guardBox, guardProvider } from './shadow-guard.ts';

/**
 * What a service can do besides accepting orders and reporting shipments. The contract suite tests each declared capability
 * and the absence of the others; the table in the documents lists them.
 */
export const CAPABILITIES = {
  cancel: 'An accepted order can be cancelled',
  update: 'An accepted order can be changed until it begins to ship',
  reportOrders: 'What its staff cancel, delete, merge or hold is noticed',
  foreignOrders: 'Orders of other apps with our reference are noticed',
  otherOrders: 'Orders that the connector before made are found and taken over',
  acknowledge: 'It is told once DEAR shows a shipment',
  hold: 'An accepted order can be held and released',
  voids: 'Voided labels are noticed',
  returns: 'Returns are noticed',
  trackDelivery: 'Deliveries are noticed',
  stock: 'Its stock is compared with DEAR',
  catalogue: 'SKUs that it does not know are noticed before an order is sent',
  labels: 'Rates and labels can be bought for a sale',
  notifications: 'It notifies the bridge of shipments within seconds',
  pulls: 'It reads orders from the bridge by itself',
} as const;
export type Capability = keyof typeof CAPABILITIES;

/** What a provider's own code receives of a connection besides its own settings. */
export type ProviderConnection = Pick<
  Connection,
  'id' | 'location' | 'mode' | 'replaces' | 'returns' | 'returnsBegin'
> & {
  readonly provider: string;
};

/** An account at the service. Connections whose accounts have the same name share a budget and webhooks. */
export interface Account {
  /** Derived from the credentials without disclosing them. */
  readonly name: string;
  readonly callsPerMinute: number;
  /**
   * How many calls may begin at once where none began for a while, for a limit that drains like a bucket. At most half of the
   * bucket, which other programs and wrong clocks use too. @default 1
   */
  readonly burst?: number;
}

/** A provider that holds open connections to its service. The caller that opens it closes it. */
export type OpenProvider = Provider & { close(): Promise<void> };

export interface OpenDeps {
  readonly now: Clock;
  /** The budget of an account, by a name that its connections share and that does not disclose its key. */
  readonly getBudget: (account: string, callsPerMinute: number, burst?: number) => RateBudget;
  readonly getBox: (connection: string) => ProviderBox;
  /** Called before each write for the connection. @throws {RefusedInShadow} it is in shadow mode */
  readonly mayWrite: (connection: string) => Promise<void>;
}

interface OpenContext<Settings, Secret> {
  readonly connection: ProviderConnection & Settings;
  readonly secret: Secret;
  readonly now: Clock;
  /** Of the connection's account; without a limit where it has none. */
  readonly budget: RateBudget;
  readonly box: ProviderBox;
  /** For `UpstreamOptions`. */
  readonly mayWrite: () => Promise<void>;
  /** Whether orders of another connector are followed too, which may be in another store or cart of the account. */
  readonly takesOver: boolean;
}

export interface HintDeps {
  readonly now: Clock;
  /** The connection's secret, unchecked; available only where `readsSecret`. */
  readonly readSecret: () => Promise<unknown>;
  /** The global `fetch`: an HTTP library would double the cold start of the function that answers webhooks. */
  readonly fetch: typeof fetch;
}

interface HintContext<Settings, Secret> extends Omit<HintDeps, 'readSecret'> {
  /** The connection's id, which errors name. */
  readonly system: string;
  readonly settings: Settings;
  /** @throws {OperatorActionNeeded} the secret does not have the provider's form */
  readonly readSecret: () => Promise<Secret>;
}

/** A part of the credentials, which are all texts. */
export interface SecretField {
  readonly key: string;
  /** What it is and where to find it in the service: `API key (Settings → Account → API Settings)`. */
  readonly label: string;
  /** Whether we choose it, because the service calls us with it. */
  readonly isGenerated?: boolean;
  /** Whether it may be left out. */
  readonly isOptional?: boolean;
}

/** One of its own settings that `bridge init` asks for. */
export interface SetUpQuestion {
  /** Key of the setting: `warehouseId`. */
  readonly key: string;
  /** Option of `bridge init` without its dashes: `warehouse`. */
  readonly option: string;
  /** `Which warehouse?` */
  readonly label: string;
  /** Asked before the credentials are checked, because they are of use only with it. */
  readonly isAddress?: boolean;
}

/** The words of the service for what the bridge calls a provider, a warehouse and a shipping service. */
export interface Vocabulary {
  /** Its name. */
  readonly service: string;
  readonly warehouse: string;
  readonly shippingService: string;
}

/** What of a bucket of S3 a connection uses: all objects whose keys begin with the prefix. */
export interface BucketPart {
  readonly bucket: string;
  /** '': all of it. */
  readonly prefix: string;
}

/** Facts of a provider that need none of its code. */
interface ProviderFacts<Id extends string> {
  /** Value of the setting `provider`, name of the folder and of the sandbox. */
  readonly id: Id;
  /** Its name and the way in which it is connected, for people. */
  readonly title: string;
  /** The proposed id of its first connection. */
  readonly connectionId: string;
  /** Its own settings without a default, in the order in which `bridge init` asks for them. */
  readonly questions: readonly SetUpQuestion[];
  readonly secretFields: readonly SecretField[];
  /** Its part of the file that `bridge init --secrets` reads. */
  readonly secretsKey: string;
  /** A correct value of each of its settings, by key, for messages; '' for the whole connection. */
  readonly examples: Readonly<Record<string, string>>;
  readonly vocabulary: Vocabulary;
  readonly capabilities: readonly Capability[];
  /** Sentences about what the service or its API limits. */
  readonly limits: readonly string[];
}

type Shape = Readonly<Record<string, z.ZodType>>;
type OwnSettings<S extends Shape> = z.output<z.ZodObject<S>>;

/** How a provider's folder describes it. Light to load: schemas are built on demand, and all code is imported on demand. */
interface ProviderSpec<Id extends string, S extends Shape, Secret> extends ProviderFacts<Id> {
  /** The schemas of its own settings, each with `.describe()`. Built on demand, because the receiver does not need them. */
  readonly settings: () => S;
  readonly secret: () => z.ZodType<Secret>;
  /** false: the service only calls us, so that only `serve-provider` may read the secret, and `open` must not. @default true */
  readonly isCalled?: false;
  /** true: `open` uses the box, which the functions may list only then. Its endpoints always do. @default false */
  readonly usesBox?: true;
  /** null: nothing limits its calls. */
  readonly account: (settings: OwnSettings<S>, secret: Secret) => Account | null;
  readonly isSandbox: (settings: OwnSettings<S>) => boolean;
  /** The hosts that it may connect to. */
  readonly hosts: (settings: OwnSettings<S>) => readonly string[];
  /** What the functions that call the service read and write in S3. @default nothing */
  readonly buckets?: (settings: OwnSettings<S>) => readonly BucketPart[];
  /** The `https` address of an order in the service's screens; left out where none is known. null of a sandbox. */
  readonly orderUrl?: (settings: OwnSettings<S>, number: string) => string | null;
  /** The setting that limits its stock to one location of the account; null where stock is always of one location. */
  readonly stockSetting: (keyof S & string) | null;
  readonly open: (context: OpenContext<OwnSettings<S>, Secret>) => Promise<OpenProvider>;
  /** Verifies webhooks that only say that something changed; null where the service sends none. */
  readonly hints: null | {
    /** Whether verifying needs the connection's secret, which the receiver may read only then. */
    readonly readsSecret: boolean;
    readonly load: () => Promise<(context: HintContext<OwnSettings<S>, Secret>) => NotificationVerifier>;
  };
  /** Answers calls of a service that fetches or sends by itself. */
  readonly endpoints?: EndpointsSpec<OwnSettings<S>, Secret>;
  readonly setUp: () => Promise<SetUpSpec<OwnSettings<S>, Secret>>;
}

/** A provider as the code outside its folder knows it: whatever is its own is passed on unread and checked in here. */
export interface ProviderDefinition<Id extends string = string, S extends Shape = Shape>
  extends ProviderFacts<Id> {
  readonly settings: () => S;
  /** Whether the bridge calls the service; `open` reads the secret only then. */
  readonly isCalled: boolean;
  /** Whether `open` uses the box. */
  readonly usesBox: boolean;
  /** See `getMissingStockSetting`; null where stock is always of one location. */
  readonly stockSetting: string | null;
  /** @returns null where the service is not called, or the secret is not there or has another form */
  getAccount(connection: ProviderConnection, secret: unknown): Account | null;
  /** Whether the connection is to the sandbox of `npm start`. */
  isSandbox(connection: ProviderConnection): boolean;
  hosts(connection: ProviderConnection): readonly string[];
  /** Where the service's screens show an order, by its number there; null of a sandbox; undefined where that is not known. */
  readonly getOrderUrl: ((connection: ProviderConnection, number: string) => string | null) | undefined;
  /** What the functions that call the service read and write in S3. */
  buckets(connection: ProviderConnection): readonly BucketPart[];
  /**
   * The setting that has to be set so that the connection's stock is that of one location and not of the whole account; null
   * where it is set, or is not needed.
   */
  getMissingStockSetting(connection: ProviderConnection): string | null;
  hasSecret(secret: unknown): boolean;
  /**
   * @param secret the connection's secret as it was read, unchecked
   * @throws {OperatorActionNeeded} the secret does not have the provider's form, or the connection is to a sandbox that does
   *   not run
   */
  open(connection: ProviderConnection, secret: unknown, deps: OpenDeps): Promise<OpenProvider>;
  readonly hints: null | {
    readonly readsSecret: boolean;
    /** @param connection as it was delivered beside the function's code */
    createVerifier(connection: { readonly id: string }, deps: HintDeps): Promise<NotificationVerifier>;
  };
  readonly endpoints: ProviderEndpoints | null;
  setUp(): Promise<ProviderSetUp>;
}

/** Checks settings and credentials where they enter the provider's folder, so that the code in it has its own types. */
export function defineProvider<const Id extends string, S extends Shape, Secret>(
  spec: ProviderSpec<Id, S, Secret>,
): ProviderDefinition<Id, S> {
  const {
    settings,
    secret,
    account,
    isSandbox,
    hosts,
    buckets,
    orderUrl,
    stockSetting,
    open,
    hints,
    setUp,
    endpoints,
    isCalled = true,
    usesBox = false,
    ...facts
  } = spec;
  const ownSettings = lazy(() => z.object(settings()));
  const secretSchema = lazy(secret);
  const parseSecret = secretParser(secretSchema, spec.secretFields);
  return {
    ...facts,
    settings,
    isCalled,
    usesBox,
    stockSetting,
    getAccount(connection, value) {
      const parsed = secretSchema().safeParse(value);
      return parsed.success ? account(ownSettings().parse(connection), parsed.data) : null;
    },
    isSandbox: (connection) => isSandbox(ownSettings().parse(connection)),
    hosts: (connection) => hosts(ownSettings().parse(connection)),
    getOrderUrl: orderUrl && ((connection, number) => orderUrl(ownSettings().parse(connection), number)),
    buckets: (connection) => buckets?.(ownSettings().parse(connection)) ?? [],
    getMissingStockSetting(connection) {
      const own: Readonly<Record<string, unknown>> = ownSettings().parse(connection);
      return stockSetting === null || own[stockSetting] !== undefined ? null : stockSetting;
    },
    hasSecret: (value) => secretSchema().safeParse(value).success,
    async open(connection, value, deps) {
      const own = ownSettings().parse(connection);
      if (isSandbox(own)) throw unusable(connection.id, 'read baseUrl', SANDBOX_ADDRESS);
      const readSecret = () => parseSecret(connection.id, value);
      const known = isCalled ? account(own, readSecret()) : null;
      const guarded = guardedDeps(connection.id, known, { ...deps, usesBox, definition: spec.id });
      return await openGuarded(open, toContext({ ...connection, ...own }, guarded, readSecret));
    },
    hints: hints && {
      readsSecret: hints.readsSecret,
      async createVerifier(connection, { readSecret, ...deps }) {
        const create = await hints.load();
        return create({
          ...deps,
          system: connection.id,
          settings: ownSettings().parse(connection),
          readSecret: async () => parseSecret(connection.id, await readSecret()),
        });
      },
    },
    endpoints:
      endpoints === undefined
        ? null
        : eraseEndpoints(endpoints, { parseSettings: (value) => ownSettings().parse(value), parseSecret }),
    setUp: async () =>
      eraseSetUp(await setUp(), {
        // zod's own type of a partial object is the same, which the compiler cannot tell of a generic shape.
        parseSettings: (value) => ownSettings().partial().parse(value) as Partial<OwnSettings<S>>,
        parseSecret,
      }),
  };
}

/** What a provider is opened with, which writes nothing for a connection in shadow mode. */
function guardedDeps(
  id: string,
  account: Account | null,
  deps: OpenDeps & { readonly usesBox: boolean; readonly definition: string },
) {
  const mayWrite = () => deps.mayWrite(id);
  const readBox = () => (deps.usesBox ? guardBox(deps.getBox(id), mayWrite) : refuseBox(deps.definition));
  return { now: deps.now, budget: toBudget(account, deps), mayWrite, readBox };
}

async function openGuarded<Context extends { connection: ProviderConnection; mayWrite(): Promise<void> }>(
  open: (context: Context) => Promise<OpenProvider>,
  context: Context,
): Promise<OpenProvider> {
  const provider = await open(context);
  return context.connection.mode === 'shadow' ? guardProvider(provider, context.mayWrite) : provider;
}

/** Reads the secret and the box only where they are used: a provider may declare that it needs none. */
function toContext<C extends ProviderConnection, Secret>(
  connection: C,
  { readBox, ...shared }: ReturnType<typeof guardedDeps>,
  readSecret: () => Secret,
) {
  return {
    connection,
    ...shared,
    takesOver: connection.mode === 'shadow' || connection.replaces !== null,
    get secret() {
      return readSecret();
    },
    get box() {
      return readBox();
    },
  };
}

function toBudget(account: Account | null, { getBudget }: OpenDeps): RateBudget {
  return account === null ? NO_LIMIT : getBudget(account.name, account.callsPerMinute, account.burst);
}

function refuseBox(id: string): never {
  throw new Error(`The definition of ${id} does not say that it uses the box`);
}

function secretParser<Secret>(schema: () => z.ZodType<Secret>, fields: readonly SecretField[]) {
  const required = fields.filter(({ isOptional }) => isOptional !== true);
  const form = `{ ${required.map(({ key }) => `"${key}": "…"`).join(', ')} }`;
  return (system: string, value: unknown): Secret => {
    const parsed = schema().safeParse(value);
    if (parsed.success) return parsed.data;
    throw unusable(system, 'read the credentials', `The secret has to be ${form}`);
  };
}

/** The local system replaces the word by its sandbox's address before a provider is opened. */
const SANDBOX_ADDRESS =
  "baseUrl 'sandbox' works only with npm start; set the provider's own address for a deployment";

/** Names the expected form, never the content. */
function unusable(system: string, operation: string, upstreamMessage: string): OperatorActionNeeded {
  return new OperatorActionNeeded({ system, operation, upstreamMessage });
}

function lazy<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
