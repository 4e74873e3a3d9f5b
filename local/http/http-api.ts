import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { RouteDefinition } from '../template/stack.ts';
import {
  errorAnswer,
  fromFunctionAnswer,
  type HttpAnswer,
  hasPath,
  toHttpEvent,
  toPath,
} from './http-event.ts';
import { BodyTooLargeError, listen, readBody } from './http-listener.ts';

interface RouteMatch {
  readonly route: RouteDefinition;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/**
 * The route that an HTTP API would choose: the most specific path first, a named method before `ANY`, `$default` last.
 * null where the API would answer 404.
 */
function matchRoute(routes: readonly RouteDefinition[], method: string, path: string): RouteMatch | null {
  const matches = routes
    .map((route) => ({ route, pathParameters: getParameters(route.routeKey, method, path) }))
    .filter((match) => match.pathParameters !== null)
    .map(({ route, pathParameters }) => ({ route, pathParameters: pathParameters ?? {} }));
  return matches.sort((a, b) => rank(a.route.routeKey) - rank(b.route.routeKey))[0] ?? null;
}

function getParameters(routeKey: string, method: string, path: string): Record<string, string> | null {
  if (routeKey === '$default') return {};
  const [wantedMethod = '', template = ''] = routeKey.split(' ');
  if (wantedMethod !== 'ANY' && wantedMethod !== method) return null;
  const match = toPattern(template).exec(path);
  return match === null ? null : { ...match.groups };
}

/** `{connection}` matches one segment of a path, `{proxy+}` the rest. */
function toPattern(template: string): RegExp {
  const parts = template.split(/(\{[^}]+\})/).map((part) => {
    const [, name, greedy] = /^\{(\w+)(\+?)\}$/.exec(part) ?? [];
    return name === undefined
      ? part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
      : `(?<${name}>${greedy === '+' ? '.+' : '[^/]+'})`;
  });
  return new RegExp(`^${parts.join('')}$`);
}

function rank(routeKey: string): number {
  const variables = routeKey.split('{').length - 1;
  const greedy = routeKey.includes('+}') ? 100 : 0;
  const any = routeKey.startsWith('ANY ') ? 0.5 : 0;
  return routeKey === '$default' ? 1000 : variables + greedy + any;
}

/** API Gateway's own limit. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;

export interface HttpApi {
  readonly url: string;
  /** Starts serving the routes. Until then every request is answered with 503. */
  serve(serving: Serving): void;
  close(): Promise<void>;
}

interface Serving {
  readonly routes: readonly RouteDefinition[];
  readonly invoke: (functionName: string, event: unknown) => Promise<unknown>;
  /** Receives the cause of a 500 or 503. */
  readonly onError: (error: unknown) => void;
  /** The answer of `GET /health`. */
  readonly urls: object;
}

/**
 * The template's HTTP API on one port. It listens before it serves, so that its address is known early and a port in use
 * fails first.
 * @throws {PortInUseError}
 */
export async function startHttpApi(port: number): Promise<HttpApi> {
  let serving: Serving | null = null;
  const listener = await listen(
    (request, response) => {
      const answered =
        serving === null
          ? Promise.resolve(errorAnswer(503, 'Service Unavailable'))
          : answer(request, serving);
      answered.then(
        (it) => send(response, it),
        () => send(response, errorAnswer(500, 'Internal Server Error')),
      );
    },
    port,
    'the webhook address',
  );
  return {
    url: listener.url,
    serve: (given) => {
      serving = given;
    },
    close: listener.close,
  };
}

async function answer(request: IncomingMessage, serving: Serving): Promise<HttpAnswer> {
  const method = request.method ?? 'GET';
  if (!hasPath(request)) return errorAnswer(400, 'Bad Request');
  const path = toPath(request);
  if (method === 'GET' && path === '/health') return health(serving);
  const match = matchRoute(serving.routes, method, path);
  if (match === null) return errorAnswer(404, 'Not Found');
  const body = await readBody(request, MAX_BODY_BYTES).catch((error: unknown) => {
    if (error instanceof BodyTooLargeError) return null;
    throw error;
  });
  if (body === null) return errorAnswer(413, 'Request Entity Too Large');
  const { route, pathParameters } = match;
  const details = { requestId: randomUUID(), routeKey: route.routeKey, pathParameters, body, at: Date.now() };
  return await invoke(toHttpEvent(request, details), route, serving);
}

/** A failed function is answered with 500. A time-out of the route is answered with 503, and the function continues. */
async function invoke(event: unknown, route: RouteDefinition, serving: Serving): Promise<HttpAnswer> {
  const timer = new AbortController();
  const tooLate = delay(route.timeoutMs, errorAnswer(503, 'Service Unavailable'), {
    ref: false,
    signal: timer.signal,
  });
  const answered = serving.invoke(route.functionName, event).then(fromFunctionAnswer, (error: unknown) => {
    serving.onError(error);
    return errorAnswer(500, 'Internal Server Error');
  });
  try {
    return await Promise.race([answered, tooLate.catch(() => answered)]);
  } finally {
    timer.abort();
  }
}

function health(serving: Serving): HttpAnswer {
  const body = Buffer.from(JSON.stringify({ status: 'ok', urls: serving.urls }));
  return { status: 200, headers: { 'content-type': 'application/json' }, body };
}

function send(response: ServerResponse, { status, headers, body }: HttpAnswer): void {
  for (const [name, value] of Object.entries(headers)) {
    response.setHeader(name, typeof value === 'string' ? value : [...value]);
  }
  response.writeHead(status);
  response.end(body);
}
