import type { SkuStock } from './stock-drift.ts';
import { sumByLot } from './stock-lots.ts';
import type { StockedProduct } from './stocked-product.ts';
import { isNoPiece, isWholeThere, toDearUnits, toServiceUnits, type UnitRatio } from './units.ts';

/** What is known of the units that a SKU is counted in. */
export interface SkuUnits {
  /** As the settings give it; left out where they do not. */
  readonly ratio?: UnitRatio;
  /** An amount of it that went out as one piece, since the service's stock was last corrected for such; 0 where there is none. */
  readonly fraction: number;
}

/** Both sides of a SKU in DEAR's units, and the sentence why their figures must not be held against each other; ''. */
export interface ComparableStock extends SkuStock {
  readonly whyUnitsDiffer: string;
}

/** @param product of DEAR's, where it was looked up */
export function inDearUnits(
  sku: string,
  stock: SkuStock,
  product: StockedProduct | undefined,
): ComparableStock {
  // Added up before it is converted, so that many places do not round many times.
  const provider = [...sumByLot(stock.provider).values()].map(({ lot, quantity }) => ({
    ...lot,
    quantity: toDearUnits(quantity, stock.units?.ratio),
  }));
  return { ...stock, provider, whyUnitsDiffer: whyUnitsDiffer(sku, stock, product) };
}

/**
 * Why the two sides' figures of a SKU cannot be compared, as a sentence with the setting to make; '' where they can. A
 * service's shelves count whole numbers: one piece that left for 2.5 m lowers them by one.
 */
function whyUnitsDiffer(
  sku: string,
  { dear, inFlight, units }: Pick<SkuStock, 'dear' | 'inFlight' | 'units'>,
  product: StockedProduct | undefined,
): string {
  const { ratio, fraction = 0 } = units ?? {};
  const uneven = [...dear, ...inFlight].find(({ quantity }) => !isWholeThere(quantity, ratio));
  if (uneven !== undefined)
    return notWhole(sku, `DEAR counts ${uneven.quantity} of it`, uneven.quantity, ratio);
  if (!isWholeThere(fraction, ratio)) {
    return `${notWhole(sku, `${fraction} of it went out as one piece`, fraction, ratio)} Once the service's stock is corrected, add correctedOn.`;
  }
  if (ratio !== undefined || product === undefined || !isNoPiece(product.unit)) return '';
  return `DEAR counts it in ${product.unit}, and the service may count something else. Say so in units: ${exampleOf(sku, 1)}, where 1 in DEAR is that many at the service.`;
}

function notWhole(sku: string, fact: string, quantity: number, ratio: UnitRatio | undefined): string {
  if (ratio === undefined) {
    return `${fact}, and the service counts whole numbers: the units differ. Give the factor in units, for example ${exampleOf(sku, 100)} where 1 in DEAR is 100 at the service.`;
  }
  return `${fact}, which is ${toServiceUnits(quantity, ratio)} of the service's units and so not whole. Correct the factor in units, or the figure by hand.`;
}

function exampleOf(sku: string, provider: number): string {
  return `{ '${sku}': { dear: 1, provider: ${provider} } }`;
}
