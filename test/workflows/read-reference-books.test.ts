import { describe, expect, it } from 'vitest';
import { Deferred } from '../../lib/domain/errors.ts';
import type { Sale } from '../../lib/domain/sale/sale.ts';
import { ProductKinds } from '../../lib/store/catalogues.ts';
import { connection } from '../builders/connection.ts';
import { line, sale } from '../builders/sale.ts';
import { World } from './world.ts';

const lines = (count: number) =>
  Array.from({ length: count }, (_, index) => line({ productId: `p-${index}`, sku: `SKU-${index}` }));

/** No product was read yet. */
function newWorld(from: Sale): World {
  const world = new World(from);
  world.productKinds = new ProductKinds(world.table);
  for (const { productId } of from.lines) world.dear.kinds.set(productId, 'goods');
  return world;
}

const calls = ({ dear }: World) => dear.calls.filter((call) => call.startsWith('product'));

describe('the kinds of a sale’s products', () => {
  it('are read once for each product, by its id, and kept for good', async () => {
    const world = newWorld(sale({ lines: lines(2) }));
    world.dear.kinds.set('p-1', 'service');
    await world.reconcile();
    expect(calls(world)).toEqual(['product', 'product']);
    expect((await world.order()).lines.map(({ sku }) => sku)).toEqual(['SKU-0']);
    world.productKinds = new ProductKinds(world.table);
    await world.reconcile();
    expect(calls(world)).toHaveLength(2);
  });

  it.each<[string, Partial<Sale>]>([
    ['that no connection ships from', { location: 'Elsewhere' }],
    ['that is not authorised', { orderStatus: 'DRAFT' }],
    ['that is voided', { status: 'VOIDED' }],
  ])('are not read for a sale %s', async (_, from) => {
    const world = newWorld(sale(from));
    await world.reconcile();
    expect(calls(world)).toEqual([]);
  });

  it('are goods for a product that DEAR does not have, and are not read again', async () => {
    const world = newWorld(sale({ lines: lines(1) }));
    world.dear.kinds.clear();
    await world.reconcile();
    await world.reconcile();
    expect(calls(world)).toEqual(['product']);
    expect((await world.order()).lines).toHaveLength(1);
  });

  it('are read from DEAR’s list if many are new, over as many messages as it takes', async () => {
    const world = newWorld(sale({ lines: lines(150) }));
    world.dear.pageSize = 10;
    world.dear.kinds.set('p-149', 'service');
    await expect(world.reconcile()).rejects.toThrow(Deferred);
    expect(calls(world)).toHaveLength(10);
    await world.reconcile();
    expect(calls(world)).toHaveLength(15);
    expect((await world.order()).lines).toHaveLength(149);
  });

  it('are services for serviceSkus, whatever DEAR says', async () => {
    const world = newWorld(sale({ lines: lines(2) }));
    world.connections = [connection({ serviceSkus: ['sku-1'] })];
    await world.reconcile();
    expect((await world.order()).lines.map(({ sku }) => sku)).toEqual(['SKU-0']);
  });
});
