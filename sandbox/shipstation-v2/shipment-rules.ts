import { roundTo } from '../kit/numbers.ts';
import { isWarehouse, warehouseById } from './catalogue.ts';
import { notFound, refuse } from './errors.ts';
import type { AddressFields, CreateRequest, ShipmentFields } from './shipment-request.ts';
import { newId, type ShipmentRow, type ShipStationState, type Weight, type World } from './state.ts';

/** Postal abbreviations. */
const ABBREVIATED: Readonly<Record<string, string>> = {
  AVENUE: 'AVE',
  LANE: 'LN',
  ROAD: 'RD',
  ROW: 'ROW',
  STREET: 'ST',
  SUITE: 'STE',
};

/**
 * The stored fields of an account whose settings clean addresses and match SKUs with products: streets in capitals and
 * abbreviated, US postal codes with four more digits, SKUs in lower case. Unchanged for other accounts.
 */
function rewriteFields(
  { settings }: Pick<ShipStationState, 'settings'>,
  fields: ShipmentFields,
): ShipmentFields {
  if (settings.rewrites !== true) return fields;
  const { ship_to, items } = fields;
  const postal_code = /^\d{5}$/.test(ship_to.postal_code)
    ? `${ship_to.postal_code}-0001`
    : ship_to.postal_code;
  return {
    ...fields,
    ship_to: { ...ship_to, address_line1: abbreviateStreet(ship_to.address_line1), postal_code },
    items: items.map((item) => ({ ...item, sku: item.sku?.toLowerCase() })),
  };
}

function abbreviateStreet(street: string): string {
  const words = street.toUpperCase().split(/\s+/);
  return words.map((word) => ABBREVIATED[word] ?? word).join(' ');
}

const GRAMS: Readonly<Record<string, number>> = {
  gram: 1,
  kilogram: 1000,
  ounce: 28.349523125,
  pound: 453.59237,
};

/** The result of one row: the shipment, or the errors. */
type ShipmentResult = (ShipmentRow & { errors: string[] }) | (ShipmentFields & { errors: string[] });

/**
 * Creates each valid shipment; an invalid row has errors and does not affect the others. An identifier that is in use refuses
 * the whole request, because only an error body has the code `identifier_conflict`.
 */
export function createShipments(
  world: World,
  request: CreateRequest,
): { has_errors: boolean; shipments: ShipmentResult[] } {
  const shipments = request.shipments.map((row) => createShipment(world, row));
  return { has_errors: shipments.some(({ errors }) => errors.length > 0), shipments };
}

function createShipment({ state, now }: World, fields: ShipmentFields): ShipmentResult {
  if (fields.warehouse_id && !isWarehouse(fields.warehouse_id)) {
    return { ...fields, errors: [`warehouse_id: there is no warehouse ${fields.warehouse_id}`] };
  }
  const unknown = (fields.tags ?? []).find(({ name }) => !isTag(state, name));
  if (unknown !== undefined && state.settings.refusesUnknownTags === true)
    return { ...fields, errors: [`tags: there is no tag ${unknown.name}`] };
  for (const { name } of fields.tags ?? []) addTag(state, name);
  requireUnused(state, 'external_shipment_id', fields.external_shipment_id);
  requireUnused(state, 'shipment_number', fields.shipment_number);
  const salesOrderIds = fields.create_sales_order ? [newId(state)] : [];
  const kept = withItemIds(state, rewriteFields(state, fields), salesOrderIds[0]);
  const row = shipmentRow(newId(state), kept, now, salesOrderIds);
  state.shipments.push(row);
  return { ...row, errors: [] };
}

function isTag({ tags = [] }: ShipStationState, name: string): boolean {
  return tags.some((one) => one.toLowerCase() === name.toLowerCase());
}

function addTag(state: ShipStationState, name: string): void {
  if (!isTag(state, name)) state.tags = [...(state.tags ?? []), name];
}

/** Tags a shipment, in whatever status. A tag that does not exist is created. */
export function tagShipment({ state }: World, id: string, name: string): ShipmentRow {
  const row = shipmentById(state, id);
  addTag(state, name);
  if (!row.tags.some((tag) => tag.name === name)) row.tags.push({ name });
  return row;
}

/** Unique in the account, whatever the shipment's status. */
function requireUnused(
  state: ShipStationState,
  field: 'external_shipment_id' | 'shipment_number',
  value: string | null | undefined,
): void {
  if (!value || state.shipments.every((row) => row[field] !== value)) return;
  throw refuse('identifier_conflict', `${field} '${value}' is already in use.`);
}

/** Adds ids to each item of a new sales order. An item that is sent back with its ids keeps them and its allocation. */
function withItemIds(
  state: ShipStationState,
  fields: ShipmentFields,
  salesOrderId: string | undefined,
): ShipmentFields {
  if (salesOrderId === undefined) return fields;
  const items = fields.items.map((item) => ({
    ...item,
    item_id: item.item_id ?? newId(state),
    sales_order_id: salesOrderId,
    sales_order_item_id: item.sales_order_item_id ?? newId(state),
    product_id: item.product_id ?? null,
  }));
  return { ...fields, items };
}

function shipmentRow(
  id: string,
  { create_sales_order: _, validate_address: __, ...fields }: ShipmentFields,
  now: number,
  salesOrderIds: string[],
): ShipmentRow {
  const time = new Date(now).toISOString();
  return {
    ...fields,
    packages: fields.packages.map((box, index) => ({ ...box, shipment_package_id: `${id}-p${index + 1}` })),
    shipment_id: id,
    external_shipment_id: fields.external_shipment_id ?? id,
    shipment_number: fields.shipment_number ?? id,
    shipment_status: 'pending',
    sales_order_ids: salesOrderIds,
    ...getOrigin(fields),
    confirmation: fields.confirmation ?? 'none',
    insurance_provider: fields.insurance_provider ?? 'none',
    tags: fields.tags ?? [],
    created_at: time,
    modified_at: time,
    total_weight: totalWeight(fields.packages),
  };
}

/** A warehouse has the two addresses, which every answer repeats. */
export function getOrigin(fields: Pick<ShipmentFields, 'warehouse_id' | 'ship_from' | 'return_to'>): {
  warehouse_id: string | null;
  ship_from: AddressFields;
  return_to: AddressFields;
} {
  const warehouse = warehouseById(fields.warehouse_id ?? '');
  const from = fields.ship_from ?? warehouse?.origin_address;
  if (from === undefined)
    throw refuse('field_value_required', 'ship_from: neither an address nor a warehouse.');
  return {
    warehouse_id: fields.warehouse_id ?? null,
    ship_from: from,
    return_to: fields.return_to ?? warehouse?.return_address ?? from,
  };
}

export function shipmentById(state: ShipStationState, id: string): ShipmentRow {
  const row = state.shipments.find(({ shipment_id }) => shipment_id === id);
  if (row === undefined) throw notFound('shipment', id);
  return row;
}

/** Replaces the whole object, while no label was bought for it. */
export function replaceShipment(world: World, id: string, fields: ShipmentFields): ShipmentRow {
  const { state, now } = world;
  const row = shipmentById(state, id);
  requirePending(row, 'changed');
  requireWarehouse(fields.warehouse_id);
  if (fields.external_shipment_id && fields.external_shipment_id !== row.external_shipment_id) {
    throw refuse('identifiers_must_match', 'external_shipment_id cannot change.');
  }
  if (fields.shipment_number !== row.shipment_number)
    requireUnused(state, 'shipment_number', fields.shipment_number);
  const [salesOrderId] = row.sales_order_ids;
  const kept = withItemIds(state, rewriteFields(state, fields), salesOrderId);
  const merged = { ...kept, shipment_number: row.shipment_number };
  const replaced: ShipmentRow = {
    ...shipmentRow(id, { ...merged, ...toNumber(fields) }, now, row.sales_order_ids),
    external_shipment_id: row.external_shipment_id,
    created_at: row.created_at,
  };
  state.shipments[state.shipments.indexOf(row)] = replaced;
  return replaced;
}

function toNumber({ shipment_number }: ShipmentFields): Pick<ShipmentFields, 'shipment_number'> {
  return shipment_number ? { shipment_number } : {};
}

export function cancelShipment({ state, now }: World, id: string): void {
  const row = shipmentById(state, id);
  if (row.shipment_status !== 'on_hold') requirePending(row, 'cancelled');
  row.shipment_status = 'cancelled';
  row.modified_at = new Date(now).toISOString();
}

export function requireWarehouse(id: string | null | undefined): void {
  if (id && !isWarehouse(id)) throw refuse('invalid_identifier', `There is no warehouse ${id}.`);
}

export function requirePending(row: ShipmentRow, done: string): void {
  if (row.shipment_status === 'pending') return;
  throw refuse('invalid_status', `A shipment in status ${row.shipment_status} cannot be ${done}.`);
}

export function totalWeight(packages: ShipmentFields['packages']): Weight {
  const total = packages.reduce((sum, { weight }) => sum + weight.value * (GRAMS[weight.unit] ?? 1), 0);
  return { value: roundTo(3, total), unit: 'gram' };
}
