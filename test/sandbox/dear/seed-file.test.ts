import { parseSeed, SeedError } from 'dear-sandbox/dear';
import { describe, expect, it } from 'vitest';

const YARD = { name: 'Yard' };
const seed = (fields: object) => parseSeed(JSON.stringify({ locations: [YARD], ...fields }));

describe('parseSeed', () => {
  it('gives the same ids to the same names', () => {
    const products = [{ sku: 'MUG', stock: { Yard: 5 } }];
    const [first, second] = [seed({ products })(0), seed({ products })(1)];
    expect(first.stock).toEqual(second.stock);
    expect(first.stock).toMatchObject([
      { productId: first.products[0]?.id, locationId: first.locations[0]?.id, onHand: 5 },
    ]);
  });

  it('makes the first location the default one', () => {
    const { locations } = seed({ locations: [{ name: 'Yard', bins: ['A'] }, { name: 'Shed' }] })(0);
    expect(locations.map(({ name, isDefault }) => [name, isDefault])).toEqual([
      ['Yard', true],
      ['A', false],
      ['Shed', false],
    ]);
  });

  it.each([
    ['a location that is not in the seed', { sku: 'MUG', stock: { Moon: 1 } }, 'MUG has stock at "Moon"'],
    ['stock of a service', { sku: 'FIX', type: 'Service', stock: { Yard: 1 } }, 'FIX is of type Service'],
    [
      'stock without a batch where the costing method has batches',
      { sku: 'BAR', costingMethod: 'FEFO - Batch', stock: { Yard: 1 } },
      'its stock needs a batch',
    ],
    ['a misspelt field', { sku: 'MUG', wieght: 3 }, 'wieght'],
  ])('refuses %s', (_, product, message) => {
    expect(() => seed({ products: [product] })).toThrow(message);
    expect(() => seed({ products: [product] })).toThrow(SeedError);
  });

  it('refuses two products of one SKU', () => {
    expect(() => seed({ products: [{ sku: 'MUG' }, { sku: 'MUG' }] })).toThrow('two entries for SKU "MUG"');
  });
});
