import { describe, expect, it } from 'vitest';
import { isoTime } from '../../lib/domain/clock.ts';
import { waitingFor } from '../../lib/domain/order/transitions.ts';
import type { OpenOrder } from '../../lib/providers/provider.ts';
import { connection } from '../builders/connection.ts';
import { line, sale } from '../builders/sale.ts';
import { World } from './world.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A bridge whose one order its provider has accepted. */
class Warehouse extends World {
  static async withOrder(partialShipments: 'wait' | 'convert' = 'wait'): Promise<Warehouse> {
    const world = new Warehouse();
    world.connections = [connection({ partialShipments })];
    await world.reconcile();
    await world.dispatch();
    world.now += HOUR;
    return world;
  }

  /** An hour passes, in which shipments are collected; then the orders are checked. */
  async look(): Promise<void> {
    this.now += HOUR;
    await this.collect();
    const run = { job: 'collect-shipments', connection: 'lantern', doneUntil: '', startedAt: '', counts: {} };
    await this.runs.save({ ...run, succeededAt: isoTime(this.now), outcome: 'finished', failure: '' });
    await this.checkOrders();
  }

  goods() {
    return this.service.orders.find(({ id }) => id === 'order-1')!.content.lines;
  }

  async stands() {
    const order = await this.order();
    return [order.status, waitingFor(order), order.reason];
  }
}

const DECIDE = 'Close it short, and reorder or drop what is missing.';
const STANDS_STILL: ReadonlyArray<[string, (world: Warehouse) => void, string, string]> = [
  [
    'was cancelled at its service by hand',
    ({ service }) => service.cancelByHand('order-1'),
    'Cancelled',
    `It was cancelled at lantern by hand, and the sale still asks for the goods. ${DECIDE}`,
  ],
  [
    'was deleted there',
    ({ service }) => service.deleteByHand('order-1'),
    'Cancelled',
    `lantern has no such order any more: it was deleted there. The sale still asks for the goods. ${DECIDE}`,
  ],
  [
    'left in part, and its rest was cancelled there',
    (world) => {
      world.service.ship('order-1', world.goods().slice(0, 1));
      world.service.cancelByHand('order-1');
    },
    'Shipped',
    `lantern ships no more of it; missing: 3 × WAX-02. ${DECIDE}`,
  ],
  [
    'left with another product in place of its own',
    (world) => {
      const [quill, wax] = world.goods();
      world.service.ship('order-1', [quill!, { ...wax!, sku: 'WAX-03' }]);
    },
    'Shipped',
    'lantern ships no more of it; missing: 3 × WAX-02. Its parcels hold 3 × WAX-03, which is not on the order: accept that in its place, or close the order short.',
  ],
  [
    'left with another product on a line that its service does not name',
    (world) => {
      const [quill, wax] = world.goods();
      world.service.ship('order-1', [quill!, { ...wax!, key: '', sku: 'WAX-03' }]);
    },
    'Shipped',
    'lantern ships no more of it; missing: 3 × WAX-02. Its parcels hold 3 × WAX-03, which is not on the order: accept that in its place, or close the order short.',
  ],
];

describe('checking the orders that have not left', () => {
  it.each(STANDS_STILL)(
    'finds that an order %s, and sets a reason that says what to do',
    async (_, happens, status, reason) => {
      const world = await Warehouse.withOrder();
      happens(world);
      await world.look();
      expect(await world.stands()).toEqual([status, 'standstill', reason]);
      const noted = await world.order();
      await world.look();
      expect(await world.order()).toEqual(noted);
    },
  );

  it('changes nothing of an order that its provider still packs', async () => {
    const world = await Warehouse.withOrder();
    const before = await world.order();
    await world.look();
    expect(await world.order()).toEqual(before);
  });

  it('sets an order On Hold that people hold at the provider, and Shipped once they release it', async () => {
    const world = await Warehouse.withOrder();
    world.service.hold('order-1', '2026-03-09');
    await world.look();
    expect(await world.stands()).toEqual([
      'On Hold',
      'hold',
      'It is held at lantern by hand until 2026-03-09.',
    ]);
    world.service.release('order-1');
    await world.look();
    expect((await world.stands()).slice(0, 2)).toEqual(['Shipped', 'departure']);
  });

  it.each<[string, (world: Warehouse) => void, string]>([
    ['that was held a moment ago as open', ({ service }) => service.hold('order-1', '2026-03-09'), 'On Hold'],
    ['that was released a moment ago as held', ({ service }) => service.release('order-1'), 'Shipped'],
  ])('records nothing of a list that still shows an order %s', async (_, happens, status) => {
    const world = await Warehouse.withOrder();
    if (status === 'Shipped') world.service.hold('order-1', '2026-03-09');
    const stale: (readonly OpenOrder[])[] = [];
    for await (const page of world.provider.openOrders()) stale.push(structuredClone(page));
    happens(world);
    await world.look();
    expect((await world.order()).status).toBe(status);
    const before = await world.order();
    async function* openOrders() {
      yield* stale;
    }
    world.provider = { ...world.provider, openOrders };
    await world.look();
    expect(await world.order()).toEqual(before);
  });

  it('sends a change of the sale that was made while the order was held, once it is released', async () => {
    const world = await Warehouse.withOrder();
    world.service.hold('order-1');
    await world.look();
    Object.assign(world.dear.sale, { shippingNotes: 'Leave it with the porter' });
    await world.reconcile();
    await world.dispatch();
    expect((await world.order()).reason).toBe(
      'The sale changed in DEAR; lantern is updated once it is released there.',
    );
    world.service.release('order-1');
    await world.look();
    await world.reconcile(...world.saleEvents.messages);
    await world.dispatch();
    expect(world.service.orders[0]!.content.customerNotes).toContain('Leave it with the porter');
  });

  it('cancels a held order at the provider if a person cancels it here', async () => {
    const world = await Warehouse.withOrder();
    world.service.hold('order-1');
    await world.look();
    await world.act('cancel');
    await world.dispatch();
    expect(world.service.orders[0]!.cancelled).toBe(true);
    expect((await world.order()).status).toBe('Cancelled');
  });

  it.each(['cancelled', 'incomplete'])(
    'withdraws the note that an order is %s, once people there resume it',
    async (how) => {
      const world = await Warehouse.withOrder();
      if (how === 'incomplete') world.service.ship('order-1', world.goods().slice(0, 1));
      world.service.cancelByHand('order-1');
      await world.look();
      expect((await world.order()).standstill).toBe(how);
      world.service.cancelByHand('order-1', false);
      await world.look();
      expect((await world.stands()).slice(0, 2)).toEqual(['Shipped', 'departure']);
    },
  );

  it('withdraws the note that an order was deleted, if its goods leave after all', async () => {
    const world = await Warehouse.withOrder();
    const [held] = world.service.orders;
    world.service.deleteByHand('order-1');
    await world.look();
    world.service.orders.push(held!);
    world.service.ship('order-1');
    await world.collect();
    expect((await world.stands()).slice(0, 2)).toEqual(['Shipped', 'confirmation']);
  });

  it('follows an order that was merged with another, and does not report it as deleted', async () => {
    const world = await Warehouse.withOrder();
    const provider = world.service.provider();
    const { content } = world.service.orders[0]!;
    const other = await provider.submit({ ...content, reference: 'SO-00043-1' });
    const merged = world.service.merge(['order-1', other.providerOrderId]);
    await world.look();
    expect(await world.stands()).toEqual([
      'Shipped',
      'departure',
      `It was merged with SO-00043-1 at lantern as ${merged}, and ships with it.`,
    ]);
  });

  it('concludes nothing from a parcel that was not collected yet', async () => {
    const world = await Warehouse.withOrder();
    await world.look();
    world.service.ship('order-1', world.goods().slice(0, 1));
    await world.collect();
    world.service.ship('order-1', world.goods().slice(1));
    await world.checkOrders();
    expect((await world.stands()).slice(0, 2)).toEqual(['Shipped', 'departure']);
  });

  it('records that an order is late if it has not left for five days', async () => {
    const world = await Warehouse.withOrder();
    world.now += 5 * DAY;
    await world.look();
    expect((await world.stands())[2]).toBe(
      'lantern has had it for 5 days or more, and nothing of it has left. Ask there what holds it up, or cancel it.',
    );
    const noted = await world.order();
    await world.look();
    expect(await world.order()).toEqual(noted);
  });

  it('ends an order whose cancel was refused, once people at the provider cancel it', async () => {
    const world = await Warehouse.withOrder();
    Object.assign(world.dear.sale, { status: 'VOIDED' });
    await world.reconcile();
    world.service.meetNextWriteWith({ kind: 'refused', upstreamMessage: 'It is being packed.' });
    await world.dispatch();
    expect(waitingFor(await world.order())).toBe('cancel-refused');
    world.service.cancelByHand('order-1');
    await world.look();
    expect(await world.stands()).toEqual([
      'Cancelled',
      '',
      'It was stopped at lantern by hand, and the sale no longer asks for it.',
    ]);
  });
});

describe('an order that stands still', () => {
  const closed = async (rest: 'reorder' | 'drop') => {
    const world = await Warehouse.withOrder();
    world.service.ship('order-1', world.goods().slice(0, 1));
    world.service.cancelByHand('order-1');
    await world.look();
    await world.act(`close-and-${rest}`);
    return world;
  };

  it('is closed short, and the goods that left are confirmed', async () => {
    const world = await closed('drop');
    expect(world.confirmations.messages).toContainEqual({ reference: 'SO-00042-1' });
    await world.confirm();
    expect(await world.stands()).toEqual([
      'Shipped',
      '',
      'Shipped, and confirmed to DEAR. Closed short: 3 × WAX-02 was not shipped.',
    ]);
    expect(world.saleEvents.messages).toEqual([]);
  });

  it('is queued again and not changed again if it is closed short twice', async () => {
    const world = await closed('drop');
    const before = await world.order();
    await world.act('close-and-drop');
    expect(await world.order()).toEqual(before);
    await expect(world.act('close-and-reorder')).rejects.toThrow('it is closed');
  });

  it('stays closed if its sale is edited later', async () => {
    const world = await closed('drop');
    await world.confirm();
    Object.assign(world.dear.sale, { shippingNotes: 'Ring once' });
    await world.reconcile();
    expect((await world.order()).confirmation.state).toBe('confirmed');
    expect(await world.orders.read('SO-00042-2')).toBeNull();
  });

  it('returns its goods to the sale if nothing left, and the next order takes them', async () => {
    const world = await Warehouse.withOrder();
    world.service.cancelByHand('order-1');
    await world.look();
    await world.act('close-and-reorder');
    await world.reconcile(...world.saleEvents.messages);
    await world.dispatch('SO-00042-2');
    expect(world.service.orders.map(({ content }) => content.reference)).toEqual([
      'SO-00042-1',
      'SO-00042-2',
    ]);
    expect((await world.order('SO-00042-2')).lines).toEqual((await world.order()).lines);
  });

  it('is not ordered again if its goods are dropped', async () => {
    const world = await Warehouse.withOrder();
    world.service.deleteByHand('order-1');
    await world.look();
    await world.act('close-and-drop');
    await world.reconcile();
    expect(await world.orders.read('SO-00042-2')).toBeNull();
    expect((await world.stands()).slice(0, 2)).toEqual(['Cancelled', '']);
  });

  it('confirms the ordered product if another is accepted in its place, and notes which left', async () => {
    const world = await Warehouse.withOrder();
    const [quill, wax] = world.goods();
    world.service.ship('order-1', [quill!, { ...wax!, sku: 'WAX-03' }]);
    await world.look();
    await world.act('accept');
    await world.confirm();
    const order = await world.order();
    expect(order.packages[0]!.contents).toMatchObject([
      { key: 'line-1', quantity: 2 },
      { key: 'line-2', quantity: 3, leftInstead: 'WAX-03' },
    ]);
    expect(order.confirmation.state).toBe('confirmed');
    expect(order.log.map(({ what }) => what)).toContainEqual(
      'Ada accepted 3 × WAX-03 in place of 3 × WAX-02. DEAR records the ordered product as shipped, because it accepts no other in the sale: correct the stock of both there.',
    );
  });

  it('confirms an accepted product also if its parcel was confirmed already', async () => {
    const world = await Warehouse.withOrder('convert');
    const [quill, wax] = world.goods();
    world.service.ship('order-1', [quill!, { ...wax!, sku: 'WAX-03' }]);
    await world.collect();
    await world.confirm();
    await world.look();
    expect((await world.stands())[1]).toBe('standstill');
    await world.act('accept');
    await world.confirm();
    expect((await world.stands()).slice(0, 2)).toEqual(['Shipped', '']);
  });

  it('keeps waiting for a person if less of another product left than was ordered', async () => {
    const world = await Warehouse.withOrder();
    const [quill, wax] = world.goods();
    world.service.ship('order-1', [quill!, { ...wax!, sku: 'WAX-03', quantity: 1 }]);
    await world.look();
    await world.act('accept');
    expect(await world.stands()).toEqual([
      'Shipped',
      'standstill',
      `lantern ships no more of it; missing: 2 × WAX-02. ${DECIDE}`,
    ]);
  });

  it('waits for a person if several products are missing and the other could replace any of them', async () => {
    const world = await Warehouse.withOrder();
    const [, wax] = world.goods();
    world.service.ship('order-1', [
      { ...wax!, sku: 'WAX-03', key: '' },
      { ...wax!, sku: 'INK-01', key: 'line-1' },
      { ...wax!, sku: 'INK-02', key: 'line-2' },
    ]);
    await world.look();
    await expect(world.act('accept')).rejects.toThrow('several of its products are missing');
  });
});

describe('a SKU that the provider spells in another form', () => {
  const withSkus = (...skus: string[]) =>
    sale({
      lines: skus.map((sku, index) =>
        line({ sku, productId: `b0000000-0000-4000-8000-00000000001${index}` }),
      ),
    });

  it.each(['wax-02', ' WAX-02 ', 'Wax-02\t'])(
    'is the ordered one if only capitals or blanks differ: %j',
    async (sku) => {
      const world = new Warehouse(withSkus('WAX-02'));
      await world.reconcile();
      await world.dispatch();
      for (const key of ['', 'line-1']) {
        const [wax] = world.goods();
        const tracking = world.service.ship('order-1', [{ ...wax!, key, sku }]);
        await world.collect();
        expect((await world.order()).packages.at(-1)).toMatchObject({ contents: [{ key: 'line-1' }] });
        world.service.voidParcel(tracking);
        await world.collect();
      }
    },
  );

  it('matches none of two SKUs that differ only in that, unless it is spelt as one of them', async () => {
    const world = new Warehouse(withSkus('WAX-02', 'wax-02'));
    await world.reconcile();
    await world.dispatch();
    const [wax] = world.goods();
    world.service.ship('order-1', [{ ...wax!, key: '', sku: 'Wax-02', quantity: 1 }]);
    world.service.ship('order-1', [{ ...wax!, key: '', sku: 'wax-02', quantity: 1 }]);
    await world.collect();
    const { packages } = await world.order();
    expect(
      packages.map(({ contents, others }) => [contents.map(({ key }) => key), others?.[0]?.sku]),
    ).toEqual([
      [[], 'Wax-02'],
      [['line-2'], undefined],
    ]);
  });
});
