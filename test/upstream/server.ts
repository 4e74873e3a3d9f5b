import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface RawServer {
  readonly port: number;
  /** The complete requests that arrived. */
  readonly requests: string[];
  readonly connections: () => number;
}

/**
 * A TCP server that answers each complete HTTP request with the bytes that the test writes, for faults below HTTP.
 * @param onConnection before any byte is read
 */
export async function startRawServer(
  respond: (socket: Socket, request: string, count: number) => void,
  onConnection: (socket: Socket) => void = () => {},
): Promise<RawServer> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    onConnection(socket);
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (!isWhole(text)) return;
      requests.push(text);
      const request = text;
      text = '';
      respond(socket, request, requests.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port');
  return { port: address.port, requests, connections: () => sockets.size };
}

function isWhole(text: string): boolean {
  const [head = '', body] = text.split('\r\n\r\n', 2);
  if (body === undefined) return false;
  const length = /content-length: (\d+)/i.exec(head)?.[1] ?? '0';
  return text.length >= head.length + 4 + Number(length);
}

/** A port that refuses connections, and that no other process can listen on meanwhile: a client has it. */
export async function closedPort(): Promise<number> {
  const { port } = await startRawServer(() => {});
  const client = connect(port, '127.0.0.1');
  onTestFinished(() => void client.destroy());
  await once(client, 'connect');
  return client.localPort ?? 0;
}

/** An answer with these headers and this body. */
export function http(
  body: string | Buffer,
  headers: Readonly<Record<string, string | number>> = {},
  status = 200,
): Buffer {
  const all = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status} X\r\n${lines.join('')}\r\n`), Buffer.from(body)]);
}
