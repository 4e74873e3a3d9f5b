import { NewerSchemaVersion } from '../domain/errors.ts';
import { carryOver, isNewer } from '../domain/schema-version.ts';
import type { ItemKind, Versioned } from './item-kinds.ts';
import { type Condition, type ItemKey, KEPT_APART } from './large-items.ts';
import { type Table, VersionConflict } from './table.ts';

const UNCONDITIONAL: Condition = { kind: 'none' };

/**
 * Stores an item of a kind. Over one of a newer version it writes the fields that this version knows, and keeps the others,
 * at any depth: after a rollback nothing is lost of what the newer version stored. Only then, and where the condition does not
 * hold, it costs a read more.
 *
 * Without a condition two versions that write the same item at the same moment may undo each other's latest fields; such items
 * are written by one worker at a time.
 * @throws {VersionConflict} where the condition does not hold
 * @throws {NewerSchemaVersion} where the stored item says that this version may not read it
 */
export async function putRecord(
  table: Pick<Table, 'read' | 'put'>,
  kind: ItemKind<unknown>,
  key: ItemKey,
  fields: object,
  condition: Condition = UNCONDITIONAL,
): Promise<void> {
  const item = kind.toItem(fields);
  try {
    await table.put(key, item, condition);
  } catch (error) {
    if (condition.kind === 'absent' || !isRefusal(error)) throw error;
    const stored = await table.read(key);
    if (stored === undefined || !isNewer(stored, kind.version) || !holds(condition, stored)) throw error;
    await table.put(key, keepNewerFields(kind, stored, item), condition);
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof VersionConflict || error instanceof NewerSchemaVersion;
}

type OverStored = Exclude<Condition, { readonly kind: 'absent' }>;

function holds(condition: OverStored, { version }: Record<string, unknown>): boolean {
  return condition.kind === 'none' || condition.version === version;
}

/** @throws {NewerSchemaVersion} */
function keepNewerFields(
  kind: ItemKind<unknown>,
  stored: Record<string, unknown>,
  item: Versioned,
): Versioned {
  const { schemaVersion, readableFrom = 1 } = stored;
  const found = Number(schemaVersion);
  if (Number(readableFrom) > kind.version) throw new NewerSchemaVersion(kind.name, found, kind.version);
  // A new value in it hides only its own depth: what was added beside what we write is kept.
  const known = kind.schema.safeParse(stored).data ?? item;
  const ours = Object.fromEntries(Object.entries(stored).filter(([name]) => OF_THE_STORE.has(name)));
  const merged = carryOver(stored, { ...ours, ...Object(known) }, item);
  return { ...Object(merged), schemaVersion: found, ...('readableFrom' in stored && { readableFrom }) };
}

/** What a store writes beside the fields of a kind's schema. */
const OF_THE_STORE = new Set([...KEPT_APART, 'pk', 'sk']);
