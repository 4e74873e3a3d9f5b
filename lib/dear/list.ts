import * as z from 'zod';
import { Unavailable, UnexpectedAnswer } from '../domain/errors.ts';
import { toErrorDetails } from '../upstream/attempt.ts';
import { type Caller, type DearCall, toAttempt } from './transport.ts';
import { quantity, toContentsKey } from './wire-values.ts';

/** One page as DEAR gave it. */
export interface DearPage<Row> {
  /** How many rows the whole list had when this page was read. */
  readonly total: number;
  readonly page: number;
  readonly rows: readonly Row[];
  /** For each row that could not be read and is left out of `rows`: the fields at fault. */
  readonly unreadable?: ReadonlyArray<readonly string[]>;
}

/** DEAR's largest page, per its blueprint. A smaller one would only cost more of the 60 calls. */
export const PAGE_LIMIT = 1000;

/**
 * Yields the pages of a list until every row of `Total` has been read, or throws: a short read never looks complete.
 *
 * A list that grows meanwhile is read to its new end, and a row may come twice. A list that shrinks is given up although its
 * count may add up: the rows moved forward, and one may have moved from the next page into the page just read.
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
    if (answer.total < total)
      throw new Unavailable(
        toErrorDetails(toAttempt(call), { upstreamMessage: describeShrinking(total, answer.total) }),
      );
    seen += countRows(answer);
    total = answer.total;
    const mismatch = findMismatch(answer, { page, limit, seen });
    if (mismatch !== undefined)
      throw new UnexpectedAnswer(toErrorDetails(toAttempt(call), { upstreamMessage: mismatch }));
    yield answer.rows;
  }
}

function findMismatch<Row>(
  answer: DearPage<Row>,
  asked: { page: number; limit: number; seen: number },
): string | undefined {
  const counted = `${asked.seen} of ${answer.total} rows`;
  if (answer.page !== asked.page) return `asked for page ${asked.page}, got page ${answer.page}`;
  if (asked.seen > answer.total) return `page ${asked.page} makes it ${counted}`;
  if (asked.seen < answer.total && countRows(answer) !== asked.limit) {
    return `page ${asked.page} has ${countRows(answer)} rows instead of ${asked.limit}, and makes it only ${counted}`;
  }
  return undefined;
}

/** Rows that cannot be read count towards the total. */
function countRows<Row>({ rows, unreadable = [] }: DearPage<Row>): number {
  return rows.length + unreadable.length;
}

function describeShrinking(before: number, after: number): string {
  return `the list shrank from ${before} to ${after} rows while it was read`;
}

type Path = readonly PropertyKey[];

interface TolerantReading<Data> {
  /** undefined where the rest cannot be read either. */
  readonly data: Data | undefined;
  /** Paths of the fields that could not be read and count as absent: `Order.Lines.2.Quantity`. Never their values. */
  readonly unreadable: readonly string[];
}

/** Rounds remove a field, then the row that holds it, then the row around that one. */
const MAX_ROUNDS = 4;

/**
 * Reads as much of an answer as can be read. A field of unknown form counts as absent; where the field is required, the
 * list's row that holds it is left out. So one odd value does not hide all others.
 */
export function readTolerantly<Schema extends z.ZodType>(
  schema: Schema,
  answer: unknown,
): TolerantReading<z.output<Schema>> {
  const unreadable = new Map<string, Path>();
  let current: unknown = structuredClone(answer);
  for (let round = 0; round <= MAX_ROUNDS; round += 1) {
    const { success, data, error } = schema.safeParse(current);
    if (success) return { data, unreadable: [...unreadable.keys()] };
    const before = new Set(unreadable.keys());
    const paths = error.issues.map(({ path }) => path);
    for (const path of paths) unreadable.set(path.map(String).join('.') || 'body', path);
    const again = paths.filter((path) => before.has(path.map(String).join('.')));
    current = again.length === 0 ? withoutFields(current, paths) : withoutRows(current, again);
  }
  return { data: undefined, unreadable: [...unreadable.keys()] };
}

function withoutFields(answer: unknown, paths: readonly Path[]): unknown {
  for (const path of paths) {
    const holder = getAt(answer, path.slice(0, -1));
    const name = path.at(-1);
    // A row that is not an object is left for the next round: removing it now would shift the indexes of the others.
    if (isRecord(holder) && !Array.isArray(holder) && name !== undefined) delete holder[String(name)];
  }
  return answer;
}

/** Removes the last one first, so that the indexes of the others stay. */
function withoutRows(answer: unknown, paths: readonly Path[]): unknown {
  const rows = paths.map(toRow).filter((path) => path !== null);
  const distinct = [...new Map(rows.map((path) => [path.map(String).join('.'), path])).values()];
  const lastFirst = distinct.sort((a, b) => Number(b.at(-1)) - Number(a.at(-1)));
  for (const path of lastFirst) {
    const list = getAt(answer, path.slice(0, -1));
    if (Array.isArray(list)) list.splice(Number(path.at(-1)), 1);
  }
  return answer;
}

/** The path of the innermost list's row that holds the field; null where none does. */
function toRow(path: Path): Path | null {
  const index = path.findLastIndex((step) => typeof step === 'number');
  return index === -1 ? null : path.slice(0, index + 1);
}

function getAt(answer: unknown, path: Path): unknown {
  return path.reduce<unknown>((held, step) => (isRecord(held) ? held[String(step)] : undefined), answer);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/**
 * Yields the pages of a list, as `readPages` reads them: to the last row or an error, at ceil(rows / 1000) calls.
 * @param call without `Page` and `Limit`
 * @param page made by `toPage` or `toTolerantPage`
 * @param onUnreadable called for each row that is left out
 */
export function readList<Row>(
  client: Caller,
  call: DearCall,
  page: z.ZodType<DearPage<Row>>,
  onUnreadable: OnUnreadable = () => {},
): AsyncGenerator<readonly Row[], void, undefined> {
  return readPages(async (number, limit) => {
    const query = { ...call.query, Page: String(number), Limit: String(limit) };
    const answer = await client.transport.send({ ...call, query }, page);
    for (const paths of answer.unreadable ?? []) onUnreadable(paths);
    return answer;
  }, call);
}

/** @param paths fields of a row, never their values */
export type OnUnreadable = (paths: readonly string[]) => void;

/**
 * As `toPage`, for a list in which one odd row must not hide the others. The row is left out and counts towards the total; an
 * optional field that cannot be read counts as absent.
 */
export function toTolerantPage<Row extends z.ZodType>(keys: readonly string[], row: Row) {
  return toPage(keys, z.unknown()).transform(({ rows, ...page }) => {
    const read = rows.map((one) => readTolerantly(row, one));
    const readable = read.flatMap(({ data }) => (data === undefined ? [] : [data]));
    const unreadable = read.filter(({ data }) => data === undefined).map((one) => one.unreadable);
    return { ...page, rows: readable, unreadable };
  });
}

/** A row that was read in full, or not at all: then with its raw value and the paths of its odd fields. */
export type WholeRow<Row> =
  | { readonly isRead: true; readonly row: Row }
  | { readonly isRead: false; readonly raw: unknown; readonly paths: readonly string[] };

/** As `toPage`, for a list in which a row with one odd field is useless, but must not hide the other rows. */
export function toWholeRowPage<Row extends z.ZodType>(keys: readonly string[], row: Row) {
  const whole = z.unknown().transform((raw): WholeRow<z.output<Row>> => {
    const { success, data, error } = row.safeParse(raw);
    if (success) return { isRead: true, row: data };
    return { isRead: false, raw, paths: error.issues.map(({ path }) => path.map(String).join('.') || 'row') };
  });
  return toPage(keys, whole);
}

/** The rows that could be read, in their order. */
export function takeReadable<Row>(rows: ReadonlyArray<WholeRow<Row>>, onUnreadable: OnUnreadable): Row[] {
  return rows.flatMap((one) => {
    if (one.isRead) return [one.row];
    onUnreadable(one.paths);
    return [];
  });
}

/** An answer that is one page of a list. Its rows are under the first of `keys` that it has. */
export function toPage<Row extends z.ZodType>(keys: readonly string[], row: Row) {
  const page = z
    .object({
      Total: quantity.pipe(z.int().nonnegative()),
      /** Required: it tells whether the server returned the page that was requested. */
      Page: quantity.pipe(z.int()),
      Rows: toContentsKey(row),
    })
    .transform((raw) => ({ total: raw.Total, page: raw.Page, rows: raw.Rows }));
  return z
    .looseObject({})
    .transform((raw): unknown => ({ ...raw, Rows: raw[keys.find((key) => key in raw) ?? ''] }))
    .pipe(page);
}
