import type { HttpBindings } from '@hono/node-server';
import type { Context, MiddlewareHandler } from 'hono';
import { beginCall, closeSocket, readJson } from '../kit/api-call.ts';
import type { ApiCall, CallLog } from '../kit/call-log.ts';
import type { FaultQueue } from '../kit/fault-queue.ts';
import type { RateLimit } from '../kit/rate-limit.ts';
import type { Timeline } from '../kit/timeline.ts';
import { ApiError, type Fault, refuse, serverError } from './errors.ts';

export type SandboxEnv = { Bindings: HttpBindings; Variables: { missingRows: number } };
export type ApiContext = Context<SandboxEnv>;

interface MiddlewareOptions {
  /** `key:secret` of each valid pair. */
  readonly credentials: readonly string[];
  readonly callsPerMinute: number;
  readonly rateLimit: RateLimit;
  readonly timeline: Timeline;
  readonly calls: CallLog<ApiCall>;
  readonly faults: FaultQueue<Fault>;
}

/** Wraps every call of the API: call log, faults, credentials, rate limit with its headers. */
export function apiMiddleware(options: MiddlewareOptions): MiddlewareHandler<SandboxEnv> {
  return async (c, next) => {
    const { call, fault } = await beginCall<Fault>(c, options);
    if (fault?.kind === 'timeout-before') return closeSocket(c);
    const refused = fault?.kind === 'status' ? toFaultAnswer(fault) : refuseCall(c, options);
    if (refused !== null) {
      call.status = refused.status;
      return refused;
    }
    c.set('missingRows', fault?.kind === 'missing-rows' ? fault.rows : 0);
    await next();
    if (fault?.kind === 'timeout-after') return closeSocket(c);
    call.status = c.res.status;
    return;
  };
}

/** Bad credentials are answered with a text, not with JSON. */
function refuseCall(c: ApiContext, options: MiddlewareOptions): Response | null {
  const { credentials, rateLimit, callsPerMinute, timeline } = options;
  const [, given = ''] = /^Basic +(\S+)$/i.exec(c.req.header('authorization') ?? '') ?? [];
  if (!credentials.includes(Buffer.from(given, 'base64').toString()))
    return new Response('401 Unauthorized', { status: 401, headers: { 'content-type': 'text/plain' } });
  const seconds = rateLimit.admit(timeline.now());
  const { remaining, resetSeconds } = rateLimit.standing(timeline.now());
  const headers = {
    'x-rate-limit-limit': String(callsPerMinute),
    'x-rate-limit-remaining': String(remaining),
    'x-rate-limit-reset': String(seconds ?? resetSeconds),
  };
  if (seconds !== null) return Response.json({ message: 'Too Many Requests' }, { status: 429, headers });
  for (const [name, value] of Object.entries(headers)) c.header(name, value);
  return null;
}

function toFaultAnswer({ status, message, reset, body }: Fault & { kind: 'status' }): Response {
  const headers: Record<string, string> =
    reset === undefined ? {} : { 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': String(reset) };
  if (body !== undefined) return new Response(body, { status, headers });
  return Response.json({ message }, { status, headers });
}

/** Any thrown error as one of ShipStation's error bodies. */
export function toErrorAnswer(error: unknown): Response {
  if (error instanceof ApiError) return Response.json(error.body, { status: error.status });
  console.error('The ShipStation V1 sandbox failed', error);
  return Response.json(serverError('The sandbox itself failed; its console says why.').body, { status: 500 });
}

/** @throws {ApiError} for a body that is no JSON or holds what no label can print */
export function parseBody(c: ApiContext): Promise<unknown> {
  return readJson(c, refuse);
}
