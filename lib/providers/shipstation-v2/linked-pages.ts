import { Throttled } from '../../domain/errors.ts';
import { BrokenPages } from './paging.ts';

/** A page of a list that is gone through by its links. */
export interface LinkedPage<Row> {
  /** Rows of the whole list, at the moment of this page; null where it is not said. */
  readonly total: number | null;
  readonly rows: readonly Row[];
  /** The next page's query, as the page's own link says it; '' on the last. */
  readonly next: string;
}

/** Rows came or went while the list was read, so one may be missing or counted twice. Reading it again is safe. */
export class ChangedList extends Error {
  override readonly name = 'ChangedList';
}

export interface LinkedList<Row> {
  readonly first: string;
  read(query: string): Promise<LinkedPage<Row>>;
  wait(milliseconds: number): Promise<unknown>;
}

/**
 * Every page to the last. The page sizes are the other side's affair; what counts is that the rows of all pages are as many
 * as every page announced, where they announce it. Each page is checked before it is given away.
 *
 * The first page is refused like any call. Once it is there, a page that is throttled is waited for: a list of more than
 * 200 pages never fits into a minute's calls, and would never be read if each attempt began anew. Nothing here ends the
 * waiting but the time that its reader has.
 * @throws {BrokenPages} the links end too early, go in a circle, or lead to more rows than were announced
 * @throws {ChangedList}
 */
export async function* readLinkedPages<Row>(list: LinkedList<Row>): AsyncGenerator<readonly Row[]> {
  const followed = new Set([list.first]);
  let page = await list.read(list.first);
  const { total } = page;
  for (let seen = 0; ; page = await patiently(list, page.next)) {
    if (page.total !== total)
      throw new ChangedList(`${total} rows became ${page.total} while they were read`);
    seen += page.rows.length;
    const trouble = troubleWith(page, seen, followed);
    if (trouble !== '') throw new BrokenPages(`${trouble}, after ${seen} of ${total ?? 'uncounted'} rows`);
    yield page.rows;
    if (page.next === '') return;
    followed.add(page.next);
  }
}

function troubleWith<Row>(page: LinkedPage<Row>, seen: number, followed: ReadonlySet<string>): string {
  const { total } = page;
  if (total !== null && seen > total) return 'too many rows';
  if (page.next === '') return total !== null && seen < total ? 'no link to a next page' : '';
  if (followed.has(page.next)) return 'a link to a page that was read already';
  return page.rows.length === 0 ? 'an empty page that is not the last' : '';
}

async function patiently<Row>({ read, wait }: LinkedList<Row>, query: string): Promise<LinkedPage<Row>> {
  for (;;) {
    try {
      return await read(query);
    } catch (error) {
      if (!(error instanceof Throttled)) throw error;
      await wait(error.retryAfterMs);
    }
  }
}
