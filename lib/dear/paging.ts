import { Unavailable, UnexpectedAnswer } from '../domain/errors.ts';
import { type DearCall, detailsOf } from './call.ts';

/** One page as DEAR gave it. */
export interface DearPage<Row> {
  /** How many rows the whole list had when this page was read. */
  readonly total: number;
  readonly page: number;
  readonly rows: readonly Row[];
  /** Of rows that could not be read and are left out of `rows`, where they may be: which fields. */
  readonly unreadable?: ReadonlyArray<readonly string[]>;
}

/** DEAR's largest page, per its blueprint. A smaller one would only cost more of the 60 calls. */
export const PAGE_LIMIT = 1000;

/**
 * Yields the pages of a list until every row of `Total` has been read, or throws: a short read never looks complete.
 *
 * A list that grows meanwhile is read to its new end, and a row may come twice. A list that shrinks is given up, although
 * its count may add up: the rows moved forward, and one may have slipped from the page to come into the page just read.
 * @param readPage reads page `page` (from 1) of at most `limit` rows
 * @param call named in the errors
 * @throws {UnexpectedAnswer} a short or empty page before the end, another page than asked for, more rows than the total
 * @throws {Unavailable} the list shrank while it was read: reading it again is safe and likely to succeed
 */
export async function* readPages<Row>(
  readPage: (page: number, limit: number) => Promise<DearPage<Row>>,
  call: DearCall,
  limit = PAGE_LIMIT,
): AsyncGenerator<readonly Row[], void, undefined> {
  let seen = 0;
  let total = 0;
  for (let page = 1; page === 1 || seen < total; page += 1) {
    const answer = await readPage(page, limit);
    if (answer.total < total) throw new Unavailable(detailsOf(call, { words: shrank(total, answer.total) }));
    seen += rowsOf(answer);
    total = answer.total;
    const mismatch = mismatchOf(answer, { page, limit, seen });
    if (mismatch !== undefined) throw new UnexpectedAnswer(detailsOf(call, { words: mismatch }));
    yield answer.rows;
  }
}

function mismatchOf<Row>(
  answer: DearPage<Row>,
  asked: { page: number; limit: number; seen: number },
): string | undefined {
  const counted = `${asked.seen} of ${answer.total} rows`;
  if (answer.page !== asked.page) return `asked for page ${asked.page}, got page ${answer.page}`;
  if (asked.seen > answer.total) return `page ${asked.page} makes it ${counted}`;
  if (asked.seen < answer.total && rowsOf(answer) !== asked.limit) {
    return `page ${asked.page} has ${rowsOf(answer)} rows instead of ${asked.limit}, and makes it only ${counted}`;
  }
  return undefined;
}

/** A row that cannot be read is one of the total all the same. */
function rowsOf<Row>({ rows, unreadable = [] }: DearPage<Row>): number {
  return rows.length + unreadable.length;
}

function shrank(before: number, after: number): string {
  return `the list shrank from ${before} to ${after} rows while it was read`;
}
