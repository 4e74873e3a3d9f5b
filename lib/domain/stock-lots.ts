import { sumOf } from './decimal.ts';
import type { SkuStock, StockLot } from './stock-drift.ts';

/** Lots of one SKU added up, by batch and expiry; `lot` is the first of each. */
export function sumByLot<Lot extends StockLot>(
  lots: readonly Lot[],
): Map<string, { readonly lot: Lot; readonly quantity: number }> {
  const sums = new Map<string, { lot: Lot; quantity: number }>();
  for (const lot of lots) {
    const before = sums.get(keyOf(lot));
    sums.set(keyOf(lot), { lot: before?.lot ?? lot, quantity: sumOf([before?.quantity ?? 0, lot.quantity]) });
  }
  return sums;
}

/**
 * The provider's lots, and what is in flight, under the names that DEAR has for them: a batch number alone names a lot where
 * one side leaves the expiry out and only one lot has that number.
 */
export function attributed({
  provider,
  dear,
  inFlight,
}: Pick<SkuStock, 'provider' | 'dear' | 'inFlight'>): Pick<SkuStock, 'provider' | 'inFlight'> {
  const ofDear = byBatch(dear);
  const named = provider.map((lot) => namedAs(lot, ofDear));
  const known = byBatch([...dear, ...named]);
  const inFlightNamed = inFlight.map((lot) => {
    const asThere = namedAs(lot, ofDear);
    return isAmong(known, asThere) ? asThere : namedAs(lot, known);
  });
  return { provider: named, inFlight: inFlightNamed };
}

function isAmong(batches: ReadonlyMap<string, readonly StockLot[]>, { batch, expiry }: StockLot): boolean {
  return batches.get(batch)?.some((lot) => lot.expiry === expiry) ?? false;
}

/** Whether a batch has several expiry dates and, elsewhere, none: then the number alone names no lot. */
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

function namedAs(lot: StockLot, known: ReadonlyMap<string, readonly StockLot[]>): StockLot {
  const candidates = known.get(lot.batch) ?? [];
  const [only, ...others] = candidates;
  if (only === undefined || others.length > 0) return lot;
  const same = lot.expiry === '' || only.expiry === '';
  return same ? { ...lot, expiry: only.expiry } : lot;
}

function keyOf({ batch, expiry }: StockLot): string {
  return `${batch}\n${expiry}`;
}
