import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DearPage, PAGE_LIMIT, readPages } from '../../lib/dear/list.ts';
import type { DearCall } from '../../lib/dear/transport.ts';
import { Unavailable, UnexpectedAnswer } from '../../lib/domain/errors.ts';
import { getRows } from './listing.ts';

const CALL: DearCall = { operation: 'list sales', method: 'GET', path: 'saleList', reference: 'sweep' };

/** Rows 0 … total - 1 in correct pages; `asked` collects the numbers of the pages that were read. */
function honest(total: number, asked: number[] = []) {
  return async (page: number, limit: number): Promise<DearPage<number>> => {
    asked.push(page);
    const start = (page - 1) * limit;
    const length = Math.max(0, Math.min(limit, total - start));
    return { total, page, rows: Array.from({ length }, (_, index) => start + index) };
  };
}

/** Returns the given pages one after another. */
function scripted(...pages: DearPage<string>[]) {
  return async (page: number): Promise<DearPage<string>> => {
    const answer = pages[page - 1];
    if (answer === undefined) throw new Error(`page ${page} was not expected`);
    return answer;
  };
}

describe('readPages', () => {
  it('reads to the end, in order and without an extra call, for any size of list and page', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(400), fc.integer({ min: 1, max: 100 }), async (total, limit) => {
        const asked: number[] = [];
        const rows = await getRows(readPages(honest(total, asked), CALL, limit));
        expect(rows).toEqual(Array.from({ length: total }, (_, index) => index));
        expect(asked).toHaveLength(Math.max(1, Math.ceil(total / limit)));
      }),
    );
  });

  it('throws when any page lacks any of its rows', async () => {
    const lossy = fc.record({
      total: fc.integer({ min: 1, max: 200 }),
      limit: fc.integer({ min: 1, max: 50 }),
    });
    await fc.assert(
      fc.asyncProperty(lossy, fc.nat(), fc.nat(), async ({ total, limit }, where, howMany) => {
        const victim = 1 + (where % Math.ceil(total / limit));
        const readPage = async (page: number, size: number) => {
          const answer = await honest(total)(page, size);
          if (page !== victim) return answer;
          return { ...answer, rows: answer.rows.slice(1 + (howMany % answer.rows.length)) };
        };
        await expect(getRows(readPages(readPage, CALL, limit))).rejects.toBeInstanceOf(UnexpectedAnswer);
      }),
    );
  });

  it('requests DEAR’s largest page', async () => {
    const limits: number[] = [];
    const readPage = (page: number, limit: number) => {
      limits.push(limit);
      return honest(1500)(page, limit);
    };
    expect(await getRows(readPages(readPage, CALL))).toHaveLength(1500);
    expect(limits).toEqual([PAGE_LIMIT, PAGE_LIMIT]);
    expect(PAGE_LIMIT).toBe(1000);
  });

  it('reads no page before the consumer needs it', async () => {
    const asked: number[] = [];
    for await (const rows of readPages(honest(10, asked), CALL, 2)) if (rows.includes(3)) break;
    expect(asked).toEqual([1, 2]);
  });

  it('reads a list that grows meanwhile to its new end', async () => {
    const pages = scripted({ total: 3, page: 1, rows: ['a', 'b'] }, { total: 4, page: 2, rows: ['c', 'd'] });
    expect(await getRows(readPages(pages, CALL, 2))).toEqual(['a', 'b', 'c', 'd']);
  });

  it('throws for a list that shrinks meanwhile, although its count adds up', async () => {
    const pages = scripted({ total: 4, page: 1, rows: ['a', 'b'] }, { total: 3, page: 2, rows: ['d'] });
    await expect(getRows(readPages(pages, CALL, 2))).rejects.toBeInstanceOf(Unavailable);
  });

  it.each<[string, DearPage<string>[]]>([
    [
      'the page number does not advance',
      [
        { total: 4, page: 1, rows: ['a', 'b'] },
        { total: 4, page: 1, rows: ['a', 'b'] },
      ],
    ],
    ['a page is short before the end', [{ total: 4, page: 1, rows: ['a'] }]],
    [
      'a page is empty before the end',
      [
        { total: 4, page: 1, rows: ['a', 'b'] },
        { total: 4, page: 2, rows: [] },
      ],
    ],
    ['there are more rows than the total', [{ total: 1, page: 1, rows: ['a', 'b'] }]],
    ['a page is longer than asked for before the end', [{ total: 9, page: 1, rows: ['a', 'b', 'c'] }]],
  ])('throws when %s', async (_, pages) => {
    const error = await getRows(readPages(scripted(...pages), CALL, 2)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UnexpectedAnswer);
    expect(error).toMatchObject({
      details: { operation: 'list sales', upstreamMessage: expect.stringContaining('page') },
    });
  });
});
