import { createHash } from 'node:crypto';
import * as z from 'zod';
import { type Clock, isoTime } from '../domain/clock.ts';
import type { OrderedLine } from '../domain/order/fulfillment-order.ts';
import type { CatalogueStore, ProductKindStore } from '../domain/ports/catalogue.ts';
import type { FractionStore } from '../domain/ports/orders.ts';
import { foldSku, type ProductKind } from '../domain/sale/catalogue.ts';
import { ItemKind, type OnUnreadable } from './item-kinds.ts';
import type { ItemKey } from './large-items.ts';
import { putRecord } from './put-record.ts';
import type { Table } from './table.ts';

const storedCatalogue = z.object({
  generation: z.enum(['a', 'b']),
  /** 0: it was read, and the provider has no list. */
  buckets: z.int().min(0),
  refreshedAt: z.string(),
});
export const CATALOGUE = new ItemKind('catalogue', storedCatalogue);
export const CATALOGUE_BUCKET = new ItemKind('catalogue bucket', z.object({ skus: z.array(z.string()) }));
type Generation = z.infer<typeof storedCatalogue>['generation'];

/** Of some 20 bytes each, so that a bucket is read as one or two units; 100,000 SKUs are 500 buckets. */
const SKUS_IN_A_BUCKET = 200;
const WRITES_AT_ONCE = 25;

/**
 * The SKUs that each connection's provider knows, by hash in buckets, so that asking for an order's few SKUs reads no more
 * than that many small items. Capitals and outer blanks do not tell SKUs apart: holding an order for them would be worse
 * than sending it.
 */
export class Catalogues implements CatalogueStore {
  readonly #table: Table;
  readonly #onUnreadable: OnUnreadable;

  /** @param onUnreadable receives a catalogue that cannot be read, and counts as never read */
  constructor(table: Table, onUnreadable: OnUnreadable = () => {}) {
    this.#table = table;
    this.#onUnreadable = onUnreadable;
  }

  /**
   * Replaces the whole catalogue at once: all of the new one is written beside the old one before it counts. An empty one
   * replaces none, and is only noted as read: a provider that knows nothing keeps no catalogue.
   * @param at ISO UTC
   */
  async replace(connection: string, skus: ReadonlySet<string>, at: string): Promise<void> {
    const before = await this.#read(connection);
    if (skus.size === 0 && before !== null) return;
    const generation = before?.generation === 'a' ? 'b' : 'a';
    const buckets = skus.size === 0 ? [] : getBuckets(skus);
    for (let start = 0; start < buckets.length; start += WRITES_AT_ONCE) {
      const some = buckets.slice(start, start + WRITES_AT_ONCE);
      await Promise.all(
        some.map((held, index) => {
          const key = bucketKey(connection, generation, start + index);
          return putRecord(this.#table, CATALOGUE_BUCKET, key, { skus: held });
        }),
      );
    }
    const catalogue = { generation, buckets: buckets.length, refreshedAt: at };
    await putRecord(this.#table, CATALOGUE, catalogueKey(connection), catalogue);
  }

  /** Those of the SKUs that the provider does not know; none where its catalogue was never read. */
  async unknown(connection: string, skus: Iterable<string>): Promise<ReadonlySet<string>> {
    const catalogue = await this.#read(connection);
    if (catalogue === null || catalogue.buckets === 0) return new Set();
    const { generation, buckets } = catalogue;
    const byBucket = Map.groupBy(skus, (sku) => getBucket(foldSku(sku), buckets));
    const unknown = await Promise.all(
      [...byBucket].map(async ([bucket, wanted]) => {
        const item = await this.#table.read(bucketKey(connection, generation, bucket));
        const known = new Set(item === undefined ? [] : CATALOGUE_BUCKET.parse(item).skus);
        return wanted.filter((sku) => !known.has(foldSku(sku)));
      }),
    );
    return new Set(unknown.flat());
  }

  async isRead(connection: string): Promise<boolean> {
    return (await this.#read(connection)) !== null;
  }

  async #read(connection: string): Promise<z.infer<typeof storedCatalogue> | null> {
    const item = await this.#table.read(catalogueKey(connection));
    return item === undefined ? null : CATALOGUE.parseRow(item, this.#onUnreadable);
  }
}

function getBuckets(skus: ReadonlySet<string>): string[][] {
  const count = Math.ceil(skus.size / SKUS_IN_A_BUCKET);
  const buckets: string[][] = Array.from({ length: count }, () => []);
  for (const sku of new Set([...skus].map(foldSku))) buckets[getBucket(sku, count)]?.push(sku);
  return buckets;
}

function getBucket(sku: string, buckets: number): number {
  return createHash('sha256').update(sku).digest().readUInt32BE() % buckets;
}

function catalogueKey(connection: string): ItemKey {
  return { pk: `CATALOGUE#${connection}`, sk: 'CATALOGUE' };
}

function bucketKey(connection: string, generation: Generation, bucket: number): ItemKey {
  return { pk: `CATALOGUE#${connection}#${generation}#${bucket}`, sk: 'BUCKET' };
}

export const FRACTION = new ItemKind(
  'fraction',
  z.object({ sk: z.string(), quantity: z.number(), at: z.string() }),
);

/**
 * Which SKUs of each connection ever went out in an amount that is no whole number at its service. Its shelves count such a
 * sale as one piece, and long after the order is over its figure of that SKU is still wrong. One small item for each SKU.
 */
export class Fractions implements FractionStore {
  readonly #table: Table;
  readonly #now: Clock;
  readonly #onUnreadable: OnUnreadable;

  /** @param onUnreadable receives each SKU that a list leaves out */
  constructor(table: Table, now: Clock, onUnreadable: OnUnreadable = () => {}) {
    this.#table = table;
    this.#now = now;
    this.#onUnreadable = onUnreadable;
  }

  /** @param lines with amounts in DEAR's units; none costs nothing */
  async note(connection: string, lines: readonly OrderedLine[]): Promise<void> {
    const at = isoTime(this.#now());
    for (const { sku, quantity } of lines) {
      if (sku.trim() === '') continue;
      const key = { pk: toPartition(connection), sk: foldSku(sku) };
      await putRecord(this.#table, FRACTION, key, { quantity, at });
    }
  }

  /** SKU as `folded` has it → the latest such amount, in DEAR's units, and when it was sent (ISO UTC). */
  async list(connection: string): Promise<Map<string, { quantity: number; at: string }>> {
    const found = new Map<string, { quantity: number; at: string }>();
    for await (const items of this.#table.items(toPartition(connection))) {
      for (const item of items) {
        const fraction = FRACTION.parseRow(item, this.#onUnreadable);
        if (fraction !== null) found.set(fraction.sk, { quantity: fraction.quantity, at: fraction.at });
      }
    }
    return found;
  }
}

function toPartition(connection: string): string {
  return `FRACTIONS#${connection}`;
}

const KINDS_AT_ONCE = 25;
export const PRODUCT_KIND = new ItemKind('product kind', z.object({ kind: z.enum(['goods', 'service']) }));

/**
 * Which of DEAR's products are services. DEAR never changes a product's type (per its blueprint), so that what was read once
 * stays true; what this process has read it keeps in memory.
 */
export class ProductKinds implements ProductKindStore {
  readonly #table: Table;
  readonly #known = new Map<string, ProductKind>();
  /** Products whose stored kind is of a newer version, which is not replaced. */
  readonly #unreadable = new Set<string>();
  readonly #onUnreadable: OnUnreadable;

  /** @param onUnreadable receives each kind that cannot be read, so that its product counts as unknown */
  constructor(table: Table, onUnreadable: OnUnreadable = () => {}) {
    this.#table = table;
    this.#onUnreadable = onUnreadable;
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
    const news = [...kinds].filter(([id]) => !this.#known.has(id) && !this.#unreadable.has(id));
    for (let start = 0; start < news.length; start += KINDS_AT_ONCE) {
      const some = news.slice(start, start + KINDS_AT_ONCE);
      await Promise.all(some.map(([id, kind]) => putRecord(this.#table, PRODUCT_KIND, toKey(id), { kind })));
      for (const [id, kind] of some) this.#known.set(id, kind);
    }
  }

  async #load(id: string): Promise<void> {
    const item = await this.#table.read(toKey(id));
    if (item === undefined) return;
    const found = PRODUCT_KIND.parseRow(item, this.#onUnreadable);
    if (found === null) this.#unreadable.add(id);
    else this.#known.set(id, found.kind);
  }
}

function toKey(id: string): ItemKey {
  return { pk: `PRODUCT#${id}`, sk: 'PRODUCT' };
}
