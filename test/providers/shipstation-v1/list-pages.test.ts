import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Unavailable } from '../../../lib/domain/errors.ts';
import { type ListPage, readList } from '../../../lib/providers/shipstation-v1/list-pages.ts';
import { BrokenPages } from '../../../lib/upstream/paging.ts';

const DETAILS = { system: 'shipstation', operation: 'list orders', status: 500 };

/** A list whose pages fail where they hold a bad row. */
function serve(
  rows: readonly number[],
  bad: ReadonlySet<number> = new Set(),
  total: number | null = rows.length,
) {
  let calls = 0;
  const read = async (page: number, size: number): Promise<ListPage<number>> => {
    calls += 1;
    const shown = rows.slice((page - 1) * size, page * size);
    if (shown.some((row) => bad.has(row))) throw new Unavailable(DETAILS);
    return { rows: shown, unreadable: [], total };
  };
  return { read, getCalls: () => calls };
}

async function readAll(
  read: (page: number, size: number) => Promise<ListPage<number>>,
  pageSize: number,
  mayShrink = false,
) {
  const rows: number[] = [];
  let unreadable = 0;
  for await (const page of readList(read, { pageSize, mayShrink })) {
    rows.push(...page.rows);
    unreadable += page.unreadable.length;
  }
  return { rows, unreadable };
}

const count = (length: number) => Array.from({ length }, (_, index) => index);

describe('readList', () => {
  it('reads every row of a list of any length, whatever the total says', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 1, max: 12 }),
        fc.boolean(),
        async (length, pageSize, hasTotal) => {
          const { read } = serve(count(length), new Set(), hasTotal ? length : null);
          expect(await readAll(read, pageSize)).toEqual({ rows: count(length), unreadable: 0 });
        },
      ),
    );
  });

  it('reads all rows but the bad ones, wherever they are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 120 }),
        fc.constantFrom(5, 12, 25, 100),
        fc.array(fc.nat(119), { maxLength: 6 }),
        async (length, pageSize, places) => {
          // Never three next to each other, which is an outage.
          const bad = new Set(places.filter((place) => place < length && place % 3 !== 0));
          const good = count(length).filter((row) => !bad.has(row));
          const { read } = serve(count(length), bad);
          expect(await readAll(read, pageSize)).toEqual({ rows: good, unreadable: bad.size });
        },
      ),
    );
  });

  it('finds the one bad row of a page of 500 with fewer than twenty calls', async () => {
    const { read, getCalls } = serve(count(400), new Set([317]));
    expect((await readAll(read, 500)).rows).toHaveLength(399);
    expect(getCalls()).toBeLessThan(25);
  });

  it('takes a server that always fails for an outage', async () => {
    let calls = 0;
    const read = async () => {
      calls += 1;
      throw new Unavailable(DETAILS);
    };
    await expect(readAll(read, 500)).rejects.toBeInstanceOf(Unavailable);
    expect(calls).toBeLessThan(12);
  });

  it('does not split a page that failed for another reason', async () => {
    let calls = 0;
    const read = async () => {
      calls += 1;
      throw new Unavailable({ ...DETAILS, status: 0, code: 'ECONNREFUSED' });
    };
    await expect(readAll(read, 500)).rejects.toBeInstanceOf(Unavailable);
    expect(calls).toBe(1);
  });

  it('refuses a short page that is not the last, unless rows may leave the list', async () => {
    const read = async (page: number) => ({ rows: page === 1 ? [1, 2] : [], unreadable: [], total: 9 });
    await expect(readAll(read, 5)).rejects.toBeInstanceOf(BrokenPages);
    expect((await readAll(read, 5, true)).rows).toEqual([1, 2]);
  });
});
