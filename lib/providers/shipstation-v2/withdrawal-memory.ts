import type { ReportedShipment, WithdrawnPackage } from '../../domain/package.ts';

/** About 100 bytes each. */
const MOST_KEPT = 10_000;

/**
 * Remembers which packages a voided parcel took back. Every pass lists all that were voided in a month, so without this
 * each of them would cost a read of its shipment every few minutes. What was voided stays voided, so nothing gets stale.
 */
export function withdrawalMemory(
  mostKept = MOST_KEPT,
): (
  parcelId: string,
  report: () => Promise<readonly ReportedShipment[]>,
) => Promise<readonly WithdrawnPackage[]> {
  const kept = new Map<string, readonly WithdrawnPackage[]>();
  return async (parcelId, report) => {
    const known = kept.get(parcelId);
    if (known !== undefined) return known;
    const withdrawn = (await report()).map(({ reference, id }) => ({ reference, id }));
    kept.set(parcelId, withdrawn);
    const [oldest] = kept.keys();
    if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
    return withdrawn;
  };
}
