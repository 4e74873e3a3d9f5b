import { UserError } from './errors.ts';

/** A stored item or a message, before its schema was checked. */
export type RawRecord = Readonly<Record<string, unknown>>;

/** Turns a record of one schema version into one of the next. */
export type Upgrade = (record: RawRecord) => RawRecord;

/**
 * A record was written by a newer version of this software. It is neither read nor overwritten: this version would drop the
 * fields that it does not know. The work is repeated until the newer version is deployed again.
 */
export class NewerSchemaVersion extends UserError {
  readonly kind = 'refused';
  /** Kind and reference of the record, never its contents. */
  readonly record: string;
  /** null where only the refused write shows that it is newer. */
  readonly found: number | null;
  readonly known: number;

  constructor(record: string, found: number | null, known: number) {
    const version = found === null ? 'a newer schema version' : `schema version ${found}`;
    super(
      `The ${record} has ${version}, and this version of the bridge reads up to ${known}`,
      'Deploy the newer version again.',
    );
    this.record = record;
    this.found = found;
    this.known = known;
  }
}

/** A stored item does not have its kind's form: it is damaged, or was edited by hand. */
export class UnreadableRecord extends UserError {
  readonly kind = 'refused';
  /** Kind and reference. */
  readonly record: string;

  /** @param paths in the item, never their values */
  constructor(record: string, paths: string) {
    super(`The stored ${record} cannot be read: ${paths}`);
    this.record = record;
  }
}

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
