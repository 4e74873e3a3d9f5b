import { describe, expect, it } from 'vitest';
import {
  acknowledgesShipments,
  cancels,
  findsForeignOrders,
  holds,
  listsCatalogue,
  type Provider,
  reportsOrders,
  reportsStock,
  tracksDelivery,
  updates,
} from '../../lib/providers/provider.ts';
import type { Capability } from '../../lib/providers/provider-definition.ts';
import type { ServiceUnderTest } from './service-under-test.ts';

/** The capabilities that are methods of the provider. */
const GUARDS = {
  cancel: cancels,
  update: updates,
  reportOrders: reportsOrders,
  foreignOrders: findsForeignOrders,
  acknowledge: acknowledgesShipments,
  hold: holds,
  trackDelivery: tracksDelivery,
  stock: reportsStock,
  catalogue: listsCatalogue,
} satisfies Partial<Record<Capability, (provider: Provider) => boolean>>;

/** What the definition declares is what the provider has. */
export function describeCapabilities(
  service: () => ServiceUnderTest,
  capabilities: readonly Capability[],
): void {
  describe('capabilities', () => {
    it('are declared exactly where the provider has the method', () => {
      const { provider } = service();
      const had = Object.entries(GUARDS).flatMap(([name, has]) => (has(provider) ? [name] : []));
      expect(had).toEqual(Object.keys(GUARDS).filter((name) => capabilities.some((one) => one === name)));
    });
  });
}
