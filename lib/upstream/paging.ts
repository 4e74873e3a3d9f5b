import * as z from 'zod';
import { Throttled, Unavailable, UnexpectedAnswer, UpstreamError } from '../domain/errors.ts';
import { describeIssues } from './body.ts';

/** A page with its counts, in which unreadable rows are included. */
export interface CountedPage<Row> extends ReadableRows<Row> {
  readonly page: number;
  readonly pages: number;
  readonly total: number;
}

/** The pages do not add up: rows may be missing, so later pages cannot be trusted. */
export class BrokenPages extends Error {
  override readonly name = 'BrokenPages';
}

/** Far more than one run reads. An ignored filter would return the whole account. */
const MAX_PAGES = 1_000;

/**
 * Every page to the last. Each is checked before it is yielded: a page that is shorter than its counts must not look like the
 * end, or the caller's cursor would skip rows.
 * @param onUnreadable called with the unreadable rows of a page, before the others are yielded
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

/** A page of a list that is read by its links. */
export interface LinkedPage<Row> {
  /** Rows of the whole list at the time of this page; null where the page has no count. */
  readonly total: number | null;
  readonly rows: readonly Row[];
  /** The next page's query, from the page's own link; '' on the last. */
  readonly next: string;
}

/** Rows were added or removed while the list was read, so one may be missing or duplicate. It may be read again. */
export class ChangedList extends Error {
  override readonly name = 'ChangedList';
}

export interface LinkedList<Row> {
  readonly first: string;
  read(query: string): Promise<LinkedPage<Row>>;
  wait(milliseconds: number): Promise<unknown>;
}

/**
 * Every page to the last. Page sizes may vary; all pages together must have as many rows as each page's total, where there is
 * one. Each page is checked before it is yielded.
 *
 * A rate limit on the first page is thrown. Later pages wait for it: a list of more than 200 pages never fits into a minute's
 * calls, and would never be read if each attempt began anew. Only the caller's own time limit ends the waiting.
 * @throws {BrokenPages} the links end too early, form a circle, or lead to more rows than the total
 * @throws {ChangedList}
 */
export async function* readLinkedPages<Row>(list: LinkedList<Row>): AsyncGenerator<readonly Row[]> {
  const followed = new Set([list.first]);
  let page = await list.read(list.first);
  const { total } = page;
  for (let seen = 0; ; page = await retryThrottled(() => list.read(page.next), list.wait)) {
    if (page.total !== total)
      throw new ChangedList(`${total} rows became ${page.total} while they were read`);
    seen += page.rows.length;
    const mismatch = findMismatch(page, seen, followed);
    if (mismatch !== null)
      throw new BrokenPages(`${mismatch}, after ${seen} of ${total ?? 'uncounted'} rows`);
    yield page.rows;
    if (page.next === '') return;
    followed.add(page.next);
  }
}

function findMismatch<Row>(
  page: LinkedPage<Row>,
  seen: number,
  followed: ReadonlySet<string>,
): string | null {
  const { total } = page;
  if (total !== null && seen > total) return 'too many rows';
  if (page.next === '') return total !== null && seen < total ? 'no link to a next page' : null;
  if (followed.has(page.next)) return 'a link to a page that was read already';
  return page.rows.length === 0 ? 'an empty page that is not the last' : null;
}

/** Repeats a read until no rate limit refuses it. */
export async function retryThrottled<Page>(
  read: () => Promise<Page>,
  wait: (milliseconds: number) => Promise<unknown>,
): Promise<Page> {
  for (;;) {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof Throttled)) throw error;
      await wait(error.retryAfterMs);
    }
  }
}

/** A row of a list whose form is not the documented one. */
export interface UnreadableRow {
  /** The service's id of the row; '' where it cannot be read either. */
  readonly id: string;
  /** The wrong fields, without their values, which may be personal. */
  readonly where: string;
}

interface ReadableRows<Row> {
  readonly rows: readonly Row[];
  readonly unreadable: readonly UnreadableRow[];
}

/** Parses each row separately, so that one that cannot be read does not hide the others. */
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

/**
 * For `catch`: pages that do not add up and unreadable cursors become `UnexpectedAnswer`, a list that changed while it was read
 * `Unavailable`, and an error with a class keeps it.
 */
export function throwUpstreamError(
  system: string,
  operation: string,
  reference?: string,
): (error: unknown) => never {
  return (error) => {
    if (error instanceof UpstreamError) throw error;
    const details = { system, operation, ...(reference !== undefined && { reference }), cause: error };
    throw error instanceof ChangedList ? new Unavailable(details) : new UnexpectedAnswer(details);
  };
}

/** The pages of a list, whose errors are those of `throwUpstreamError`. */
export async function* withUpstreamErrors<Page>(
  pages: AsyncIterable<Page>,
  system: string,
  operation: string,
): AsyncGenerator<Page> {
  try {
    yield* pages;
  } catch (error) {
    throwUpstreamError(system, operation)(error);
  }
}
