import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as z from 'zod';
import { INDEXES } from './indexes.ts';
import type { Versioned } from './item-kinds.ts';

/** DynamoDB stores an item of up to 400 KB, its names and keys included. */
export const ITEM_LIMIT = 400 * 1024;
/** An item stays readable in AWS's console up to here; beyond, each KB that is saved is a write unit saved. */
const PLAIN_BYTES = 16 * 1024;
const PART_BYTES = 350 * 1024;
const PARTS_AT_ONCE = 10;
/** Between the read of an item and the read of its parts another writer may replace both. */
const READ_TRIES = 3;

/** What DynamoDB and the conditions of writes look at: it stays beside the packed rest. */
export const KEPT_APART: ReadonlySet<string> = new Set<string>([
  'version',
  'schemaVersion',
  'readableFrom',
  'expiresAt',
  ...Object.values(INDEXES).flatMap(({ partition, sort }) => [partition, sort]),
  'summary',
]);

const packedItem = z.object({ packed: z.instanceof(Uint8Array) });
const partedItem = z.object({ parts: z.object({ digest: z.string(), count: z.int().min(1) }) });
type Parts = z.infer<typeof partedItem>['parts'];

type Item = Record<string, unknown>;

/** One item of at most 400 KB at a time, as DynamoDB has them. */
export interface SingleItems {
  readItem(key: ItemKey): Promise<Item | undefined>;
  /** @returns what was there before; undefined where nothing was */
  putItem(key: ItemKey, item: Item, condition: Condition): Promise<Item | undefined>;
}

/**
 * Reads an item of any size.
 * @throws {Error} where a part is missing for good
 */
export async function readLarge(key: ItemKey, items: SingleItems): Promise<Item | undefined> {
  for (let tries = 1; ; tries += 1) {
    const item = await items.readItem(key);
    if (item === undefined) return undefined;
    const bytes = await getBytes(key, item, items);
    if (bytes === 'plain') return item;
    // What lies beside the packed rest is what the next write is compared with, so it counts.
    if (bytes !== 'missing') return { ...unpack(bytes), ...getApart(item), ...key };
    if (tries === READ_TRIES) throw new Error(`A part of ${key.pk} ${key.sk} is missing in the table`);
  }
}

/**
 * Stores an item of any size: up to 16 KB as it is, a larger one compressed, and one that is too large even so in several
 * parts. The parts come first, under a digest of their bytes, so that no item points to a part that is not there and no
 * writer touches the parts of another. Parts that were replaced are emptied and expire.
 * @throws whatever `putItem` throws where the condition does not hold; what is stored is as it was then
 */
export async function putLarge(
  key: ItemKey,
  item: Versioned,
  condition: Condition,
  items: SingleItems,
): Promise<void> {
  const text = JSON.stringify(item);
  if (Buffer.byteLength(text) <= PLAIN_BYTES) return replace(key, { ...item }, condition, null, items);
  const bytes = gzipSync(text);
  const apart = getApart(item);
  if (bytes.length <= PART_BYTES) return replace(key, { ...apart, packed: bytes }, condition, null, items);
  const parts = await putParts(key, bytes, apart, items);
  await replace(key, { ...apart, parts }, condition, parts, items);
}

function getApart(item: object): Item {
  return Object.fromEntries(Object.entries(item).filter(([name]) => KEPT_APART.has(name)));
}

/** Without the parts of other items: they are read with the item that they belong to. */
export async function unpackPage(page: readonly Item[], items: SingleItems): Promise<Item[]> {
  const whole = page.filter((item) => !('part' in item));
  return await Promise.all(
    whole.map(async (item) => {
      if (!('packed' in item) && !('parts' in item)) return item;
      const key = z.object({ pk: z.string(), sk: z.string() }).parse(item);
      return (await readLarge(key, items)) ?? item;
    }),
  );
}

async function getBytes(
  key: ItemKey,
  item: Item,
  items: SingleItems,
): Promise<Uint8Array | 'plain' | 'missing'> {
  if ('packed' in item) return packedItem.parse(item).packed;
  if (!('parts' in item)) return 'plain';
  const { parts } = partedItem.parse(item);
  const read = await inBatches(toKeys(key, parts), async (part) =>
    packedItem.safeParse(await items.readItem(part)),
  );
  const found = read.flatMap(({ data }) => (data === undefined ? [] : [data.packed]));
  const bytes = Buffer.concat(found);
  return found.length === parts.count && toDigest(bytes) === parts.digest ? bytes : 'missing';
}

function unpack(bytes: Uint8Array): Item {
  return z.record(z.string(), z.unknown()).parse(JSON.parse(gunzipSync(bytes).toString()));
}

async function putParts(
  key: ItemKey,
  bytes: Buffer,
  { expiresAt }: Item,
  items: SingleItems,
): Promise<Parts> {
  const parts = { digest: toDigest(bytes), count: Math.ceil(bytes.length / PART_BYTES) };
  const expiry = expiresAt === undefined ? {} : { expiresAt };
  await inBatches(toKeys(key, parts), async (part, index) => {
    const packed = bytes.subarray(index * PART_BYTES, (index + 1) * PART_BYTES);
    await items.putItem(part, { ...expiry, part: index, packed }, { kind: 'none' });
  });
  return parts;
}

async function replace(
  key: ItemKey,
  item: Item,
  condition: Condition,
  parts: Parts | null,
  items: SingleItems,
): Promise<void> {
  const before = await items.putItem(key, item, condition);
  const old = partedItem.safeParse(before).data?.parts;
  if (old === undefined || old.digest === parts?.digest) return;
  await inBatches(toKeys(key, old), (part, index) =>
    items.putItem(part, { part: index, expiresAt: 0 }, { kind: 'none' }),
  );
}

function toKeys({ pk, sk }: ItemKey, { digest, count }: Parts): ItemKey[] {
  return Array.from({ length: count }, (_, index) => ({ pk, sk: `${sk}#PART#${digest}#${index}` }));
}

function toDigest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 16);
}

async function inBatches<Result>(
  keys: readonly ItemKey[],
  each: (key: ItemKey, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < keys.length; start += PARTS_AT_ONCE) {
    const batch = keys.slice(start, start + PARTS_AT_ONCE);
    results.push(...(await Promise.all(batch.map((key, index) => each(key, start + index)))));
  }
  return results;
}

export const itemKey = z.object({ pk: z.string(), sk: z.string() }).readonly();

/** What an item may only be written over. */
export type Condition =
  | { readonly kind: 'absent' }
  | { readonly kind: 'version'; readonly version: number }
  | { readonly kind: 'none' };

export type ItemKey = z.infer<typeof itemKey>;
