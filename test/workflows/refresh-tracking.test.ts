import { describe, expect, it } from 'vitest';
import { Unavailable } from '../../lib/domain/errors.ts';
import { planSale } from '../../lib/domain/order/plan.ts';
import { completeIfSilent } from '../../lib/domain/shipment/package-correction.ts';
import { connection } from '../builders/connection.ts';
import { sale } from '../builders/sale.ts';
import { World } from './world.ts';

const DAY = 86_400_000;

/** One order that has left in a single parcel. */
async function shipped(): Promise<{ world: World; tracking: string }> {
  const world = new World(sale());
  await world.reconcile();
  await world.dispatch();
  const tracking = world.service.ship('order-1');
  await world.collect();
  return { world, tracking };
}

describe('refreshing the tracking of shipped orders', () => {
  it('records delivered packages, and does not check them again', async () => {
    const { world, tracking } = await shipped();
    await world.refreshTracking();
    expect(await world.order()).toMatchObject({ status: 'Shipped' });
    world.service.deliver(tracking);
    await world.refreshTracking();
    const delivered = await world.order();
    expect(delivered).toMatchObject({ status: 'Delivered' });
    await world.refreshTracking();
    expect(await world.order()).toEqual(delivered);
  });

  it('asks the carrier once for the time of a delivery that the list gives without one', async () => {
    const { world, tracking } = await shipped();
    world.service.deliver(tracking, '');
    const asked: string[] = [];
    world.provider = {
      ...world.provider,
      carrierNews: async (id: string) => {
        asked.push(id);
        return { deliveredAt: '2026-01-04T09:30:00.000Z', problem: '' };
      },
    };
    await world.refreshTracking();
    await world.refreshTracking();
    const { packages, status } = await world.order();
    expect({ status, at: packages[0]?.deliveredAt }).toEqual({
      status: 'Delivered',
      at: '2026-01-04T09:30:00.000Z',
    });
    expect(asked).toEqual([packages[0]?.id]);
  });

  it('notes a problem of the carrier once, in its words, and records the delivery afterwards', async () => {
    const { world, tracking } = await shipped();
    const { id } = (await world.order()).packages[0]!;
    const { deliveries } = world.provider;
    let asked = 0;
    world.provider = {
      ...world.provider,
      carrierNews: async () => {
        asked += 1;
        return { deliveredAt: '', problem: 'The street has no number 12.' };
      },
      async *deliveries(since: string, cursor: string | null) {
        for await (const page of deliveries(since, cursor)) yield { ...page, troubled: [id] };
      },
    } as typeof world.provider;
    for (let run = 0; run < 3; run += 1) await world.refreshTracking();
    const troubled = await world.order();
    const what = `The carrier reports a problem with ${tracking}.`;
    expect(troubled).toMatchObject({ status: 'Shipped', reason: `${what} Ask the carrier.` });
    expect(troubled.log.filter((entry) => entry.what === what)).toHaveLength(1);
    expect(asked).toBe(1);
    world.service.deliver(tracking);
    await world.refreshTracking();
    expect(await world.order()).toMatchObject({ status: 'Delivered' });
  });

  it('records deliveries and problems also where the carrier cannot be asked', async () => {
    const { world, tracking } = await shipped();
    world.service.deliver(tracking, '');
    world.provider = {
      ...world.provider,
      carrierNews: async () => {
        throw new Unavailable({ system: 'lantern', operation: 'track' });
      },
    };
    await world.refreshTracking();
    expect(await world.order()).toMatchObject({ status: 'Delivered' });
  });

  it('completes an order without news for too long', async () => {
    const { world } = await shipped();
    world.now += 15 * DAY;
    await world.refreshTracking();
    expect(await world.order()).toMatchObject({ status: 'Completed' });
  });

  it('completes orders also if the provider reports no deliveries', async () => {
    const { world } = await shipped();
    const { deliveries: _, ...deaf } = world.provider;
    world.provider = deaf as typeof world.provider;
    world.now += 15 * DAY;
    await world.refreshTracking();
    expect(await world.order()).toMatchObject({ status: 'Completed' });
  });

  it('writes nothing and costs DEAR nothing if nothing is new', async () => {
    const { world } = await shipped();
    world.dear.calls.length = 0;
    const before = world.table.puts;
    await world.refreshTracking();
    expect(world.table.puts).toBe(before);
    expect(world.dear.calls).toEqual([]);
  });

  it('queues the new status for DEAR if the connection has a status attribute', async () => {
    const { world, tracking } = await shipped();
    world.connections = [connection({ statusAttribute: 'AdditionalAttribute4' })];
    world.confirmations.messages.length = 0;
    await world.refreshTracking();
    expect(world.confirmations.messages).toEqual([]);
    world.service.deliver(tracking);
    await world.refreshTracking();
    expect(world.confirmations.messages).toEqual([{ reference: 'SO-00042-1' }]);
  });
});

describe('a refresh of tracking that runs out of time', () => {
  const NUMBERS = Array.from({ length: 7 }, (_, index) => `SO-${index + 1}`);

  /** Seven orders that have left a minute after each other, read in pages of two. */
  async function many(): Promise<{ world: World; tracking: string[] }> {
    const world = new World(sale());
    world.provider = world.service.provider({ system: 'lantern', pageSize: 2 });
    const tracking: string[] = [];
    for (const [index, orderNumber] of NUMBERS.entries()) {
      const input = { sale: sale({ orderNumber }), connections: world.connections, orders: [] };
      const [planned] = planSale({ ...input, by: 'test', now: world.now }).changes;
      await world.orders.save(planned!.order, planned!.content);
      await world.dispatch(planned!.order.reference);
      tracking.push(world.service.ship(`order-${index + 1}`));
      world.now += 60_000;
    }
    await world.collect();
    return { world, tracking };
  }
  const statuses = async (world: World) =>
    Promise.all(NUMBERS.map(async (number) => (await world.order(`${number}-1`)).status));

  /** Runs until it is finished, a page or an order at a time. */
  async function bit(world: World, partSize?: number): Promise<number> {
    for (let runs = 1; runs < 50; runs += 1) {
      if ((await world.refreshTracking(() => false, partSize)).outcome === 'finished') return runs;
    }
    throw new Error('It never comes to its end');
  }

  it.each([undefined, 3])('finds every delivery in parts of %s', async (partSize) => {
    const { world, tracking } = await many();
    for (const number of tracking.slice(1)) world.service.deliver(number);
    expect(await bit(world, partSize)).toBeGreaterThan(3);
    expect(await statuses(world)).toEqual(['Shipped', ...Array(6).fill('Delivered')]);
    const after = world.table.puts;
    await world.refreshTracking();
    expect(world.table.puts).toBe(after);
  });

  it.each([undefined, 3])(
    'completes what is silent only after every delivery was read, in parts of %s',
    async (partSize) => {
      const { world, tracking } = await many();
      world.now += 15 * DAY;
      for (const number of tracking.slice(3)) world.service.deliver(number);
      await bit(world, partSize);
      expect(await statuses(world)).toEqual([...Array(3).fill('Completed'), ...Array(4).fill('Delivered')]);
    },
  );

  it('continues where it stopped, also if orders changed in between', async () => {
    const { world, tracking } = await many();
    for (const number of tracking) world.service.deliver(number);
    await world.refreshTracking(() => false);
    const taken = await world.order('SO-5-1');
    await world.orders.update(taken, (order) => completeIfSilent(order, 0, world.now + DAY));
    await bit(world);
    expect(await statuses(world)).toEqual(
      NUMBERS.map((number) => (number === 'SO-5' ? 'Completed' : 'Delivered')),
    );
  });

  it('starts again if its position is older than six hours', async () => {
    const { world, tracking } = await many();
    for (const number of tracking.slice(2)) world.service.deliver(number);
    await world.refreshTracking(() => false);
    world.now += DAY / 2;
    for (const number of tracking.slice(0, 2)) world.service.deliver(number);
    await world.refreshTracking();
    expect(await statuses(world)).toEqual(NUMBERS.map(() => 'Delivered'));
  });

  it('repeats at most some pages after an error', async () => {
    const { world, tracking } = await many();
    world.provider = world.service.provider({ system: 'lantern', pageSize: 1 });
    for (const number of tracking) world.service.deliver(number);
    const { deliveries } = world.provider;
    const read: (string | null)[] = [];
    world.provider = {
      ...world.provider,
      async *deliveries(since, cursor) {
        read.push(cursor);
        // Twenty empty pages, and a failure behind them.
        for (let page = 1; page <= 20; page += 1) yield { packages: [], numbers: [], cursor: String(page) };
        if (read.length === 1) throw new Error('connect ECONNREFUSED');
        yield* deliveries(since, null);
      },
    };
    await expect(world.refreshTracking()).rejects.toThrow('ECONNREFUSED');
    await world.refreshTracking();
    expect(read).toEqual([null, '20']);
    expect(await statuses(world)).toEqual(NUMBERS.map(() => 'Delivered'));
  });

  it('checks one part of the orders in a run, however many there are and however much time is left', async () => {
    const { world, tracking } = await many();
    for (const number of tracking) world.service.deliver(number);
    const runs: number[] = [];
    for (let outcome = 'unfinished'; outcome === 'unfinished'; ) {
      const ending = await world.refreshTracking(() => true, 3);
      outcome = ending.outcome;
      runs.push(ending.counts.orders ?? 0);
    }
    expect(runs).toEqual([3, 3, 1]);
    expect(await statuses(world)).toEqual(NUMBERS.map(() => 'Delivered'));
  });

  it('reads one order beyond its part, and no more of the next part', async () => {
    const { world } = await many();
    const listed: string[] = [];
    const { listShipped } = world.orders;
    world.orders.listShipped = async function* (...range) {
      for await (const order of listShipped.apply(world.orders, range)) {
        listed.push(order.reference);
        yield order;
      }
    };
    await world.refreshTracking(() => true, 3);
    expect(listed).toEqual(['SO-1-1', 'SO-2-1', 'SO-3-1', 'SO-4-1']);
  });

  it('reads the provider’s lists no further than to the last package of its part', async () => {
    const { world } = await many();
    const { counts } = await world.refreshTracking(() => true, 2);
    expect(counts).toMatchObject({ orders: 2, pages: 1 });
  });

  it('calls the provider for nothing if no package is under way', async () => {
    const { world, tracking } = await many();
    for (const number of tracking) world.service.deliver(number);
    await world.refreshTracking();
    world.provider = world.service.provider({ system: 'lantern', known: false });
    expect(await world.refreshTracking()).toMatchObject({
      outcome: 'finished',
      counts: { orders: 0, pages: 0 },
    });
  });
});
