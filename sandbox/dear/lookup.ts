import { round4 } from '../kit/numbers.ts';
import { notFound, Refusal } from './call.ts';
import type {
  DearState,
  FulfilmentRecord,
  LocationRecord,
  OrderLineRecord,
  ProductRecord,
  SaleRecord,
} from './state.ts';
import type { StageLineRecord } from './stock/stock-records.ts';

/**
 * Finds a record by its key, as `list.find` does, in a list that only ever grows and whose records keep their keys: the keys
 * are looked through once for each length of the list. With 100,000 records a page of 1,000 rows would take seconds else.
 */
export function finderBy<Item>(
  toKey: (item: Item) => string,
): (list: readonly Item[], key: string) => Item | undefined {
  const known = new WeakMap<readonly Item[], { length: number; byKey: Map<string, Item> }>();
  return (list, key) => {
    const kept = known.get(list);
    if (kept?.length === list.length) return kept.byKey.get(key);
    const byKey = new Map(list.map((item) => [toKey(item), item]));
    known.set(list, { length: list.length, byKey });
    return byKey.get(key);
  };
}

/** The id by which a request asks for a new document. */
export const NO_ID = '00000000-0000-0000-0000-000000000000';
const GUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/;

/** DEAR mixes upper and lower case, so ids are compared in lower case. */
export function parseGuid(value: string | undefined, name: string): string {
  const id = (value ?? '').toLowerCase();
  if (!GUID.test(id)) throw new Refusal(`'${name}' is required and must be a Guid`);
  return id;
}

/** By the sale's id; a simple sale's only task has the same one. */
export function saleById(state: DearState, id: string): SaleRecord {
  const sale = state.sales.find((candidate) => candidate.id === id);
  if (sale === undefined) throw notFound(`Sale with ID ${id} was not found`);
  return sale;
}

/** As a person types it: the id or the order number. */
export function saleByName(state: DearState, idOrNumber: string): SaleRecord {
  const wanted = idOrNumber.toLowerCase();
  const sale = state.sales.find(
    ({ id, orderNumber }) => id === wanted || orderNumber.toLowerCase() === wanted,
  );
  if (sale === undefined) throw new Refusal(`There is no sale '${idOrNumber}'`, 404);
  return sale;
}

export interface Task {
  sale: SaleRecord;
  fulfilment: FulfilmentRecord;
}

export function taskById(state: DearState, taskId: string): Task {
  for (const sale of state.sales) {
    const fulfilment = sale.fulfilments.find((candidate) => candidate.taskId === taskId);
    if (fulfilment !== undefined) return { sale, fulfilment };
  }
  throw notFound(`Fulfilment task with ID ${taskId} was not found`);
}

const productWithId = finderBy<ProductRecord>(({ id }) => id);
const productWithSku = finderBy<ProductRecord>(({ sku }) => sku);

export function productById(state: DearState, id: string): ProductRecord {
  const product = productWithId(state.products, id);
  if (product === undefined) throw notFound(`Product with ID ${id} was not found in Products reference book`);
  return product;
}

export function productBySku(state: DearState, sku: string): ProductRecord {
  const product = productWithSku(state.products, sku);
  if (product === undefined) throw notFound(`Product '${sku}' was not found in Products reference book`);
  return product;
}

/** The product that a line names by id or SKU. A line whose id and SKU disagree is refused. */
export function getProduct(
  state: DearState,
  line: { ProductID?: string | null | undefined; SKU?: string | null | undefined },
): ProductRecord {
  if (!line.ProductID) return productBySku(state, line.SKU ?? '');
  const product = productById(state, line.ProductID.toLowerCase());
  if (line.SKU && line.SKU !== product.sku)
    throw new Refusal(`ProductID and SKU '${line.SKU}' are of different products`);
  return product;
}

export function locationById(state: DearState, id: string): LocationRecord {
  const location = state.locations.find((candidate) => candidate.id === id);
  if (location === undefined) throw missingLocation(id);
  return location;
}

/** A bin is written `Warehouse: Bin`, as seen live. */
export function fullName(state: DearState, location: LocationRecord): string {
  if (location.parentId === null) return location.name;
  return `${locationById(state, location.parentId).name}: ${location.name}`;
}

/**
 * The location that a line names by id or name.
 * @throws {Refusal} an inner 404 where there is no such location or it is deprecated
 */
export function findLocation(
  state: DearState,
  line: { LocationID?: string | null | undefined; Location?: string | null | undefined },
): LocationRecord {
  const id = line.LocationID?.toLowerCase();
  const name = line.Location?.toLowerCase();
  if (!id && !name) throw new Refusal('Location or LocationID is required on every line');
  const [location, namesake] = state.locations.filter((candidate) =>
    id ? candidate.id === id : fullName(state, candidate).toLowerCase() === name,
  );
  if (namesake !== undefined)
    throw new Refusal(`Location '${line.Location}' is a location and a bin, so LocationID is required`);
  if (location === undefined || location.isDeprecated)
    throw missingLocation(line.Location ?? line.LocationID ?? '');
  if (name && fullName(state, location).toLowerCase() !== name) {
    throw new Refusal(`LocationID and Location '${line.Location}' are different locations`);
  }
  return location;
}

/** The location that a sale's header names: a warehouse and not a bin. */
export function warehouseNamed(state: DearState, name: string): string {
  const place = findLocation(state, { Location: name });
  if (place.parentId === null) return place.id;
  const warehouse = locationById(state, place.parentId).name;
  throw new Refusal(`A sale's location is a warehouse, so '${warehouse}' and not its bin`);
}

/** The warehouse of a bin, or the warehouse itself. */
export function getWarehouse(state: DearState, locationId: string): string {
  return locationById(state, locationId).parentId ?? locationId;
}

function missingLocation(name: string): Refusal {
  return notFound(`Location '${name}' was not found in Locations reference book`);
}

/** The components of that quantity of a product by its bill of materials, to four decimals; empty where it has none. */
export function partsFor(
  { components, quantityToProduce }: ProductRecord,
  quantity: number,
): Array<{ productId: string; quantity: number }> {
  const batches = quantity / (quantityToProduce ?? 1);
  return (components ?? []).map((part) => ({ ...part, quantity: round4(part.quantity * batches) }));
}

/**
 * Whether stock is allocated to a line: not to a service, not to goods that the supplier ships, and not to a kit that is
 * assembled while it is picked (Cin7's help on picking for kitting).
 */
export function isStocked(state: DearState, line: OrderLineRecord): boolean {
  const { type, components } = productById(state, line.productId);
  return !line.dropShip && type === 'Stock' && components === undefined;
}

/** Only an authorised stage counts; a draft has no effect. */
export function pickedLines(fulfilment: FulfilmentRecord): StageLineRecord[] {
  return fulfilment.pick.status === 'AUTHORISED' ? fulfilment.pick.lines : [];
}

export function packedLines(fulfilment: FulfilmentRecord): StageLineRecord[] {
  return fulfilment.pack.status === 'AUTHORISED' ? fulfilment.pack.lines : [];
}

export function shippedLines(fulfilment: FulfilmentRecord): StageLineRecord[] {
  const boxes = shippedBoxes(fulfilment);
  return packedLines(fulfilment).filter((line) => boxes.has(line.box));
}

export function shippedBoxes(fulfilment: FulfilmentRecord): Set<string> {
  const { status, lines } = fulfilment.ship;
  const isAuthorised = status === 'AUTHORISED' || status === 'PARTIALLY AUTHORISED';
  return new Set(isAuthorised ? lines.filter((line) => line.isShipped).flatMap((line) => line.boxes) : []);
}

export function packedBoxes(fulfilment: FulfilmentRecord): Set<string> {
  return new Set(packedLines(fulfilment).map((line) => line.box));
}
