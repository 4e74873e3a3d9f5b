import { describe, expect, it } from 'vitest';
import { Unavailable } from '../../../lib/domain/errors.ts';
import { CatalogueTooLong, startFirstReadings } from '../../../lib/workflows/inventory/refresh-catalogue.ts';
import { connection } from '../../builders/connection.ts';
import { World } from '../world.ts';

/** The provider knows this number of SKUs beside the named one. */
function stocked(sku: string, others = 0): World {
  const world = new World();
  world.connections = [connection({ catalogue: { every: '1 day', unknownSkus: 'hold' } })];
  for (let index = 0; index < others; index += 1)
    world.service.shelves.put({ sku: `OTHER-${index}`, onHand: 1 });
  world.service.shelves.put({ sku, onHand: 5 });
  return world;
}

describe('refreshing the catalogue', () => {
  it('holds the next order with a SKU that the provider does not know', async () => {
    const world = stocked('QUILL-01');
    expect(await world.refreshCatalogue()).toEqual({
      outcome: 'finished',
      counts: { skus: 1, released: 0 },
    });
    await world.reconcile();
    expect(await world.order()).toMatchObject({ status: 'On Hold', hold: 'unknown-sku' });
    expect((await world.order()).reason).toContain('WAX-02');
  });

  it('is waited for by orders before its first run, which then go on or say which SKU is unknown', async () => {
    const world = stocked('QUILL-01');
    await world.reconcile();
    expect(await world.order()).toMatchObject({ status: 'On Hold', hold: 'unknown-sku' });
    expect((await world.order()).reason).toContain('has not been read yet');
    expect(await world.refreshCatalogue()).toMatchObject({ counts: { released: 1 } });
    await world.reconcile(...world.saleEvents.messages);
    expect((await world.order()).reason).toContain('WAX-02');
  });

  it.each<[string, (world: World) => void]>([
    [
      'has no list in its plan',
      (world) => {
        world.service.shelves.open = false;
      },
    ],
    [
      'lists no products',
      (world) => {
        const { catalogue: _, ...silent } = world.provider;
        world.provider = silent as typeof world.provider;
      },
    ],
  ])('releases the orders that waited for it where the provider %s', async (_, change) => {
    const world = stocked('QUILL-01');
    await world.reconcile();
    change(world);
    await world.refreshCatalogue();
    await world.reconcile(...world.saleEvents.messages);
    expect(await world.order()).toMatchObject({ status: 'Queued', hold: '' });
  });

  it('is requested for the first time at once, and never after it has run', async () => {
    const published: unknown[] = [];
    const runs = { read: async (_: string, id: string) => (id === 'ran' ? {} : null) };
    const jobs = { publish: async (request: unknown) => void published.push(request) };
    const catalogue = { every: '1 day', unknownSkus: 'hold' } as const;
    const connections = [
      connection({ id: 'lantern', catalogue }),
      connection({ id: 'ran', catalogue }),
      connection({ id: 'silent', catalogue: { ...catalogue, every: 'off' } }),
    ];
    expect(await startFirstReadings({ connections, runs, jobs })).toBe(1);
    expect(published).toEqual([{ job: 'refresh-catalogue', connection: 'lantern' }]);
  });

  it('queues a held sale once the provider knows the SKU, and not before', async () => {
    const world = stocked('QUILL-01');
    await world.refreshCatalogue();
    await world.reconcile();
    await world.refreshCatalogue();
    expect(world.saleEvents.messages).toEqual([]);
    world.service.shelves.put({ sku: 'WAX-02', onHand: 0 });
    expect(await world.refreshCatalogue()).toMatchObject({ counts: { skus: 2, released: 1 } });
    await world.reconcile(...world.saleEvents.messages);
    await world.dispatch();
    expect(await world.order()).toMatchObject({ status: 'Shipped', hold: '' });
  });

  it('does not queue a sale that is held for another reason, or for another connection', async () => {
    const world = stocked('QUILL-01');
    await world.refreshCatalogue();
    await world.reconcile();
    const order = await world.order();
    await world.orders.save({ ...order, hold: 'payment', version: order.version + 1 });
    await world.orders.save({ ...order, reference: 'SO-9-1', connection: 'harbour', version: 1 });
    world.service.shelves.put({ sku: 'WAX-02', onHand: 1 });
    expect(await world.refreshCatalogue()).toMatchObject({ counts: { released: 0 } });
  });

  it('keeps the old catalogue if a page cannot be read', async () => {
    const world = stocked('QUILL-01');
    await world.refreshCatalogue();
    world.service.shelves.put({ sku: 'WAX-02', onHand: 1 });
    world.service.shelves.failNextPage();
    await expect(world.refreshCatalogue()).rejects.toThrow(Unavailable);
    expect(await world.catalogues.unknown('lantern', ['QUILL-01', 'WAX-02'])).toEqual(new Set(['WAX-02']));
  });

  it('ends at once if the plan has no list, and keeps the old catalogue', async () => {
    const world = stocked('QUILL-01');
    await world.refreshCatalogue();
    world.service.shelves.open = false;
    expect(await world.refreshCatalogue()).toEqual({
      outcome: 'finished',
      counts: { skus: 0, released: 0, notInPlan: 1 },
    });
    expect(await world.catalogues.unknown('lantern', ['QUILL-01', 'WAX-02'])).toEqual(new Set(['WAX-02']));
  });

  it('keeps the old catalogue, and says what to do, if the list does not fit into a run', async () => {
    const world = stocked('QUILL-01', 60);
    await expect(world.refreshCatalogue(() => false)).rejects.toThrow(CatalogueTooLong);
    await expect(world.refreshCatalogue(() => false)).rejects.toThrow("Set its catalogue.every to 'off'");
    expect(await world.catalogues.unknown('lantern', ['WAX-02'])).toEqual(new Set());
  });

  it('does nothing if the provider lists no products', async () => {
    const world = stocked('QUILL-01');
    const { catalogue: _, ...silent } = world.provider;
    world.provider = silent as typeof world.provider;
    expect(await world.refreshCatalogue()).toMatchObject({ counts: { skus: 0 } });
  });
});
