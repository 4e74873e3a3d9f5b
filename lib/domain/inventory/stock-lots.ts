import type { UnitRatio } from '../connection.ts';
import { sumAll } from '../decimal.ts';
import { isNoPiece, isWholeThere, toDearUnits, toServiceUnits } from '../order/units.ts';

/** Lots of one SKU, added up by batch and expiry; `lot` is the first of each. */
export function sumByLot<Lot extends StockLot>(
  lots: readonly Lot[],
): Map<string, { readonly lot: Lot; readonly quantity: number }> {
  const sums = new Map<string, { lot: Lot; quantity: number }>();
  for (const lot of lots) {
    const before = sums.get(toKey(lot));
    sums.set(toKey(lot), {
      lot: before?.lot ?? lot,
      quantity: sumAll([before?.quantity ?? 0, lot.quantity]),
    });
  }
  return sums;
}

/**
 * The provider's lots and goods in flight under DEAR's names: a batch number is enough if one side has no expiry and only one lot
 * has that number.
 */
export function alignLotNames({
  provider,
  dear,
  inFlight,
}: Pick<SkuStock, 'provider' | 'dear' | 'inFlight'>): Pick<SkuStock, 'provider' | 'inFlight'> {
  const ofDear = byBatch(dear);
  const named = provider.map((lot) => withKnownExpiry(lot, ofDear));
  const known = byBatch([...dear, ...named]);
  const inFlightNamed = inFlight.map((lot) => {
    const asThere = withKnownExpiry(lot, ofDear);
    return isAmong(known, asThere) ? asThere : withKnownExpiry(lot, known);
  });
  return { provider: named, inFlight: inFlightNamed };
}

function isAmong(batches: ReadonlyMap<string, readonly StockLot[]>, { batch, expiry }: StockLot): boolean {
  return batches.get(batch)?.some((lot) => lot.expiry === expiry) ?? false;
}

/** Whether a batch has several expiry dates and also a lot without one, so that its number is not enough. */
export function hasUnclearExpiry(lots: readonly StockLot[]): boolean {
  const unclear = (known: readonly StockLot[]) =>
    known.length > 2 && known.some(({ expiry }) => expiry === '');
  return [...byBatch(lots).values()].some(unclear);
}

/** Batch → its lots, each expiry once. */
function byBatch(lots: readonly StockLot[]): Map<string, StockLot[]> {
  const batches = new Map<string, StockLot[]>();
  for (const lot of lots) {
    const known = batches.get(lot.batch) ?? [];
    if (!known.some(({ expiry }) => expiry === lot.expiry)) known.push(lot);
    batches.set(lot.batch, known);
  }
  return batches;
}

function withKnownExpiry(lot: StockLot, known: ReadonlyMap<string, readonly StockLot[]>): StockLot {
  const candidates = known.get(lot.batch) ?? [];
  const [only, ...others] = candidates;
  if (only === undefined || others.length > 0) return lot;
  const same = lot.expiry === '' || only.expiry === '';
  return same ? { ...lot, expiry: only.expiry } : lot;
}

function toKey({ batch, expiry }: StockLot): string {
  return `${batch}\n${expiry}`;
}

/** What has to be known of a product in DEAR before its stock is written. */
export interface StockedProduct {
  readonly productId: string;
  readonly sku: string;
  readonly name: string;
  /** DEAR's unit of measure: `Item`, `m`, `Box`. */
  readonly unit: string;
  /** `service`: any product without stock in DEAR. */
  readonly type: 'stock' | 'service';
  /** `FIFO`, `FEFO - Batch` …; any but FIFO requires a batch or serial number on each line. */
  readonly costingMethod: string;
  /** Of one unit, in the account's currency; 0 if DEAR has none. */
  readonly averageCost: number;
  /** By the account's own names of its tiers, and by `PriceTier1` to `PriceTier10`. */
  readonly priceTiers: Readonly<Record<string, number>>;
}

/** A quantity of one lot of a SKU. */
export interface StockLot {
  readonly quantity: number;
  /** Batch or serial number; ''. */
  readonly batch: string;
  /** `yyyy-mm-dd`, or ''. */
  readonly expiry: string;
}

/** A row of DEAR's stock on hand. */
export interface DearLot extends StockLot {
  readonly productId: string;
}

/** Everything that is known of one SKU at one location, in DEAR's units except the provider's stock. */
export interface SkuStock {
  /** In its own units, one row for each of its storage places; empty if it does not report the SKU. */
  readonly provider: readonly StockLot[];
  readonly dear: readonly DearLot[];
  /** Goods that have left the provider and that DEAR still counts. */
  readonly inFlight: readonly StockLot[];
  /** The quantity confirmed so recently that DEAR's figures may not show it. */
  readonly settling: number;
  /** Why its figures are not reliable now, as a sentence; null if they are. */
  readonly unsettled: string | null;
  /** Whether the provider's catalogue was read and lacks it. */
  readonly isUnknown?: boolean;
  /** Left out if both sides count the same. */
  readonly units?: SkuUnits;
}

/** What is known of the units that a SKU is counted in. */
interface SkuUnits {
  /** From the settings; left out if not set. */
  readonly ratio?: UnitRatio;
  /** A fraction that was shipped as one piece since the service's stock was last corrected; 0 if there is none. */
  readonly fraction: number;
}

/** Both sides of a SKU in DEAR's units. `whyUnitsDiffer` is null if their figures may be compared. */
export interface ComparableStock extends SkuStock {
  readonly whyUnitsDiffer: string | null;
}

/** @param product of DEAR's, where it was looked up */
export function inDearUnits(
  sku: string,
  stock: SkuStock,
  product: StockedProduct | undefined,
): ComparableStock {
  // Added up before the conversion, so that it is rounded once.
  const provider = [...sumByLot(stock.provider).values()].map(({ lot, quantity }) => ({
    ...lot,
    quantity: toDearUnits(quantity, stock.units?.ratio),
  }));
  return { ...stock, provider, whyUnitsDiffer: whyUnitsDiffer(sku, stock, product) };
}

/**
 * Why the two sides' figures of a SKU cannot be compared, with the setting to make; null if they can. A service counts whole
 * numbers: one piece for 2.5 m reduces its stock by one.
 */
function whyUnitsDiffer(
  sku: string,
  { dear, inFlight, units }: Pick<SkuStock, 'dear' | 'inFlight' | 'units'>,
  product: StockedProduct | undefined,
): string | null {
  const { ratio, fraction = 0 } = units ?? {};
  const uneven = [...dear, ...inFlight].find(({ quantity }) => !isWholeThere(quantity, ratio));
  if (uneven !== undefined)
    return notWhole(sku, `DEAR counts ${uneven.quantity} of it`, uneven.quantity, ratio);
  if (!isWholeThere(fraction, ratio)) {
    return `${notWhole(sku, `${fraction} of it went out as one piece`, fraction, ratio)} Once the service's stock is corrected, add correctedOn.`;
  }
  if (ratio !== undefined || product === undefined || !isNoPiece(product.unit)) return null;
  return `DEAR counts it in ${product.unit}, and the service may count something else. Say so in units: ${getExample(sku, 1)}, where 1 in DEAR is that many at the service.`;
}

function notWhole(sku: string, fact: string, quantity: number, ratio: UnitRatio | undefined): string {
  if (ratio === undefined) {
    return `${fact}, and the service counts whole numbers: the units differ. Give the factor in units, for example ${getExample(sku, 100)} where 1 in DEAR is 100 at the service.`;
  }
  return `${fact}, which is ${toServiceUnits(quantity, ratio)} of the service's units and so not whole. Correct the factor in units, or the figure by hand.`;
}

function getExample(sku: string, provider: number): string {
  return `{ '${sku}': { dear: 1, provider: ${provider} } }`;
}
