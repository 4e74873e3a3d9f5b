import { BrokenPages, readPages, type UnreadableRow } from '../../upstream/paging.ts';
import type { Query, ShipStationClient } from './client.ts';
import type { Label, Shipment } from './schemas.ts';

/** For a look-up by an id that few shipments share: more pages mean that the filter was ignored. */
const MAX_PAGES = 10;

type Lists = Pick<ShipStationClient, 'shipments'>;

/**
 * The shipments with our reference as their external id, cancelled ones too. ShipStation's filter is not documented as exact,
 * so equality is checked here.
 * @throws {BrokenPages} the pages do not add up
 */
export async function findShipmentsByExternalId(
  client: Lists,
  reference: string,
  pageSize: number,
): Promise<Shipment[]> {
  const rows = await findAll(client, { external_shipment_id: reference, page_size: pageSize }, reference);
  return rows.filter((row) => row.external_shipment_id === reference);
}

type LookUps = Lists & Pick<ShipStationClient, 'shipment' | 'shipmentNamed'>;

/**
 * The same for the decision whether an order exists and is cancelled. A list may not yet show what was just created, so where
 * it is empty, the shipment is also read by its external id; and it may still show what was just cancelled or deleted, so each
 * is read by its id. Two calls, and only after an answer was lost or refused.
 */
export async function findShipments(
  client: LookUps,
  reference: string,
  pageSize: number,
): Promise<Shipment[]> {
  const listed = await findShipmentsByExternalId(client, reference, pageSize);
  const named = listed.length > 0 ? null : await client.shipmentNamed(reference);
  const found = await readShipments(client, named === null ? listed : [named]);
  return found.filter((row) => row.external_shipment_id === reference);
}

/** The shipments as they are now; deleted ones are left out. In one account only lists had the number (seen live). */
export async function readShipments(
  client: Pick<ShipStationClient, 'shipment'>,
  rows: readonly Shipment[],
): Promise<Shipment[]> {
  const current: Shipment[] = [];
  for (const { shipment_id, shipment_number } of rows) {
    const row = await client.shipment(shipment_id);
    if (row !== null) current.push({ ...row, shipment_number: row.shipment_number || shipment_number });
  }
  return current;
}

/**
 * The other parts of a split order, as far as they can be found: parts share its number (seen live). Cancelled parts are
 * ignored.
 * @throws {BrokenPages} the pages do not add up
 */
export async function findOtherParts(
  client: Lists,
  part: Shipment,
  reference: string,
  pageSize: number,
): Promise<Shipment[]> {
  const shipment_number = part.shipment_number || reference;
  const rows = await findAll(client, { shipment_number, page_size: pageSize }, reference);
  return rows.filter(
    (row) =>
      row.shipment_id !== part.shipment_id &&
      row.shipment_number === shipment_number &&
      row.shipment_status !== 'cancelled',
  );
}

/** A row that cannot be read may be the shipment in question, and a result of none would send the order again. */
function refuseUnreadable(rows: readonly UnreadableRow[]): never {
  throw new BrokenPages(`rows that cannot be read: ${rows.map(({ where }) => where).join('; ')}`);
}

/** The shipments with our reference as their number: all parts of a split order, cancelled ones too. */
export async function findShipmentsByNumber(
  client: Lists,
  reference: string,
  pageSize: number,
): Promise<Shipment[]> {
  const rows = await findAll(client, { shipment_number: reference, page_size: pageSize }, reference);
  return rows.filter((row) => row.shipment_number === reference);
}

/** The shipments with our reference in one of the two fields that are unique in an account. */
export async function findShipmentsUsing(
  client: LookUps,
  reference: string,
  pageSize: number,
): Promise<Shipment[]> {
  const named = await findShipments(client, reference, pageSize);
  const known = new Set(named.map(({ shipment_id }) => shipment_id));
  const numbered = await findShipmentsByNumber(client, reference, pageSize);
  const others = await readShipments(
    client,
    numbered.filter(({ shipment_id }) => !known.has(shipment_id)),
  );
  return [...named, ...others.filter((row) => row.shipment_number === reference)];
}

/**
 * Whether a shipment under our reference is certainly not ours. Ours has the reference as its external order id, and on its
 * items, unless people replaced them or the service does not keep these ids. Without them its external id and its goods
 * decide; without a difference there, it may be ours.
 * @param skus of the order that was sent; left out where they are unknown
 */
export function isForeign(row: Shipment, reference: string, skus?: readonly string[]): boolean {
  if (row.external_order_id === reference) return false;
  if (row.items.some(({ external_order_id }) => external_order_id === reference)) return false;
  const { external_shipment_id, items } = row;
  if (external_shipment_id !== '' && external_shipment_id !== reference) return true;
  if (skus === undefined) return false;
  const ours = new Set(skus.map((sku) => sku.toLowerCase()));
  return items.length > 0 && items.every(({ sku }) => !ours.has(sku.toLowerCase()));
}

async function findAll(client: Lists, query: Query, reference: string): Promise<Shipment[]> {
  const found: Shipment[] = [];
  const read = (page: number) => client.shipments({ ...query, page }, reference);
  const pages = readPages(read, MAX_PAGES, refuseUnreadable);
  for await (const rows of pages) found.push(...rows);
  return found;
}

/** ShipStation's generated identifier where none was set (seen live): it names no order of ours. */
const GENERATED_BY_SHIPSTATION = /^SEAuto-/i;

/**
 * Our reference; '' where the shipment has none. It is in four fields, because people change some of them: a new part of a
 * split order has no external id, and replaced lines have no order id. All parts were seen to keep the number.
 */
export function getReference(shipment: Shipment): string {
  const ofItems = shipment.items.map((item) => item.external_order_id).find((text) => text !== '') ?? '';
  return (
    shipment.external_order_id ||
    getExternalId(shipment) ||
    ofItems ||
    ignoreGenerated(shipment.shipment_number, shipment.shipment_id)
  );
}

/** Its external id; '' where ShipStation generated it. */
export function getExternalId({ external_shipment_id, shipment_id }: Shipment): string {
  return ignoreGenerated(external_shipment_id, shipment_id);
}

/** The reference on the label itself. Use it only where the shipment has none: the label's external id is its own. */
export function getLabelReference(label: Label): string {
  return label.external_order_id || ignoreGenerated(label.external_shipment_id, label.shipment_id);
}

function ignoreGenerated(identifier: string, ownId: string): string {
  return identifier === ownId || GENERATED_BY_SHIPSTATION.test(identifier) ? '' : identifier;
}
