import { NewerSchemaVersion, UnreadableRecord } from './errors.ts';

/** A stored item or a message, before its schema was checked. */
export type RawRecord = Readonly<Record<string, unknown>>;

/** Turns a record of one schema version into one of the next. */
export type Upgrade = (record: RawRecord) => RawRecord;

/**
 * Brings a record of any version up to the current one, which is one more than there are upgrades. A record without a
 * version is of version 1.
 * @param name kind and reference, for the error
 * @throws {NewerSchemaVersion}
 * @throws {UnreadableRecord} where the version is no version
 */
export function toCurrentVersion(name: string, record: RawRecord, upgrades: readonly Upgrade[]): RawRecord {
  const known = upgrades.length + 1;
  const { schemaVersion: found = 1 } = record;
  if (typeof found !== 'number' || !(found >= 1)) throw new UnreadableRecord(name, 'schemaVersion');
  if (found > known) throw new NewerSchemaVersion(name, found, known);
  return upgrades.slice(found - 1).reduce((older, upgrade) => upgrade(older), record);
}
