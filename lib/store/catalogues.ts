import { createHash } from 'node:crypto';
import * as z from 'zod';
import { foldSku } from '../domain/sku.ts';
import type { ItemKey, Table } from './table.ts';

const storedCatalogue = z.object({
  generation: z.enum(['a', 'b']),
  buckets: z.int().min(1),
  refreshedAt: z.string(),
});
const storedBucket = z.object({ skus: z.array(z.string()) });
type Generation = z.infer<typeof storedCatalogue>['generation'];

/** Of some 20 bytes each, so that a bucket is read as one or two units; 100,000 SKUs are 500 buckets. */
const SKUS_IN_A_BUCKET = 200;
const WRITES_AT_ONCE = 25;

/**
 * The SKUs that each connection's provider knows, by hash in buckets, so that asking for an order's few SKUs reads no more
 * than that many small items. Capitals and outer blanks do not tell SKUs apart: holding an order for them would be worse
 * than sending it.
 */
export class Catalogues {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  /**
   * Replaces the whole catalogue at once: all of the new one is written beside the old one before it counts. An empty one
   * is not taken: a provider that knows nothing keeps no catalogue.
   * @param at ISO UTC
   */
  async replace(connection: string, skus: ReadonlySet<string>, at: string): Promise<void> {
    if (skus.size === 0) return;
    const before = await this.#read(connection);
    const generation = before?.generation === 'a' ? 'b' : 'a';
    const buckets = bucketsOf(skus);
    for (let start = 0; start < buckets.length; start += WRITES_AT_ONCE) {
      const some = buckets.slice(start, start + WRITES_AT_ONCE);
      await Promise.all(
        some.map((held, index) =>
          this.#table.put(bucketKey(connection, generation, start + index), { skus: held }, { kind: 'none' }),
        ),
      );
    }
    const catalogue = { generation, buckets: buckets.length, refreshedAt: at };
    await this.#table.put(catalogueKey(connection), catalogue, { kind: 'none' });
  }

  /** Those of the SKUs that the provider does not know; none where its catalogue was never read. */
  async unknown(connection: string, skus: Iterable<string>): Promise<ReadonlySet<string>> {
    const catalogue = await this.#read(connection);
    if (catalogue === null) return new Set();
    const { generation, buckets } = catalogue;
    const byBucket = Map.groupBy(skus, (sku) => bucketOf(foldSku(sku), buckets));
    const unknown = await Promise.all(
      [...byBucket].map(async ([bucket, wanted]) => {
        const item = await this.#table.read(bucketKey(connection, generation, bucket));
        const known = new Set(item === undefined ? [] : storedBucket.parse(item).skus);
        return wanted.filter((sku) => !known.has(foldSku(sku)));
      }),
    );
    return new Set(unknown.flat());
  }

  async #read(connection: string): Promise<z.infer<typeof storedCatalogue> | null> {
    const item = await this.#table.read(catalogueKey(connection));
    return item === undefined ? null : storedCatalogue.parse(item);
  }
}

function bucketsOf(skus: ReadonlySet<string>): string[][] {
  const count = Math.ceil(skus.size / SKUS_IN_A_BUCKET);
  const buckets: string[][] = Array.from({ length: count }, () => []);
  for (const sku of new Set([...skus].map(foldSku))) buckets[bucketOf(sku, count)]?.push(sku);
  return buckets;
}

function bucketOf(sku: string, buckets: number): number {
  return createHash('sha256').update(sku).digest().readUInt32BE() % buckets;
}

function catalogueKey(connection: string): ItemKey {
  return { pk: `CATALOGUE#${connection}`, sk: 'CATALOGUE' };
}

function bucketKey(connection: string, generation: Generation, bucket: number): ItemKey {
  return { pk: `CATALOGUE#${connection}#${generation}#${bucket}`, sk: 'BUCKET' };
}
