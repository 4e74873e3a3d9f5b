import type { InventoryPolicy } from '../domain/connection.ts';
import { type DriftLine, driftOf } from '../domain/stock-drift.ts';
import type { StockSides } from '../domain/stock-sides.ts';
import { needsProduct, type StockedProduct, withProduct } from '../domain/stocked-product.ts';
import { lookUpProducts } from './look-up-products.ts';
import type { StockReads } from './stock-in-dear.ts';

/** Every line of a comparison, made anew at each pass: of 100,000 lines hardly any is worth keeping. */
export type Comparison = () => Iterable<DriftLine>;

export interface CompareStockNeeds {
  readonly dear: Pick<StockReads, 'products' | 'productOf'>;
  /** Those of the SKUs that the provider's catalogue does not have; none where it was never read. */
  readonly unknownSkus: (skus: readonly string[]) => Promise<ReadonlySet<string>>;
}

/** Compares both sides; what may have to be written is looked up among DEAR's products, and what only DEAR has in the catalogue. */
export async function compareStock(
  sides: StockSides,
  policy: InventoryPolicy,
  { dear, unknownSkus }: CompareStockNeeds,
): Promise<Comparison> {
  const products = await lookUpProducts(skusToLookUp(sides, policy), sides.dearRows, dear);
  const unknown = await unknownSkus(skusOfDearAlone(sides));
  return () => linesOf(sides, policy, products, unknown);
}

function skusOfDearAlone(sides: StockSides): string[] {
  const skus: string[] = [];
  for (const [sku, { provider }] of sides) if (provider.length === 0) skus.push(sku);
  return skus;
}

function skusToLookUp(sides: StockSides, policy: InventoryPolicy): Set<string> {
  const skus = new Set<string>();
  for (const [sku, stock] of sides) {
    if (driftOf(sku, stock).some((line) => needsProduct(line, policy))) skus.add(sku);
  }
  return skus;
}

function* linesOf(
  sides: StockSides,
  policy: InventoryPolicy,
  products: ReadonlyMap<string, StockedProduct>,
  unknown: ReadonlySet<string>,
): Generator<DriftLine> {
  for (const [sku, stock] of sides) {
    const product = products.get(sku);
    for (const line of driftOf(sku, { ...stock, isUnknown: unknown.has(sku) }, product)) {
      const complete = needsProduct(line, policy) ? withProduct(line, product, policy) : line;
      if (complete !== null) yield complete;
    }
  }
}
