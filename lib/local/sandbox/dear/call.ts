import { Refusal } from './refusal.ts';

/** One call of the API, freed of HTTP: what a route needs to know of it. */
export interface Call {
  /** Names in lower case: DEAR does not mind how they are spelt. */
  query: Readonly<Record<string, string>>;
  /** Parsed JSON; undefined where the method has no body. */
  body: unknown;
}

/** Answers with what becomes the JSON body, or throws a `Refusal`. */
export type Handler = (call: Call) => unknown;
export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
/** By path below `/ExternalApi/v2/`, in lower case. */
export type Routes = Readonly<Record<string, Partial<Record<Method, Handler>>>>;

const MOST_ROWS = 1000;

/**
 * The page that the query asks for: `Page` from 1, `Limit` 100 unless told, 1000 at most.
 * @param toWire called for that page's rows alone
 */
export function pageOf<Row>(
  key: string,
  rows: readonly Row[],
  { query }: Call,
  toWire: (row: Row) => unknown = (row) => row,
) {
  const page = wholeNumber(query, 'page', 1, Number.MAX_SAFE_INTEGER);
  const limit = wholeNumber(query, 'limit', 100, MOST_ROWS);
  return { Total: rows.length, Page: page, [key]: rows.slice((page - 1) * limit, page * limit).map(toWire) };
}

function wholeNumber(query: Call['query'], name: string, otherwise: number, most: number): number {
  const value = Number(query[name] || otherwise);
  if (!Number.isInteger(value) || value < 1 || value > most) {
    throw new Refusal(`'${name}' must be a whole number from 1 to ${most}`);
  }
  return value;
}

export function flag(call: Call, name: string): boolean {
  return call.query[name]?.toLowerCase() === 'true';
}

/** ms since the Unix epoch; a time without zone is UTC. */
export function moment(call: Call, name: string): number | null {
  const text = call.query[name];
  if (text === undefined || text === '') return null;
  const hasZone = /(Z|[+-]\d\d:?\d\d)$/i.test(text);
  const time = Date.parse(hasZone || !text.includes('T') ? text : `${text}Z`);
  if (Number.isNaN(time)) throw new Refusal(`'${name}' must be an ISO 8601 date`);
  return time;
}

/** Filters of text: absent or empty ones let everything pass. */
export function contains(value: string, wanted: string | undefined): boolean {
  return !wanted || value.toLowerCase().includes(wanted.toLowerCase());
}

export function startsWith(value: string, wanted: string | undefined): boolean {
  return !wanted || value.toLowerCase().startsWith(wanted.toLowerCase());
}

export function equals(value: string, wanted: string | undefined): boolean {
  return !wanted || value.toLowerCase() === wanted.toLowerCase();
}
