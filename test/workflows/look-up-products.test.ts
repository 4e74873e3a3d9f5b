import { describe, expect, it } from 'vitest';
import { lookUpProducts } from '../../lib/workflows/inventory/compare-stock.ts';
import { product } from '../builders/stock.ts';

/** DEAR with two pages of products, and its calls. */
function dear() {
  const asked: string[] = [];
  const pages = [[product({ sku: 'CUP' })], [product({ sku: 'BOWL' }), product({ sku: 'JUG' })]];
  return {
    asked,
    products: async function* () {
      for (const page of pages) {
        asked.push('page');
        yield page;
      }
    },
    getProduct: async (sku: string) => {
      asked.push(sku);
      return pages.flat().find((one) => one.sku === sku);
    },
  };
}

const found = (products: ReadonlyMap<string, unknown>) => [...products.keys()];

describe('looking up products', () => {
  it('makes no call for no SKUs', async () => {
    const source = dear();
    expect(found(await lookUpProducts(new Set(), 5000, source))).toEqual([]);
    expect(source.asked).toEqual([]);
  });

  it('makes one call for each SKU if the list has more pages', async () => {
    const source = dear();
    expect(found(await lookUpProducts(new Set(['JUG', 'LAMP']), 2000, source))).toEqual(['JUG']);
    expect(source.asked).toEqual(['JUG', 'LAMP']);
  });

  it('reads the list if there are more SKUs, and only until all are found', async () => {
    const source = dear();
    expect(found(await lookUpProducts(new Set(['CUP']), 0, source))).toEqual(['CUP']);
    expect(source.asked).toEqual(['page']);
    expect(found(await lookUpProducts(new Set(['CUP', 'JUG', 'LAMP']), 2000, source))).toEqual([
      'CUP',
      'JUG',
    ]);
    expect(source.asked).toEqual(['page', 'page', 'page']);
  });
});
