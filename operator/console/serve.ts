import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createAdaptorServer, getRequestListener } from '@hono/node-server';
import { UsageError } from '../user-errors.ts';
import { createAccess } from './access.ts';
import { createConsole } from './app.tsx';
import type { ConsoleDeps } from './views.ts';

/**
 * The console as a listener for a Node server.
 * @param isPrivate whether other users of this machine are kept out by a key in the address
 */
export function consoleListener(
  deps: ConsoleDeps,
  isPrivate: boolean,
): { readonly listener: RequestListener; readonly key: string | null } {
  const access = createAccess(isPrivate);
  return { listener: getRequestListener(createConsole(deps, access).fetch), key: access.key };
}

export interface ServedConsole {
  /** With the key, where there is one. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves the console on the loopback interface.
 * @param port 0 for any that is free
 * @throws {UsageError} another program uses the port
 */
export async function serveConsole(
  deps: ConsoleDeps,
  port: number,
  isPrivate: boolean,
): Promise<ServedConsole> {
  const access = createAccess(isPrivate);
  const server = createAdaptorServer({ fetch: createConsole(deps, access).fetch });
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
  } catch (error) {
    throw error instanceof Error && 'code' in error && error.code === 'EADDRINUSE' ? portInUse(port) : error;
  }
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : port}`;
  return {
    url: access.key === null ? url : `${url}/?key=${access.key}`,
    close: async () => {
      server.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
    },
  };
}

function portInUse(port: number): UsageError {
  return new UsageError(`Port ${port} is in use`, `Choose another: bridge console --port ${port + 1}`);
}
