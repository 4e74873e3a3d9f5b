import type { Clock } from '../domain/clock.ts';

/** What an operator's commands know of a provider: setting it up, checking it, registering webhooks. Never part of a function. */
export interface SetUpSpec<Settings, Secret> {
  /**
   * Checks the credentials by reading: the fewest calls that tell.
   * @throws {OperatorActionNeeded} they are wrong; the message says what to do
   * @throws {UpstreamError}
   */
  verify(access: Access<Partial<Settings>, Secret>): Promise<Verification>;
  /** Further checks of `bridge doctor`, of one connection whose credentials are right. */
  readonly check?: (access: Access<Partial<Settings>, Secret>) => Promise<readonly Finding[]>;
  /**
   * The codes that its orders and parcels are given, in the fewest calls. Left out where the service has no list of them.
   * @throws {UpstreamError}
   */
  readonly listShipping?: (access: Access<Partial<Settings>, Secret>) => Promise<ShippingCodes>;
  /** What people have to enter in the service so that it calls us, a line each. Holds no password. */
  readonly instructions?: (access: Access<Partial<Settings>, Secret>) => readonly string[];
  /** null: the service has no webhooks, or none that can be registered by a call. */
  readonly openWebhooks: ((access: Access<Partial<Settings>, Secret>) => ProviderWebhooks) | null;
}

export interface Access<Settings, Secret> {
  /** The connection's id, which errors name. */
  readonly system: string;
  readonly settings: Settings;
  readonly secret: Secret;
  /** Below which the service calls us, for this connection; '' before the first deployment. */
  readonly endpointsUrl: string;
  readonly now: Clock;
}

export interface Verification {
  /** In one clause: `its account has 2 warehouses`. */
  readonly found: string;
  /** The possible answers to a question, by its key. A question without choices takes any text. */
  readonly choices: Readonly<Record<string, readonly Choice[]>>;
  /** Ids of things that belong to one account only, so that two keys of one account are recognised. */
  readonly accountMarks: readonly string[];
}

/** What an account can ship with. */
export interface ShippingCodes {
  readonly services: readonly Choice[];
  readonly carriers: readonly Choice[];
}

export interface Choice {
  readonly value: string;
  /** For people; the value is shown beside it. */
  readonly title: string;
}

/** The result of one check; `next` is what to do, '' where it is ok. */
export interface Finding {
  readonly name: string;
  readonly ok: boolean;
  readonly found: string;
  readonly next: string;
}

/** The webhooks of one account. All methods throw the classes of `domain/errors.ts`. */
export interface ProviderWebhooks {
  /** @param urls the addresses of the account's connections; a webhook to any of them serves all */
  plan(urls: readonly string[]): Promise<readonly PlannedSubscription[]>;
  /** Carries out the plan of one event. @returns what was done */
  apply(planned: PlannedSubscription): Promise<PlannedSubscription>;
  close(): Promise<void>;
}

/** The action for one event so that the service calls us. */
export interface PlannedSubscription {
  readonly event: string;
  /** The address for its calls. */
  readonly url: string;
  /** Id of the existing webhook; '' where there is none. */
  readonly id: string;
  /** `leave`: another app has the event, and the service may not accept a second address for it. */
  readonly action: 'keep' | 'create' | 'replace' | 'leave';
  /** What is wrong with the existing webhook; '' where nothing is. */
  readonly now: string;
}

/** A connection as far as the operator's answers go: its own settings may be incomplete. */
export interface UncheckedAccess {
  readonly connection: { readonly id: string };
  /** As it was read. */
  readonly secret: unknown;
  /** Below which the service calls us, for this connection; '' or left out where it is not known. */
  readonly endpointsUrl?: string;
  readonly now: Clock;
}

/** The set-up as the operator's commands know it: settings and secret are passed on unread. */
export interface ProviderSetUp {
  /** @throws {OperatorActionNeeded} the credentials are wrong, or do not have the provider's form */
  verify(access: UncheckedAccess): Promise<Verification>;
  check(access: UncheckedAccess): Promise<readonly Finding[]>;
  /** null: the service has no list of them. */
  listShipping(access: UncheckedAccess): Promise<ShippingCodes | null>;
  /** Empty where nothing has to be entered in the service. */
  instructions(access: UncheckedAccess): readonly string[];
  /** @throws {OperatorActionNeeded} the secret does not have the provider's form */
  readonly openWebhooks: ((access: UncheckedAccess) => ProviderWebhooks) | null;
}

interface Parsers<Settings, Secret> {
  readonly parseSettings: (value: unknown) => Partial<Settings>;
  readonly parseSecret: (system: string, value: unknown) => Secret;
}

/** Checks settings and secret on their way into the provider's folder. */
export function eraseSetUp<Settings, Secret>(
  spec: SetUpSpec<Settings, Secret>,
  { parseSettings, parseSecret }: Parsers<Settings, Secret>,
): ProviderSetUp {
  const { verify, check, listShipping, instructions, openWebhooks } = spec;
  const open = ({
    connection,
    secret,
    endpointsUrl = '',
    now,
  }: UncheckedAccess): Access<Partial<Settings>, Secret> => ({
    system: connection.id,
    settings: parseSettings(connection),
    secret: parseSecret(connection.id, secret),
    endpointsUrl,
    now,
  });
  return {
    verify: async (access) => await verify(open(access)),
    check: async (access) => (await check?.(open(access))) ?? [],
    listShipping: async (access) => (await listShipping?.(open(access))) ?? null,
    instructions: (access) => instructions?.(open(access)) ?? [],
    openWebhooks: openWebhooks && ((access) => openWebhooks(open(access))),
  };
}
