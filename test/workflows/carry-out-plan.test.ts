import { describe, expect, it, vi } from 'vitest';
import type { ItemKey } from '../../lib/store/large-items.ts';
import { connection } from '../builders/connection.ts';
import { fulfilment, sale, stageLine } from '../builders/sale.ts';
import { World } from './world.ts';

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
    if (count === write && when === 'before') throw new Error('killed');
    const before = await real(key, item, condition);
    if (count === write) throw new Error('killed');
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
  const writes = [1, 2, 3, 4, 5, 6, 7];

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
