import { randomUUID } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import type { Context, MiddlewareHandler } from 'hono';
import * as z from 'zod';
import { beginCall, closeSocket, readJson } from '../kit/api-call.ts';
import type { ApiCall, CallLog } from '../kit/call-log.ts';
import type { FaultQueue } from '../kit/fault-queue.ts';
import type { RateLimit } from '../kit/rate-limit.ts';
import type { Timeline } from '../kit/timeline.ts';
import { ApiError, type ApiProblem, type Fault, problem } from './errors.ts';
import { toPage } from './lists.ts';
import type { Store } from './state.ts';

export type SandboxEnv = { Bindings: HttpBindings };

interface MiddlewareOptions {
  readonly apiKeys: readonly string[];
  readonly timeline: Timeline;
  readonly calls: CallLog<ApiCall>;
  readonly faults: FaultQueue<Fault>;
  readonly rateLimit: RateLimit;
}

/** Wraps every call of the API: call log, faults, API key, rate limit. */
export function apiMiddleware(options: MiddlewareOptions): MiddlewareHandler<SandboxEnv> {
  const { apiKeys, timeline, rateLimit } = options;
  return async (c, next) => {
    const { call, fault } = await beginCall<Fault>(c, options);
    if (fault?.kind === 'timeout-before') return closeSocket(c);
    const refused =
      fault?.kind === 'status' ? faultAnswer(fault) : refuseCall(c, apiKeys, rateLimit, timeline.now());
    if (refused !== null) {
      call.status = refused.status;
      return refused;
    }
    await next();
    if (fault?.kind === 'timeout-after') return closeSocket(c);
    call.status = c.res.status;
    return;
  };
}

/** Any thrown error as ShipStation's error body. */
export function toErrorAnswer(error: unknown): Response {
  if (error instanceof ApiError) return errorAnswer(error.status, error.problems);
  if (error instanceof z.ZodError) {
    return errorAnswer(400, [
      problem('validation', 'invalid_field_value', 'A query parameter is not valid.'),
    ]);
  }
  console.error('The ShipStation sandbox failed', error);
  return errorAnswer(500, [
    problem('system', 'unspecified', 'The sandbox itself failed; its console says why.'),
  ]);
}

function refuseCall(
  c: Context<SandboxEnv>,
  apiKeys: readonly string[],
  rateLimit: RateLimit,
  now: number,
): Response | null {
  if (!apiKeys.includes(c.req.header('api-key') ?? '')) {
    return errorAnswer(401, [problem('security', 'unauthorized', 'The API key is not valid.')]);
  }
  const seconds = rateLimit.admit(now);
  if (seconds === null) return null;
  return errorAnswer(429, [problem('system', 'rate_limit_exceeded', 'Too many requests.')], seconds);
}

function faultAnswer({ status, code, message, retryAfter, body }: Fault & { kind: 'status' }): Response {
  if (body !== undefined) return new Response(body, { status });
  return errorAnswer(
    status,
    [problem(status >= 500 ? 'system' : 'business_rules', code, message)],
    retryAfter,
  );
}

function errorAnswer(status: number, errors: readonly ApiProblem[], retryAfter?: number): Response {
  const headers: Record<string, string> =
    retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  return Response.json({ request_id: randomUUID(), errors }, { status, headers });
}

export type ApiContext = Context<SandboxEnv>;

/** The row as answers show it: with the fields that a test has made odd. */
export function shown<Row extends object>(store: Store, row: Row): object {
  const odd = store.state().settings.oddFields ?? {};
  const ids = new Map(Object.entries(row));
  const own = ['label_id', 'fulfillment_id', 'shipment_id'].find((field) => ids.has(field));
  return { ...row, ...odd[String(ids.get(own ?? ''))] };
}

/** @param sizeParameter the endpoint's name for the page size */
export function listAnswer(
  c: ApiContext,
  name: string,
  all: readonly object[],
  sizeParameter: 'page_size' | 'limit' = 'page_size',
): Response {
  const { rows, ...page } = toPage(all, new URL(c.req.url), sizeParameter);
  return c.json({ [name]: rows, ...page });
}

/** An empty body counts as an empty object: buying a label requires no field. */
export function parseBody(c: ApiContext): Promise<unknown> {
  return readJson(c, invalid);
}

function invalid(message: string): ApiError {
  return new ApiError(400, [problem('validation', 'invalid_field_value', message)]);
}
