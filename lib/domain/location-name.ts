import type { Connection } from './connection.ts';
import type { Sale } from './sale.ts';

/** A warehouse as DEAR's list of locations has it. */
export interface Warehouse {
  readonly id: string;
  readonly name: string;
}

/** How a sale or a line of a stage says where goods lie. */
export interface PlaceOfGoods {
  /** A warehouse's name, or `<warehouse>: <bin>`. */
  readonly location: string;
  /** Of the warehouse or the bin; '' where DEAR does not say. */
  readonly locationId: string;
}

/** A sale names its location and has no id of it. */
export function headerOf({ location }: Pick<Sale, 'location'>): PlaceOfGoods {
  return { location, locationId: '' };
}

/** DEAR writes a bin after its warehouse: `Lantern Depot: A-01` (seen live). A warehouse's own name may hold the same. */
export const BIN_SEPARATOR = ': ';

/** Whether two names that people typed are one: capitals, blanks and the Unicode form do not tell names apart. */
export function isSameName(one: string, other: string): boolean {
  return foldName(one) === foldName(other);
}

export function foldName(name: string): string {
  return name.normalize('NFC').trim().replaceAll(/\s+/g, ' ').toLowerCase();
}

/** Every location that the connections ship from, their own and those of their warehouses. */
export function namedLocations(connections: ReadonlyArray<Pick<Connection, 'location' | 'warehouses'>>) {
  return connections.flatMap(({ location, warehouses }) => [location, ...Object.values(warehouses)]);
}

/**
 * The name of the warehouse in which goods lie. DEAR's own list decides by the id where both have one. Else a place that is
 * a known name is that warehouse, and only what follows the longest known name and a separator is a bin. A place that
 * follows no known name is its own warehouse.
 * @param names locations of the settings
 * @param warehouses all of DEAR's; none where they were not read
 */
export function warehouseOf(
  place: PlaceOfGoods,
  names: readonly string[],
  warehouses: readonly Warehouse[],
): string {
  const byId = warehouses.find(({ id }) => id !== '' && id === place.locationId);
  if (byId !== undefined) return byId.name;
  const known = [...names, ...warehouses.map(({ name }) => name)];
  // DEAR's list has every warehouse, so that the id of none of them is a bin's.
  const isBin = place.locationId !== '' && warehouses.length > 0;
  const exact = known.find((name) => isSameName(name, place.location));
  if (exact !== undefined && !isBin) return exact;
  return longest(known.filter((name) => isBinOf(place.location, name))) ?? exact ?? place.location;
}

/**
 * Whether the settings alone cannot tell what a place of the sale is: it begins as a location of theirs does, so it is a
 * bin of that location or another warehouse whose name goes on.
 */
export function hasDoubtfulPlace(sale: Sale, names: readonly string[]): boolean {
  const lines = sale.fulfilments.flatMap(({ pick, pack }) => [...pick.lines, ...pack.lines]);
  const places = new Set([sale.location, ...lines.map(({ location }) => location)]);
  return [...places].some((place) => names.some((name) => isBinOf(place, name)));
}

/** Whether the place may be a bin of the warehouse, by its name. */
function isBinOf(place: string, warehouse: string): boolean {
  return foldName(place).startsWith(`${foldName(warehouse)}${BIN_SEPARATOR}`);
}

function longest(names: readonly string[]): string | undefined {
  return names.toSorted((one, other) => other.length - one.length)[0];
}
