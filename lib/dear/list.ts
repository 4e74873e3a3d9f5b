import * as z from 'zod';
import type { DearCall } from './call.ts';
import { type DearPage, readPages } from './paging.ts';
import { parseAnswer } from './parse-answer.ts';
import type { Caller } from './transport.ts';
import { listOf } from './wire-values.ts';

/**
 * Yields the pages of a list, as `readPages` reads them: to the last row or an error, at ceil(rows / 1000) calls.
 * @param call without `Page` and `Limit`
 * @param page made by `pageOf`
 */
export function readList<Row>(
  client: Caller,
  call: DearCall,
  page: z.ZodType<DearPage<Row>>,
): AsyncGenerator<readonly Row[], void, undefined> {
  return readPages(async (number, limit) => {
    const query = { ...call.query, Page: String(number), Limit: String(limit) };
    return parseAnswer(page, await client.transport.send({ ...call, query }), call);
  }, call);
}

/** A whole answer that is one page of a list, whose rows stand under the first of `keys` that it has. */
export function pageOf<Row extends z.ZodType>(keys: readonly string[], row: Row) {
  const page = z
    .object({
      Total: z.int().nonnegative(),
      /** Required: without it a server that ignores which page we ask for could not be told from one that obeys. */
      Page: z.int(),
      Rows: listOf(row),
    })
    .transform((raw) => ({ total: raw.Total, page: raw.Page, rows: raw.Rows }));
  return z
    .looseObject({})
    .transform((raw): unknown => ({ ...raw, Rows: raw[keys.find((key) => key in raw) ?? ''] }))
    .pipe(page);
}
