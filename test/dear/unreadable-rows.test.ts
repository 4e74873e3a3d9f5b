import { describe, expect, it } from 'vitest';
import { availability } from '../../lib/dear/availability.ts';
import { kindsOnPage, productBySku, products } from '../../lib/dear/products.ts';
import { listLocations } from '../../lib/dear/reference.ts';
import { findAdjustments } from '../../lib/dear/stock-documents.ts';
import { findStockTakes, openStockTakes } from '../../lib/dear/stock-take.ts';
import { UnexpectedAnswer } from '../../lib/domain/errors.ts';
import { getError } from './calls.ts';
import { getRows, listing, upperId } from './listing.ts';

/** Rows that cannot be read. */
const ODD_ROWS = [null, [], '', 7, { ID: {}, TaskID: {} }];

const stocked = (index: number, overrides: Record<string, unknown> = {}) => ({
  ID: upperId(index),
  SKU: `LAMP-${index}`,
  Name: 'Desk lamp',
  Location: 'Dockside',
  OnHand: 12,
  Allocated: 2,
  Available: 10,
  ...overrides,
});

const document = (index: number, overrides: Record<string, unknown> = {}) => ({
  TaskID: upperId(index),
  StocktakeNumber: `ST-${index}`,
  Status: 'IN PROGRESS',
  Reference: `ours/${index}`,
  Location: 'Dockside',
  ...overrides,
});

describe('a row of a list of DEAR’s that cannot be read', () => {
  it.each(ODD_ROWS.map((odd) => [odd]))('%j is left out of the products and reported', async (odd) => {
    const { client } = await listing('Products', [stocked(1), odd, stocked(2)]);
    const told: unknown[] = [];
    const read = await getRows(products(client, {}, (paths) => told.push(paths)));
    expect(read.map(({ sku }) => sku)).toEqual(['LAMP-1', 'LAMP-2']);
    expect(told).toHaveLength(1);
  });

  it('is left out of the products where only its cost or price tiers are odd, as they would be written', async () => {
    const rows = [stocked(1, { AverageCost: 'dear' }), stocked(2, { PriceTiers: 'none' }), stocked(3)];
    const { client } = await listing('Products', rows);
    const told: string[] = [];
    const read = await getRows(products(client, {}, (paths) => told.push(...paths)));
    expect(read.map(({ sku }) => sku)).toEqual(['LAMP-3']);
    expect(told).toEqual(['AverageCost', 'PriceTiers']);
  });

  it('is reported where a product is looked up by its SKU, as it may be that product', async () => {
    const { client } = await listing('Products', [stocked(1, { AverageCost: 'dear' })]);
    const told: string[] = [];
    expect(await productBySku(client, 'LAMP-1', (paths) => told.push(...paths))).toBeUndefined();
    expect(told).toEqual(['AverageCost']);
  });

  it('does not make a full page of products look like the last one', async () => {
    const rows = Array.from({ length: 1001 }, (_, index) => (index === 4 ? null : stocked(index)));
    const { client } = await listing('Products', rows);
    const page = await kindsOnPage(client, 1);
    expect([page.kinds.size, page.isLast]).toEqual([999, false]);
  });

  it.each(ODD_ROWS.map((odd) => [odd]))('%j is left out of the locations and reported', async (odd) => {
    const { client } = await listing('LocationList', [odd, { ID: upperId(1), Name: 'Dockside' }]);
    const told: unknown[] = [];
    const read = await listLocations(client, (paths) => told.push(paths));
    expect(read.map(({ name }) => name)).toEqual(['Dockside']);
    expect(told).toHaveLength(1);
  });

  it('is not read as a warehouse where its parent cannot be read', async () => {
    const { client } = await listing('LocationList', [{ ID: upperId(1), Name: 'A-01', ParentID: {} }]);
    expect(await listLocations(client)).toEqual([]);
  });

  it.each([
    ['a null quantity', { OnHand: null }],
    ['a quantity that is no number', { OnHand: 'many' }],
    ['an odd batch', { Batch: {} }],
    ['an odd location', { Location: [] }],
  ])('keeps its SKU without a quantity where it has %s', async (_, overrides) => {
    const { client } = await listing('ProductAvailabilityList', [stocked(1, overrides), stocked(2)]);
    const told: unknown[] = [];
    const read = await getRows(availability(client, 'Dockside', (paths) => told.push(paths)));
    const figures = read.map(({ sku, onHand }) => [sku, onHand]);
    expect(figures).toEqual([
      ['LAMP-1', null],
      ['LAMP-2', 12],
    ]);
    expect(told).toHaveLength(1);
  });

  it.each(ODD_ROWS.map((odd) => [odd]))('%j counts as stock of any product', async (odd) => {
    const { client } = await listing('ProductAvailabilityList', [stocked(1), odd]);
    const read = await getRows(availability(client, 'Dockside'));
    expect(read.map(({ sku, onHand }) => [sku, onHand])).toEqual([
      ['LAMP-1', 12],
      ['', null],
    ]);
  });

  it('is ignored where it is stock of another location', async () => {
    const odd = stocked(1, { Location: 'Elsewhere', OnHand: null });
    const { client } = await listing('ProductAvailabilityList', [odd]);
    expect(await getRows(availability(client, 'Dockside'))).toEqual([]);
  });

  describe.each([
    ['stock adjustments', 'StockAdjustmentList', findAdjustments],
    ['stock takes', 'StockTakeList', findStockTakes],
  ])('of the %s', (_, key, find) => {
    it('does not hide a document that was found', async () => {
      const { client } = await listing(key, [null, document(1)]);
      expect(await find(client, 'ours/1')).toMatchObject([{ number: 'ST-1' }]);
    });

    it('is ignored where its reference is another', async () => {
      const { client } = await listing(key, [document(1, { TaskID: null })]);
      expect(await find(client, 'ours/2')).toEqual([]);
    });

    it.each([
      ['its reference cannot be read', null],
      ['its reference is the one', document(2, { TaskID: null })],
    ])('is not read as absence of the document where %s', async (_case, odd) => {
      const { client } = await listing(key, [odd, document(1)]);
      expect(await getError(find(client, 'ours/2'))).toBeInstanceOf(UnexpectedAnswer);
    });
  });

  it('does not hide the other open stock takes', async () => {
    const { client } = await listing('StockTakeList', [null, document(1)]);
    expect(await openStockTakes(client)).toMatchObject([{ number: 'ST-1' }]);
  });
});
