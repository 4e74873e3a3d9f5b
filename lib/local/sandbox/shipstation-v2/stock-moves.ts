import { locationsFor } from './inventory-places.ts';
import { recordOf } from './inventory-rules.ts';
import type { ShipmentRow, ShipStationState } from './state.ts';

/**
 * Takes a shipment's goods off the shelves of the warehouse that it leaves from, as ShipStation does by itself once there is
 * a label. What it does where too few are there is not documented: here a parcel leaves all the same, and shelves do not go
 * below 0.
 * @param parcelId the label or fulfillment, by which the goods can be put back
 */
export function takeOffShelves(
  state: ShipStationState,
  shipment: ShipmentRow,
  parcelId: string,
  shipFrom: string | null | undefined,
): void {
  const places = new Set(locationsFor(shipFrom ?? '').map((place) => place.inventory_location_id));
  const shelves = state.stock.filter(
    ({ condition, inventory_location_id }) => condition === 'sellable' && places.has(inventory_location_id),
  );
  for (const { sku, quantity } of shipment.items) {
    let wanted = quantity;
    for (const record of shelves.filter((shelf) => shelf.sku === sku)) {
      const taken = Math.min(wanted, record.on_hand);
      record.on_hand -= taken;
      wanted -= taken;
      const { inventory_location_id } = record;
      state.taken.push({ parcelId, sku: record.sku, inventory_location_id, quantity: taken });
    }
  }
}

/** Puts back what a parcel took, each to where it was taken from. */
export function putBack(state: ShipStationState, parcelId: string): void {
  for (const { quantity, ...place } of state.taken.filter((taken) => taken.parcelId === parcelId)) {
    recordOf(state, { ...place, condition: 'sellable' }).on_hand += quantity;
  }
  state.taken = state.taken.filter((taken) => taken.parcelId !== parcelId);
}
