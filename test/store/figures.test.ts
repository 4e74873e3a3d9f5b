import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Figures, getSum, getTimes, readDay, readWaiting, sumUp } from '../../lib/store/figures.ts';
import { connection } from '../builders/connection.ts';
import { NOW } from '../builders/order.ts';
import { sale } from '../builders/sale.ts';
import { InMemoryTable } from '../fakes/in-memory-table.ts';
import { World } from '../workflows/world.ts';

const DAY = new Date(NOW).toISOString().slice(0, 10);
const MINUTE = 60_000;

describe('figures of a day', () => {
  it('are added up in one item for each connection, which expires', async () => {
    const table = new InMemoryTable();
    const figures = new Figures(table, () => NOW);
    await figures.count('lantern', { made: 3_000 });
    await figures.count('lantern', { made: null });
    await figures.count('harbour', { sent: 5_000 });
    const days = await readDay(table, DAY);
    expect(days.map(({ connection, counts }) => [connection, counts.made ?? 0, counts.sent ?? 0])).toEqual([
      ['harbour', 0, 1],
      ['lantern', 2, 0],
    ]);
    expect(getSum(days, 'made')).toBe(2);
    expect(table.stored()).toHaveLength(2);
    expect(table.stored().every(({ expiresAt }) => Number(expiresAt) > NOW / 1000)).toBe(true);
    expect(table.writeUnits).toBe(3);
  });

  it('are lost rather than hold up an order, and say so', async () => {
    const lost: unknown[] = [];
    const refuse = async () => Promise.reject(new Error('throttled'));
    const table = Object.assign(new InMemoryTable(), { add: refuse });
    await new Figures(
      table,
      () => NOW,
      (error) => lost.push(error),
    ).count('lantern', { made: null });
    expect(lost).toHaveLength(1);
  });

  it('give percentiles within a fifth of the true ones, whichever days are merged', async () => {
    const times = fc.array(fc.integer({ min: 0, max: 900_000_000 }), { minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(times, fc.nat(), async (all, cut) => {
        const table = new InMemoryTable();
        const at = cut % all.length;
        for (const [connection, part] of [
          ['one', all.slice(0, at)],
          ['other', all.slice(at)],
        ] as const)
          for (const ms of part) await new Figures(table, () => NOW).count(connection, { sent: ms });
        const found = getTimes(await readDay(table, DAY), 'sent');
        const sorted = all.toSorted((a, b) => a - b);
        for (const [share, seconds] of [
          [0.5, found?.p50],
          [0.95, found?.p95],
        ] as const) {
          // A second is the shortest that is told.
          const exact = Math.max(1, (sorted[Math.ceil(sorted.length * share) - 1] ?? 0) / 1000);
          // Rounded to a second, which matters for the short ones.
          expect(Math.abs((seconds ?? 0) - exact)).toBeLessThanOrEqual(exact * 0.2 + 0.5);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('know no time where none was given', async () => {
    const table = new InMemoryTable();
    await new Figures(table, () => NOW).count('one', { sent: null });
    expect(getTimes(await readDay(table, DAY), 'sent')).toBeNull();
  });

  it('are summed up over connections, each count with its times', async () => {
    const table = new InMemoryTable();
    const figures = new Figures(table, () => NOW);
    await figures.count('lantern', { made: 3_000, confirmed: null });
    await figures.count('harbour', { made: 3_000, sent: 5_000, authorisedToSent: 60_000 });
    const { counts, seconds } = sumUp(await readDay(table, DAY));
    expect(counts).toEqual({ made: 2, sent: 1, authorisedToSent: 1, confirmed: 1 });
    expect(seconds).toEqual({
      made: { p50: 3, p95: 3 },
      sent: { p50: 5, p95: 5 },
      authorisedToSent: { p50: 54, p95: 54 },
      confirmed: null,
    });
  });

  it('keep the most that waited in each hour', async () => {
    const table = new InMemoryTable();
    let now = Date.parse(`${DAY}T09:05:00Z`);
    const figures = new Figures(table, () => now);
    for (const hold of [4, 7, 2]) await figures.noteWaiting({ hold });
    const { puts } = table;
    await figures.noteWaiting({ hold: 1 });
    expect(table.puts).toBe(puts);
    now += 60 * MINUTE;
    await figures.noteWaiting({ failed: 1 });
    expect((await readWaiting(table, DAY))?.hours).toEqual({ '09': { hold: 7 }, 10: { failed: 1 } });
  });
});

describe('the way of an order', () => {
  it('is counted once at each of its stages, with the time that it took', async () => {
    const world = new World();
    const receivedAt = new Date(world.now - 4 * MINUTE).toISOString();
    await world.reconcile(world.event({ receivedAt }));
    await world.reconcile(world.event({ event: 'operator' }));
    world.now += 8_000;
    await world.dispatch();
    await world.dispatch();
    world.service.ship('order-1');
    world.now += 10 * MINUTE;
    await world.collect();
    await world.confirm();
    await world.confirm();
    const days = await readDay(world.table, DAY);
    expect(days.map(({ connection }) => connection)).toEqual(['lantern']);
    expect((['made', 'sent', 'confirmed'] as const).map((figure) => getSum(days, figure))).toEqual([1, 1, 1]);
    expect(getTimes(days, 'made')?.p50).toBeGreaterThan(190);
    expect(getTimes(days, 'sent')?.p50).toBeLessThan(12);
    expect(getTimes(days, 'confirmed')?.p50).toBeGreaterThan(480);
  });

  const start = Date.parse(`${DAY}T09:00:00Z`);
  const ago = (seconds: number) => new Date(start - seconds * 1_000).toISOString();
  const toSent = async (world: World) => {
    const days = await readDay(world.table, DAY);
    return [getSum(days, 'sent'), getTimes(days, 'authorisedToSent')?.p50 ?? null];
  };

  it.each([
    ['its webhook', { receivedAt: ago(60) }, 68],
    [
      'the change in DEAR that the sweep found',
      { event: 'sweep', receivedAt: ago(1), updatedAt: ago(600) },
      608,
    ],
    ['no moment, where an operator asked', { event: 'operator', receivedAt: ago(60) }, null],
  ])('takes until it is sent, from %s', async (_, event, seconds) => {
    const world = new World();
    world.now = start;
    await world.reconcile(world.event(event));
    world.now += 8_000;
    await world.dispatch();
    const [sent, found] = await toSent(world);
    expect(sent).toBe(1);
    if (seconds === null) return expect(found).toBeNull();
    expect(Math.abs(Number(found) / seconds - 1)).toBeLessThan(0.2);
  });

  it('is told by the event of its trigger, where others came before', async () => {
    const world = new World();
    world.now = start;
    const created = world.event({ event: 'Sale/Created', receivedAt: ago(3_000) });
    await world.reconcile(created, world.event({ receivedAt: ago(10) }));
    await world.dispatch();
    expect((await world.order()).authorisedAt).toBe(ago(10));
  });

  it('takes from its authorisation, where its sale changed before it was sent', async () => {
    const world = new World();
    world.now = start;
    await world.reconcile(world.event({ receivedAt: ago(60) }));
    world.now += 240_000;
    const [line] = world.dear.sale.lines;
    if (line === undefined) throw new Error('The sale has no line');
    world.dear.sale = { ...world.dear.sale, lines: [{ ...line, quantity: line.quantity + 1 }] };
    await world.reconcile(world.event({ event: 'sweep', updatedAt: new Date(world.now).toISOString() }));
    await world.dispatch();
    expect(Number((await toSent(world))[1])).toBeGreaterThan(250);
  });

  it('is left out where it waited for a person', async () => {
    const world = new World();
    world.now = start;
    world.connections = [connection({ release: 'manual' })];
    await world.reconcile(world.event({ receivedAt: ago(60) }));
    world.now += 10 * MINUTE;
    await world.act('process');
    await world.dispatch();
    expect((await world.order()).authorisedAt).toBe(ago(60));
    expect(await toSent(world)).toEqual([1, null]);
  });

  it('has no beginning where its sale was authorised before, as its goods came in later', async () => {
    const world = new World(sale({ orderStatus: 'AUTHORISED' }));
    world.now = start;
    const connections = world.connections;
    world.connections = [connection({ location: 'Elsewhere' })];
    await world.reconcile(world.event({ receivedAt: ago(600) }));
    world.connections = connections;
    world.now += MINUTE;
    await world.reconcile(world.event({ event: 'sweep', updatedAt: new Date(world.now).toISOString() }));
    await world.dispatch();
    expect((await world.order()).authorisedAt).toBeUndefined();
    expect(await toSent(world)).toEqual([1, null]);
  });

  it('counts from when the bridge knew of a parcel, where the service tells only its day', async () => {
    const world = new World();
    await world.reconcile();
    await world.dispatch();
    world.service.ship('order-1');
    await world.collect();
    const order = await world.order();
    await world.orders.update(order, (current) => ({
      ...current,
      packages: current.packages.map((box) => ({ ...box, shippedAt: DAY })),
    }));
    world.now += 30_000;
    await world.confirm();
    expect(getTimes(await readDay(world.table, DAY), 'confirmed')?.p50).toBeLessThan(40);
  });
});
