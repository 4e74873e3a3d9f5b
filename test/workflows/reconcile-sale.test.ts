import { describe, expect, it, vi } from 'vitest';
import { Deferred } from '../../lib/domain/errors.ts';
import type { ItemKey } from '../../lib/store/large-items.ts';
import { connection } from '../builders/connection.ts';
import { fulfilment, line, sale, stageLine } from '../builders/sale.ts';
import { World } from './world.ts';

describe('reconciling a sale', () => {
  it('reads it once for all events, makes its order, and queues it', async () => {
    const world = new World();
    await world.reconcile(world.event(), world.event(), world.event({ event: 'Sale/Backordered' }));
    expect(world.dear.calls).toEqual(['read']);
    expect(world.fulfillment.messages).toEqual([{ reference: 'SO-00042-1' }]);
    expect(await world.order()).toMatchObject({ status: 'Queued' });
    expect(await world.sales.read(world.dear.sale.id)).toMatchObject({
      outcome: 'ordered',
      references: ['SO-00042-1'],
      by: 'DEAR Sale/OrderAuthorised, DEAR Sale/Backordered',
    });
  });

  it('makes no second order when it is read again', async () => {
    const world = new World();
    await world.reconcile();
    await world.dispatch();
    await world.reconcile();
    expect((await world.sales.read(world.dear.sale.id))?.references).toEqual(['SO-00042-1']);
    expect(world.fulfillment.messages).toHaveLength(1);
  });

  it('queues an order again that was stored but never queued', async () => {
    const world = new World();
    world.fulfillment.stopped = true;
    await expect(world.reconcile()).rejects.toThrow('ECONNREFUSED');
    world.fulfillment.stopped = false;
    await world.reconcile();
    expect(world.fulfillment.messages).toEqual([{ reference: 'SO-00042-1' }]);
  });

  it('records an ignored sale with its reason', async () => {
    const world = new World(sale({ location: 'Main Warehouse' }));
    await world.reconcile();
    expect(await world.sales.read(world.dear.sale.id)).toMatchObject({
      outcome: 'ignored',
      reason: "No connection ships from the sale's location, 'Main Warehouse'.",
      references: [],
    });
    expect(world.fulfillment.messages).toEqual([]);
  });

  it('records a sale that DEAR does not return, with DEAR’s code and without its message', async () => {
    const world = new World();
    await world.reconcile(world.event({ saleId: 'ffffffff-0000-4000-8000-000000000000' }));
    expect(await world.sales.read('ffffffff-0000-4000-8000-000000000000')).toMatchObject({
      outcome: 'ignored',
      reason: expect.stringMatching(/^DEAR does not return the sale: (?!not found)/),
    });
  });

  it('finds a sale by its order number if the event carries no id', async () => {
    const world = new World();
    await world.reconcile(
      world.event({
        saleId: '',
        saleTaskId: 'feedface-0000-4000-8000-000000000000',
        event: 'Sale/ShipmentAuthorised',
      }),
    );
    expect(world.dear.calls).toEqual(['find', 'read']);
    expect(await world.order()).toMatchObject({ status: 'Queued' });
  });

  it('cancels an order that was never sent when the sale is voided', async () => {
    const world = new World();
    await world.reconcile();
    world.dear.sale = { ...world.dear.sale, status: 'VOIDED' };
    await world.reconcile(world.event({ event: 'Sale/Voided' }));
    expect(await world.order()).toMatchObject({
      status: 'Cancelled',
      reason: 'The sale was voided in DEAR.',
    });
  });
});

describe('an irrelevant event costs DEAR no call', () => {
  async function known(): Promise<World> {
    const world = new World();
    await world.reconcile();
    await world.dispatch();
    world.service.ship('order-1');
    await world.collect();
    world.dear.calls.length = 0;
    return world;
  }

  it('an echo of our own tracking number', async () => {
    const world = await known();
    const before = await world.order();
    await world.reconcile(
      world.event({ event: 'Sale/ShipmentTrackingNumberChanged', trackingNumbers: ['TRACK1'] }),
    );
    expect(world.dear.calls).toEqual([]);
    expect(await world.order()).toEqual(before);
  });

  it('a tracking number that a person typed, which is noted once and not overwritten', async () => {
    const world = await known();
    const typed = world.event({
      event: 'Sale/ShipmentTrackingNumberChanged',
      trackingNumbers: ['TRACK1', 'HAND9'],
    });
    await world.reconcile(typed);
    await world.reconcile(typed);
    expect(world.dear.calls).toEqual([]);
    const notes = (await world.order()).log.filter(({ what }) => what.includes('HAND9'));
    expect(notes).toHaveLength(1);
  });

  it.each(['Sale/PickAuthorised', 'Sale/ShipmentAuthorised', 'Sale/InvoiceAuthorised', 'Sale/Created'])(
    '%s',
    async (event) => {
      const world = await known();
      await world.reconcile(world.event({ event, saleId: '', saleTaskId: world.dear.sale.id }));
      await world.reconcile(
        world.event({ event, saleId: '', saleTaskId: 'feedface-0000-4000-8000-000000000000' }),
      );
      expect(world.dear.calls).toEqual([]);
    },
  );

  it('except a later stage of an unknown sale, whose webhook was missed', async () => {
    const world = new World();
    await world.reconcile(world.event({ event: 'Sale/PickAuthorised' }));
    expect(await world.order()).toMatchObject({ status: 'Queued' });
  });
});

describe('a change that the sweep saw', () => {
  const MINUTE = 60_000;
  const swept = (world: World, updatedAt = world.now - MINUTE) =>
    world.event({ event: 'sweep', updatedAt: new Date(updatedAt).toISOString() });
  const reads = (world: World) => world.dear.calls.filter((call) => call === 'read').length;

  it('costs no call if the sale was read since', async () => {
    const world = new World();
    await world.reconcile();
    await world.reconcile(swept(world));
    expect(reads(world)).toBe(1);
    await world.reconcile(swept(world, world.now));
    expect(reads(world)).toBe(2);
  });

  it('is read again if its reading was interrupted', async () => {
    const world = new World();
    world.fulfillment.stopped = true;
    await expect(world.reconcile(swept(world))).rejects.toThrow('ECONNREFUSED');
    world.fulfillment.stopped = false;
    await world.reconcile(swept(world));
    expect(world.fulfillment.messages).toEqual([{ reference: 'SO-00042-1' }]);
  });

  it('is read again if its reading has to wait for a provider', async () => {
    const world = new World();
    await world.reconcile();
    const order = await world.order();
    await world.orders.update(order, (current) => ({
      ...current,
      submission: { ...current.submission, state: 'unknown' },
    }));
    world.now += 5 * MINUTE;
    world.dear.sale = { ...world.dear.sale, email: 'new@quillthread.example' };
    for (const read of [2, 3]) {
      await expect(world.reconcile(swept(world))).rejects.toBeInstanceOf(Deferred);
      expect(reads(world)).toBe(read);
    }
  });

  it('is read if a person made it just before our own write, whose time DEAR shows', async () => {
    const world = new World();
    await world.reconcile();
    await world.dispatch();
    world.service.ship(world.service.orders[0]?.id ?? '');
    await world.collect();
    world.now += 30 * MINUTE;
    world.dear.sale = { ...world.dear.sale, email: 'new@quillthread.example' };
    await world.confirm();
    const confirmedAt = world.now;
    world.now += 2 * MINUTE;
    await world.reconcile(swept(world, confirmedAt));
    expect((await world.order()).log.at(-1)?.what).toContain('The sale changed in DEAR after');
  });

  it('is stored with the snapshot: authorised, complete, waiting for goods', async () => {
    const world = new World(sale({ lines: [line({ backorderQuantity: 1 })] }));
    const seen = async () => world.sales.read(world.dear.sale.id);
    const first = new Date(world.now).toISOString();
    await world.reconcile();
    expect(await seen()).toMatchObject({ isAuthorised: true, isComplete: false, goodsAwaitedSince: first });
    world.now += MINUTE;
    await world.reconcile(world.event({ event: 'sweep' }));
    const second = new Date(world.now).toISOString();
    expect(await seen()).toMatchObject({ readAt: second, goodsAwaitedSince: first });
    world.dear.sale = sale({ status: 'VOIDED' });
    await world.reconcile(world.event({ event: 'sweep' }));
    expect(await seen()).toMatchObject({ isAuthorised: false, goodsAwaitedSince: '' });
  });
});

/** One order for each of two fulfilments. */
function twoOrders(): World {
  const picked = (number: number) =>
    fulfilment({ number, taskId: `task-${number}`, pick: { status: 'AUTHORISED', lines: [stageLine()] } });
  const world = new World(sale({ type: 'advanced', fulfilments: [picked(1), picked(2)] }));
  world.connections = [connection({ trigger: 'PickAuthorised' })];
  return world;
}

/** Lets the n-th write of the table fail, before it is done or after. */
function failAt(world: World, write: number, when: 'before' | 'after') {
  const real = world.table.putItem.bind(world.table);
  let count = 0;
  return vi.spyOn(world.table, 'putItem').mockImplementation(async (key: ItemKey, item, condition) => {
    count += 1;
    // Some writes are made side by side.
    const isThis = count === write;
    if (isThis && when === 'before') throw new Error('killed');
    const before = await real(key, item, condition);
    if (isThis) throw new Error('killed');
    return before;
  });
}

/** The output of `sale show` must be true at any moment. */
async function expectNoOrderToBeMissing(world: World): Promise<void> {
  const record = await world.sales.read(world.dear.sale.id);
  if (record?.outcome !== 'ordered') return;
  for (const reference of record.references) {
    const order = await world.order(reference);
    expect(await world.orders.readContent(order)).not.toBeNull();
  }
}

describe('a plan that is carried out', () => {
  const writes = Array.from({ length: 22 }, (_, index) => index + 1);

  it.each(writes.flatMap((write) => [['before', write] as const, ['after', write] as const]))(
    'and killed %s write %i never says ordered of an order that is not stored, and is completed by the next look',
    async (when, write) => {
      const world = twoOrders();
      const failing = failAt(world, write, when);
      await expect(world.reconcile()).rejects.toThrow('killed');
      await expectNoOrderToBeMissing(world);
      failing.mockRestore();
      await world.reconcile();
      await expectNoOrderToBeMissing(world);
      expect(await world.sales.read(world.dear.sale.id)).toMatchObject({
        outcome: 'ordered',
        references: ['SO-00042-1', 'SO-00042-2'],
      });
      const queued = new Set(world.fulfillment.messages.map(({ reference }) => reference));
      expect([...queued].sort()).toEqual(['SO-00042-1', 'SO-00042-2']);
    },
  );

  it('takes no more writes than the cases above interrupt', async () => {
    const world = twoOrders();
    const counting = failAt(world, 0, 'before');
    await world.reconcile();
    expect(counting).toHaveBeenCalledTimes(writes.length);
  });

  it('that stops in the middle shows what is planned, and where to look', async () => {
    const world = twoOrders();
    failAt(world, 4, 'before');
    await expect(world.reconcile()).rejects.toThrow('killed');
    expect(await world.sales.read(world.dear.sale.id)).toMatchObject({
      outcome: 'planned',
      reason: expect.stringContaining('bridge queues peek sale-events'),
    });
  });
});
