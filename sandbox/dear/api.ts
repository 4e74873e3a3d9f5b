import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { CallLog } from '../kit/call-log.ts';
import type { FaultQueue } from '../kit/fault-queue.ts';
import type { RateLimit } from '../kit/rate-limit.ts';
import type { Timeline } from '../kit/timeline.ts';
import { type Behaviour, type Fault, type Throttle, throttledAnswer, throttles } from './behaviour.ts';
import { type DearCall, getOrderNumber, type Method, Refusal, type RefusedBy, type Routes } from './call.ts';
import type { DearState } from './state.ts';

export interface ApiSettings {
  accountId: string;
  applicationKey: string;
  routes: Routes;
  state: () => DearState;
  timeline: Timeline;
  limit: RateLimit;
  behaviour: () => Behaviour;
  faults: FaultQueue<Fault>;
  log: CallLog<DearCall>;
}

/** A call that is being answered. */
interface Exchange {
  method: string;
  /** Below the base, as sent and as looked up. */
  sentPath: string;
  path: string;
  query: Record<string, string>;
  /** Parsed JSON; undefined where there is none, or none that can be parsed. */
  body: unknown;
  isMalformed: boolean;
  refused: RefusedBy | null;
}

export const BASE = '/externalapi/v2/';
type NodeContext = Context<{ Bindings: HttpBindings }>;

/**
 * Wraps every route: credentials, rate limit, faults, the body, the form of errors and the call log. A response of null
 * closes the connection.
 */
export function answerApi(settings: ApiSettings): (context: NodeContext) => Promise<Response> {
  const throttle = throttles(() => settings.behaviour().throttle);
  return async (context) => {
    const at = new Date(settings.timeline.now()).toISOString();
    const url = new URL(context.req.url);
    const sentPath = decodeURIComponent(url.pathname.slice(BASE.length)).replace(/\/+$/, '');
    const exchange: Exchange = {
      method: context.req.method,
      sentPath,
      path: sentPath.toLowerCase(),
      query: Object.fromEntries([...url.searchParams].map(([name, value]) => [name.toLowerCase(), value])),
      ...parsed(await context.req.text()),
      refused: null,
    };
    const response = await respond(context, exchange, settings, throttle);
    settings.log.add({
      at,
      method: exchange.method,
      path: sentPath,
      query: Object.fromEntries(url.searchParams),
      status: response?.status ?? null,
      operation: `${exchange.method} ${exchange.path}`,
      saleOrderNumber: getOrderNumber(settings.state(), exchange),
      refused: exchange.refused,
    });
    return response ?? closeSocket(context);
  };
}

async function respond(
  context: NodeContext,
  exchange: Exchange,
  settings: ApiSettings,
  throttle: () => Throttle,
): Promise<Response | null> {
  if (!hasCredentials(context, settings)) return markRefused(exchange, 'credentials', wrongCredentials());
  if (settings.behaviour().severalOrganisations)
    return markRefused(exchange, 'credentials', severalOrganisations());
  if (settings.limit.admit(settings.timeline.now()) !== null)
    return markRefused(exchange, 'rate-limit', throttledAnswer(throttle()));
  const fault = settings.faults.take(exchange.method, exchange.path);
  if (fault?.kind === 'latency') await wait(settings.timeline, fault.ms);
  const faultAnswer = fault === null ? undefined : toFaultAnswer(fault);
  if (faultAnswer !== undefined) return markRefused(exchange, 'fault', faultAnswer);
  const response = route(fault?.kind === 'ignored' ? toRead(exchange) : exchange, settings);
  if (fault?.kind === 'odd-fields' && response.ok)
    return Response.json(withOddFields(await response.json(), fault.fields), { status: response.status });
  return fault?.kind === 'timeout-after' ? null : response;
}

/** The answer that a fault gives in place of the route's; null closes the connection; undefined: the route answers. */
function toFaultAnswer(fault: Fault): Response | null | undefined {
  switch (fault.kind) {
    case 'latency':
    case 'timeout-after':
    case 'ignored':
    case 'odd-fields':
      return undefined;
    case 'timeout-before':
      return null;
    case 'html':
      return pageNotFound();
    case 'status':
      return Response.json(fault.body ?? null, { status: fault.status });
    default:
      return throttledAnswer(fault.kind, fault.retryAfter);
  }
}

function route(exchange: Exchange, settings: ApiSettings): Response {
  const methods = settings.routes[exchange.path];
  if (methods === undefined) return pageNotFound();
  try {
    const handler = methods[exchange.method as Method];
    if (handler === undefined) throw new Refusal(`${exchange.method} is not allowed here`, 405);
    // At DEAR a body that is no JSON is a 500, so a 500 is not always worth a retry.
    if (exchange.isMalformed) throw new Refusal('The request could not be parsed', 500);
    return Response.json(handler(exchange));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const body = { ErrorCode: error.code, Exception: error.message };
    return Response.json(settings.behaviour().errors === 'array' ? [body] : body, { status: error.status });
  }
}

/** The call that reads the resource which a write names. */
function toRead(exchange: Exchange): Exchange {
  const { body } = exchange;
  const fields = typeof body === 'object' && body !== null ? Object.entries(body) : [];
  const ids = fields.filter(([, value]) => typeof value === 'string');
  const query = Object.fromEntries(ids.map(([name, value]) => [name.toLowerCase(), String(value)]));
  return { ...exchange, method: 'GET', query };
}

function parsed(text: string): { body: unknown; isMalformed: boolean } {
  try {
    return { body: text === '' ? undefined : JSON.parse(text), isMalformed: false };
  } catch {
    return { body: undefined, isMalformed: true };
  }
}

function hasCredentials(context: NodeContext, { accountId, applicationKey }: ApiSettings): boolean {
  const sent = (name: string) => context.req.header(name)?.toLowerCase();
  return (
    sent('api-auth-accountid') === accountId.toLowerCase() &&
    sent('api-auth-applicationkey') === applicationKey.toLowerCase()
  );
}

function wrongCredentials(): Response {
  return Response.json({ ErrorCode: 403, Exception: 'Incorrect credentials!' }, { status: 403 });
}

/** Only the status is documented. */
function severalOrganisations(): Response {
  return Response.json(
    { ErrorCode: 300, Exception: 'The credentials belong to several organisations' },
    { status: 300 },
  );
}

/** An unknown path is answered with an HTML page and HTTP 200: seen live, where the blueprint has 404. */
export function pageNotFound(): Response {
  const page =
    '<!DOCTYPE html><html><head><title>Page not found</title></head><body>Page not found</body></html>';
  return new Response(page, { headers: { 'content-type': 'text/html; charset=utf-8' } });
}

function markRefused<Answer>(exchange: Exchange, by: RefusedBy, answer: Answer): Answer {
  exchange.refused = by;
  return answer;
}

function wait(timeline: Timeline, milliseconds: number): Promise<void> {
  return new Promise((resolve) => timeline.after(milliseconds, resolve));
}

/** Closes the connection. The response is never sent. */
function closeSocket(context: NodeContext): Response {
  context.env.incoming.socket.destroy();
  return new Response(null, { status: 503 });
}

/** @returns the answer with each value at its path; `*` stands for every row of a list */
function withOddFields(answer: unknown, fields: Readonly<Record<string, unknown>>): unknown {
  return Object.entries(fields).reduce(
    (odd, [path, value]) => withValue(odd, path.split('.'), value),
    answer,
  );
}

function withValue(held: unknown, [step, ...rest]: readonly string[], value: unknown): unknown {
  if (step === undefined) return value;
  if (Array.isArray(held)) {
    return held.map((row, index) =>
      step === '*' || step === String(index) ? withValue(row, rest, value) : row,
    );
  }
  if (typeof held !== 'object' || held === null || !(step in held)) return held;
  const fields: Record<string, unknown> = { ...held };
  return { ...fields, [step]: withValue(fields[step], rest, value) };
}
