import { cartRoverDefinition } from './cartrover/definition.ts';
import { extensivDefinition } from './extensiv/definition.ts';
import { filesDefinition } from './files/definition.ts';
import { httpDefinition } from './http/definition.ts';
import type {
  OpenDeps,
  OpenProvider,
  ProviderConnection,
  ProviderDefinition,
} from './provider-definition.ts';
import { shipStationStoreDefinition } from './shipstation-store/definition.ts';
import { shipStationV1Definition } from './shipstation-v1/definition.ts';
import { shipStationV2Definition } from './shipstation-v2/definition.ts';

/** Every provider, in the order in which people read about them. */
export const PROVIDERS = [
  shipStationV2Definition,
  shipStationV1Definition,
  shipStationStoreDefinition,
  cartRoverDefinition,
  extensivDefinition,
  httpDefinition,
  filesDefinition,
] as const;

/** @throws {Error} no provider has that id, which the settings do not accept */
export function getProviderDefinition(id: string): ProviderDefinition {
  const found = PROVIDERS.find((definition) => definition.id === id);
  if (found === undefined) throw new Error(`There is no provider ${id}`);
  return found;
}

/**
 * Opens the provider of a connection.
 * @param secret the connection's secret as it was read, unchecked
 * @throws {OperatorActionNeeded} see `ProviderDefinition.open`
 */
export async function openProvider(
  connection: ProviderConnection,
  secret: unknown,
  deps: OpenDeps,
): Promise<OpenProvider> {
  return await getProviderDefinition(connection.provider).open(connection, secret, deps);
}

/** The name of the connection's account; null where it has none, or its secret is not filled in. */
export function getAccountName(connection: ProviderConnection, secret: unknown): string | null {
  return getProviderDefinition(connection.provider).getAccount(connection, secret)?.name ?? null;
}
