import type { ReportedShipment, WithdrawnPackage } from '../../domain/package.ts';

/** A package by its id, and whose it is. */
export type KnownPackage = Pick<WithdrawnPackage, 'reference' | 'id'>;

/** About 100 bytes each. */
const MOST_KEPT = 10_000;

/**
 * Remembers which packages a parcel holds that nobody changes any more: one that was voided or has arrived. A month of them
 * is listed again and again, so without this each would cost a read of its shipment every time.
 */
export function packageMemory(
  mostKept = MOST_KEPT,
): (
  parcelId: string,
  report: () => Promise<readonly ReportedShipment[]>,
) => Promise<readonly KnownPackage[]> {
  const kept = new Map<string, readonly KnownPackage[]>();
  return async (parcelId, report) => {
    const known = kept.get(parcelId);
    if (known !== undefined) return known;
    const packages = (await report()).map(({ reference, id }) => ({ reference, id }));
    kept.set(parcelId, packages);
    const [oldest] = kept.keys();
    if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
    return packages;
  };
}
