import type { Query, ShipStationClient } from './client.ts';
import { BrokenPages, readPages, type UnreadableRow } from './paging.ts';
import type { Label, Shipment } from './schemas.ts';

/** Of a look-up by an id that few shipments share: more pages mean that the filter was ignored. */
const MAX_PAGES = 10;

type Lists = Pick<ShipStationClient, 'shipments'>;

/**
 * The shipments that carry our reference as their external id; cancelled ones too. ShipStation's filter is not said to be
 * exact, so equality is decided here.
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

/**
 * The same for a decision whether an order is there at all: a list may not show yet what was just created, so where it shows
 * nothing, the shipment is asked for by its name as well. One call more, and only after an answer was lost or refused.
 */
export async function findShipments(
  client: Lists & Pick<ShipStationClient, 'shipmentNamed'>,
  reference: string,
  pageSize: number,
): Promise<Shipment[]> {
  const listed = await findShipmentsByExternalId(client, reference, pageSize);
  if (listed.length > 0) return listed;
  const named = await client.shipmentNamed(reference);
  return named !== null && named.external_shipment_id === reference ? [named] : [];
}

/**
 * The other parts of an order that was split, as far as they can be found: parts share its number (seen live). Cancelled ones
 * count for nothing.
 * @throws {BrokenPages} the pages do not add up
 */
export async function findOtherParts(
  client: Lists,
  part: Shipment,
  reference: string,
  pageSize: number,
): Promise<Shipment[]> {
  const { shipment_number } = part;
  if (shipment_number === '') return [];
  const rows = await findAll(client, { shipment_number, page_size: pageSize }, reference);
  return rows.filter(
    (row) =>
      row.shipment_id !== part.shipment_id &&
      row.shipment_number === shipment_number &&
      row.shipment_status !== 'cancelled',
  );
}

/** One that cannot be read may be the one that is looked for, and "there is none" would send the order again. */
function refuseUnreadable(rows: readonly UnreadableRow[]): never {
  throw new BrokenPages(`rows that cannot be read: ${rows.map(({ where }) => where).join('; ')}`);
}

/** The shipments that carry our reference as their number: all parts of an order that was split, cancelled ones too. */
export async function findShipmentsByNumber(
  client: Lists,
  reference: string,
  pageSize: number,
): Promise<Shipment[]> {
  const rows = await findAll(client, { shipment_number: reference, page_size: pageSize }, reference);
  return rows.filter((row) => row.shipment_number === reference);
}

/** The shipments that use our reference as one of the two identifiers that are unique in an account. */
export async function findShipmentsUsing(
  client: Lists & Pick<ShipStationClient, 'shipmentNamed'>,
  reference: string,
  pageSize: number,
): Promise<Shipment[]> {
  const named = await findShipments(client, reference, pageSize);
  const numbered = await findShipmentsByNumber(client, reference, pageSize);
  return [...new Map([...named, ...numbered].map((row) => [row.shipment_id, row])).values()];
}

/**
 * Whether a shipment under our reference is certainly not ours. Ours has the reference as its external order id, and on its
 * items, unless people there replaced them or the service keeps no such ids; so without them its external id and its goods
 * decide, and where those say nothing it may be ours.
 * @param skus of what we sent; left out where that is not known
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

/** ShipStation's own name for what was given none (seen live): it names no order of ours. */
const GENERATED_BY_SHIPSTATION = /^SEAuto-/i;

/**
 * Our reference; '' where the shipment carries none. It stands in four places, because people change some of them: a new part
 * of a split order has no external id, and replaced lines have no order. What all parts were seen to keep is the number.
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

/** Its external id, unless that is ShipStation's own. */
export function getExternalId({ external_shipment_id, shipment_id }: Shipment): string {
  return ignoreGenerated(external_shipment_id, shipment_id);
}

/** What a label says of itself counts only where its shipment says nothing: its external id is its own. */
export function getLabelReference(label: Label): string {
  return label.external_order_id || ignoreGenerated(label.external_shipment_id, label.shipment_id);
}

function ignoreGenerated(identifier: string, ownId: string): string {
  return identifier === ownId || GENERATED_BY_SHIPSTATION.test(identifier) ? '' : identifier;
}
