import type * as z from 'zod';
import { NewerSchemaVersion, UnreadableRecord } from '../domain/errors.ts';
import { isNewer, toCurrentVersion, type Upgrade } from '../domain/schema-version.ts';

/**
 * The schema version of each kind of stored item. Any change of a kind's schema, an added field too, raises its version and
 * adds an upgrade from the version before (decisions 0041 and 0077).
 */
const ITEM_VERSIONS = {
  order: 6,
  'order content': 1,
  'order texts': 1,
  'tracking number': 1,
  'order term': 1,
  'seen value': 1,
  sale: 2,
  'sale content': 1,
  'sale term': 1,
  'sale number': 1,
  'set-aside news': 3,
  catalogue: 1,
  'catalogue bucket': 1,
  fraction: 1,
  'product kind': 1,
  'drift report': 1,
  'job run': 1,
  'expected jobs': 1,
  cursor: 1,
  pause: 1,
  mappings: 1,
  'day figures': 1,
  'waiting figures': 1,
  cutover: 1,
  'adopted number': 1,
  'pause reason': 1,
  'audit entry': 2,
  'bulk act': 1,
  'bulk outcome': 1,
  'bulk summary': 1,
  restore: 1,
  'failed attempts': 1,
  calls: 1,
  'call budget': 1,
  'outbox change': 1,
  'outbox entry': 2,
  'outbox fetch': 1,
  'inbox payload': 1,
  'inbox arrival': 1,
  'inbox problem': 1,
} as const;
export type ItemName = keyof typeof ITEM_VERSIONS;

/**
 * The first version that may read the items which this one writes, of a kind whose fields were renamed, removed or given
 * another meaning: every version before it refuses them. Of the other kinds every version reads them, without what was added.
 */
export const READABLE_FROM: Partial<Record<ItemName, number>> = {};

/** What every stored item has beside its own fields. */
export interface Versioned {
  readonly schemaVersion: number;
  readonly [field: string]: unknown;
}

/** A row that a list leaves out because it cannot be read. */
export interface UnreadableRow {
  readonly kind: ItemName;
  /** The order's or sale's; '' of other kinds, whose keys may be personal. */
  readonly reference: string;
  readonly why: string;
}
export type OnUnreadable = (row: UnreadableRow) => void;

/** One kind of stored item: its name, its version, and how it is read and written. */
export class ItemKind<Value> {
  readonly name: ItemName;
  readonly version: number;
  readonly schema: z.ZodType<Value>;
  readonly #upgrades: readonly Upgrade[];

  /** @param upgrades from version 1 to 2, from 2 to 3 and so on, to the current one */
  constructor(name: ItemName, schema: z.ZodType<Value>, upgrades: readonly Upgrade[] = []) {
    this.name = name;
    this.schema = schema;
    this.version = upgrades.length + 1;
    this.#upgrades = upgrades;
    if (this.version !== ITEM_VERSIONS[name]) {
      throw new Error(`${name} has version ${ITEM_VERSIONS[name]} and upgrades to ${this.version}`);
    }
  }

  /**
   * @param reference of the order or sale that it belongs to, for the error
   * @throws {NewerSchemaVersion}
   * @throws {UnreadableRecord}
   */
  parse(item: Record<string, unknown>, reference = ''): Value {
    const record = reference === '' ? this.name : `${this.name} ${reference}`;
    const { data, error } = this.schema.safeParse(toCurrentVersion(record, item, this.#upgrades));
    if (error === undefined) return data;
    const paths = [...new Set(error.issues.map(({ path }) => path.join('.')))].slice(0, 3).join(', ');
    if (isNewer(item, this.version))
      throw new NewerSchemaVersion(record, Number(item.schemaVersion), this.version, paths);
    throw new UnreadableRecord(record, paths);
  }

  /** null, and reported, where the item cannot be read. */
  parseRow(item: Record<string, unknown>, onUnreadable: OnUnreadable, reference = ''): Value | null {
    try {
      return this.parse(item, reference);
    } catch (error) {
      onUnreadable({ kind: this.name, reference, why: error instanceof Error ? error.message : 'unknown' });
      return null;
    }
  }

  /** The item as it is stored. */
  toItem<Fields extends object>(fields: Fields): Fields & Versioned {
    const readableFrom = READABLE_FROM[this.name];
    return { ...fields, schemaVersion: this.version, ...(readableFrom !== undefined && { readableFrom }) };
  }
}
