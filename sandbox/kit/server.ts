import { createServer, type Server } from 'node:http';
import { getRequestListener, type HttpBindings } from '@hono/node-server';

export interface ListenOptions {
  /** 0: any that is free. */
  readonly port: number;
  /** @default '127.0.0.1': only this machine can reach the sandbox */
  readonly host?: string;
}

interface Listener {
  /** `http://127.0.0.1:4010` */
  readonly origin: string;
  /** Cuts off the calls that are being answered. */
  close(): Promise<void>;
}

export class PortInUseError extends Error {
  override readonly name = 'PortInUseError';
  readonly code = 'EADDRINUSE';

  constructor({ port, host }: Required<ListenOptions>) {
    super(`Port ${port} of ${host} is in use. Stop the other program or choose another port.`);
  }
}

type Fetch = (request: Request, env: HttpBindings) => Response | Promise<Response>;

/**
 * In ms. Most load balancers keep an idle connection for a minute. After Node's 5 s a caller on a busy machine may send a write
 * on a connection that is being closed.
 */
const KEEP_IDLE_MS = 75_000;

/** @throws {PortInUseError} */
export async function serve(fetch: Fetch, { port, host = '127.0.0.1' }: ListenOptions): Promise<Listener> {
  const listener = getRequestListener((request, env) => fetch(request, env as HttpBindings));
  const server = createServer((request, response) => void listener(request, response));
  server.keepAliveTimeout = KEEP_IDLE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(isPortInUse(error) ? new PortInUseError({ port, host }) : error));
    server.listen(port, host, resolve);
  });
  return { origin: getOrigin(server), close: () => closeServer(server) };
}

function isPortInUse(error: Error): boolean {
  return 'code' in error && error.code === 'EADDRINUSE';
}

/** A server on every address of the machine is reached by its callers on this machine through the loopback address. */
function getOrigin(server: Server): string {
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('The server listens on no port');
  const { address, family, port } = bound;
  if (address === '0.0.0.0' || address === '::') return `http://127.0.0.1:${port}`;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
