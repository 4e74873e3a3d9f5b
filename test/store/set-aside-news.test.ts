import { describe, expect, it } from 'vitest';
import { SetAsideNews } from '../../lib/store/set-aside-news.ts';
import { VersionConflict } from '../../lib/store/table.ts';
import { NOW } from '../builders/order.ts';
import { InMemoryTable } from '../fakes/in-memory-table.ts';

const DAY_MS = 86_400_000;
const news = (reference: string, age: number) => ({
  news: { reference, shipments: [], withdrawn: [], returns: [] },
  since: new Date(NOW - age).toISOString(),
  reason: 'It cannot be read.',
});

describe('news that is set aside', () => {
  it('is kept for as long as personal data, and the item of all of it no longer', async () => {
    const table = new InMemoryTable();
    const store = new SetAsideNews(table, () => NOW, 90);
    const entries = [news('SO-1-1', 89 * DAY_MS), news('SO-2-1', 91 * DAY_MS)];
    const version = await store.save('lantern', entries, 0);
    expect(await store.read('lantern')).toEqual({ entries: new Map([['SO-1-1', entries[0]]]), version });
    expect(table.stored()).toMatchObject([{ expiresAt: (NOW + 90 * DAY_MS) / 1000 }]);
  });

  it('is forgotten in time also where it cannot be read', async () => {
    const table = new InMemoryTable();
    const key = { pk: 'SET-ASIDE#lantern', sk: 'NEWS' };
    const entries = [89, 91].map((days) => ({
      ...news(`SO-${days}-1`, days * DAY_MS),
      reason: ['new', 'form'],
    }));
    const undated = { ...entries[0], since: 0 };
    await table.put(key, { entries: [...entries, undated], version: 1, schemaVersion: 9 }, { kind: 'none' });
    const store = new SetAsideNews(table, () => NOW, 90);
    const { version } = await store.read('lantern');
    await store.save('lantern', [], version);
    expect((await table.read(key))?.entries).toEqual([entries[0], undated]);
  });

  it('is not written over what another look has set aside meanwhile', async () => {
    const store = new SetAsideNews(new InMemoryTable(), () => NOW, 90);
    await store.save('lantern', [news('SO-1-1', 0)], 0);
    await expect(store.save('lantern', [], 0)).rejects.toThrow(VersionConflict);
    expect(await store.save('lantern', [], 1)).toBe(2);
    expect((await store.read('harbour')).entries.size).toBe(0);
  });
});
