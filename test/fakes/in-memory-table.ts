import { type Condition, type ItemKey, type Table, VersionConflict } from '../../lib/store/table.ts';

/** The table in memory. Passes the same contract as DynamoDB's. */
export class InMemoryTable implements Table {
  readonly #items = new Map<string, Record<string, unknown>>();
  /** How many puts succeeded. */
  puts = 0;
  /** What DynamoDB bills for them: one for each KB begun. */
  writeUnits = 0;
  /** What it bills for consistent reads: one for each 4 KB begun. */
  readUnits = 0;

  async read(key: ItemKey): Promise<Record<string, unknown> | undefined> {
    const item = this.#items.get(textOf(key));
    this.readUnits += Math.max(1, Math.ceil(bytesOf(item) / 4096));
    return item === undefined ? undefined : structuredClone(item);
  }

  async put(key: ItemKey, item: object, condition: Condition): Promise<void> {
    const stored = this.#items.get(textOf(key));
    const holds =
      condition.kind === 'none' ||
      (condition.kind === 'absent' ? stored === undefined : stored?.version === condition.version);
    if (!holds) throw new VersionConflict(key);
    this.#items.set(textOf(key), structuredClone({ ...item, ...key }));
    this.puts += 1;
    this.writeUnits += Math.ceil(bytesOf({ ...item, ...key }) / 1024);
  }
}

function textOf({ pk, sk }: ItemKey): string {
  return `${pk}\n${sk}`;
}

/** Close to DynamoDB's own count of names and values. */
function bytesOf(item: object | undefined): number {
  return item === undefined ? 0 : Buffer.byteLength(JSON.stringify(item));
}
