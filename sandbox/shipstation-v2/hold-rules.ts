import * as z from 'zod';
import { refuse } from './errors.ts';
import { shipmentById } from './shipment-rules.ts';
import type { ShipmentRow, Store, World } from './state.ts';

/** ShipStation's screen does not ask for a date. */
export const heldByHandRequest = z.strictObject({ hold_until_date: z.iso.date().optional() });
/** A time of the day is ignored. */
export const holdRequest = z.strictObject({ hold_until_date: z.union([z.iso.date(), z.iso.datetime()]) });

/** It cannot be shipped until it is released, which happens by itself on the date. A held shipment gets the new date. */
export function holdShipment({ state, now }: World, id: string, until: string | undefined): ShipmentRow {
  const row = shipmentById(state, id);
  if (row.shipment_status !== 'pending' && row.shipment_status !== 'on_hold')
    throw refuse('invalid_status', `A shipment in status ${row.shipment_status} cannot be held.`);
  const today = new Date(now).toISOString().slice(0, 10);
  const date = until?.slice(0, 10);
  if (date !== undefined && date <= today)
    throw refuse('invalid_field_value', 'hold_until_date must be later than today.');
  return Object.assign(row, {
    shipment_status: 'on_hold',
    hold_until_date: date === undefined ? null : `${date}T00:00:00Z`,
    modified_at: new Date(now).toISOString(),
  });
}

/** ShipStation's documents call it restoring. */
export function releaseShipment({ state, now }: World, id: string): ShipmentRow {
  const row = shipmentById(state, id);
  if (row.shipment_status !== 'on_hold') throw refuse('invalid_status', 'The shipment is not on hold.');
  return Object.assign(row, {
    shipment_status: 'pending',
    hold_until_date: null,
    modified_at: new Date(now).toISOString(),
  });
}

/** Releases every shipment whose date has come. It works from the state alone, so that a restart loses none. */
export function releaseDue(store: Store): void {
  const isDue = ({ shipment_status, hold_until_date }: ShipmentRow) =>
    shipment_status === 'on_hold' &&
    typeof hold_until_date === 'string' &&
    Date.parse(hold_until_date) <= store.now();
  for (const { shipment_id } of store.state().shipments.filter(isDue))
    store.change((world) => releaseShipment(world, shipment_id));
}
