import { afterEach, describe, expect, it } from 'vitest';
import type { FulfillmentOrder } from '../../lib/domain/order/fulfillment-order.ts';
import { waitingFor } from '../../lib/domain/order/transitions.ts';
import type { OrderMessage, SaleEventMessage } from '../../lib/messaging/messages.ts';
import { actOnOrder } from '../../lib/workflows/act-on-order.ts';
import { itForSome } from '../builders/exhaustive.ts';
import { RecordingQueue } from '../fakes/recording-queue.ts';
import { MINUTE, startVirtualSystem, type VirtualSystem } from './virtual-system.ts';

/** Changes of a parcel's label after it was reported, before and after the confirmation. */
describe('a parcel that is corrected', () => {
  const running: VirtualSystem[] = [];
  afterEach(async () => {
    for (const system of running.splice(0)) await system.stop();
  });

  async function sold(skus = ['TRL-MUG-350'], connection = {}) {
    const system = await startVirtualSystem({ connection });
    running.push(system);
    const lines = skus.map((sku) => ({ sku, quantity: 1 }));
    const { number } = await system.dear.authoriseSale({
      location: system.location,
      carrier: 'UPS Ground',
      lines,
    });
    await system.advance(5 * MINUTE);
    const reference = `${number}-1`;
    const shipmentId = (await system.bench.ordersFor(reference))[0]!.id;
    const order = async (): Promise<FulfillmentOrder> => (await system.orders.read(reference))!;
    const shipStation = (path: string, body: object = {}) => system.screen('shipStation', 'POST', path, body);
    const shown = async () => {
      const { fulfilments } = await system.dear.sale(number);
      return fulfilments.flatMap(({ ship }) => ship.lines.map(({ trackingNumbers }) => trackingNumbers));
    };
    /** Long enough for every run, message and webhook that follows. */
    const settle = () => system.advance(6 * MINUTE);
    const toId = async (index: number) => (await order()).packages[index]!.id.split(':')[1]!;
    return { ...system, system, number, shipmentId, order, shipStation, shown, settle, toId };
  }

  it('gets its number in DEAR later if it was marked as shipped without one', async () => {
    const it = await sold();
    await it.shipStation(`shipments/${it.shipmentId}/mark-shipped`);
    await it.settle();
    expect(await it.shown()).toEqual([[]]);
    await it.shipStation(`fulfillments/${await it.toId(0)}/edit`, { trackingNumber: 'DHL-7' });
    await it.settle();
    expect(await it.shown()).toEqual([['DHL-7']]);
    const order = await it.order();
    expect(order).toMatchObject({
      reason: 'Shipped, and confirmed to DEAR.',
      confirmation: { corrections: [] },
    });
    expect(order.log.map(({ what }) => what)).toContainEqual(expect.stringContaining('came: DHL-7'));
    expect(waitingFor(order)).toBe('');
    expect((await it.orders.findByTracking('DHL-7'))?.reference).toBe(order.reference);
  });

  it.each([
    ['before', 0],
    ['after', 6],
  ])('shows only the corrected number if that comes %s the confirmation', async (_, minutes) => {
    const it = await sold();
    const old = await it.bench.ship(it.shipmentId);
    await it.advance(minutes * MINUTE);
    const list = (await it.screen('shipStation', 'GET', 'labels')) as { labels: { label_id: string }[] };
    await it.shipStation(`labels/${list.labels[0]!.label_id}/edit`, { trackingNumber: '1ZNEW' });
    await it.settle();
    expect(await it.shown()).toEqual([['1ZNEW']]);
    const order = await it.order();
    expect(order.confirmation).toMatchObject({ state: 'confirmed', corrections: [] });
    if (minutes > 0) {
      expect(order.log.map(({ what }) => what)).toContainEqual(
        expect.stringContaining(`${old} is no longer its number`),
      );
    }
  });

  itForSome(['label', 'fulfillment'], 2)(
    'of a %s has its number in DEAR within half a day, however late it comes',
    async (kind) => {
      const it = await sold();
      if (kind === 'label') await it.bench.ship(it.shipmentId);
      else await it.bench.markShipped(it.shipmentId);
      await it.advance(3 * 60 * MINUTE);
      await it.shipStation(`${kind}s/${await it.toId(0)}/edit`, { trackingNumber: 'LATE-1' });
      await it.advance(10 * 60 * MINUTE);
      expect(await it.shown()).toEqual([['LATE-1']]);
      expect(await it.order()).toMatchObject({ status: 'Shipped', confirmation: { corrections: [] } });
    },
  );

  it('leaves the other parcels of its shipment as they are', async () => {
    const it = await sold(['TRL-MUG-350', 'TRL-KNIFE-S']);
    const parts = await it.bench.split(it.shipmentId, 1);
    const [first] = [await it.bench.ship(parts[0]!), await it.bench.ship(parts[1]!)];
    await it.settle();
    await it.shipStation(`labels/${await it.toId(1)}/edit`, {
      trackingNumber: '1ZNEW',
      carrier: 'dhl_express',
    });
    await it.settle();
    expect(await it.shown()).toEqual([[first], ['1ZNEW']]);
    const lines = (await it.dear.sale(it.number)).fulfilments[0]!.ship.lines;
    expect(lines.map(({ carrier }) => carrier)).toEqual(['UPS', 'DHL Express']);
  });

  it('is confirmed with its new label if the old one was voided, and is Delivered by that', async () => {
    const it = await sold();
    const dead = await it.bench.ship(it.shipmentId);
    await it.settle();
    const label = await it.toId(0);
    await it.shipStation(`labels/${label}/void`);
    await it.settle();
    const raised = await it.order();
    expect(waitingFor(raised)).toBe('confirmation-refused');
    expect(raised.reason).toContain(`${dead} was voided after DEAR showed it as shipped`);
    await it.settle();
    expect(await it.order()).toEqual(raised);
    const alive = await it.bench.ship(it.shipmentId);
    await it.settle();
    expect(await it.shown()).toEqual([[alive]]);
    const settled = await it.order();
    expect(settled).toMatchObject({ status: 'Shipped', reason: 'Shipped, and confirmed to DEAR.' });
    expect(waitingFor(settled)).toBe('');
    await it.shipStation(`labels/${await it.toId(0)}/deliver`);
    await it.advance(60 * MINUTE);
    expect(await it.order()).toMatchObject({ status: 'Delivered', packages: [{ trackingNumbers: [alive] }] });
  });

  it('is confirmed again if a person undid its shipment in DEAR after its label was voided', async () => {
    const it = await sold();
    await it.bench.ship(it.shipmentId);
    await it.settle();
    await it.shipStation(`labels/${await it.toId(0)}/void`);
    await it.settle();
    await it.dear.click(it.number, 'undo', { stage: 'ship' });
    await it.advance(20 * MINUTE);
    const order = await it.order();
    expect(order).toMatchObject({ packages: [], confirmation: { state: 'none', packages: [] } });
    expect(waitingFor(order)).toBe('departure');
    const alive = await it.bench.ship(it.shipmentId);
    await it.settle();
    expect(await it.shown()).toEqual([[alive]]);
    expect(await it.order()).toMatchObject({ reason: 'Shipped, and confirmed to DEAR.' });
  });

  it('waits for nothing once a person acknowledged that DEAR is correct', async () => {
    const it = await sold(['TRL-MUG-350'], { estimatedArrivalDays: 1 });
    await it.bench.ship(it.shipmentId);
    await it.settle();
    await it.shipStation(`labels/${await it.toId(0)}/void`);
    await it.settle();
    await actOnOrder((await it.order()).reference, 'acknowledge', 'Ada', {
      orders: it.orders,
      fulfillment: new RecordingQueue<OrderMessage>(),
      confirmations: new RecordingQueue<OrderMessage>(),
      saleEvents: new RecordingQueue<SaleEventMessage>(),
      abilities: { canCancel: true },
      now: it.now,
    });
    expect(waitingFor(await it.order())).toBe('');
    await it.settle();
    expect(await it.order()).toMatchObject({ reason: expect.stringContaining('Settled in DEAR') });
    await it.advance(25 * 60 * MINUTE);
    expect(await it.order()).toMatchObject({ status: 'Completed' });
  });
});
