import type { Context } from 'hono';
import type { ApiCall } from '../kit/call-log.ts';
import type { DearState } from './state.ts';

/** An answer by which DEAR refuses a call. Rules throw it, so a refused write changes nothing. */
export class Refusal extends Error {
  readonly status: number;
  /** The `ErrorCode` inside the body; it may differ from the HTTP status, as seen live. */
  readonly code: number;

  constructor(exception: string, status = 400, code = status) {
    super(exception);
    this.name = 'Refusal';
    this.status = status;
    this.code = code;
  }
}

/** A reference that does not exist is HTTP 400 with an inner 404: seen live, not documented. */
export function notFound(exception: string): Refusal {
  return new Refusal(exception, 400, 404);
}

/** A call of the API without its HTTP details. */
export interface Call {
  /** Names in lower case: DEAR ignores their case. */
  query: Readonly<Record<string, string>>;
  /** Parsed JSON; undefined where the method has no body. */
  body: unknown;
}

/** Returns the JSON body, or throws a `Refusal`. */
export type Handler = (call: Call) => unknown;
export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
/** By path below `/ExternalApi/v2/`, in lower case. */
export type Routes = Readonly<Record<string, Partial<Record<Method, Handler>>>>;

const MAX_ROWS = 1000;

/**
 * The requested page: `Page` from 1, `Limit` 100 by default and 1000 at most.
 * @param toWire called for the rows of that page only
 */
export function toPage<Row>(
  key: string,
  rows: readonly Row[],
  { query }: Call,
  toWire: (row: Row) => unknown = (row) => row,
) {
  const page = wholeNumber(query, 'page', 1, Number.MAX_SAFE_INTEGER);
  const limit = wholeNumber(query, 'limit', 100, MAX_ROWS);
  return { Total: rows.length, Page: page, [key]: rows.slice((page - 1) * limit, page * limit).map(toWire) };
}

function wholeNumber(query: Call['query'], name: string, otherwise: number, most: number): number {
  const value = Number(query[name] || otherwise);
  if (!Number.isInteger(value) || value < 1 || value > most) {
    throw new Refusal(`'${name}' must be a whole number from 1 to ${most}`);
  }
  return value;
}

export function getFlag(call: Call, name: string): boolean {
  return call.query[name]?.toLowerCase() === 'true';
}

/** ms since the Unix epoch; a time without zone is UTC. */
export function getTime(call: Call, name: string): number | null {
  const text = call.query[name];
  if (text === undefined || text === '') return null;
  const hasZone = /(Z|[+-]\d\d:?\d\d)$/i.test(text);
  const time = Date.parse(hasZone || !text.includes('T') ? text : `${text}Z`);
  if (Number.isNaN(time)) throw new Refusal(`'${name}' must be an ISO 8601 date`);
  return time;
}

/** Text filters. An absent or empty filter matches everything. */
export function contains(value: string, wanted: string | undefined): boolean {
  return !wanted || value.toLowerCase().includes(wanted.toLowerCase());
}

export function startsWith(value: string, wanted: string | undefined): boolean {
  return !wanted || value.toLowerCase().startsWith(wanted.toLowerCase());
}

export function equals(value: string, wanted: string | undefined): boolean {
  return !wanted || value.toLowerCase() === wanted.toLowerCase();
}

/** What refused a call before a rule ran. */
export type RefusedBy = 'credentials' | 'rate-limit' | 'fault';

/** Its path is the one below `/ExternalApi/v2/`. */
export interface DearCall extends ApiCall {
  /** `POST sale/fulfilment/pick`: the same for every spelling of the path. */
  operation: string;
  /** The number of the sale that the call names by ID, SaleID or TaskID; '' where there is none. */
  saleOrderNumber: string;
  /** null: the call reached the rules. */
  refused: RefusedBy | null;
}

/** The number of the sale that the query or body names, or ''. */
export function getOrderNumber(
  state: DearState,
  { query, body }: { query: DearCall['query']; body: unknown },
): string {
  const named = typeof body === 'object' && body !== null ? body : {};
  const ids = [
    query.id,
    query.saleid,
    query.taskid,
    'ID' in named && named.ID,
    'SaleID' in named && named.SaleID,
    'TaskID' in named && named.TaskID,
  ]
    .filter((id) => typeof id === 'string')
    .map((id) => id.toLowerCase());
  const sale = state.sales.find(
    ({ id, orderNumber, fulfilments }) =>
      ids.includes(id) ||
      fulfilments.some(({ taskId }) => ids.includes(taskId)) ||
      query.search === orderNumber,
  );
  return sale?.orderNumber ?? '';
}

/** @throws {Refusal} 400 where the body is not JSON */
export async function readJson(context: Context): Promise<unknown> {
  return parsed(await context.req.text());
}

/** No body at all is `{}`. */
export async function readJsonIfAny(context: Context): Promise<unknown> {
  const text = await context.req.text();
  return text.trim() === '' ? {} : parsed(text);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal('The body is not JSON');
  }
}
