import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { DearClient } from '../../lib/dear/client.ts';
import type { DearOptions } from '../../lib/dear/transport.ts';

export interface SeenRequest {
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage['headers'];
  /** Parsed JSON; undefined where none was sent. */
  readonly body: unknown;
}

export interface TestServer {
  readonly url: string;
  readonly requests: SeenRequest[];
  /** How many connections were opened so far. */
  readonly connections: () => number;
}

type Respond = (request: SeenRequest, response: ServerResponse, socket: Socket) => void;

/** A real HTTP server on a free port, closed with its connections when the test ends. */
export async function startServer(respond: Respond): Promise<TestServer> {
  const requests: SeenRequest[] = [];
  let connections = 0;
  const server = createServer(async (incoming, response) => {
    const request = await seen(incoming);
    requests.push(request);
    respond(request, response, incoming.socket);
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/ExternalApi/v2/`, requests, connections: () => connections };
}

async function seen(incoming: IncomingMessage): Promise<SeenRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  const { pathname, searchParams } = new URL(incoming.url ?? '', 'http://test');
  return {
    method: incoming.method ?? '',
    path: pathname,
    query: Object.fromEntries(searchParams),
    headers: incoming.headers,
    body: text === '' ? undefined : JSON.parse(text),
  };
}

/** The fields of an answer that show a write as done. */
export function essence({ method, path, body }: SeenRequest) {
  return { method, path: path.replace('/ExternalApi/v2', ''), body };
}

export function sendJson(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
) {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(body));
}

export const ACCOUNT_ID = '7d1f0c52-0000-4000-8000-00000000aaaa';
export const APPLICATION_KEY = 'c0ffee00-0000-4000-8000-00000000bbbb';

/** A client of the server that does not wait; closed when the test ends. */
export function getClient(server: Pick<TestServer, 'url'>, options: DearOptions = {}): DearClient {
  const settings = { baseUrl: server.url, accountId: ACCOUNT_ID, applicationKey: APPLICATION_KEY };
  const client = new DearClient(settings, { wait: async () => {}, ...options });
  onTestFinished(() => client.close());
  return client;
}

/** Accepts every write and answers like DEAR: with the resulting stage, bills or header. */
export async function obeying(read: object = {}) {
  const server = await startServer((request, response) => {
    const { method, path } = request;
    const sent = typeof request.body === 'object' && request.body !== null ? request.body : {};
    if (method === 'GET') return sendJson(response, read);
    if (path.endsWith('/invoice')) return sendJson(response, { Invoices: [sent] });
    if (path.endsWith('/creditnote')) return sendJson(response, { CreditNotes: [sent] });
    return sendJson(response, { Status: 'AUTHORISED', ...sent });
  });
  return { server, client: getClient(server) };
}

/** Answers every call with the body. */
export async function answering(body: unknown, status = 200) {
  const server = await startServer((_, response) => sendJson(response, body, status));
  return { server, client: getClient(server) };
}
