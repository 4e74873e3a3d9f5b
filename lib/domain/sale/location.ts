import type { Connection } from '../connection.ts';
import { cutText } from '../text.ts';
import type { Sale } from './sale.ts';

/** A warehouse as DEAR's list of locations has it. */
export interface Warehouse {
  readonly id: string;
  readonly name: string;
}

/** How a sale or a line of a stage says where goods lie. */
export interface GoodsLocation {
  /** A warehouse's name, or `<warehouse>: <bin>`. */
  readonly location: string;
  /** Of the warehouse or the bin; '' where DEAR does not say. */
  readonly locationId: string;
}

/** A sale names its location and has no id of it. */
export function getHeader({ location }: Pick<Sale, 'location'>): GoodsLocation {
  return { location, locationId: '' };
}

/** DEAR writes a bin after its warehouse: `Lantern Depot: A-01` (seen live). A warehouse's own name may hold the same. */
const BIN_SEPARATOR = ': ';

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
export function getWarehouse(
  place: GoodsLocation,
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
  return longest(known.filter((name) => isPossibleBin(place.location, name))) ?? exact ?? place.location;
}

/**
 * Whether the settings alone cannot tell what a place of the sale is: it begins as a location of theirs does, so it is a
 * bin of that location or another warehouse whose name goes on.
 */
export function hasDoubtfulPlace(sale: Sale, names: readonly string[]): boolean {
  const lines = sale.fulfilments.flatMap(({ pick, pack }) => [...pick.lines, ...pack.lines]);
  const places = new Set([sale.location, ...lines.map(({ location }) => location)]);
  return [...places].some((place) => names.some((name) => isPossibleBin(place, name)));
}

/** Whether the place may be a bin of the warehouse, by its name. */
function isPossibleBin(place: string, warehouse: string): boolean {
  return foldName(place).startsWith(`${foldName(warehouse)}${BIN_SEPARATOR}`);
}

function longest(names: readonly string[]): string | undefined {
  return names.toSorted((one, other) => other.length - one.length)[0];
}

/** A location of DEAR's, as far as it matters whether a service may ship from it. */
export interface DearLocation {
  readonly id: string;
  readonly name: string;
  readonly isDeprecated: boolean;
  /** The warehouse of a bin; null for a warehouse. */
  readonly parentId: string | null;
  /** How many bins it has. */
  readonly bins: number;
}

export type LocationChoice =
  | { readonly action: 'use'; readonly location: DearLocation; readonly explanation: string }
  /** `missing`: there is none. `bins`: there is one, with bins, which an external location cannot have. */
  | { readonly action: 'create'; readonly name: string; readonly because: 'missing' | 'bins' }
  | { readonly action: 'refuse'; readonly explanation: string };

/** DEAR's longest name of a location. */
const MAX_NAME = 50;

/** The warehouse of that name, whatever its capitals; DEAR lists each bin as a location as well. */
export function warehouseNamed(name: string, locations: readonly DearLocation[]): DearLocation | undefined {
  return locations.find((location) => location.parentId === null && isSameName(location.name, name));
}

/**
 * Which location a connection may have: the one of its name, unless that has bins, which no service outside knows of; then a
 * new one, whose name ends in the first number that is free.
 */
export function chooseLocation(name: string, locations: readonly DearLocation[]): LocationChoice {
  const found = warehouseNamed(name, locations);
  if (found === undefined) {
    const isBin = locations.some((one) => isBinNamed(one, name, locations));
    return isBin
      ? { action: 'refuse', explanation: bin(name) }
      : { action: 'create', name, because: 'missing' };
  }
  if (found.isDeprecated) return { action: 'refuse', explanation: deprecated(name) };
  const namesake = locations.find((one) => isSameName(getFullName(one, locations), name) && one !== found);
  if (namesake !== undefined) return { action: 'refuse', explanation: twoMeanings(name) };
  if (found.bins === 0) {
    return {
      action: 'use',
      location: found,
      explanation: `DEAR has the location ${found.name}, without bins.`,
    };
  }
  return { action: 'create', name: freeName(name, locations), because: 'bins' };
}

/** Why the connection's location must not be written to; null where it may. */
export function whyNotExternal(name: string, location: DearLocation | undefined): string | null {
  if (location === undefined) {
    return `DEAR has no location ${name}. Correct location in the settings, or create it: bridge locations ensure.`;
  }
  if (location.isDeprecated) return deprecated(name);
  return location.bins > 0 ? binsRefused(name) : null;
}

export function binsRefused(name: string): string {
  return `The location ${name} has bins. The service knows one quantity of each SKU and not in which bin it lies, so nothing is written. Give the connection a location without bins: bridge locations ensure.`;
}

function deprecated(name: string): string {
  return `The location ${name} is deprecated in DEAR. Restore it there, or name another one in the settings.`;
}

function bin(name: string): string {
  return `In DEAR ${name} is a bin, so no location can have that name. Choose another one in the settings.`;
}

function isBinNamed(bin: DearLocation, name: string, all: readonly DearLocation[]): boolean {
  return bin.parentId !== null && (isSameName(bin.name, name) || isSameName(getFullName(bin, all), name));
}

/** As DEAR writes it at a stage of a sale: a bin after its warehouse. */
function getFullName({ name, parentId }: DearLocation, all: readonly DearLocation[]): string {
  const warehouse = all.find(({ id }) => id === parentId);
  return warehouse === undefined ? name : `${warehouse.name}${BIN_SEPARATOR}${name}`;
}

function twoMeanings(name: string): string {
  return `In DEAR ${name} is a location, and a bin of another one is written just so: a pick that names it means either. Rename one of the two in DEAR.`;
}

function freeName(name: string, locations: readonly DearLocation[]): string {
  const taken = new Set(locations.map((location) => foldName(location.name)));
  for (let number = 1; ; number += 1) {
    const suffix = ` ${number}`;
    const candidate = cutText(name, MAX_NAME - suffix.length) + suffix;
    if (!taken.has(foldName(candidate))) return candidate;
  }
}
