import type { Shipment } from './schemas.ts';

/** About ten minutes of a warehouse that ships 6,000 parcels an hour. */
const MOST_KEPT = 1_000;

/**
 * Reads the shipment behind a parcel, and keeps it. Every pass looks back ten minutes, so without this a busy warehouse
 * would have each parcel's shipment read again and again, out of the 200 calls a minute that orders need too. It is kept
 * by the parcel's id, because a shipment stays as it is while its label lives, but may be changed and shipped anew once
 * that is voided. One that is gone is not kept: it may have been a moment too early.
 */
export function shipmentMemory(
  read: (shipmentId: string) => Promise<Shipment | null>,
  mostKept = MOST_KEPT,
): (shipmentId: string, parcelId: string) => Promise<Shipment | null> {
  const kept = new Map<string, Shipment>();
  return async (shipmentId, parcelId) => {
    const known = kept.get(parcelId);
    if (known !== undefined) return known;
    const shipment = await read(shipmentId);
    if (shipment !== null) kept.set(parcelId, shipment);
    const [oldest] = kept.keys();
    if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
    return shipment;
  };
}
