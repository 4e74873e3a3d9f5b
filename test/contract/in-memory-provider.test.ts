import { InMemoryService } from './in-memory-provider.ts';
import { describeProviderContract } from './provider-contract.ts';
import { PAGE_SIZE } from './service-under-test.ts';

describeProviderContract('the in-memory fake', async () => {
  let now = Date.UTC(2026, 0, 5);
  const service = new InMemoryService(() => now);
  return {
    provider: service.provider({ pageSize: PAGE_SIZE }),
    stranger: service.provider({ known: false }),
    orderCount: async () => service.orders.length,
    ship: async (id) => service.ship(id),
    shipInParts: async (id) => service.shipInParts(id),
    shipFrom: async (id) => {
      service.ship(id, undefined, { warehouse: 'second' });
      return 'second';
    },
    hold: async (id, until) => service.hold(id, until),
    release: async (id) => service.release(id),
    cancelByHand: async (id) => service.cancelByHand(id),
    restoreByHand: async (id) => service.cancelByHand(id, false),
    deleteByHand: async (id) => service.deleteByHand(id),
    merge: async (ids) => service.merge(ids),
    shipFirstLine: async (id) => {
      service.ship(id, service.orders.find((order) => order.id === id)!.content.lines.slice(0, 1));
    },
    cancelRest: async (id) => service.cancelByHand(id),
    voidParcel: async (trackingNumber) => service.voidParcel(trackingNumber),
    deliver: async (trackingNumber) => service.deliver(trackingNumber),
    sendReturnLabel: async (id) => service.sendReturnLabel(id),
    scanReturn: async (number) => service.scanReturn(number),
    getStreet: async (id) => service.orders.find((order) => order.id === id)!.content.shipTo.line1,
    putStock: async (sku, onHand, shelf) => service.shelves.put({ sku, onHand }, shelf),
    failNextRead: async () => service.shelves.failNextPage(),
    closeStock: async () => {
      service.shelves.open = false;
    },
    loseNextAnswer: async () => service.meetNextWriteWith({ kind: 'lost answer' }),
    throttleNextCall: async (seconds) => service.meetNextWriteWith({ kind: 'throttled', seconds }),
    refuseNextWrite: async (upstreamMessage) =>
      service.meetNextWriteWith({ kind: 'refused', upstreamMessage }),
    letTimePass: async (milliseconds) => {
      now += milliseconds;
    },
    close: async () => undefined,
  };
});
