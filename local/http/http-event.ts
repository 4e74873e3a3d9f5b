import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod';
import { ACCOUNT_ID } from '../template/template-names.ts';

/** The parts of an event that are not in the request. */
interface RequestDetails {
  readonly requestId: string;
  /** `POST /webhooks/{connection}` */
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** ms since the Unix epoch. */
  readonly at: number;
}

/** The event, payload format 2.0, that an HTTP API makes of a request. */
export function toHttpEvent(request: IncomingMessage, details: RequestDetails): APIGatewayProxyEventV2 {
  const url = new URL(request.url ?? '/', 'http://local');
  const { cookie, ...headers } = joinHeaders(request);
  const query = Object.fromEntries(
    [...new Set(url.searchParams.keys())].map((name) => [name, url.searchParams.getAll(name).join(',')]),
  );
  return {
    version: '2.0',
    routeKey: details.routeKey,
    rawPath: toPath(request),
    rawQueryString: url.search.slice(1),
    ...(cookie === undefined ? {} : { cookies: cookie.split(/; */) }),
    headers,
    ...(Object.keys(query).length === 0 ? {} : { queryStringParameters: query }),
    ...(Object.keys(details.pathParameters).length === 0
      ? {}
      : { pathParameters: { ...details.pathParameters } }),
    requestContext: createContext(request, details, headers),
    ...toBody(details.body, headers['content-type'] ?? ''),
  };
}

/** Whether the request's target is valid; `http://` and `//[` are not. */
export function hasPath(request: IncomingMessage): boolean {
  return URL.canParse(request.url ?? '/', 'http://local');
}

/** Without the query, decoded. A path that is no valid encoding is left as it came. */
export function toPath(request: IncomingMessage): string {
  const { pathname } = new URL(request.url ?? '/', 'http://local');
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}

function createContext(
  request: IncomingMessage,
  { requestId, routeKey, at }: RequestDetails,
  headers: Readonly<Record<string, string>>,
): APIGatewayProxyEventV2['requestContext'] {
  return {
    accountId: ACCOUNT_ID,
    apiId: 'local',
    domainName: headers.host ?? 'localhost',
    domainPrefix: 'local',
    http: {
      method: request.method ?? 'GET',
      path: toPath(request),
      protocol: `HTTP/${request.httpVersion}`,
      sourceIp: request.socket.remoteAddress ?? '',
      userAgent: headers['user-agent'] ?? '',
    },
    requestId,
    routeKey,
    stage: '$default',
    time: new Date(at).toISOString(),
    timeEpoch: at,
  };
}

/** Lower-case names; the values of a repeated header are joined by commas. */
function joinHeaders(request: IncomingMessage): Record<string, string> {
  const entries = Object.entries(request.headersDistinct).map(
    ([name, values = []]) => [name, values.join(',')] as const,
  );
  return Object.fromEntries(entries);
}

/** An HTTP API passes these bodies on as text and others in Base64. */
const TEXT = /^(text\/.*|application\/(json|javascript|xml|[^;]*\+(json|xml)))\s*(;.*)?$/i;

function toBody(body: Buffer, contentType: string): { body?: string; isBase64Encoded: boolean } {
  if (body.length === 0) return { isBase64Encoded: false };
  if (TEXT.test(contentType)) return { body: body.toString('utf8'), isBase64Encoded: false };
  return { body: body.toString('base64'), isBase64Encoded: true };
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
}

const functionAnswer = z.looseObject({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), z.coerce.string()).default({}),
  cookies: z.array(z.string()).default([]),
  body: z.string().default(''),
  isBase64Encoded: z.boolean().default(false),
});

const JSON_HEADERS = { 'content-type': 'application/json' };

/** The HTTP API's answer for a function's result: the structured one, or 200 with the result as JSON. */
export function fromFunctionAnswer(answer: unknown): HttpAnswer {
  if (typeof answer !== 'object' || answer === null || !('statusCode' in answer)) {
    return { status: 200, headers: JSON_HEADERS, body: Buffer.from(JSON.stringify(answer)) };
  }
  const parsed = functionAnswer.safeParse(answer);
  if (!parsed.success) return errorAnswer(500, 'Internal Server Error');
  const { statusCode, headers, cookies, body, isBase64Encoded } = parsed.data;
  return {
    status: statusCode,
    headers: { ...headers, ...(cookies.length === 0 ? {} : { 'set-cookie': cookies }) },
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
  };
}

/** An answer that the HTTP API gives itself. */
export function errorAnswer(status: number, message: string): HttpAnswer {
  return { status, headers: JSON_HEADERS, body: Buffer.from(JSON.stringify({ message })) };
}
