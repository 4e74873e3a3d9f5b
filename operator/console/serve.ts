import type { RequestListener } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { listen } from '../../local/http/http-listener.ts';
import { createAccess } from './access.ts';
import { createConsole } from './app.tsx';
import type { ConsoleDeps } from './views.ts';

/**
 * The console for any server of Node's.
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
 * @throws {PortInUseError}
 */
export async function serveConsole(
  deps: ConsoleDeps,
  port: number,
  isPrivate: boolean,
): Promise<ServedConsole> {
  const { listener, key } = consoleListener(deps, isPrivate);
  const { url, close } = await listen(listener, port, 'the console');
  return { url: key === null ? url : `${url}/?key=${key}`, close };
}
