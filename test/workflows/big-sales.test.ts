import { randomUUID } from 'node:crypto';
import { describe, expect } from 'vitest';
import { ITEM_LIMIT } from '../../lib/store/large-items.ts';
import { itForSome } from '../builders/exhaustive.ts';
import { line, sale } from '../builders/sale.ts';
import { World } from './world.ts';

/** Each product once, as a wholesale order lists them: names that differ, and a remark on each. */
function bigSale(lines: number) {
  return sale({
    lines: Array.from({ length: lines }, (_, index) =>
      line({
        productId: randomUUID(),
        sku: `SKU-${index}-${randomUUID().slice(0, 8)}`,
        name: `Replacement part number ${index} of the catalogue of ${randomUUID()}`,
        comment: `Bin ${randomUUID().slice(0, 12)}`,
      }),
    ),
  });
}

describe('a large sale', () => {
  itForSome([900, 3_000], 2)(
    'of %i lines is ordered, shipped, its label voided twice, and confirmed',
    async (lines) => {
      const world = new World(bigSale(lines));
      await world.reconcile();
      expect(await world.sales.read(world.dear.sale.id)).toMatchObject({ outcome: 'ordered' });
      await world.dispatch();
      expect(world.service.orders[0]?.content.lines).toHaveLength(lines);
      for (const _ of ['first', 'second']) {
        const tracking = world.service.ship('order-1');
        await world.collect();
        world.service.voidParcel(tracking);
        await world.collect();
      }
      world.service.ship('order-1');
      await world.collect();
      await world.confirm();
      const order = await world.order();
      expect(order.confirmation.state).toBe('confirmed');
      expect(order.packages.flatMap(({ contents }) => contents)).toHaveLength(lines);
      expect(Math.max(...order.log.map(({ what }) => what.length), order.reason.length)).toBeLessThan(1_000);
    },
  );
});

itForSome([3_000, 900, 10_000], 3)(
  'a sale of %i lines is stored in items that DynamoDB takes',
  async (lines) => {
    const world = new World(bigSale(lines));
    await world.reconcile();
    const sizes = world.table
      .stored()
      .map(({ packed }) => (packed instanceof Uint8Array ? packed.length : 0));
    expect(Math.max(...sizes)).toBeGreaterThan(0);
    expect(Math.max(...sizes)).toBeLessThan(ITEM_LIMIT);
    expect((await world.orders.readContent(await world.order()))?.lines).toHaveLength(lines);
  },
);
