import { NewerSchemaVersion, UnreadableRecord } from './errors.ts';

/** A stored item or a message, before its schema was checked. */
export type RawRecord = Readonly<Record<string, unknown>>;

/** Turns a record of one schema version into one of the next. */
export type Upgrade = (record: RawRecord) => RawRecord;

/**
 * Brings a record of an older version up to the current one, which is one more than there are upgrades. A record without a
 * version is of version 1. A newer one stays as it is: a newer version only adds, or names in `readableFrom` the first version
 * that may read it.
 * @param name kind and reference, for the error
 * @throws {NewerSchemaVersion} where this version may not read it
 * @throws {UnreadableRecord} where the version is no version
 */
export function toCurrentVersion(name: string, record: RawRecord, upgrades: readonly Upgrade[]): RawRecord {
  const known = upgrades.length + 1;
  const { schemaVersion: found = 1, readableFrom = 1 } = record;
  if (typeof found !== 'number' || !(found >= 1)) throw new UnreadableRecord(name, 'schemaVersion');
  if (found <= known) return upgrades.slice(found - 1).reduce((older, upgrade) => upgrade(older), record);
  if (typeof readableFrom !== 'number' || readableFrom > known)
    throw new NewerSchemaVersion(name, found, known);
  return record;
}

/** Whether a later version of this software than the one that knows so many versions wrote the record. */
export function isNewer({ schemaVersion }: RawRecord, known: number): boolean {
  return typeof schemaVersion === 'number' && schemaVersion > known;
}

/**
 * What a newer version stored, changed by this one: the next value, with every field of the stored one that this version does
 * not know, at any depth. Rows of a list are the same where they are equal, or have the same identity.
 * @param known of the stored value, as this version reads it
 */
export function carryOver(stored: unknown, known: unknown, next: unknown): unknown {
  if (Array.isArray(stored) && Array.isArray(known) && Array.isArray(next)) {
    const places = findPlaces(known, next);
    return next.map((row, index) => {
      const place = places[index];
      return place === undefined ? row : carryOver(stored[place], known[place], row);
    });
  }
  if (!isRecord(stored) || !isRecord(known) || !isRecord(next)) return next;
  const changed = Object.entries(next).map(([name, value]) => [
    name,
    name in known ? carryOver(stored[name], known[name], value) : value,
  ]);
  const added = Object.entries(stored).filter(([name]) => !(name in known) && !(name in next));
  return Object.fromEntries([...changed, ...added]);
}

function isRecord(value: unknown): value is RawRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

/** What tells the rows of our lists apart; an entry of a log has only its time. */
const IDENTITIES = ['id', 'key', 'reference', 'productId', 'sku', 'at'];

/** Where each row was before; undefined where it is new. No place is taken twice. */
function findPlaces(before: readonly unknown[], after: readonly unknown[]): Array<number | undefined> {
  const free = new Set(before.keys());
  const take = (isSame: (place: number) => boolean) => {
    const place = [...free].find(isSame);
    if (place !== undefined) free.delete(place);
    return place;
  };
  const texts = before.map(toText);
  const equal = after.map((row) => {
    const text = toText(row);
    return take((place) => texts[place] === text);
  });
  return after.map((row, index) => equal[index] ?? take((place) => isSameRow(before[place], row)));
}

/** The same text however the fields are ordered. */
function toText(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    isRecord(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}

function isSameRow(one: unknown, other: unknown): boolean {
  if (!isRecord(one) || !isRecord(other)) return false;
  const name = IDENTITIES.find((identity) => identity in one);
  return name !== undefined && one[name] === other[name];
}
