import { manualTimeline } from 'dear-sandbox/kit';
import { describe, expect, it } from 'vitest';
import { availability } from '../../../lib/dear/availability.ts';
import { products } from '../../../lib/dear/products.ts';
import { createLocation, listLocations } from '../../../lib/dear/reference.ts';
import { getRows } from '../../dear/listing.ts';
import { refused } from './billing.ts';
import { AUSTIN, play } from './play.ts';
import { getClient } from './stock.ts';

describe('locations', () => {
  it('refuses a location name that exists, in any case', async () => {
    const dear = await play();
    const client = getClient(dear);
    const made = await createLocation(client, 'Quay 3PL');
    expect(made).toMatchObject({ name: 'Quay 3PL', parentId: null, bins: 0, isDeprecated: false });
    expect(await listLocations(client)).toContainEqual(made);
    expect(refused(await dear.api('POST', 'ref/location', { Name: 'quay 3pl' }))).toContain('already');
    expect(await dear.sell({ location: 'Quay 3PL' })).toMatchObject({ sale: { Location: 'Quay 3PL' } });
  });

  it('lists bins of a location as rows of their own', async () => {
    const dear = await play();
    const client = getClient(dear);
    const { id } = await createLocation(client, 'Quay 3PL');
    const bin = (Name: string, ParentID: string) => dear.api('POST', 'ref/location', { Name, ParentID });
    const { ID } = (await bin('Q-01', id.toUpperCase())).json;
    // A name is taken only beside its own kind.
    expect((await bin('Quay 3PL', id)).status).toBe(200);
    expect(refused(await bin('q-01', id))).toContain('already');
    expect(refused(await bin('Q-01-A', ID))).toBe('A bin cannot have bins');
    expect(refused(await bin('Q-02', '0a1b2c3d-0000-4000-8000-000000000000'))).toContain('was not found');
    const listed = await listLocations(client);
    expect(listed.find((one) => one.id === id)).toMatchObject({ bins: 2 });
    expect(listed).toContainEqual({ id: ID, name: 'Q-01', isDeprecated: false, parentId: id, bins: 0 });
  });

  it.each([{}, { Name: ' ' }, { Name: 'x'.repeat(51) }])(
    'refuse a name that is missing, blank or longer than 50 characters: %o',
    async (body) => {
      const dear = await play();
      expect(refused(await dear.api('POST', 'ref/location', body))).toContain("'Name' is not valid");
    },
  );
});

describe('products', () => {
  it('lists products with prices by tier and without deprecated products', async () => {
    const dear = await play();
    await dear.screen('POST', 'products', {
      sku: 'OLD-MAP',
      isDeprecated: true,
      priceTiers: { 'Tier 3': 7 },
    });
    const client = getClient(dear);
    const [mug] = await getRows(products(client));
    expect(mug).toMatchObject({ sku: 'TRL-MUG-350', type: 'stock', averageCost: 4.2, deprecated: false });
    expect(mug?.priceTiers).toMatchObject({
      PriceTier1: 14.5,
      'Tier 1': 14.5,
      PriceTier2: 8.7,
      'Tier 2': 8.7,
    });
    expect((await getRows(products(client))).map(({ sku }) => sku)).not.toContain('OLD-MAP');
    const all = await getRows(products(client, { includeDeprecated: true }));
    expect(all.at(-1)).toMatchObject({ sku: 'OLD-MAP', deprecated: true, priceTiers: { 'Tier 3': 7 } });
    expect(all.find(({ sku }) => sku === 'SVC-ENGRAVE')).toMatchObject({ type: 'service' });
  });

  it('filters products by time of change', async () => {
    const timeline = manualTimeline();
    const dear = await play({ timeline });
    await timeline.advance(60_000);
    const modifiedSince = new Date(timeline.now()).toISOString();
    await dear.screen('POST', 'products', { sku: 'NEW-MAP' });
    expect(await getRows(products(getClient(dear), { modifiedSince }))).toMatchObject([{ sku: 'NEW-MAP' }]);
  });
});

describe('bulk products', () => {
  it('lists thousands of products page by page, with their allocation', async () => {
    const dear = await play();
    const bulk = { count: 2500, location: AUSTIN, onHand: 7, prefix: 'TRAY' };
    expect((await dear.screen('POST', 'products/bulk', bulk)).json).toEqual({ added: 2500 });
    await dear.sell({ lines: [{ sku: 'TRAY-002500', quantity: 3 }] });
    const client = getClient(dear);
    const rows = await getRows(availability(client, AUSTIN));
    expect(rows).toHaveLength(2507);
    expect(new Set(rows.map(({ sku, batch }) => `${sku} ${batch}`)).size).toBe(2507);
    expect(rows.at(-1)).toMatchObject({ sku: 'TRAY-002500', onHand: 7, allocated: 3, available: 4 });
    expect(await getRows(products(client))).toHaveLength(2507);
    const reads = dear.calls().filter(({ operation }) => operation === 'GET ref/productavailability');
    expect(reads.map(({ query }) => query.Page)).toEqual(['1', '2', '3']);
  });

  it('refuses bulk products with an existing SKU or an unknown location', async () => {
    const dear = await play();
    const bulk = { count: 2, location: AUSTIN };
    await dear.screen('POST', 'products', { sku: 'BULK-000002' });
    expect(refused(await dear.screen('POST', 'products/bulk', bulk))).toContain("'BULK-000002' already");
    const nowhere = await dear.screen('POST', 'products/bulk', { ...bulk, location: 'Nowhere' });
    expect(refused(nowhere)).toContain("'Nowhere' was not found");
    expect((await dear.api('GET', 'product?Sku=BULK')).json.Total).toBe(1);
  });
});
