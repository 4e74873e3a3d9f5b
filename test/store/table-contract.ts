import { describe, expect, it } from 'vitest';
import { INDEXES, type IndexName } from '../../lib/store/indexes.ts';
import { type ItemKey, type ListRange, type Table, VersionConflict } from '../../lib/store/table.ts';

/** Keys in a page of a list, small enough to need several. */
export const PAGE_SIZE = 2;

/**
 * What the stores rely on, of DynamoDB and of every stand-in for it.
 * @param table whose lists have `PAGE_SIZE` keys in a page
 */
export function describeTableContract(name: string, table: () => Table): void {
  describe(`${name} as the table`, () => {
    let count = 0;
    const freshKey = () => ({ pk: `CONTRACT#${++count}`, sk: 'STATE' });

    it('gives back what was put, and nothing for what was not', async () => {
      const key = freshKey();
      expect(await table().read(key)).toBeUndefined();
      const item = { text: 'é', list: [1, { deep: '' }], nothing: null, version: 1 };
      await table().put(key, item, { kind: 'none' });
      expect(await table().read(key)).toEqual({ ...item, ...key });
    });

    it('tells sort keys apart', async () => {
      const key = freshKey();
      await table().put(key, { version: 1 }, { kind: 'absent' });
      await table().put({ ...key, sk: 'CONTENT' }, { version: 2 }, { kind: 'absent' });
      expect(await table().read(key)).toMatchObject({ version: 1 });
    });

    it('creates an item once', async () => {
      const key = freshKey();
      await table().put(key, { version: 1 }, { kind: 'absent' });
      await expect(table().put(key, { version: 1 }, { kind: 'absent' })).rejects.toThrow(VersionConflict);
    });

    it('replaces exactly the version that was read', async () => {
      const key = freshKey();
      await table().put(key, { version: 1 }, { kind: 'absent' });
      await table().put(key, { version: 2 }, { kind: 'version', version: 1 });
      await expect(table().put(key, { version: 2 }, { kind: 'version', version: 1 })).rejects.toThrow(
        VersionConflict,
      );
      expect(await table().read(key)).toMatchObject({ version: 2 });
    });

    it('does not replace what is not there', async () => {
      await expect(table().put(freshKey(), { version: 2 }, { kind: 'version', version: 1 })).rejects.toThrow(
        VersionConflict,
      );
    });

    it('lets one of several writers of the same version through', async () => {
      const key = freshKey();
      await table().put(key, { version: 1 }, { kind: 'absent' });
      const writers = Array.from({ length: 10 }, (_, writer) =>
        table().put(key, { version: 2, writer }, { kind: 'version', version: 1 }),
      );
      const outcomes = await Promise.allSettled(writers);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    it('gives a partition whole, the last sort key first, in as many pages as it takes', async () => {
      const { pk } = freshKey();
      const sortKeys = ['b', 'a', 'd', 'c', 'e'];
      for (const sk of sortKeys) await table().put({ pk, sk }, { of: sk }, { kind: 'absent' });
      await table().put({ ...freshKey(), sk: 'z' }, { of: 'another' }, { kind: 'absent' });
      const pages = await Array.fromAsync(table().items(pk));
      expect(pages.length).toBeGreaterThan(1);
      const given = pages.flat().map(({ sk, of }) => [sk, of]);
      expect(given).toEqual(['e', 'd', 'c', 'b', 'a'].map((sk) => [sk, sk]));
    });

    describe.each(Object.keys(INDEXES) as IndexName[])('lists by %s', (index) => {
      const names = INDEXES[index];
      const freshPartition = () => `partition-${++count}`;
      const entry = (partition: string, sort: string) => ({
        [names.partition]: partition,
        [names.sort]: sort,
        version: 1,
      });

      async function pagesOf(partition: string, range?: ListRange): Promise<ItemKey[][]> {
        const pages: ItemKey[][] = [];
        for await (const page of table().list(index, partition, range)) pages.push([...page]);
        return pages;
      }
      const keysOf = async (partition: string, range?: ListRange) => (await pagesOf(partition, range)).flat();

      async function putEntries(partition: string, ...since: string[]): Promise<ItemKey[]> {
        const keys: ItemKey[] = [];
        for (const moment of since) {
          const key = freshKey();
          await table().put(key, entry(partition, moment), { kind: 'absent' });
          keys.push(key);
        }
        return keys;
      }

      it('every key of the index once, in its order, over more pages than one', async () => {
        const partition = freshPartition();
        const [third, first, fifth, second, fourth] = await putEntries(partition, 'c', 'a', 'e', 'b', 'd');
        const pages = await pagesOf(partition);
        expect(pages.flat()).toEqual([first, second, third, fourth, fifth]);
        expect(pages.map((page) => page.length)).toEqual([PAGE_SIZE, PAGE_SIZE, 1]);
      });

      it('two items of the same moment, even at the end of a page', async () => {
        const partition = freshPartition();
        const keys = await putEntries(partition, 'a', 'b', 'b', 'b');
        const listed = await keysOf(partition);
        expect(listed).toHaveLength(keys.length);
        expect(listed).toEqual(expect.arrayContaining(keys));
      });

      it('what lies at a place, before it or after it', async () => {
        const partition = freshPartition();
        const [second, first, third, fourth] = await putEntries(partition, 'b', 'a', 'c', 'd');
        expect(await keysOf(partition, { from: 'b' })).toEqual([second, third, fourth]);
        expect(await keysOf(partition, { from: 'bb' })).toEqual([third, fourth]);
        expect(await keysOf(partition, { from: '0' })).toEqual([first, second, third, fourth]);
        expect(await keysOf(partition, { from: 'e' })).toEqual([]);
        expect(await keysOf(partition, { until: 'b' })).toEqual([first, second]);
        expect(await keysOf(partition, { from: 'b', until: 'c' })).toEqual([second, third]);
      });

      it('from its end, where asked to', async () => {
        const partition = freshPartition();
        const keys = await putEntries(partition, 'a', 'b', 'c');
        expect(await keysOf(partition, { backwards: true })).toEqual(keys.toReversed());
        expect(await keysOf(partition, { backwards: true, from: 'b' })).toEqual([keys[2], keys[1]]);
      });

      it('no item without the attributes of the index', async () => {
        const partition = freshPartition();
        const [listed] = await putEntries(partition, 'a');
        await table().put(freshKey(), { version: 1 }, { kind: 'absent' });
        await table().put(freshKey(), { [names.partition]: partition, version: 1 }, { kind: 'absent' });
        expect(await keysOf(partition)).toEqual([listed]);
      });

      it('an item no more once a write leaves the attributes away', async () => {
        const partition = freshPartition();
        const [leaving, staying] = (await putEntries(partition, 'a', 'b')) as [ItemKey, ItemKey];
        await table().put(leaving, { version: 2 }, { kind: 'version', version: 1 });
        expect(await keysOf(partition)).toEqual([staying]);
      });

      it('each partition by itself', async () => {
        const [one, other] = [freshPartition(), freshPartition()];
        const ofOne = await putEntries(one, 'a', 'b');
        const ofOther = await putEntries(other, 'a');
        expect(await keysOf(one)).toEqual(ofOne);
        expect(await keysOf(other)).toEqual(ofOther);
        expect(await keysOf(freshPartition())).toEqual([]);
      });
    });
  });
}
