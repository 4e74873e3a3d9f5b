import { INDEXES, type IndexName } from '../../lib/store/indexes.ts';
import type { Versioned } from '../../lib/store/item-kinds.ts';
import {
  type Condition,
  ITEM_LIMIT,
  type ItemKey,
  putLarge,
  readLarge,
  type SingleItems,
  unpackPage,
} from '../../lib/store/large-items.ts';
import {
  type CountingTable,
  type ItemRange,
  type ListedKey,
  type ListRange,
  type Table,
  toRefusal,
} from '../../lib/store/table.ts';

type Stored = ItemKey & Record<string, unknown>;

/** The table in memory, with DynamoDB's limit on the size of an item. Passes the same contract as DynamoDB's. */
export class InMemoryTable implements Table, CountingTable, SingleItems {
  readonly #items = new Map<string, Stored>();
  /** The same items by what queries ask for: `pk`, or an index with its partition. */
  readonly #groups = new Map<string, Set<Stored>>();
  readonly #pageSize: number;
  /** How many puts succeeded. */
  puts = 0;
  /** How many entries indexes gained or lost by them. */
  indexWrites = 0;
  /** What DynamoDB bills for them: one for each KB begun, and one for each write to an index. */
  writeUnits = 0;
  /** What it bills for consistent reads: one for each 4 KB begun. */
  readUnits = 0;

  constructor(pageSize = 1000) {
    this.#pageSize = pageSize;
  }

  read(key: ItemKey): Promise<Record<string, unknown> | undefined> {
    return readLarge(key, this);
  }

  put(key: ItemKey, item: Versioned, condition: Condition): Promise<void> {
    return putLarge(key, item, condition, this);
  }

  #getGroup(name: string): Set<Stored> {
    const group = this.#groups.get(name) ?? new Set<Stored>();
    this.#groups.set(name, group);
    return group;
  }

  /** A restore: the items of another moment in place of all that are there. */
  replaceAll(items: ReadonlyArray<ItemKey & Record<string, unknown>>): void {
    this.#items.clear();
    this.#groups.clear();
    for (const item of structuredClone(items)) {
      this.#items.set(toText(item), item);
      for (const group of toGroups(item)) this.#getGroup(group).add(item);
    }
  }

  /** Every item as it is stored. */
  stored(): ReadonlyArray<ItemKey & Record<string, unknown>> {
    return [...this.#items.values()];
  }

  async readItem(key: ItemKey): Promise<Record<string, unknown> | undefined> {
    const item = this.#items.get(toText(key));
    this.readUnits += Math.max(1, Math.ceil(getBytes(item) / 4096));
    return item === undefined ? undefined : structuredClone(item);
  }

  async putItem(
    key: ItemKey,
    item: Record<string, unknown>,
    condition: Condition,
  ): Promise<Record<string, unknown> | undefined> {
    if (Buffer.byteLength(key.pk) > 2_048 || Buffer.byteLength(key.sk) > 1_024)
      throw new Error('Size of hashkey or rangekey has exceeded the maximum size limit');
    const stored = this.#items.get(toText(key));
    const holds =
      condition.kind === 'none' ||
      (condition.kind === 'absent' ? stored === undefined : stored?.version === condition.version);
    const isNewer =
      Number(stored?.schemaVersion ?? 1) > Number(item.schemaVersion ?? Number.POSITIVE_INFINITY);
    if (!holds || (isNewer && condition.kind !== 'absent'))
      throw toRefusal(key, condition, item.schemaVersion);
    const next: Stored = structuredClone({ ...item, ...key });
    if (getBytes(next) > ITEM_LIMIT) throw new Error('Item size has exceeded the maximum allowed size');
    this.#replace(stored, next);
    this.puts += 1;
    const entries = changedEntries(stored, next);
    this.indexWrites += entries;
    this.writeUnits += Math.ceil(getBytes(next) / 1024) + entries;
    return stored;
  }

  #replace(stored: Stored | undefined, next: Stored): void {
    this.#items.set(toText(next), next);
    for (const group of toGroups(stored)) this.#groups.get(group)?.delete(stored as Stored);
    for (const group of toGroups(next)) this.#getGroup(group).add(next);
  }

  async add(key: ItemKey, numbers: Readonly<Record<string, number>>, fields: Versioned): Promise<void> {
    const stored = this.#items.get(toText(key));
    if (Number(stored?.readableFrom ?? 1) > Number(fields.schemaVersion))
      throw toRefusal(key, { kind: 'none' }, fields.schemaVersion);
    const added = Object.entries(numbers).map(([name, by]) => [name, Number(stored?.[name] ?? 0) + by]);
    const schemaVersion = stored?.schemaVersion ?? fields.schemaVersion;
    const next: Stored = structuredClone({
      ...stored,
      ...fields,
      schemaVersion,
      ...Object.fromEntries(added),
      ...key,
    });
    this.#replace(stored, next);
    this.puts += 1;
    this.writeUnits += Math.ceil(getBytes(next) / 1024);
  }

  async *list(
    index: IndexName,
    partition: string,
    { backwards = false, ...range }: ListRange = {},
  ): AsyncIterable<readonly ListedKey[]> {
    requireTexts(range);
    const entries = [...this.#getGroup(`${index}\n${partition}`)]
      .filter((item) => isBetween(getSortKey(item, index), range))
      .sort((a, b) => compare(getSortKey(a, index), getSortKey(b, index)));
    if (backwards) entries.reverse();
    for (let from = 0; from === 0 || from < entries.length; from += this.#pageSize) {
      yield entries.slice(from, from + this.#pageSize).map((item) => toListed(item, index));
    }
  }

  async *items(partition: string): AsyncIterable<ReadonlyArray<Record<string, unknown>>> {
    const items = [...this.#getGroup(partition)].sort((a, b) => compare(b.sk, a.sk));
    for (let from = 0; from === 0 || from < items.length; from += this.#pageSize) {
      yield await unpackPage(structuredClone(items.slice(from, from + this.#pageSize)), this);
    }
  }

  async range(partition: string, range: ItemRange): Promise<ReadonlyArray<Record<string, unknown>>> {
    requireTexts(range);
    const items = [...this.#getGroup(partition)]
      .filter((item) => !('part' in item) && isBetween(item.sk, range))
      .sort((a, b) => compare(a.sk, b.sk));
    if (range.backwards === true) items.reverse();
    const found = await unpackPage(structuredClone(items.slice(0, range.limit)), this);
    this.readUnits += Math.max(1, Math.ceil(getBytes(found) / 4096));
    return found;
  }
}

function toGroups(item: Stored | undefined): string[] {
  if (item === undefined) return [];
  const entries = (Object.keys(INDEXES) as IndexName[]).map(
    (index) => [index, toEntry(item, index)] as const,
  );
  return [item.pk, ...entries.flatMap(([index, entry]) => (entry ? [`${index}\n${entry.partition}`] : []))];
}

/** DynamoDB takes no empty text for a key, also where it is compared. */
function requireTexts({ from, until }: Pick<ListRange, 'from' | 'until'>): void {
  if (from === '' || until === '')
    throw new Error('The AttributeValue for a key attribute cannot contain an empty string value');
}

function isBetween(text: string, { from = '', until }: ListRange): boolean {
  return compare(text, from) >= 0 && (until === undefined || compare(text, until) <= 0);
}

const PLAIN = /^[\0-\x7f]*$/;

/** DynamoDB compares texts by their UTF-8 bytes, which is how JavaScript compares texts of ASCII alone, only faster. */
function compare(one: string, other: string): number {
  if (!PLAIN.test(one) || !PLAIN.test(other)) return Buffer.compare(Buffer.from(one), Buffer.from(other));
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function toText({ pk, sk }: ItemKey): string {
  return `${pk}\n${sk}`;
}

/** Where the item is in the index; null unless it has both attributes. */
function toEntry(item: Stored | undefined, index: IndexName) {
  const partition = item?.[INDEXES[index].partition];
  const sort = item?.[INDEXES[index].sort];
  return typeof partition === 'string' && typeof sort === 'string' ? { partition, sort } : null;
}

/** The key, with what the index carries of the item. */
function toListed({ pk, sk, summary }: Stored, index: IndexName): ListedKey {
  const carries = 'carries' in INDEXES[index] && typeof summary === 'string';
  return carries ? { pk, sk, summary } : { pk, sk };
}

function getSortKey(item: Stored, index: IndexName): string {
  return toEntry(item, index)?.sort ?? '';
}

/** A changed key is one entry less and one more; an unchanged one costs a write where what the index carries changed. */
function changedEntries(before: Stored | undefined, after: Stored): number {
  return (Object.keys(INDEXES) as IndexName[])
    .map((index) => {
      const [old, next] = [toEntry(before, index), toEntry(after, index)];
      if (old?.partition !== next?.partition || old?.sort !== next?.sort)
        return Number(old !== null) + Number(next !== null);
      return Number('carries' in INDEXES[index] && before?.summary !== after.summary);
    })
    .reduce((sum, one) => sum + one, 0);
}

/** Close to DynamoDB's own count of names and values. */
function getBytes(item: object | undefined): number {
  if (item === undefined) return 0;
  const { packed, ...rest } = item as { packed?: unknown };
  return Buffer.byteLength(JSON.stringify(rest)) + (packed instanceof Uint8Array ? packed.byteLength : 0);
}
