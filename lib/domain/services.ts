import type { Connection } from './connection.ts';
import { matchesPattern } from './deliverable-lines.ts';
import type { ReferenceBooks } from './reference-books.ts';

/** Tells the services among products: what is sold with goods, and nobody ships. */
export type IsService = (product: { readonly productId: string; readonly sku: string }) => boolean;

/**
 * By the connection's `serviceSkus`, else by the type of DEAR's product. Goods of any other type are shipped, also those that
 * DEAR keeps no stock of. What is not known is shipped too: that is noticed, and a sale that stands still is not.
 */
export function serviceTest(
  { serviceSkus }: Pick<Connection, 'serviceSkus'>,
  { products }: Pick<ReferenceBooks, 'products'>,
): IsService {
  return ({ productId, sku }) =>
    serviceSkus.some((pattern) => matchesPattern(sku, pattern)) || products.get(productId) === 'service';
}
