import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Throttled, Unavailable } from '../../lib/domain/errors.ts';
import {
  BrokenPages,
  ChangedList,
  type LinkedList,
  type LinkedPage,
  readLinkedPages,
} from '../../lib/upstream/paging.ts';

type Read = LinkedList<number>['read'];

const first = 'page=1';
const toNumber = (query: string) => Number(new URLSearchParams(query).get('page'));

/** Pages of the given sizes. */
function serve(pages: ReadonlyArray<readonly number[]>): Read {
  return async (query) => {
    const number = toNumber(query);
    const next = number < pages.length ? `page=${number + 1}` : '';
    return { total: pages.flat().length, rows: pages[number - 1] ?? [], next };
  };
}

async function readAll(read: Read, wait: LinkedList<number>['wait'] = async () => expect.fail('It waited')) {
  const given: number[] = [];
  let failure: unknown = null;
  try {
    for await (const rows of readLinkedPages({ first, read, wait })) given.push(...rows);
  } catch (error) {
    failure = error;
  }
  return { given, failure };
}

describe('readLinkedPages', () => {
  it('yields every row once, for any size of each page', async () => {
    const page = fc.array(fc.integer(), { minLength: 1, maxLength: 9 });
    await fc.assert(
      fc.asyncProperty(fc.array(page, { maxLength: 12 }), async (pages) => {
        expect(await readAll(serve(pages))).toEqual({ given: pages.flat(), failure: null });
      }),
    );
  });

  it('throws where a page lost rows or the link to the next one', async () => {
    const pages = fc.array(fc.array(fc.integer(), { minLength: 1, maxLength: 5 }), {
      minLength: 2,
      maxLength: 8,
    });
    const cases = fc.tuple(pages, fc.nat(), fc.constantFrom('rows', 'link'));
    await fc.assert(
      fc.asyncProperty(cases, async ([all, at, lost]) => {
        const broken = 1 + (at % (all.length - 1));
        const whole = serve(all);
        const { failure } = await readAll(async (query) => {
          const answer = await whole(query);
          if (toNumber(query) !== broken) return answer;
          return lost === 'link' ? { ...answer, next: '' } : { ...answer, rows: answer.rows.slice(1) };
        });
        expect(failure).toBeInstanceOf(BrokenPages);
      }),
    );
  });

  const second: LinkedPage<number> = { total: 6, rows: [3, 4], next: 'page=3' };
  it.each([
    ['no link although rows are missing', { ...second, next: '' }, BrokenPages],
    ['a link to itself', { ...second, next: 'page=2' }, BrokenPages],
    ['a link back to the first', { ...second, next: 'page=1' }, BrokenPages],
    ['more rows than there are', { ...second, rows: [3, 4, 5, 6, 7] }, BrokenPages],
    ['another total, as rows were added', { ...second, total: 7 }, ChangedList],
    ['another total, as rows were removed', { ...second, total: 5 }, ChangedList],
  ])('throws before it yields a page with %s', async (_, answer, kind) => {
    const read: Read = async (query) =>
      toNumber(query) === 1 ? { total: 6, rows: [1, 2], next: 'page=2' } : answer;
    const { given, failure } = await readAll(read);
    expect(failure).toBeInstanceOf(kind);
    expect(given).toEqual([1, 2]);
  });

  it('does not follow endless links to empty pages', async () => {
    const read: Read = async (query) => {
      const number = toNumber(query);
      if (number > 20) expect.fail('It goes on');
      return { total: 6, rows: number === 1 ? [1, 2] : [], next: `page=${number + 1}` };
    };
    const { given, failure } = await readAll(read);
    expect(failure).toBeInstanceOf(BrokenPages);
    expect(given).toEqual([1, 2]);
  });

  it('waits for the rate limit on a later page, and continues with that page', async () => {
    const waited: number[] = [];
    const whole = serve([[1], [2], [3]]);
    const throttled = new Set([2, 3]);
    const read: Read = async (query) => {
      if (throttled.delete(toNumber(query))) {
        throw new Throttled({ system: 'it', operation: 'list' }, 1000 * toNumber(query));
      }
      return await whole(query);
    };
    const { given, failure } = await readAll(read, async (milliseconds) => waited.push(milliseconds));
    expect({ given, failure, waited }).toEqual({ given: [1, 2, 3], failure: null, waited: [2000, 3000] });
  });

  it('throws a rate limit on the first page', async () => {
    const refused = new Throttled({ system: 'it', operation: 'list' }, 1000);
    expect(await readAll(() => Promise.reject(refused))).toEqual({ given: [], failure: refused });
  });

  it('throws any other failure of a page', async () => {
    const failed = new Unavailable({ system: 'it', operation: 'list' });
    const whole = serve([[1], [2]]);
    const read: Read = (query) => (toNumber(query) === 2 ? Promise.reject(failed) : whole(query));
    expect(await readAll(read)).toEqual({ given: [1], failure: failed });
  });
});
