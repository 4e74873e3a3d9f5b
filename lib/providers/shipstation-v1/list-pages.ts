import { Unavailable } from '../../domain/errors.ts';
import { BrokenPages, type UnreadableRow } from '../../upstream/paging.ts';

/** A page of a list, with what could not be read of it. */
export interface ListPage<Row> {
  readonly rows: readonly Row[];
  readonly unreadable: readonly UnreadableRow[];
  /** Rows of the whole list; null where the answer does not say. */
  readonly total: number | null;
}

/** How a list is read: page 1 and up. */
export type ReadPage<Row> = (page: number, pageSize: number) => Promise<ListPage<Row>>;

interface ListOptions {
  readonly pageSize: number;
  /** Rows may leave the list while it is read, so that fewer than its total come. */
  readonly mayShrink?: boolean;
}

/** 500,000 rows: more means that a filter was ignored. */
const MAX_PAGES = 1_000;
/** Rows that fail one after the other. More is an outage, not bad rows. */
const MAX_BAD_IN_A_ROW = 3;
const TIMEOUTS = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

/**
 * Every page to the last, which is short or empty: `pages` has been seen as 0 for a list with rows. A single corrupt order
 * makes ShipStation answer 500 for the whole page that it is on, so such a page is read in smaller pages, down to the row
 * itself, which is reported as unreadable.
 * @throws {BrokenPages} the list ends before its total, so rows are missing
 * @throws {Unavailable} ShipStation fails, whatever the rows
 */
export async function* readList<Row>(
  read: ReadPage<Row>,
  { pageSize, mayShrink = false }: ListOptions,
): AsyncGenerator<ListPage<Row>> {
  const readPart = adaptiveReader(read);
  let seen = 0;
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const part = await readPart(page, pageSize);
    const size = part.rows.length + part.unreadable.length;
    seen += size;
    const isComplete = part.total === null || seen >= part.total;
    if (size < pageSize && !isComplete && !mayShrink)
      throw new BrokenPages(`page ${page} ends the list after ${seen} of ${part.total} rows`);
    yield part;
    if (size === 0 || (size < pageSize && (isComplete || mayShrink))) return;
  }
  throw new BrokenPages(`more than ${MAX_PAGES} pages`);
}

function adaptiveReader<Row>(read: ReadPage<Row>): ReadPage<Row> {
  let badInARow = 0;

  return async function readPart(page, pageSize): Promise<ListPage<Row>> {
    try {
      const part = await read(page, pageSize);
      badInARow = 0;
      return part;
    } catch (error) {
      if (!(error instanceof Unavailable && mayBeOneRow(error))) throw error;
      if (pageSize > 1) return readInParts(page, pageSize, readPart);
      badInARow += 1;
      if (badInARow >= MAX_BAD_IN_A_ROW) throw error;
      const where = `ShipStation fails to list it (HTTP ${error.details.status ?? 'time-out'})`;
      return { rows: [], unreadable: [{ id: '', where }], total: null };
    }
  };
}

/** The same rows in smaller pages. */
async function readInParts<Row>(page: number, pageSize: number, read: ReadPage<Row>): Promise<ListPage<Row>> {
  const parts = getSmallestFactor(pageSize);
  const size = pageSize / parts;
  const rows: Row[] = [];
  const unreadable: UnreadableRow[] = [];
  let total: number | null = null;
  for (let part = 1; part <= parts; part += 1) {
    const piece = await read((page - 1) * parts + part, size);
    rows.push(...piece.rows);
    unreadable.push(...piece.unreadable);
    total = piece.total ?? total;
    if (piece.rows.length + piece.unreadable.length < size) break;
  }
  return { rows, unreadable, total };
}

function mayBeOneRow({ details }: Unavailable): boolean {
  return (details.status ?? 0) >= 500 || TIMEOUTS.has(details.code ?? '');
}

function getSmallestFactor(number: number): number {
  for (let factor = 2; factor * factor <= number; factor += 1) if (number % factor === 0) return factor;
  return number;
}
