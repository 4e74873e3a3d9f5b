import { INDEXES, type IndexName } from '../../../lib/store/indexes.ts';
import type { Versioned } from '../../../lib/store/item-kinds.ts';
import type { ItemKey } from '../../../lib/store/large-items.ts';
import type { ItemRange, ListedKey, ListRange, Table } from '../../../lib/store/table.ts';

type Item = ItemKey & Record<string, unknown>;
const PAGE = 1_000;

/** A table in memory whose lists are kept in order, as DynamoDB keeps them: what it costs does not hide what the code costs. */
export class SortedTable implements Table {
  readonly #items = new Map<string, Item>();
  readonly #lists = new Map<string, Array<{ readonly place: string; readonly item: Item }>>();
  requests = 0;

  async read({ pk, sk }: ItemKey): Promise<Item | undefined> {
    this.requests += 1;
    return structuredClone(this.#items.get(`${pk}\n${sk}`));
  }

  /** Items are put once, in the order of their lists. */
  async put(key: ItemKey, value: Versioned): Promise<void> {
    const item: Item = { ...value, ...key };
    this.#items.set(`${key.pk}\n${key.sk}`, item);
    this.#append(key.pk, key.sk, item);
    for (const [name, { partition, sort }] of Object.entries(INDEXES)) {
      if (item[partition] !== undefined) this.#append(`${name}#${item[partition]}`, String(item[sort]), item);
    }
  }

  #append(list: string, place: string, item: Item): void {
    const entries = this.#lists.get(list) ?? [];
    entries.push({ place, item });
    this.#lists.set(list, entries);
  }

  #between(list: string, { from = '', until, backwards }: ListRange): Item[] {
    const entries = this.#lists.get(list) ?? [];
    const first = bisect(entries, (place) => place < from);
    const end = until === undefined ? entries.length : bisect(entries, (place) => place <= until);
    const items = entries.slice(first, end).map(({ item }) => item);
    return backwards === true ? items.reverse() : items;
  }

  async *list(index: IndexName, partition: string, range: ListRange = {}) {
    const items = this.#between(`${index}#${partition}`, range);
    let size = range.firstPage ?? PAGE;
    for (let start = 0; start === 0 || start < items.length; start += size, size = PAGE) {
      this.requests += 1;
      yield items.slice(start, start + size).map(({ pk, sk, summary }): ListedKey => {
        return 'carries' in INDEXES[index] ? { pk, sk, summary: String(summary) } : { pk, sk };
      });
    }
  }

  async *items(partition: string): AsyncIterable<Item[]> {
    this.requests += 1;
    yield structuredClone(this.#between(partition, { backwards: true }));
  }

  async range(partition: string, range: ItemRange): Promise<Item[]> {
    this.requests += 1;
    return structuredClone(this.#between(partition, range).slice(0, range.limit));
  }
}

/** How many of the sorted entries come before the place. */
function bisect(
  entries: ReadonlyArray<{ readonly place: string }>,
  isBefore: (place: string) => boolean,
): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(entries[middle]?.place ?? '')) low = middle + 1;
    else high = middle;
  }
  return low;
}
