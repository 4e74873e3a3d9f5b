import * as z from 'zod';
import { Throttled } from '../../domain/errors.ts';
import { describeIssues } from '../../upstream/body.ts';

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
const MAX_PAGES = 1_000;

/**
 * Every page to the last. Each is checked before it is given away: a page that is shorter than the counts announce must
 * never look like the end, or the caller's cursor would pass over rows that it never saw.
 * @param onUnreadable told of rows that have no readable form, before the others of their page are given away
 * @throws {BrokenPages}
 */
export async function* readPages<Row>(
  read: (page: number) => Promise<CountedPage<Row>>,
  maxPages = MAX_PAGES,
  onUnreadable: (rows: readonly UnreadableRow[]) => void = () => {},
): AsyncGenerator<readonly Row[]> {
  let size = 0;
  for (let number = 1; ; number += 1) {
    if (number > maxPages) throw new BrokenPages(`more than ${maxPages} pages`);
    const page = await read(number);
    if (number === 1) size = getSize(page);
    check(page, number, size);
    if (page.unreadable.length > 0) onUnreadable(page.unreadable);
    yield page.rows;
    if (number >= page.pages) return;
  }
}

function getSize<Row>({ rows, unreadable }: CountedPage<Row>): number {
  return rows.length + unreadable.length;
}

function check<Row>(page: CountedPage<Row>, number: number, size: number): void {
  const expectedPages = size === 0 ? 0 : Math.ceil(page.total / size);
  const expectedRows = number < page.pages ? size : page.total - size * (number - 1);
  const agrees = page.page === number && Math.max(page.pages, 1) === Math.max(expectedPages, 1);
  if (!agrees || getSize(page) !== expectedRows) {
    const counts = `${getSize(page)} rows on page ${page.page} of ${page.pages}, ${page.total} in all`;
    throw new BrokenPages(`page ${number}: ${counts}, after pages of ${size}`);
  }
}

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
    const trouble = findMismatch(page, seen, followed);
    if (trouble !== '') throw new BrokenPages(`${trouble}, after ${seen} of ${total ?? 'uncounted'} rows`);
    yield page.rows;
    if (page.next === '') return;
    followed.add(page.next);
  }
}

function findMismatch<Row>(page: LinkedPage<Row>, seen: number, followed: ReadonlySet<string>): string {
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

/** A row of a list that has not the form which we rely on. */
export interface UnreadableRow {
  /** ShipStation's id of it; '' where even that cannot be read. */
  readonly id: string;
  /** Which fields are wrong, never their values: those may be personal. */
  readonly where: string;
}

interface ReadableRows<Row> {
  readonly rows: readonly Row[];
  readonly unreadable: readonly UnreadableRow[];
}

/** Each row by itself: one that cannot be read is named, and takes no other with it. */
export function readRows<Schema extends z.ZodType>(
  schema: Schema,
  idField: string,
  all: readonly unknown[],
): ReadableRows<z.infer<Schema>> {
  const rows: z.infer<Schema>[] = [];
  const unreadable: UnreadableRow[] = [];
  for (const one of all) {
    const result = schema.safeParse(one);
    if (result.success) rows.push(result.data);
    else unreadable.push({ id: toId(one, idField), where: describeIssues(result.error) });
  }
  return { rows, unreadable };
}

function toId(row: unknown, field: string): string {
  const parsed = z.looseObject({ [field]: z.union([z.string(), z.number()]) }).safeParse(row);
  return parsed.success ? String(parsed.data[field]) : '';
}
