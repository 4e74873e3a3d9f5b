import { describe, expect, it } from 'vitest';
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
  it('finds what has arrived, and looks at it no more', async () => {
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

  it('completes what has been silent for too long', async () => {
    const { world } = await shipped();
    world.now += 15 * DAY;
    await world.refreshTracking();
    expect(await world.order()).toMatchObject({ status: 'Completed' });
  });

  it('completes also where the provider hears nothing of deliveries', async () => {
    const { world } = await shipped();
    const { deliveries: _, ...deaf } = world.provider;
    world.provider = deaf as typeof world.provider;
    world.now += 15 * DAY;
    await world.refreshTracking();
    expect(await world.order()).toMatchObject({ status: 'Completed' });
  });

  it('writes nothing where nothing is new, and costs DEAR nothing', async () => {
    const { world } = await shipped();
    world.dear.calls.length = 0;
    const before = world.table.puts;
    await world.refreshTracking();
    expect(world.table.puts).toBe(before);
    expect(world.dear.calls).toEqual([]);
  });

  it('lets DEAR’s staff see the new status, where they are shown any', async () => {
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
