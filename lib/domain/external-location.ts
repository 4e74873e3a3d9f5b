import { BIN_SEPARATOR, foldName, isSameName } from './location-name.ts';
import { cutText } from './text.ts';

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
const LONGEST_NAME = 50;

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
  const namesake = locations.find((one) => isSameName(fullNameOf(one, locations), name) && one !== found);
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

/** Why the connection's location must not be written to; ''. */
export function whyNotExternal(name: string, location: DearLocation | undefined): string {
  if (location === undefined) {
    return `DEAR has no location ${name}. Correct location in the settings, or create it: bridge locations ensure.`;
  }
  if (location.isDeprecated) return deprecated(name);
  return location.bins > 0 ? binsRefused(name) : '';
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
  return bin.parentId !== null && (isSameName(bin.name, name) || isSameName(fullNameOf(bin, all), name));
}

/** As DEAR writes it at a stage of a sale: a bin after its warehouse. */
function fullNameOf({ name, parentId }: DearLocation, all: readonly DearLocation[]): string {
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
    const candidate = cutText(name, LONGEST_NAME - suffix.length) + suffix;
    if (!taken.has(foldName(candidate))) return candidate;
  }
}
