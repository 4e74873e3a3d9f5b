import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { UserError } from '../../lib/domain/errors.ts';

/** Another program uses the port. */
export class PortInUseError extends UserError {
  readonly kind = 'usage';
  constructor(port: number, what: string) {
    super(
      `Port ${port}, wanted for ${what}, is in use`,
      'Stop the other program, or choose other ports: npm start -- --port 9500',
    );
  }
}

export interface Listener {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves on the loopback interface only.
 * @param port 0 for any that is free
 * @param what the part that listens, for the message: `the console`
 * @throws {PortInUseError}
 */
export async function listen(handle: RequestListener, port: number, what: string): Promise<Listener> {
  return await listenWith(createServer(handle), port, what);
}

/**
 * In ms. After Node's 5 s a caller on a busy machine may send on a connection that is being closed, and gets ECONNRESET; AWS
 * and most load balancers keep an idle one for a minute.
 */
const KEEP_IDLE_MS = 75_000;

/** The same for an existing server. */
export async function listenWith(server: Server, port: number, what: string): Promise<Listener> {
  server.keepAliveTimeout = KEEP_IDLE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(explainListenError(error, port, what)));
    server.listen(port, '127.0.0.1', resolve);
  });
  return { url: toUrl(server), close: () => closeServer(server) };
}

/** The error for a person where the port is in use; any other error unchanged. */
export function explainListenError(error: unknown, port: number, what: string): unknown {
  const inUse = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  return inUse ? new PortInUseError(port, what) : error;
}

export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
}

/** @throws {BodyTooLargeError} at the first byte above the limit; the rest is not read */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > limit) throw new BodyTooLargeError(`More than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function toUrl(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A server listens on no port');
  return `http://127.0.0.1:${address.port}`;
}

/** Cuts off requests that are being answered: the caller has waited for them already. */
async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
