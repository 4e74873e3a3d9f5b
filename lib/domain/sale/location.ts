import type { Connection } from '../connection.ts';
import { cutText } from '../text.ts';
import type { Sale } from './sale.ts';

/** A warehouse as DEAR's list of locations has it. */
export interface Warehouse {
  readonly id: string;
  readonly name: string;
}

/** Where goods are, as a sale or a line of a stage gives it. */
export interface GoodsLocation {
  /** A warehouse's name, or `<warehouse>: <bin>`. */
  readonly location: string;
  /** Of the warehouse or the bin; '' if DEAR gives none. */
  readonly locationId: string;
}

/** A sale has the name of its location, but no id. */
export function getHeader({ location }: Pick<Sale, 'location'>): GoodsLocation {
  return { location, locationId: '' };
}

/** DEAR writes a bin after its warehouse: `Lantern Depot: A-01` (seen live). A warehouse's own name may hold the same. */
const BIN_SEPARATOR = ': ';

/** Whether two names are the same, ignoring case, blanks and the Unicode form. */
export function isSameName(one: string, other: string): boolean {
  return foldName(one) === foldName(other);
}

export function foldName(name: string): string {
  return name.normalize('NFC').trim().replaceAll(/\s+/g, ' ').toLowerCase();
}

/** Every location that the connections ship from: their own, and those of their warehouses. */
export function namedLocations(connections: ReadonlyArray<Pick<Connection, 'location' | 'warehouses'>>) {
  return connections.flatMap(({ location, warehouses }) => [location, ...Object.values(warehouses)]);
}

/**
 * The name of the warehouse that goods are in. If DEAR's list has the id, the id decides. Otherwise a known name is that
 * warehouse, and a text after the longest known name and a separator is a bin. Any other place is a warehouse of its own.
 * @param names locations of the settings
 * @param warehouses all of DEAR's; empty if they were not read
 */
export function getWarehouse(
  place: GoodsLocation,
  names: readonly string[],
  warehouses: readonly Warehouse[],
): string {
  const byId = warehouses.find(({ id }) => id !== '' && id === place.locationId);
  if (byId !== undefined) return byId.name;
  const known = [...names, ...warehouses.map(({ name }) => name)];
  // DEAR's list has every warehouse, so an id that is not in it is a bin's.
  const isBin = place.locationId !== '' && warehouses.length > 0;
  const exact = known.find((name) => isSameName(name, place.location));
  if (exact !== undefined && !isBin) return exact;
  return longest(known.filter((name) => isPossibleBin(place.location, name))) ?? exact ?? place.location;
}

/**
 * Whether the settings are not enough to tell a place of the sale: it begins with the name of a location of theirs, so it is a
 * bin of that location or another warehouse with a longer name.
 */
export function hasDoubtfulPlace(sale: Sale, names: readonly string[]): boolean {
  const lines = sale.fulfilments.flatMap(({ pick, pack }) => [...pick.lines, ...pack.lines]);
  const places = new Set([sale.location, ...lines.map(({ location }) => location)]);
  return [...places].some((place) => names.some((name) => isPossibleBin(place, name)));
}

/** Whether the place may be a bin of the warehouse, judging by its name. */
function isPossibleBin(place: string, warehouse: string): boolean {
  return foldName(place).startsWith(`${foldName(warehouse)}${BIN_SEPARATOR}`);
}

function longest(names: readonly string[]): string | undefined {
  return names.toSorted((one, other) => other.length - one.length)[0];
}

/** A location in DEAR, with what decides whether a service may ship from it. */
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
  /** `missing`: it does not exist. `bins`: it has bins, which an external location cannot have. */
  | { readonly action: 'create'; readonly name: string; readonly because: 'missing' | 'bins' }
  | { readonly action: 'refuse'; readonly explanation: string };

/** DEAR's longest name of a location. */
const MAX_NAME = 50;

/** The warehouse of that name, in any case; DEAR lists each bin as a location too. */
export function warehouseNamed(name: string, locations: readonly DearLocation[]): DearLocation | undefined {
  return locations.find((location) => location.parentId === null && isSameName(location.name, name));
}

/**
 * The location for a connection: the one of its name, or, if that has bins, which no external service knows, a new one with the
 * first free number in its name.
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

/** As DEAR writes it in a stage of a sale: a bin after its warehouse. */
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
