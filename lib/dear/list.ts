import * as z from 'zod';
import type { DearCall } from './call.ts';
import { type DearPage, readPages } from './paging.ts';
import { parseAnswer } from './parse-answer.ts';
import { readTolerantly } from './read-tolerantly.ts';
import type { Caller } from './transport.ts';
import { listOf, quantity } from './wire-values.ts';

/**
 * Yields the pages of a list, as `readPages` reads them: to the last row or an error, at ceil(rows / 1000) calls.
 * @param call without `Page` and `Limit`
 * @param page made by `pageOf` or `tolerantPageOf`
 * @param onUnreadable is told of each row that is left out
 */
export function readList<Row>(
  client: Caller,
  call: DearCall,
  page: z.ZodType<DearPage<Row>>,
  onUnreadable: OnUnreadable = () => {},
): AsyncGenerator<readonly Row[], void, undefined> {
  return readPages(async (number, limit) => {
    const query = { ...call.query, Page: String(number), Limit: String(limit) };
    const answer = parseAnswer(page, await client.transport.send({ ...call, query }), call);
    for (const paths of answer.unreadable ?? []) onUnreadable(paths);
    return answer;
  }, call);
}

/** @param paths fields of a row, never their values */
export type OnUnreadable = (paths: readonly string[]) => void;

/**
 * The same of a list in which one odd row must not hide the others. It is left out, and counts as one of the total; a field
 * that may be absent counts as absent.
 */
export function tolerantPageOf<Row extends z.ZodType>(keys: readonly string[], row: Row) {
  return pageOf(keys, z.unknown()).transform(({ rows, ...page }) => {
    const read = rows.map((one) => readTolerantly(row, one));
    const readable = read.flatMap(({ data }) => (data === undefined ? [] : [data]));
    const unreadable = read.filter(({ data }) => data === undefined).map((one) => one.unreadable);
    return { ...page, rows: readable, unreadable };
  });
}

/** A row of a list as a whole: read in full, or not at all, with what it was and the paths of its odd fields. */
export type WholeRow<Row> =
  | { readonly isRead: true; readonly row: Row }
  | { readonly isRead: false; readonly raw: unknown; readonly paths: readonly string[] };

/** A page of a list in which a row with one odd field is worth nothing, and takes no other row with it. */
export function wholeRowPageOf<Row extends z.ZodType>(keys: readonly string[], row: Row) {
  const whole = z.unknown().transform((raw): WholeRow<z.output<Row>> => {
    const { success, data, error } = row.safeParse(raw);
    if (success) return { isRead: true, row: data };
    return { isRead: false, raw, paths: error.issues.map(({ path }) => path.map(String).join('.') || 'row') };
  });
  return pageOf(keys, whole);
}

/** Those that could be read, in their order. */
export function readableOf<Row>(rows: ReadonlyArray<WholeRow<Row>>, onUnreadable: OnUnreadable): Row[] {
  return rows.flatMap((one) => {
    if (one.isRead) return [one.row];
    onUnreadable(one.paths);
    return [];
  });
}

/** A whole answer that is one page of a list, whose rows stand under the first of `keys` that it has. */
export function pageOf<Row extends z.ZodType>(keys: readonly string[], row: Row) {
  const page = z
    .object({
      Total: quantity.pipe(z.int().nonnegative()),
      /** Required: without it a server that ignores which page we ask for could not be told from one that obeys. */
      Page: quantity.pipe(z.int()),
      Rows: listOf(row),
    })
    .transform((raw) => ({ total: raw.Total, page: raw.Page, rows: raw.Rows }));
  return z
    .looseObject({})
    .transform((raw): unknown => ({ ...raw, Rows: raw[keys.find((key) => key in raw) ?? ''] }))
    .pipe(page);
}
