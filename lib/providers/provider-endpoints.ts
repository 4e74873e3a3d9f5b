import type { Clock } from '../domain/clock.ts';
import type { ProviderBox } from '../domain/ports/provider-box.ts';

/** A call of the service below `/providers/{connection}/`. Header names are lower-case. */
export interface ServedRequest {
  readonly method: string;
  /** The rest of the path. */
  readonly path: string;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** As sent. */
  readonly rawBody: string;
}

export interface ServedAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface EndpointDeps {
  readonly now: Clock;
  /** The connection's secret, unchecked. */
  readonly readSecret: () => Promise<unknown>;
  readonly box: ProviderBox;
  /** Queues a collection of the connection's shipments. Repeating is harmless. */
  readonly requestCollection: () => Promise<void>;
  /** Queues a comparison of the connection's orders with the service, at most once in five minutes. */
  readonly requestCheck: () => Promise<void>;
}

interface ServeContext<Settings, Secret> extends Omit<EndpointDeps, 'readSecret'> {
  readonly connection: { readonly id: string } & Settings;
  /** @throws {OperatorActionNeeded} the secret does not have the provider's form */
  readonly readSecret: () => Promise<Secret>;
}

/**
 * Answers a call in the form of the service. It authenticates the caller before anything else, and answers 401 where that
 * fails: too many of those are refused without asking. What throws is answered with 503.
 */
export type Serve<Settings, Secret> = (
  request: ServedRequest,
  context: ServeContext<Settings, Secret>,
) => Promise<ServedAnswer>;

/** Calls that a provider answers. */
export interface EndpointsSpec<Settings, Secret> {
  /** The paths below the connection's address, each of one segment. */
  readonly paths: readonly string[];
  readonly load: () => Promise<Serve<Settings, Secret>>;
}

/** The endpoints as the function knows them: settings and secret are passed on unread. */
export interface ProviderEndpoints {
  readonly paths: readonly string[];
  /** @param connection as it was delivered beside the function's code */
  serve(
    request: ServedRequest,
    connection: { readonly id: string },
    deps: EndpointDeps,
  ): Promise<ServedAnswer>;
}

interface Parsers<Settings, Secret> {
  readonly parseSettings: (value: unknown) => Settings;
  readonly parseSecret: (system: string, value: unknown) => Secret;
}

/** Checks settings and secret on their way into the provider's folder. */
export function eraseEndpoints<Settings extends object, Secret>(
  { paths, load }: EndpointsSpec<Settings, Secret>,
  { parseSettings, parseSecret }: Parsers<Settings, Secret>,
): ProviderEndpoints {
  return {
    paths,
    async serve(request, connection, { readSecret, ...deps }) {
      const { id } = connection;
      const answer = await load();
      return await answer(request, {
        ...deps,
        connection: { ...parseSettings(connection), id },
        readSecret: async () => parseSecret(id, await readSecret()),
      });
    },
  };
}
