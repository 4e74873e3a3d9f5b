import { getClient, type SeenRequest, sendJson, startServer } from './server.ts';

/** Answers like one of DEAR's lists: page by page, with the rows under the key. */
export async function listing(key: string, rows: readonly unknown[]) {
  const server = await startServer((request, response) => sendJson(response, pageFor(request, key, rows)));
  return { server, client: getClient(server) };
}

export function pageFor({ query }: SeenRequest, key: string, rows: readonly unknown[]) {
  const [page, limit] = [Number(query.Page), Number(query.Limit)];
  return { Total: rows.length, Page: page, [key]: rows.slice((page - 1) * limit, page * limit) };
}

export async function getRows<Row>(pages: AsyncIterable<readonly Row[]>): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const page of pages) rows.push(...page);
  return rows;
}

/** An id in upper case, as DEAR sometimes spells it. */
export function upperId(index: number): string {
  return `${index.toString(16).padStart(8, '0')}-AB00-4000-8000-00000000CDEF`.toUpperCase();
}
