import { type Condition, type ItemKey, type Table, VersionConflict } from '../../lib/store/table.ts';

/** The table in memory. Passes the same contract as DynamoDB's. */
export class InMemoryTable implements Table {
  readonly #items = new Map<string, Record<string, unknown>>();
  /** How many puts succeeded: what DynamoDB would bill. */
  puts = 0;

  async read(key: ItemKey): Promise<Record<string, unknown> | undefined> {
    const item = this.#items.get(textOf(key));
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
  }
}

function textOf({ pk, sk }: ItemKey): string {
  return `${pk}\n${sk}`;
}
