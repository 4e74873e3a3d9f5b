import { describe, expect, it, vi } from 'vitest';
import { ORDER } from '../../lib/store/fulfillment-orders.ts';
import { RecordedNews } from '../../lib/workflows/collect-shipments.ts';
import { line, sale } from '../builders/sale.ts';
import { World } from './world.ts';

async function accepted(from = sale()): Promise<World> {
  const world = new World(from);
  await world.reconcile();
  await world.dispatch();
  return world;
}

/** A run whose overlap covers everything. */
async function lookBack(world: World) {
  vi.spyOn(world.cursors, 'read').mockResolvedValueOnce(null);
  return await world.collect();
}

describe('collecting shipments', () => {
  it('records each parcel and queues the order once all of it is out', async () => {
    const world = await accepted();
    const [first, second] = world.service.orders[0]!.content.lines;
    world.service.ship('order-1', [first!]);
    await world.collect();
    expect(world.confirmations.messages).toEqual([]);
    world.service.ship('order-1', [second!]);
    await world.collect();
    expect((await world.order()).packages.map(({ trackingNumbers }) => trackingNumbers)).toEqual([
      ['TRACK1'],
      ['TRACK2'],
    ]);
    expect(world.confirmations.messages).toEqual([{ reference: 'SO-00042-1' }]);
  });

  it.each(['so-00042-1', 'So-00042-1 '])(
    'records a parcel whose service writes the reference as %j',
    async (written) => {
      const world = await accepted();
      world.service.ship('order-1');
      const { provider } = world;
      world.provider = {
        ...provider,
        async *shipmentsSince(cursor) {
          for await (const page of provider.shipmentsSince(cursor))
            yield { ...page, shipments: page.shipments.map((one) => ({ ...one, reference: written })) };
        },
      };
      expect(await world.collect()).toMatchObject({ counts: { unmatched: 0 } });
      expect((await world.order()).packages).toHaveLength(1);
    },
  );

  it('counts unmatched shipments, and changes no order of another connection', async () => {
    const world = await accepted();
    await world.provider.submit({ ...world.service.orders[0]!.content, reference: 'MANUAL-7' });
    world.service.ship('order-2');
    expect(await world.collect()).toMatchObject({ counts: { unmatched: 1, packages: 0 } });
  });

  it('does not advance its cursor over a page whose news is neither recorded nor set aside', async () => {
    const world = await accepted();
    world.service.ship('order-1');
    const failing = vi.spyOn(world.table, 'putItem').mockRejectedValue(new Error('the table is down'));
    await expect(world.collect()).rejects.toThrow('the table is down');
    failing.mockRestore();
    await world.collect();
    expect(world.confirmations.messages).toEqual([{ reference: 'SO-00042-1' }]);
    expect((await world.order()).packages).toHaveLength(1);
  });

  it('reads no order for news that it recorded and queued before', async () => {
    const world = await accepted();
    world.service.ship('order-1');
    await world.collect();
    const read = vi.spyOn(world.orders, 'read');
    expect(await lookBack(world)).toMatchObject({ counts: { shipments: 1 } });
    expect(read).not.toHaveBeenCalled();
  });

  it('reads the order again if queueing it failed', async () => {
    const world = await accepted();
    world.service.ship('order-1');
    const failing = vi.spyOn(world.confirmations, 'publish').mockRejectedValueOnce(new Error('no queue'));
    await world.collect();
    expect(failing).toHaveBeenCalledOnce();
    await world.collect();
    expect(world.confirmations.messages).toEqual([{ reference: 'SO-00042-1' }]);
  });

  it('queues an order again after its process died', async () => {
    const world = await accepted();
    world.service.ship('order-1');
    await world.collect();
    world.recorded = new RecordedNews();
    await lookBack(world);
    expect(world.confirmations.messages).toHaveLength(2);
  });

  it('records a parcel whose order was not stored at the last run', async () => {
    const world = new World();
    await world.reconcile();
    await world.dispatch();
    world.service.ship('order-1');
    vi.spyOn(world.orders, 'read').mockResolvedValueOnce(null);
    expect(await world.collect()).toMatchObject({ counts: { unmatched: 1 } });
    await lookBack(world);
    expect((await world.order()).packages).toHaveLength(1);
  });

  it('saves its cursor when time runs out, and continues from there', async () => {
    const lines = Array.from({ length: 3 }, (_, index) =>
      line({ sku: `SKU-${index}`, productId: `p-${index}` }),
    );
    const world = await accepted(sale({ lines }));
    world.service.shipInParts('order-1');
    world.provider = world.service.provider({ system: 'lantern', pageSize: 1 });
    const endings: string[] = [];
    do endings.push((await world.collect(() => false)).outcome);
    while (endings.at(-1) === 'unfinished' && endings.length < 10);
    expect(endings.slice(0, 3)).toEqual(['unfinished', 'unfinished', 'unfinished']);
    expect(endings.at(-1)).toBe('finished');
    expect((await world.order()).packages).toHaveLength(3);
    expect(world.confirmations.messages.length).toBeGreaterThan(0);
  });
});

describe('an order on which news cannot be recorded', () => {
  const BROKEN = 'SO-00042-1';
  const state = { pk: `ORDER#${BROKEN}`, sk: 'STATE' };

  /** The order of the sale, and another one behind it on the same connection. */
  async function withAnother(): Promise<World> {
    const world = await accepted();
    const order = await world.order();
    await world.orders.save({ ...order, reference: 'SO-00043-1', version: 1 });
    await world.provider.submit({ ...world.service.orders[0]!.content, reference: 'SO-00043-1' });
    return world;
  }

  /** Reading, changing, storing or queueing the order fails. */
  const FAULTS: Record<string, (world: World) => Promise<() => void> | (() => void)> = {
    'cannot be read': async (world) => {
      const before = (await world.table.read(state)) ?? {};
      await world.table.put(state, ORDER.toItem({ ...before, packages: 'none' }), { kind: 'none' });
      return () => world.table.put(state, ORDER.toItem(before), { kind: 'none' });
    },
    'cannot be stored': (world) => {
      const real = world.table.putItem.bind(world.table);
      const spy = vi.spyOn(world.table, 'putItem').mockImplementation((key, item, condition) => {
        if (key.pk === state.pk) throw new Error('ValidationException');
        return real(key, item, condition);
      });
      return () => spy.mockRestore();
    },
    'meets a bug': async (world) => {
      const before = (await world.table.read(state)) ?? {};
      const real = world.orders.update.bind(world.orders);
      const spy = vi.spyOn(world.orders, 'update').mockImplementation((order, change) => {
        if (order.reference === before.reference) throw new TypeError('undefined is not a function');
        return real(order, change);
      });
      return () => spy.mockRestore();
    },
    'cannot be queued': (world) => {
      const spy = vi.spyOn(world.confirmations, 'publish').mockImplementation(async (message) => {
        if (message.reference === BROKEN) throw new Error('InvalidMessageContents');
        world.confirmations.messages.push(message);
      });
      return () => spy.mockRestore();
    },
  };

  it.each(Object.entries(FAULTS))(
    'because it %s is set aside, the others continue, and a later run records it',
    async (_, breakIt) => {
      const world = await withAnother();
      const mend = await breakIt(world);
      world.service.ship('order-1');
      world.service.ship('order-2');
      expect(await world.collect()).toMatchObject({ outcome: 'finished', counts: { setAside: 1 } });
      expect((await world.order('SO-00043-1')).packages).toHaveLength(1);
      const { entries } = await world.setAside.read('lantern');
      expect([...entries.values()]).toMatchObject([
        {
          since: '2026-02-03T09:00:00.000Z',
          reason: expect.stringContaining('What lantern shipped of SO-00042-1'),
        },
      ]);
      expect(world.lines).toContainEqual([
        'shipment.setAside',
        expect.objectContaining({ reference: BROKEN }),
      ]);
      expect(await world.collect()).toMatchObject({ counts: { setAside: 1, pages: 1, packages: 0 } });
      await mend();
      expect(await world.collect()).toMatchObject({ counts: { setAside: 0 } });
      expect((await world.order()).packages).toHaveLength(1);
      expect(world.confirmations.messages).toContainEqual({ reference: BROKEN });
      expect((await world.setAside.read('lantern')).entries.size).toBe(0);
    },
  );

  it('records a label that was voided meanwhile after its parcel, so that the parcel is gone', async () => {
    const world = await accepted();
    const mend = await FAULTS['cannot be read']?.(world);
    const tracking = world.service.ship('order-1');
    await world.collect();
    world.service.voidParcel(tracking);
    await world.collect();
    await mend?.();
    await world.collect();
    expect((await world.order()).packages).toEqual([]);
  });

  it('fails the run, whose cursor stays, if 200 are set aside already', async () => {
    const world = await accepted();
    const news = { shipments: [], withdrawn: [], returns: [] };
    const entries = Array.from({ length: 200 }, (_, index) => ({
      news: { ...news, reference: `SO-9-${index}` },
      since: '2026-02-03T09:00:00.000Z',
      reason: '',
    }));
    await world.setAside.save('lantern', entries, 0);
    await FAULTS['cannot be read']?.(world);
    vi.spyOn(world.orders, 'read').mockRejectedValue(new Error('every order is unreadable'));
    world.service.ship('order-1');
    await expect(world.collect()).rejects.toThrow('every order is unreadable');
    expect(await world.cursors.read('collect-shipments', 'lantern')).toBeNull();
  });

  it('keeps its news no longer than personal data is kept', async () => {
    const world = await accepted();
    await FAULTS['cannot be read']?.(world);
    world.service.ship('order-1');
    await world.collect();
    const [item] = world.table.stored().filter(({ pk }) => pk.startsWith('SET-ASIDE#'));
    expect(item?.expiresAt).toBe(Math.floor(world.now / 1000) + 90 * 86_400);
  });
});
