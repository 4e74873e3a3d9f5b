/** A page as ShipStation counts it. */
export interface CountedPage<Row> {
  readonly page: number;
  readonly pages: number;
  readonly total: number;
  readonly rows: readonly Row[];
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
 * @throws {BrokenPages}
 */
export async function* readPages<Row>(
  read: (page: number) => Promise<CountedPage<Row>>,
  mostPages = MOST_PAGES,
): AsyncGenerator<readonly Row[]> {
  let size = 0;
  for (let number = 1; ; number += 1) {
    if (number > mostPages) throw new BrokenPages(`more than ${mostPages} pages`);
    const page = await read(number);
    if (number === 1) size = page.rows.length;
    check(page, number, size);
    yield page.rows;
    if (number >= page.pages) return;
  }
}

function check<Row>(page: CountedPage<Row>, number: number, size: number): void {
  const expectedPages = size === 0 ? 0 : Math.ceil(page.total / size);
  const expectedRows = number < page.pages ? size : page.total - size * (number - 1);
  const agrees = page.page === number && Math.max(page.pages, 1) === Math.max(expectedPages, 1);
  if (!agrees || page.rows.length !== expectedRows) {
    const counts = `${page.rows.length} rows on page ${page.page} of ${page.pages}, ${page.total} in all`;
    throw new BrokenPages(`page ${number}: ${counts}, after pages of ${size}`);
  }
}
