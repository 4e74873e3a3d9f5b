import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BrokenPages, type CountedPage, readPages } from '../../lib/upstream/paging.ts';

const serve =
  (rows: readonly number[], size: number) =>
  async (page: number): Promise<CountedPage<number>> => ({
    page,
    pages: Math.ceil(rows.length / size),
    total: rows.length,
    rows: rows.slice((page - 1) * size, page * size),
    unreadable: [],
  });

async function readAll(
  read: (page: number) => Promise<CountedPage<number>>,
  mostPages?: number,
): Promise<number[]> {
  const all: number[] = [];
  for await (const rows of readPages(read, mostPages)) all.push(...rows);
  return all;
}

describe('readPages', () => {
  it('yields every row once, for any page size', async () => {
    const cases = fc.tuple(fc.array(fc.integer(), { maxLength: 60 }), fc.integer({ min: 1, max: 20 }));
    await fc.assert(
      fc.asyncProperty(cases, async ([rows, size]) => {
        expect(await readAll(serve(rows, size))).toEqual(rows);
      }),
    );
  });

  it('accepts an empty list of no page or of one page', async () => {
    for (const pages of [0, 1])
      expect(await readAll(async () => ({ page: 1, pages, total: 0, rows: [], unreadable: [] }))).toEqual([]);
  });

  it.each([
    ['a short page in the middle', { page: 2, pages: 3, total: 9, rows: [4, 5] }],
    ['an empty page in the middle', { page: 2, pages: 3, total: 9, rows: [] }],
    ['the wrong page', { page: 1, pages: 3, total: 9, rows: [4, 5, 6] }],
    ['more pages than rows', { page: 2, pages: 5, total: 9, rows: [4, 5, 6] }],
    ['an end that comes too early', { page: 2, pages: 2, total: 9, rows: [4, 5, 6] }],
  ])('throws before it yields %s', async (_, second) => {
    const first = { page: 1, pages: 3, total: 9, rows: [1, 2, 3] };
    const given: number[] = [];
    const read = async (page: number) => ({ ...(page === 1 ? first : second), unreadable: [] });
    const reading = (async () => {
      for await (const rows of readPages(read)) given.push(...rows);
    })();
    await expect(reading).rejects.toBeInstanceOf(BrokenPages);
    expect(given).toEqual([1, 2, 3]);
  });

  it('counts unreadable rows like others, and reports each', async () => {
    const told: string[] = [];
    const read = async (page: number) => ({
      ...(await serve([1, 2, 3, 4, 5, 6, 7], 3)(page)),
      ...(page === 1 ? { rows: [1], unreadable: ['a', 'b'].map((id) => ({ id, where: 'status' })) } : {}),
    });
    const all: number[] = [];
    const pages = readPages(read, undefined, (rows) => told.push(...rows.map(({ id }) => id)));
    for await (const rows of pages) all.push(...rows);
    expect([all, told]).toEqual([
      [1, 4, 5, 6, 7],
      ['a', 'b'],
    ]);
  });

  it('throws on a last page that lacks rows', async () => {
    await expect(
      readAll(async () => ({ page: 1, pages: 1, total: 3, rows: [], unreadable: [] })),
    ).rejects.toBeInstanceOf(BrokenPages);
  });

  it('reads rows that are added at the end meanwhile', async () => {
    const read = async (page: number) => serve(page === 1 ? [1, 2, 3, 4] : [1, 2, 3, 4, 5], 3)(page);
    expect(await readAll(read)).toEqual([1, 2, 3, 4, 5]);
  });

  it('throws above the maximum number of pages', async () => {
    await expect(readAll(serve(Array(50).fill(0), 1), 10)).rejects.toBeInstanceOf(BrokenPages);
  });
});
