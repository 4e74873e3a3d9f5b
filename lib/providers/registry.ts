import { createHash } from 'node:crypto';
import type { Clock } from '../domain/clock.ts';
import type { Connection } from '../domain/connection.ts';
import { OperatorActionNeeded } from '../domain/errors.ts';
import type { RateBudget } from '../domain/rate-budget.ts';
import type { Provider } from './provider.ts';
import { shipStationV2 } from './shipstation-v2/provider.ts';
import { type ShipStationV2Settings, shipStationV2Secret } from './shipstation-v2/settings.ts';

/** The settings of a connection, as far as its provider reads them: the provider's own and a few that every connection has. */
type ProviderSettings = ShipStationV2Settings & Pick<Connection, 'id' | 'returns' | 'returnsBegin'>;

interface ProviderDeps {
  readonly now: Clock;
  /** The budget of an account, by a name that its connections share and that does not disclose its key. */
  readonly getBudget: (account: string, callsPerMinute: number) => RateBudget;
}

/** A provider that holds open connections to its service. The caller that creates it closes it. */
export type OpenProvider = Provider & { close(): Promise<void> };

/**
 * Creates the provider of a connection.
 * @param secret the connection's secret as it was read, unchecked
 * @throws {OperatorActionNeeded} the secret does not have the provider's form, or `baseUrl` is `sandbox`
 */
export function createProvider(
  connection: ProviderSettings,
  secret: unknown,
  { now, getBudget }: ProviderDeps,
): OpenProvider {
  switch (connection.provider) {
    case 'shipstation-v2': {
      if (connection.baseUrl === 'sandbox') throw sandboxAddressError(connection.id);
      const parsed = shipStationV2Secret.safeParse(secret);
      if (!parsed.success) throw unusableSecretError(connection.id, '{ "apiKey": "…" }');
      const { apiKey } = parsed.data;
      const budget = getBudget(getAccountName(parsed.data), connection.callsPerMinute);
      const followsReturns = connection.returns !== 'log' && connection.returnsBegin === 'scan';
      return shipStationV2({
        system: connection.id,
        settings: connection,
        apiKey,
        now,
        budget,
        followsReturns,
      });
    }
  }
}

/**
 * The name of a connection's account: connections with the same name share a budget and webhooks. It is derived from the key,
 * so it needs no setting. Sixteen digits of a hash identify an account without disclosing its key.
 */
export function getAccountName({ apiKey }: { readonly apiKey: string }): string {
  return `shipstation-${createHash('sha256').update(apiKey).digest('hex').slice(0, 16)}`;
}

/** Names the expected form of the secret, never its content. */
function unusableSecretError(connectionId: string, form: string): OperatorActionNeeded {
  const operation = 'read the credentials';
  return new OperatorActionNeeded({
    system: connectionId,
    operation,
    upstreamMessage: `The secret has to be ${form}`,
  });
}

/** The local system replaces the word by its sandbox's address before a provider is created. */
function sandboxAddressError(connectionId: string): OperatorActionNeeded {
  const upstreamMessage =
    "baseUrl 'sandbox' works only with npm start; set the provider's own address for a deployment";
  return new OperatorActionNeeded({ system: connectionId, operation: 'read baseUrl', upstreamMessage });
}
