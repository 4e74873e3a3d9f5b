import * as z from 'zod';
import { notFound, refuse } from './errors.ts';
import { putBack, takeOffShelves } from './inventory-rules.ts';
import { shipmentById } from './shipment-rules.ts';
import { type FulfillmentRow, newId, type ShipStationState, type World } from './state.ts';
import { queueWebhook } from './webhooks.ts';

export const fulfillmentRequest = z.looseObject({
  fulfillments: z
    .array(
      z.looseObject({
        shipment_id: z.string().min(1),
        tracking_number: z.string().min(1),
        carrier_code: z.string().min(1),
        ship_date: z.iso.datetime().nullish(),
      }),
    )
    .min(1),
});
type Row = z.infer<typeof fulfillmentRequest>['fulfillments'][number];

interface FulfillmentResult {
  shipment_id: string;
  shipment_number: string | null;
  error_message: string | null;
}

/** Marks shipments as shipped without a label. A row that cannot be marked has an error message; the others are marked. */
export function markShipped(
  world: World,
  rows: readonly Row[],
): { has_errors: boolean; fulfillments: FulfillmentResult[] } {
  const fulfillments = rows.map((row) => markOne(world, row));
  return { has_errors: fulfillments.some(({ error_message }) => error_message !== null), fulfillments };
}

function markOne(world: World, row: Row): FulfillmentResult {
  const { state, now } = world;
  const shipment = state.shipments.find(({ shipment_id }) => shipment_id === row.shipment_id);
  if (shipment === undefined) return toResult(row, null, `There is no shipment ${row.shipment_id}.`);
  if (shipment.shipment_status !== 'pending') {
    return toResult(row, shipment.shipment_number, `The shipment is in status ${shipment.shipment_status}.`);
  }
  const time = new Date(now).toISOString();
  Object.assign(shipment, { shipment_status: 'label_purchased', modified_at: time });
  const fulfillment: FulfillmentRow = {
    fulfillment_id: newId(state),
    shipment_id: shipment.shipment_id,
    shipment_number: shipment.shipment_number,
    tracking_number: row.tracking_number,
    created_at: time,
    ship_date: row.ship_date ?? `${time.slice(0, 10)}T00:00:00Z`,
    voided_at: null,
    delivered_at: null,
    fulfillment_carrier_friendly_name: row.carrier_code.toUpperCase(),
    fulfillment_provider_code: 'external',
    fulfillment_service_code: 'ext',
    fulfillment_fee: { currency: 'usd', amount: 0 },
    voided: false,
  };
  state.fulfillments.push(fulfillment);
  takeOffShelves(state, shipment, fulfillment.fulfillment_id, shipment.warehouse_id);
  const { fulfillment_id, shipment_id } = fulfillment;
  queueWebhook(
    world,
    'fulfillment_shipped_v2',
    `/v2/fulfillments?fulfillment_id=${fulfillment_id}&shipment_id=${shipment_id}`,
  );
  return toResult(row, shipment.shipment_number, null);
}

/** What a person does on ShipStation's screen: the shipment becomes pending again, and no webhook is sent. */
export function voidFulfillment({ state, now }: World, id: string): FulfillmentRow {
  const row = fulfillmentById(state, id);
  if (row.voided) throw refuse('invalid_status', 'The fulfillment is voided already.');
  const time = new Date(now).toISOString();
  Object.assign(row, { voided: true, voided_at: time });
  const shipment = shipmentById(state, row.shipment_id);
  Object.assign(shipment, { shipment_status: 'pending', modified_at: time });
  putBack(state, id);
  return row;
}

export function fulfillmentById(state: ShipStationState, id: string): FulfillmentRow {
  const row = state.fulfillments.find(({ fulfillment_id }) => fulfillment_id === id);
  if (row === undefined) throw notFound('fulfillment', id);
  return row;
}

function toResult(row: Row, number: string | null, message: string | null): FulfillmentResult {
  return { shipment_id: row.shipment_id, shipment_number: number, error_message: message };
}
