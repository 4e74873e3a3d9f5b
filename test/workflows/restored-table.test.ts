import { describe, expect, it } from 'vitest';
import { DAY_MS, isoTime } from '../../lib/domain/clock.ts';
import { Restores } from '../../lib/store/restores.ts';
import { World } from './world.ts';

/** An order that was planned, and sent after the moment to which the table is restored. */
async function restoredWorld(days = 14): Promise<{ world: World; calls: string[] }> {
  const world = new World();
  await world.reconcile();
  const before = world.table.stored();
  await world.dispatch();
  const { provider } = world;
  const calls: string[] = [];
  world.provider = {
    ...provider,
    find: (reference, skus) => {
      calls.push('find');
      return provider.find(reference, skus);
    },
    submit: (content, isRepeated) => {
      calls.push(isRepeated ? 'submit again' : 'submit');
      return provider.submit(content, isRepeated);
    },
  };
  world.table.replaceAll(before);
  const to = isoTime(world.now);
  world.now += 60_000;
  const until = isoTime(world.now + days * DAY_MS);
  await new Restores(world.table).save({
    to,
    begunAt: isoTime(world.now),
    finishedAt: '',
    until,
    cursors: {},
  });
  return { world, calls };
}

describe('an order in a table that was restored', () => {
  it('is looked up before it is sent, and adopted', async () => {
    const { world, calls } = await restoredWorld();
    await world.dispatch();
    expect(calls).toEqual(['find']);
    expect(world.service.orders).toHaveLength(1);
    expect(await world.order()).toMatchObject({ status: 'Shipped', submission: { state: 'submitted' } });
  });

  it('is sent where its service does not have it', async () => {
    const { world, calls } = await restoredWorld();
    world.service.orders.length = 0;
    await world.dispatch();
    expect(calls).toEqual(['find', 'submit again']);
    expect(world.service.orders).toHaveLength(1);
  });

  it('is not looked up once the restore is long over', async () => {
    const { world, calls } = await restoredWorld();
    world.now += 15 * DAY_MS;
    await world.dispatch();
    expect(calls[0]).toBe('submit');
  });

  it('has its sale read before its parcel is written to DEAR', async () => {
    const { world } = await restoredWorld();
    await world.dispatch();
    const [order] = world.service.orders;
    world.service.ship(order?.id ?? '');
    await world.collect();
    const calls = world.dear.calls.length;
    await world.confirm();
    expect(world.dear.calls[calls]).toBe('read');
    expect((await world.order()).confirmation.state).toBe('confirmed');
  });

  it('gets the parcels that this process recorded before the restore', async () => {
    const world = new World();
    await world.reconcile();
    await world.dispatch();
    const before = world.table.stored();
    const [order] = world.service.orders;
    world.service.ship(order?.id ?? '');
    await world.collect();
    world.table.replaceAll(before);
    const at = isoTime(world.now);
    const until = isoTime(world.now + DAY_MS);
    await new Restores(world.table).save({ to: at, begunAt: at, finishedAt: '', until, cursors: {} });
    await world.collect();
    expect((await world.order()).packages).toHaveLength(1);
  });
});
