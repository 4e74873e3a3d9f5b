import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { NewerSchemaVersion } from '../../lib/domain/errors.ts';
import { INDEXES, type IndexName } from '../../lib/store/indexes.ts';
import type { Condition, ItemKey, SingleItems } from '../../lib/store/large-items.ts';
import {
  type CountingTable,
  type ItemRange,
  type ListRange,
  type Table,
  VersionConflict,
} from '../../lib/store/table.ts';

/** Keys in a page of a list, small enough to need several. */
export const PAGE_SIZE = 2;

/** A table whose lists have `PAGE_SIZE` keys in a page. */
export interface TableUnderTest {
  readonly table: Table & CountingTable & SingleItems;
  /** A partition's items as they are stored. */
  stored(partition: string): Promise<ReadonlyArray<Record<string, unknown>>>;
}

/** What the stores rely on, of DynamoDB and of every stand-in for it. */
export function describeTableContract(name: string, underTest: () => TableUnderTest): void {
  const table = () => underTest().table;
  /** Puts an item of schema version 1. */
  const put = (key: ItemKey, item: object, condition: Condition, schemaVersion = 1) =>
    table().put(key, { schemaVersion, ...item }, condition);
  const getParts = async (partition: string) =>
    (await underTest().stored(partition)).filter((item) => 'part' in item);

  describe(`${name} as the table`, () => {
    let count = 0;
    const freshKey = () => ({ pk: `CONTRACT#${++count}`, sk: 'STATE' });

    it('gives back what was put, and nothing for what was not', async () => {
      const key = freshKey();
      expect(await table().read(key)).toBeUndefined();
      const item = { text: 'é', list: [1, { deep: '' }], nothing: null, version: 1, schemaVersion: 1 };
      await put(key, item, { kind: 'none' });
      expect(await table().read(key)).toEqual({ ...item, ...key });
    });

    it.each([
      ['pk', { pk: `CONTRACT#${'x'.repeat(3_000)}`, sk: 'STATE' }],
      ['sk', { pk: 'CONTRACT#0', sk: 'x'.repeat(2_000) }],
    ])('has nothing under a key whose %s is longer than any may be', async (_, key) => {
      expect(await table().read(key)).toBeUndefined();
    });

    it('tells sort keys apart', async () => {
      const key = freshKey();
      await put(key, { version: 1 }, { kind: 'absent' });
      await put({ ...key, sk: 'CONTENT' }, { version: 2 }, { kind: 'absent' });
      expect(await table().read(key)).toMatchObject({ version: 1 });
    });

    it('creates an item once', async () => {
      const key = freshKey();
      await put(key, { version: 1 }, { kind: 'absent' });
      await expect(put(key, { version: 1 }, { kind: 'absent' })).rejects.toThrow(VersionConflict);
    });

    it('replaces exactly the version that was read', async () => {
      const key = freshKey();
      await put(key, { version: 1 }, { kind: 'absent' });
      await put(key, { version: 2 }, { kind: 'version', version: 1 });
      await expect(put(key, { version: 2 }, { kind: 'version', version: 1 })).rejects.toThrow(
        VersionConflict,
      );
      expect(await table().read(key)).toMatchObject({ version: 2 });
    });

    it('does not replace what is not there', async () => {
      await expect(put(freshKey(), { version: 2 }, { kind: 'version', version: 1 })).rejects.toThrow(
        VersionConflict,
      );
    });

    it('lets one of several writers of the same version through', async () => {
      const key = freshKey();
      await put(key, { version: 1 }, { kind: 'absent' });
      const writers = Array.from({ length: 10 }, (_, writer) =>
        put(key, { version: 2, writer }, { kind: 'version', version: 1 }),
      );
      const outcomes = await Promise.allSettled(writers);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    it('does not replace an item of a newer schema version, and says so', async () => {
      const key = freshKey();
      await put(key, { version: 1, added: 'by version 2' }, { kind: 'absent' }, 2);
      await expect(put(key, { version: 1 }, { kind: 'none' })).rejects.toThrow(NewerSchemaVersion);
      await expect(put(key, { version: 2 }, { kind: 'version', version: 1 })).rejects.toThrow(
        VersionConflict,
      );
      expect(await table().read(key)).toMatchObject({ added: 'by version 2' });
    });

    it('does not replace a packed item of a newer schema version', async () => {
      const key = freshKey();
      await put(key, { text: 'mug '.repeat(10_000) }, { kind: 'absent' }, 2);
      await expect(put(key, { text: '' }, { kind: 'none' })).rejects.toThrow(NewerSchemaVersion);
    });

    it('replaces an item of the same, an older or no schema version', async () => {
      const key = freshKey();
      await table().putItem(key, { count: 0 }, { kind: 'none' });
      for (const count of [1, 2, 3]) await put(key, { count }, { kind: 'none' }, Math.ceil(count / 2));
      expect(await table().read(key)).toMatchObject({ count: 3, schemaVersion: 2 });
    });

    it('adds to numbers of an item, makes it where there is none, and leaves a newer version newer', async () => {
      const key = freshKey();
      const add = (made: number, schemaVersion = 1) =>
        table().add(key, { 'count:made': made, sent: 1 }, { day: '2026-02-03', schemaVersion });
      await Promise.all([add(1), add(2), add(3)]);
      expect(await table().read(key)).toEqual({
        ...key,
        'count:made': 6,
        sent: 3,
        day: '2026-02-03',
        schemaVersion: 1,
      });
      await put(key, { 'count:made': 9 }, { kind: 'none' }, 2);
      await add(1);
      expect(await table().read(key)).toMatchObject({ 'count:made': 10, schemaVersion: 2 });
      await put(key, { readableFrom: 2 }, { kind: 'none' }, 2);
      await expect(add(1)).rejects.toThrow(NewerSchemaVersion);
    });

    it('gives a partition whole, the last sort key first, in as many pages as it takes', async () => {
      const { pk } = freshKey();
      const sortKeys = ['b', 'a', 'd', 'c', 'e'];
      for (const sk of sortKeys) await put({ pk, sk }, { of: sk }, { kind: 'absent' });
      await put({ ...freshKey(), sk: 'z' }, { of: 'another' }, { kind: 'absent' });
      const pages = await Array.fromAsync(table().items(pk));
      expect(pages.length).toBeGreaterThan(1);
      const given = pages.flat().map(({ sk, of }) => [sk, of]);
      expect(given).toEqual(['e', 'd', 'c', 'b', 'a'].map((sk) => [sk, sk]));
    });

    it('gives the items between two sort keys, as many as asked for, from either end', async () => {
      const { pk } = freshKey();
      for (const sk of ['b', 'a', 'd', 'c', 'e']) await put({ pk, sk }, { of: sk }, { kind: 'absent' });
      const sortKeys = async (range: ItemRange) =>
        (await table().range(pk, range)).map(({ sk }) => sk).join('');
      expect(await sortKeys({ limit: 9 })).toBe('abcde');
      expect(await sortKeys({ limit: 3 })).toBe('abc');
      expect(await sortKeys({ limit: 1, backwards: true })).toBe('e');
      expect(await sortKeys({ from: 'b', until: 'd', limit: 9 })).toBe('bcd');
      expect(await sortKeys({ from: 'bb', limit: 1 })).toBe('c');
      expect(await sortKeys({ until: 'cc', limit: 2, backwards: true })).toBe('cb');
      expect(await table().range(freshKey().pk, { limit: 1 })).toEqual([]);
    });

    it('gives a large item of a range whole', async () => {
      const key = freshKey();
      const item = { schemaVersion: 1, text: randomBytes(600_000).toString('hex') };
      await put(key, item, { kind: 'none' });
      expect(await table().range(key.pk, { until: key.sk, limit: 5 })).toEqual([{ ...item, ...key }]);
    });

    describe('keeps an item of any size', () => {
      const text = (bytes: number) => randomBytes(Math.ceil(bytes / 2)).toString('hex');
      const repeated = (bytes: number) => 'mug '.repeat(bytes / 4);

      it.each([
        ['that is small', () => repeated(1_000)],
        ['that is larger than the limit and compresses', () => repeated(4_000_000)],
        ['that is larger than the limit and does not compress', () => text(3_000_000)],
      ])('%s', async (_, make) => {
        const key = freshKey();
        const item = { lines: [make()], nothing: null, version: 1, schemaVersion: 1 };
        await put(key, item, { kind: 'absent' });
        expect(await table().read(key)).toEqual({ ...item, ...key });
      });

      it('and replaces it under the same conditions', async () => {
        const key = freshKey();
        const items = [1, 2, 3].map((version) => ({ version, schemaVersion: 1, text: text(1_200_000) }));
        await put(key, items[0] ?? {}, { kind: 'absent' });
        await put(key, items[1] ?? {}, { kind: 'version', version: 1 });
        const late = put(key, items[2] ?? {}, { kind: 'version', version: 1 });
        await expect(late).rejects.toThrow(VersionConflict);
        expect(await table().read(key)).toEqual({ ...items[1], ...key });
      });

      it('and empties the parts that it no longer has, which expire', async () => {
        const key = freshKey();
        for (const version of [1, 2]) {
          await put(key, { version, text: text(1_200_000) }, { kind: 'none' });
        }
        const parts = await getParts(key.pk);
        const emptied = parts.filter(({ packed }) => packed === undefined);
        expect(emptied.map(({ expiresAt }) => expiresAt)).toEqual([0, 0]);
        expect(parts.length - emptied.length).toBe(2);
      });

      it('with each of its parts expiring as it does itself', async () => {
        const key = freshKey();
        await put(key, { expiresAt: 4_102_444_800, text: text(1_200_000) }, { kind: 'none' });
        const parts = await getParts(key.pk);
        expect(parts.map(({ expiresAt }) => expiresAt)).toEqual([4_102_444_800, 4_102_444_800]);
      });

      it('and gives it whole where a partition is read, without its parts', async () => {
        const key = freshKey();
        const item = { schemaVersion: 1, text: text(1_200_000) };
        await put(key, item, { kind: 'none' });
        expect((await Array.fromAsync(table().items(key.pk))).flat()).toEqual([{ ...item, ...key }]);
      });

      it('on the list that it belongs to', async () => {
        const key = freshKey();
        const { partition, sort } = INDEXES.waiting;
        const partitionOfIts = `large-${key.pk}`;
        await put(
          key,
          { [partition]: partitionOfIts, [sort]: 'a', text: repeated(2_000_000) },
          { kind: 'none' },
        );
        expect((await Array.fromAsync(table().list('waiting', partitionOfIts))).flat()).toEqual([key]);
      });

      it('but refuses a single item beyond the limit', async () => {
        const single = table().putItem(freshKey(), { text: text(420_000) }, { kind: 'none' });
        await expect(single).rejects.toThrow('Item size');
      });
    });

    describe.each(Object.keys(INDEXES) as IndexName[])('lists by %s', (index) => {
      const names = INDEXES[index];
      const freshPartition = () => `partition-${++count}`;
      const entry = (partition: string, sort: string) => ({
        [names.partition]: partition,
        [names.sort]: sort,
        version: 1,
      });

      async function getPages(partition: string, range?: ListRange): Promise<ItemKey[][]> {
        const pages: ItemKey[][] = [];
        for await (const page of table().list(index, partition, range)) pages.push([...page]);
        return pages;
      }
      const toKeys = async (partition: string, range?: ListRange) =>
        (await getPages(partition, range)).flat();

      async function putEntries(partition: string, ...since: string[]): Promise<ItemKey[]> {
        const keys: ItemKey[] = [];
        for (const moment of since) {
          const key = freshKey();
          await put(key, entry(partition, moment), { kind: 'absent' });
          keys.push(key);
        }
        return keys;
      }

      it('every key of the index once, in its order, over more pages than one', async () => {
        const partition = freshPartition();
        const [third, first, fifth, second, fourth] = await putEntries(partition, 'c', 'a', 'e', 'b', 'd');
        const pages = await getPages(partition);
        expect(pages.flat()).toEqual([first, second, third, fourth, fifth]);
        expect(pages.map((page) => page.length)).toEqual([PAGE_SIZE, PAGE_SIZE, 1]);
      });

      it('two items of the same moment, even at the end of a page', async () => {
        const partition = freshPartition();
        const keys = await putEntries(partition, 'a', 'b', 'b', 'b');
        const listed = await toKeys(partition);
        expect(listed).toHaveLength(keys.length);
        expect(listed).toEqual(expect.arrayContaining(keys));
      });

      it('what lies at a place, before it or after it', async () => {
        const partition = freshPartition();
        const [second, first, third, fourth] = await putEntries(partition, 'b', 'a', 'c', 'd');
        expect(await toKeys(partition, { from: 'b' })).toEqual([second, third, fourth]);
        expect(await toKeys(partition, { from: 'bb' })).toEqual([third, fourth]);
        expect(await toKeys(partition, { from: '0' })).toEqual([first, second, third, fourth]);
        expect(await toKeys(partition, { from: 'e' })).toEqual([]);
        expect(await toKeys(partition, { until: 'b' })).toEqual([first, second]);
        expect(await toKeys(partition, { from: 'b', until: 'c' })).toEqual([second, third]);
      });

      it('from its end, where asked to', async () => {
        const partition = freshPartition();
        const keys = await putEntries(partition, 'a', 'b', 'c');
        expect(await toKeys(partition, { backwards: true })).toEqual(keys.toReversed());
        expect(await toKeys(partition, { backwards: true, from: 'b' })).toEqual([keys[2], keys[1]]);
      });

      it('no item without the attributes of the index', async () => {
        const partition = freshPartition();
        const [listed] = await putEntries(partition, 'a');
        await put(freshKey(), { version: 1 }, { kind: 'absent' });
        await put(freshKey(), { [names.partition]: partition, version: 1 }, { kind: 'absent' });
        expect(await toKeys(partition)).toEqual([listed]);
      });

      it('an item no more once a write leaves the attributes away', async () => {
        const partition = freshPartition();
        const [leaving, staying] = (await putEntries(partition, 'a', 'b')) as [ItemKey, ItemKey];
        await put(leaving, { version: 2 }, { kind: 'version', version: 1 });
        expect(await toKeys(partition)).toEqual([staying]);
      });

      it('each partition by itself', async () => {
        const [one, other] = [freshPartition(), freshPartition()];
        const ofOne = await putEntries(one, 'a', 'b');
        const ofOther = await putEntries(other, 'a');
        expect(await toKeys(one)).toEqual(ofOne);
        expect(await toKeys(other)).toEqual(ofOther);
        expect(await toKeys(freshPartition())).toEqual([]);
      });
    });
  });
}
