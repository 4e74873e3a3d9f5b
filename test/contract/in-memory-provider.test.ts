import type { Provider } from '../../lib/providers/provider.ts';
import type { Capability } from '../../lib/providers/provider-definition.ts';
import { InMemoryPullingService, limitTo } from './in-memory-kinds.ts';
import { InMemoryService } from './in-memory-provider.ts';
import { describeProviderContract } from './provider-contract.ts';
import { sampleLine, sampleOrder } from './sample-order.ts';
import { PAGE_SIZE, type ServiceUnderTest } from './service-under-test.ts';

const EVERYTHING: readonly Capability[] = [
  'cancel',
  'update',
  'reportOrders',
  'foreignOrders',
  'hold',
  'voids',
  'returns',
  'trackDelivery',
  'stock',
  'catalogue',
];

const KINDS: ReadonlyArray<[string, readonly Capability[]]> = [
  ['everything', EVERYTHING],
  ['orders that can be changed, and lists that have to be polled', ['cancel', 'update', 'reportOrders']],
  ['no more than orders and parcels', []],
];

for (const [what, capabilities] of KINDS) {
  describeProviderContract(`the in-memory fake with ${what}`, capabilities, async () => {
    const clock = { now: Date.UTC(2026, 0, 5) };
    const service = new InMemoryService(() => clock.now);
    const open = (known: boolean) => limitTo(service.provider({ pageSize: PAGE_SIZE, known }), capabilities);
    return { ...underTest(service, open(true), clock), stranger: open(false), ...getFaults(service) };
  });
}

describeProviderContract(
  'the in-memory fake that reads our orders',
  ['cancel', 'update', 'pulls'],
  async () => {
    const clock = { now: Date.UTC(2026, 0, 5) };
    const service = new InMemoryService(() => clock.now);
    const parcels = limitTo(service.provider({ pageSize: PAGE_SIZE }), []);
    const pulling = new InMemoryPullingService(service, parcels);
    const after =
      <Given extends readonly unknown[], Result>(act: (...given: Given) => Promise<Result>) =>
      async (...given: Given): Promise<Result> => {
        pulling.pull();
        return act(...given);
      };
    const { orderCount, ship, shipInParts, shipFrom, shipFirstLine, getStreet, ...others } = underTest(
      service,
      pulling.provider(),
      clock,
    );
    return {
      ...others,
      orderCount: after(orderCount),
      ship: after(ship),
      shipInParts: after(shipInParts),
      shipFrom: after(shipFrom),
      shipFirstLine: after(shipFirstLine),
      getStreet: after(getStreet),
      holdByHand: after(others.holdByHand),
      pull: async () => pulling.pull(),
    };
  },
);

/** What the staff of every in-memory service can do. */
function underTest(service: InMemoryService, provider: Provider, clock: { now: number }) {
  const order = (id: string) => service.orders.find((one) => one.id === id)!;
  return {
    provider,
    orderCount: async () => service.orders.length,
    ship: async (id) => service.ship(id),
    shipInParts: async (id) => service.shipInParts(id),
    shipFrom: async (id) => {
      service.ship(id, undefined, { warehouse: 'second' });
      return 'second';
    },
    shipFirstLine: async (id) => {
      service.ship(id, order(id).content.lines.slice(0, 1));
    },
    cancelRest: async (id) => service.cancelByHand(id),
    holdByHand: async (id, until) => service.hold(id, until),
    releaseByHand: async (id) => service.release(id),
    cancelByHand: async (id) => service.cancelByHand(id),
    restoreByHand: async (id) => service.cancelByHand(id, false),
    deleteByHand: async (id) => service.deleteByHand(id),
    merge: async (ids) => service.merge(ids),
    voidParcel: async (trackingNumber) => service.voidParcel(trackingNumber),
    sendReturnLabel: async (id) => service.sendReturnLabel(id),
    getStreet: async (id) => order(id).content.shipTo.line1,
    putStock: async (sku, onHand, shelf) => service.shelves.put({ sku, onHand }, shelf),
    putProduct: async (sku) => service.shelves.put({ sku, onHand: 0 }),
    repeatNotices: async () => service.repeatParcels(),
    deliver: async (trackingNumber) => service.deliver(trackingNumber),
    scanReturn: async (number) => service.scanReturn(number),
    spoilParcel: async (trackingNumber) => service.spoilParcel(trackingNumber),
    mendParcel: async (trackingNumber) => service.spoilParcel(trackingNumber, false),
    letTimePass: async (milliseconds) => {
      clock.now += milliseconds;
    },
    close: async () => undefined,
  } satisfies ServiceUnderTest;
}

/** The faults of calls, and what only a service that is called can have. */
function getFaults(service: InMemoryService) {
  return {
    createForeign: async (reference) =>
      service.createForeign(sampleOrder({ reference, lines: [sampleLine({ sku: 'OTHER-APP' })] })),
    giveOddStatus: async (id) => service.giveOddStatus(id),
    failNextRead: async () => service.shelves.failNextPage(),
    closeStock: async () => {
      service.shelves.open = false;
    },
    loseNextAnswer: async () => service.meetNextWriteWith({ kind: 'lost answer' }),
    loseNextRequest: async () => service.meetNextWriteWith({ kind: 'lost request' }),
    throttleNextCall: async (seconds) => service.meetNextWriteWith({ kind: 'throttled', seconds }),
    refuseNextWrite: async (upstreamMessage) =>
      service.meetNextWriteWith({ kind: 'refused', upstreamMessage }),
    garbleNextAnswer: async () => service.garbleNextAnswer(),
    goDown: async () => {
      service.isDown = true;
    },
    comeUp: async () => {
      service.isDown = false;
    },
  } satisfies Partial<ServiceUnderTest>;
}
