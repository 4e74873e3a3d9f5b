import { describe, expect, it } from 'vitest';
import { type Table, VersionConflict } from '../../lib/store/table.ts';

/** What the stores rely on, of DynamoDB and of every stand-in for it. */
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
  });
}
