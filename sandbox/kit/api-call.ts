import type { HttpBindings } from '@hono/node-server';
import type { HonoRequest } from 'hono';
import type { ApiCall, CallLog } from './call-log.ts';
import type { FaultQueue } from './fault-queue.ts';
import { findUnprintable } from './text.ts';
import type { Timeline } from './timeline.ts';

/** A call, whatever the sandbox keeps with it. */
interface ApiContext {
  readonly req: Pick<HonoRequest, 'method' | 'path' | 'query' | 'text'>;
  readonly env: HttpBindings;
}

interface CallDeps<Fault> {
  readonly timeline: Timeline;
  readonly calls: CallLog<ApiCall>;
  readonly faults: FaultQueue<Fault>;
}

/** What every fault may be besides those of its sandbox. */
type AnyFault = { readonly kind: 'latency'; readonly ms: number } | { readonly kind: string };

/**
 * Notes a call of the API, takes the fault that waits for it, and waits where that is latency. The status is noted by the caller.
 * @param path as faults name it
 */
export async function beginCall<Fault extends AnyFault>(
  c: ApiContext,
  { timeline, calls, faults }: CallDeps<Fault>,
  path = c.req.path,
): Promise<{ readonly call: ApiCall; readonly fault: Fault | null }> {
  const { method } = c.req;
  const at = new Date(timeline.now()).toISOString();
  const call: ApiCall = { at, method, path: c.req.path, query: c.req.query(), status: null };
  calls.add(call);
  const fault = faults.take(method, path);
  if (fault?.kind === 'latency' && 'ms' in fault)
    await new Promise<void>((resolve) => timeline.after(Number(fault.ms), resolve));
  return { call, fault };
}

/** Closes the connection. The response is never sent. */
export function closeSocket(c: ApiContext): Response {
  c.env.incoming.socket.destroy();
  return new Response(null, { status: 204 });
}

/**
 * The JSON of a request; an empty body is an empty object.
 * @param refuse the sandbox's refusal of a body that is no JSON (field null), or whose field holds what no label can print
 */
export async function readJson(
  c: ApiContext,
  refuse: (message: string, field: string | null) => Error,
): Promise<unknown> {
  const text = await c.req.text();
  const body = text === '' ? {} : parse(text, refuse);
  const unprintable = findUnprintable(body);
  if (unprintable === null) return body;
  throw refuse(`${unprintable} holds a control character.`, unprintable);
}

function parse(text: string, refuse: (message: string, field: string | null) => Error): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refuse('The body is not JSON.', null);
  }
}
