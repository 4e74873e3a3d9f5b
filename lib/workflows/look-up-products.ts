import type { StockedProduct } from '../domain/stocked-product.ts';
import type { StockReads } from './stock-in-dear.ts';

/** DEAR's longest page. */
const PAGE = 1000;

/**
 * DEAR's products of those SKUs, in as few calls as can be foreseen: one for each SKU, or the whole list where that is
 * likely to be shorter, read until every SKU is found.
 * @param dearRows how many rows DEAR has at the location: it has about as many products
 */
export async function lookUpProducts(
  skus: ReadonlySet<string>,
  dearRows: number,
  dear: Pick<StockReads, 'products' | 'productOf'>,
): Promise<Map<string, StockedProduct>> {
  const found = new Map<string, StockedProduct>();
  if (skus.size === 0) return found;
  if (skus.size <= Math.ceil(dearRows / PAGE)) {
    for (const sku of skus) {
      const product = await dear.productOf(sku);
      if (product !== undefined) found.set(sku, product);
    }
    return found;
  }
  for await (const page of dear.products()) {
    for (const product of page) if (skus.has(product.sku)) found.set(product.sku, product);
    if (found.size === skus.size) break;
  }
  return found;
}
