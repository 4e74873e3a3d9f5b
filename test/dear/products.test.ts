import { describe, expect, it } from 'vitest';
import { partsOfKit, products } from '../../lib/dear/products.ts';
import { getRows, listing, upperId } from './listing.ts';

function dearProduct(index: number, overrides: Record<string, unknown> = {}) {
  return {
    ID: upperId(index),
    SKU: `LAMP-${index}`,
    Name: 'Desk lamp',
    Type: 'Stock',
    CostingMethod: 'FEFO - Batch',
    AverageCost: 8.0215,
    PriceTier1: 24.5,
    PriceTier2: 19,
    PriceTier3: null,
    PriceTiers: { Retail: 24.5, Trade: 19, Staff: null },
    Status: 'Active',
    ...overrides,
  };
}

async function read(...overrides: Array<Record<string, unknown>>) {
  const { client } = await listing(
    'Products',
    overrides.map((one, index) => dearProduct(index, one)),
  );
  return getRows(products(client));
}

describe('products', () => {
  it('maps a product, with its prices under either name of the tier', async () => {
    expect(await read({})).toEqual([
      {
        productId: upperId(0).toLowerCase(),
        sku: 'LAMP-0',
        name: 'Desk lamp',
        unit: '',
        type: 'stock',
        costingMethod: 'FEFO - Batch',
        averageCost: 8.0215,
        priceTiers: { PriceTier1: 24.5, PriceTier2: 19, Retail: 24.5, Trade: 19 },
        deprecated: false,
        kind: 'goods',
      },
    ]);
  });

  it.each([
    ['missing', undefined],
    ['null', null],
    ['an empty list', []],
  ])('has the numbered price tiers where the named ones are %s', async (_, PriceTiers) => {
    expect(await read({ PriceTiers })).toMatchObject([{ priceTiers: { PriceTier1: 24.5, PriceTier2: 19 } }]);
  });

  it('reads type and status in any capitalisation', async () => {
    const read3 = await read(
      { Type: 'STOCK', Status: 'ACTIVE' },
      { Type: 'Service', Status: 'deprecated' },
      { Type: 'Fixed Asset', Status: 'Setup required' },
    );
    expect(read3.map(({ type, deprecated }) => [type, deprecated])).toEqual([
      ['stock', false],
      ['service', true],
      ['service', false],
    ]);
  });

  it('reads a missing average cost as 0', async () => {
    expect(await read({ AverageCost: null })).toMatchObject([{ averageCost: 0 }]);
  });

  it('sends the wanted filters and pages of a thousand', async () => {
    const rows = Array.from({ length: 1001 }, (_, index) => dearProduct(index));
    const { client, server } = await listing('Products', rows);
    const wanted = { modifiedSince: '2026-05-11T08:00:00Z', includeDeprecated: true };
    expect(await getRows(products(client, wanted))).toHaveLength(1001);
    const asked = { ModifiedSince: '2026-05-11T08:00:00.000', IncludeDeprecated: 'true', Limit: '1000' };
    expect(server.requests.map(({ query }) => query)).toEqual([
      { ...asked, Page: '1' },
      { ...asked, Page: '2' },
    ]);
  });
});

describe('partsOfKit', () => {
  const part = (index: number, Quantity: unknown) => ({ ComponentProductID: upperId(index), Quantity });
  const partsIn = async (kit: Record<string, unknown>) => {
    const { client } = await listing('Products', [dearProduct(0, kit)]);
    return partsOfKit(client, upperId(0).toLowerCase());
  };

  it('keeps a batch’s quantity and its yield apart, as their quotient may have no exact decimal', async () => {
    const parts = await partsIn({ QuantityToProduce: 3, BillOfMaterialsProducts: [part(1, 2)] });
    expect(parts).toEqual([{ productId: upperId(1).toLowerCase(), quantity: 2, quantityToProduce: 3 }]);
  });

  it('adds up a product that the bill of materials names twice', async () => {
    const parts = await partsIn({ BillOfMaterialsProducts: [part(1, 0.1), part(2, 4), part(1, '0.2')] });
    expect(parts.map(({ quantity, quantityToProduce }) => [quantity, quantityToProduce])).toEqual([
      [0.3, 1],
      [4, 1],
    ]);
  });
});
