import type { ProviderBox } from '../domain/ports/provider-box.ts';
import type { Provider } from './provider.ts';

/** What of a provider only reads. Anything else, also what a new capability brings, is taken for a write. */
const READS: ReadonlySet<string | symbol> = new Set(
  `find foreignOrders ordersNumbered openOrders orderParts shipmentsSince unacknowledged deliveries carrierNews stock catalogue
   ordersToLabel rates findLabel labelDocument close`.split(/\s+/),
);

/**
 * The same provider, which writes nothing in shadow mode: one place for every provider and every way in which it writes. The
 * transport of each refuses once more.
 */
export function guardProvider<Guarded extends Provider>(
  provider: Guarded,
  mayWrite: () => Promise<void>,
): Guarded {
  return new Proxy(provider, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function' || READS.has(name)) return member;
      return async (...given: unknown[]): Promise<unknown> => {
        await mayWrite();
        return await (Reflect.apply(member, target, given) as Promise<unknown>);
      };
    },
  });
}

/** Nothing new is served to a service that fetches. */
export function guardBox({ outbox, inbox }: ProviderBox, mayWrite: () => Promise<void>): ProviderBox {
  return {
    inbox,
    outbox: {
      read: (reference) => outbox.read(reference),
      noteLeft: (reference) => outbox.noteLeft(reference),
      fetch: (request) => outbox.fetch(request),
      lastFetchedAt: () => outbox.lastFetchedAt(),
      change: async (reference, decide) => {
        await mayWrite();
        return await outbox.change(reference, decide);
      },
    },
  };
}
