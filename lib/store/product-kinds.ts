import * as z from 'zod';
import type { ProductKind } from '../domain/reference-books.ts';
import type { ItemKey, Table } from './table.ts';

const WRITES_AT_ONCE = 25;
const storedKind = z.object({ kind: z.enum(['goods', 'service']) });

/**
 * Which of DEAR's products are services. DEAR never changes a product's type (per its blueprint), so that what was read once
 * stays true; what this process has read it keeps in memory.
 */
export class ProductKinds {
  readonly #table: Table;
  readonly #known = new Map<string, ProductKind>();

  constructor(table: Table) {
    this.#table = table;
  }

  /** Of those products that are known. */
  async read(ids: Iterable<string>): Promise<Map<string, ProductKind>> {
    const wanted = [...new Set(ids)];
    await Promise.all(wanted.filter((id) => !this.#known.has(id)).map((id) => this.#load(id)));
    return new Map(
      wanted.flatMap((id) => {
        const kind = this.#known.get(id);
        return kind === undefined ? [] : [[id, kind] as const];
      }),
    );
  }

  async save(kinds: ReadonlyMap<string, ProductKind>): Promise<void> {
    const news = [...kinds].filter(([id]) => !this.#known.has(id));
    for (let start = 0; start < news.length; start += WRITES_AT_ONCE) {
      const some = news.slice(start, start + WRITES_AT_ONCE);
      await Promise.all(some.map(([id, kind]) => this.#table.put(keyOf(id), { kind }, { kind: 'none' })));
      for (const [id, kind] of some) this.#known.set(id, kind);
    }
  }

  async #load(id: string): Promise<void> {
    const item = await this.#table.read(keyOf(id));
    if (item !== undefined) this.#known.set(id, storedKind.parse(item).kind);
  }
}

function keyOf(id: string): ItemKey {
  return { pk: `PRODUCT#${id}`, sk: 'PRODUCT' };
}
