import { Rejected } from '../../lib/domain/errors.ts';
import type { OrderContent } from '../../lib/domain/order/order-content.ts';
import type { Cancels, Provider, ShipmentPage, Updates } from '../../lib/providers/provider.ts';
import type { Capability } from '../../lib/providers/provider-definition.ts';
import type { InMemoryProvider, InMemoryService } from './in-memory-provider.ts';

/** The provider of a service that can do no more than this. */
export function limitTo(provider: InMemoryProvider, capabilities: readonly Capability[]): Provider {
  const can = (capability: Capability) => capabilities.includes(capability);
  const { submit, find } = provider;
  async function* shipmentsSince(cursor: string | null): AsyncGenerator<ShipmentPage> {
    for await (const page of provider.shipmentsSince(cursor)) {
      yield {
        ...page,
        ...(!can('voids') && { withdrawn: [] }),
        ...(!can('returns') && { returns: [] }),
      };
    }
  }
  return {
    submit,
    find,
    shipmentsSince,
    ...(can('cancel') && { cancel: provider.cancel }),
    ...(can('update') && { update: provider.update }),
    ...(can('reportOrders') && { openOrders: provider.openOrders, orderParts: provider.orderParts }),
    ...(can('foreignOrders') && { foreignOrders: provider.foreignOrders }),
    ...(can('hold') && { hold: provider.hold, release: provider.release }),
    ...(can('trackDelivery') && { deliveries: provider.deliveries }),
    ...(can('stock') && { stock: provider.stock }),
    ...(can('catalogue') && { catalogue: provider.catalogue }),
  };
}

interface OfferedOrder {
  content: OrderContent;
  isCancelled: boolean;
}

/** A service that makes no order of ours before it reads them; the provider keeps what it is to read. */
export class InMemoryPullingService {
  readonly #service: InMemoryService;
  readonly #parcels: Provider;
  readonly #offered = new Map<string, OfferedOrder>();

  constructor(service: InMemoryService, parcels: Provider) {
    this.#service = service;
    this.#parcels = parcels;
  }

  /** @returns the references of the orders that it would ship now */
  pull(): string[] {
    const { orders } = this.#service;
    for (const [reference, { content, isCancelled }] of this.#offered) {
      const own = orders.find(({ id }) => id === reference);
      if (own === undefined) {
        if (!isCancelled) this.#service.adopt(reference, content);
      } else if (!own.shipped) Object.assign(own, { content, cancelled: isCancelled });
    }
    return orders.filter(({ cancelled, shipped }) => !cancelled && !shipped).map(({ id }) => id);
  }

  provider(): Provider & Cancels & Updates {
    return {
      submit: async (order) => {
        const details = { system: 'memory', operation: 'offer order', reference: order.reference };
        if (this.#offered.has(order.reference))
          throw new Rejected({ ...details, upstreamMessage: 'The reference is taken.' });
        this.#offered.set(order.reference, { content: order, isCancelled: false });
        return { providerOrderId: order.reference, cancelled: false };
      },
      find: async (reference) => {
        const offered = this.#offered.get(reference);
        return offered === undefined ? [] : [{ providerOrderId: reference, cancelled: offered.isCancelled }];
      },
      cancel: async (id) => {
        this.#changeable(id).isCancelled = true;
      },
      update: async (id, order, candidates) => {
        const offered = this.#changeable(id);
        const isOurs = candidates.some(({ lines }) => sameLines(lines, offered.content.lines));
        if (offered.isCancelled || id !== order.reference || !isOurs) throw tooLate(id);
        offered.content = order;
      },
      shipmentsSince: (cursor) => this.#parcels.shipmentsSince(cursor),
    };
  }

  #changeable(id: string): OfferedOrder {
    const offered = this.#offered.get(id);
    const isShipped = this.#service.orders.some((order) => order.id === id && order.shipped);
    if (offered === undefined || isShipped) throw tooLate(id);
    return offered;
  }
}

function tooLate(reference: string): Rejected {
  const details = { system: 'memory', operation: 'change order', reference };
  return new Rejected({ ...details, upstreamMessage: 'It is too late.' });
}

function sameLines(a: OrderContent['lines'], b: OrderContent['lines']): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
