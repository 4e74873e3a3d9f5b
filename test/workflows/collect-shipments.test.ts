import { describe, expect, it } from 'vitest';
import { line, sale } from '../builders/sale.ts';
import { World } from './world.ts';

async function accepted(from = sale()): Promise<World> {
  const world = new World(from);
  await world.reconcile();
  await world.dispatch();
  return world;
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

  it('counts what belongs to nobody here, and leaves another connection’s orders alone', async () => {
    const world = await accepted();
    await world.provider.submit({ ...world.service.orders[0]!.content, reference: 'MANUAL-7' });
    world.service.ship('order-2');
    expect(await world.collect()).toMatchObject({ counts: { strangers: 1, packages: 0 } });
  });

  it('does not move its cursor over a page that it could not finish', async () => {
    const world = await accepted();
    world.service.ship('order-1');
    world.confirmations.stopped = true;
    await expect(world.collect()).rejects.toThrow('ECONNREFUSED');
    world.confirmations.stopped = false;
    await world.collect();
    expect(world.confirmations.messages).toEqual([{ reference: 'SO-00042-1' }]);
    expect((await world.order()).packages).toHaveLength(1);
  });

  it('that runs out of time saves its place and goes on from there', async () => {
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
