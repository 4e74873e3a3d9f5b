import type { ReadableRows, UnreadableRow } from './readable-rows.ts';

/** A page as ShipStation counts it: rows that cannot be read count as well. */
export interface CountedPage<Row> extends ReadableRows<Row> {
  readonly page: number;
  readonly pages: number;
  readonly total: number;
}

/** The pages do not add up: rows may be missing, so nothing after them may be trusted. */
export class BrokenPages extends Error {
  override readonly name = 'BrokenPages';
}

/** Far more than one run ever reads; a filter that the other side ignored would give the whole account. */
const MOST_PAGES = 1_000;

/**
 * Every page to the last. Each is checked before it is given away: a page that is shorter than the counts announce must
 * never look like the end, or the caller's cursor would pass over rows that it never saw.
 * @param onUnreadable told of rows that have no readable form, before the others of their page are given away
 * @throws {BrokenPages}
 */
export async function* readPages<Row>(
  read: (page: number) => Promise<CountedPage<Row>>,
  mostPages = MOST_PAGES,
  onUnreadable: (rows: readonly UnreadableRow[]) => void = () => {},
): AsyncGenerator<readonly Row[]> {
  let size = 0;
  for (let number = 1; ; number += 1) {
    if (number > mostPages) throw new BrokenPages(`more than ${mostPages} pages`);
    const page = await read(number);
    if (number === 1) size = sizeOf(page);
    check(page, number, size);
    if (page.unreadable.length > 0) onUnreadable(page.unreadable);
    yield page.rows;
    if (number >= page.pages) return;
  }
}

function sizeOf<Row>({ rows, unreadable }: CountedPage<Row>): number {
  return rows.length + unreadable.length;
}

function check<Row>(page: CountedPage<Row>, number: number, size: number): void {
  const expectedPages = size === 0 ? 0 : Math.ceil(page.total / size);
  const expectedRows = number < page.pages ? size : page.total - size * (number - 1);
  const agrees = page.page === number && Math.max(page.pages, 1) === Math.max(expectedPages, 1);
  if (!agrees || sizeOf(page) !== expectedRows) {
    const counts = `${sizeOf(page)} rows on page ${page.page} of ${page.pages}, ${page.total} in all`;
    throw new BrokenPages(`page ${number}: ${counts}, after pages of ${size}`);
  }
}
