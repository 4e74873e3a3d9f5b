import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { roundTo } from '../kit/numbers.ts';
import { type Carrier, carrierFor, trackingNumber } from './catalogue.ts';
import { notFound, refuse } from './errors.ts';
import { putBack, takeOffShelves } from './inventory-rules.ts';
import { charge, rateById, refund } from './rate-rules.ts';
import { requirePending, shipmentById } from './shipment-rules.ts';
import { type LabelRow, newId, type ShipmentRow, type ShipStationState, type World } from './state.ts';
import { queueWebhook } from './webhooks.ts';

/** All fields are optional: the sandbox chooses a carrier by default. */
export const labelRequest = z.looseObject({
  carrier_id: z.string().optional(),
  carrier_code: z.string().optional(),
  service_code: z.string().optional(),
  external_shipment_id: z.string().min(1).max(50).optional(),
  test_label: z.boolean().optional(),
  ship_date: z.iso.datetime().optional(),
});
type LabelRequest = z.infer<typeof labelRequest>;

/** One label for the whole shipment, with a tracking number for each of its packages. */
export function buyLabel(world: World, shipmentId: string, request: LabelRequest = {}): LabelRow {
  const shipment = shipmentById(world.state, shipmentId);
  requirePending(shipment, 'shipped');
  const label = addLabel(world, shipment, request, false);
  if (label.test_label) return label;
  shipment.shipment_status = 'label_purchased';
  shipment.modified_at = new Date(world.now).toISOString();
  takeOffShelves(world.state, shipment, label.label_id, shipment.warehouse_id);
  return label;
}

/** What may be chosen of a label that is bought with an offer: service, carrier and parcel are the offer's. */
export const labelByRateRequest = z.strictObject({
  validate_address: z.enum(['no_validation', 'validate_only', 'validate_and_clean']).optional(),
  label_format: z.enum(['pdf', 'png', 'zpl']).optional(),
  label_layout: z.enum(['4x6', 'letter', 'A4', 'A6']).optional(),
  label_download_type: z.enum(['url', 'inline']).optional(),
  display_scheme: z.enum(['label', 'paperless', 'label_and_paperless']).optional(),
});

/** A shipment has one valid label at most. */
export function buyLabelByRate(world: World, rateId: string): LabelRow {
  const rate = rateById(world, rateId);
  const shipment = shipmentById(world.state, rate.shipment_id);
  const isSoldAgain =
    world.state.settings.severalLabels === true && shipment.shipment_status === 'label_purchased';
  if (isSoldAgain) shipment.shipment_status = 'pending';
  requirePending(shipment, 'shipped');
  const amount = charge(world.state, rate);
  const { carrier_id, service_code } = rate;
  const label = buyLabel(world, rate.shipment_id, { carrier_id, service_code });
  return Object.assign(label, { rate_id: rateId, shipment_cost: { currency: 'usd', amount } });
}

/** The file of a label: a small PDF that names its parcel. */
export function toPdf({ tracking_number, service_code }: LabelRow): Buffer {
  const text = `BT /F1 18 Tf 20 200 Td (${service_code} ${tracking_number}) Tj ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 288 432] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${text.length} >>\nstream\n${text}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  // The second line marks the file as binary, as the format asks for.
  let file = '%PDF-1.4\n%\xe2\xe3\xcf\xd3\n';
  const offsets = objects.map((object, index) => {
    const at = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(at).padStart(10, '0')} 00000 n \n`;
  });
  const table = file.length;
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.join('')}`;
  file += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`;
  return Buffer.from(file, 'latin1');
}

/** The label as the API shows it, with its file. */
export function withFile(label: LabelRow, { state, origin }: World, asked: string | undefined) {
  const isInline = asked === 'inline' && (state.settings.labelFiles ?? 'inline') === 'inline';
  const href = isInline
    ? `data:application/pdf;base64,${toPdf(label).toString('base64')}`
    : `${origin}/v2/downloads/10/${label.label_id}/label.pdf`;
  return { ...label, label_download: isInline ? { href } : { href, pdf: href } };
}

/** A label for a return. */
export function returnLabel(world: World, labelId: string): LabelRow {
  const label = labelById(world.state, labelId);
  if (label.is_return_label) throw refuse('invalid_status', 'A return label cannot be returned.');
  if (label.voided) throw refuse('invalid_status', 'The label is voided, so it has no return label.');
  const { carrier_id, service_code } = label;
  return addLabel(world, shipmentById(world.state, label.shipment_id), { carrier_id, service_code }, true);
}

interface VoidAnswer {
  approved: boolean;
  message: string;
  reason_code: string | null;
}

/** The longest period of any carrier. */
const VOID_PERIOD_MS = 30 * 24 * 60 * 60_000;

/** As the API voids: a carrier that has scanned the label does not take it back. */
export function voidUnused(world: World, labelId: string): VoidAnswer {
  const { tracking_status, voided } = labelById(world.state, labelId);
  if (voided || tracking_status === 'unknown') return voidLabel(world, labelId);
  return {
    approved: false,
    message: 'The carrier has the parcel already.',
    reason_code: 'label_already_used',
  };
}

/** The shipment becomes pending again, and no webhook is sent. */
export function voidLabel({ state, now }: World, labelId: string): VoidAnswer {
  const label = labelById(state, labelId);
  if (label.voided) {
    return { approved: false, message: 'The label is voided already.', reason_code: 'label_already_voided' };
  }
  if (now - Date.parse(label.created_at) > VOID_PERIOD_MS) {
    const message = 'The carrier does not take the label back any more.';
    return { approved: false, message, reason_code: 'label_not_found_within_void_period' };
  }
  const time = new Date(now).toISOString();
  Object.assign(label, { status: 'voided', voided: true, voided_at: time });
  if (!label.is_return_label) {
    const shipment = shipmentById(state, label.shipment_id);
    Object.assign(shipment, { shipment_status: 'pending', modified_at: time });
    putBack(state, labelId);
  }
  if (label.rate_id !== undefined) refund(state, label.carrier_id, label.shipment_cost.amount);
  return { approved: true, message: 'The label is voided.', reason_code: null };
}

export function labelById(state: ShipStationState, id: string): LabelRow {
  const label = state.labels.find(({ label_id }) => label_id === id);
  if (label === undefined) throw notFound('label', id);
  return label;
}

function addLabel(world: World, shipment: ShipmentRow, request: LabelRequest, isReturn: boolean): LabelRow {
  const { state, now } = world;
  const carrier = carrierFor(request);
  const time = new Date(now).toISOString();
  const packages = shipment.packages.map(({ weight }, index) => ({
    package_id: index + 1,
    tracking_number: trackingNumber(carrier, nextSerial(state)),
    weight,
  }));
  const label: LabelRow = {
    label_id: newId(state),
    status: 'completed',
    shipment_id: shipment.shipment_id,
    external_shipment_id: request.external_shipment_id ?? `SEAuto-${randomBytes(16).toString('hex')}`,
    external_order_id: null,
    ship_date: request.ship_date ?? `${time.slice(0, 10)}T00:00:00Z`,
    created_at: time,
    shipment_cost: { currency: 'usd', amount: getCost(shipment, carrier) },
    insurance_cost: { currency: 'usd', amount: 0 },
    tracking_number: packages[0]?.tracking_number ?? '',
    is_return_label: isReturn,
    batch_id: newId(state),
    carrier_id: carrier.carrier_id,
    carrier_code: carrier.carrier_code,
    service_code: request.service_code ?? carrier.service_code,
    test_label: request.test_label ?? false,
    voided: false,
    voided_at: null,
    tracking_status: 'unknown',
    packages,
  };
  state.labels.push(label);
  queueWebhook(world, 'label_created_v2', `/v2/labels?batch_id=${label.batch_id}`);
  return label;
}

function nextSerial(state: ShipStationState): number {
  state.nextId += 1;
  return state.nextId;
}

function getCost(shipment: ShipmentRow, { price: [base, perKilogram] }: Carrier): number {
  return roundTo(2, base + (perKilogram * shipment.total_weight.value) / 1000);
}
