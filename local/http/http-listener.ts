import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { UserError } from '../../lib/domain/errors.ts';

/** A port that another program holds. */
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
 * @param what whose address it is, for the message
 * @throws {PortInUseError}
 */
export async function listen(handle: RequestListener, port: number, what: string): Promise<Listener> {
  return await listenWith(createServer(handle), port, what);
}

/** The same for a server that something else made. */
export async function listenWith(server: Server, port: number, what: string): Promise<Listener> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(explained(error, port, what)));
    server.listen(port, '127.0.0.1', resolve);
  });
  return { url: toUrl(server), close: () => closeServer(server) };
}

/** A port in use, said so that a person knows what to do; any other error as it is. */
export function explained(error: unknown, port: number, what: string): unknown {
  const inUse = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  return inUse ? new PortInUseError(port, what) : error;
}

export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
}

/** @throws {BodyTooLargeError} as soon as more than so many bytes came; the rest is not read */
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

/** Requests that are being answered are cut off: whoever stops the server has let them finish already. */
async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
