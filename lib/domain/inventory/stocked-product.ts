import type { InventoryPolicy } from '../connection.ts';
import type { DriftLine } from './stock-drift.ts';
import type { StockedProduct } from './stock-lots.ts';

/** Whether the product has to be read from DEAR before the line can be written: for the id of a new line, or the cost in an adjustment. */
export function needsProduct({ action }: DriftLine, { mode }: Pick<InventoryPolicy, 'mode'>): boolean {
  return action === 'add' || (action === 'adjust' && mode === 'adjust');
}

/**
 * The line with the product's id and unit cost, or as `report` with what is missing. The cost is the average cost, else the
 * price in the connection's tier.
 * @param product undefined if DEAR has none with the SKU
 * @returns null for a service, which has no stock
 */
export function withProduct(
  line: DriftLine,
  product: StockedProduct | undefined,
  { unitCostTier }: Pick<InventoryPolicy, 'unitCostTier'>,
): DriftLine | null {
  if (product === undefined) return { ...line, action: 'report', whyNot: UNKNOWN };
  if (product.type === 'service') return null;
  const unitCost = getUnitCost(product, unitCostTier);
  const whyNot = findObstacle(line, product, unitCost, unitCostTier);
  if (whyNot !== null) return { ...line, action: 'report', whyNot };
  return { ...line, productId: product.productId, name: product.name, unitCost };
}

const UNKNOWN =
  'DEAR has no product with this SKU, or it is deprecated there. Create it in DEAR, or correct the SKU at the service.';

function getUnitCost({ averageCost, priceTiers }: StockedProduct, tier: string): number {
  return averageCost > 0 ? averageCost : (priceTiers[tier] ?? 0);
}

function findObstacle(
  line: DriftLine,
  product: StockedProduct,
  unitCost: number,
  tier: string,
): string | null {
  if (product.costingMethod !== 'FIFO' && line.batch === '') {
    return `DEAR costs it by ${product.costingMethod}, and the service names no batch of it.`;
  }
  if (unitCost > 0) return null;
  const where = tier === '' ? 'no price tier is named in the settings' : `no price in the tier ${tier}`;
  return `DEAR has no average cost of it, and ${where}, so it has no unit cost.`;
}
