import { getRequestListener } from '@hono/node-server';
import { listen } from '../../local/http/http-listener.ts';
import { createAccess } from './access.ts';
import { createConsole } from './app.tsx';
import type { ConsoleNeeds } from './needs.ts';

export interface ServedConsole {
  /** With the key, where there is one. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves the console on the loopback interface.
 * @param port 0 for any that is free
 * @param isPrivate whether other users of this machine are kept out by a key in the address
 * @throws {PortInUseError}
 */
export async function serveConsole(
  needs: ConsoleNeeds,
  port: number,
  isPrivate: boolean,
): Promise<ServedConsole> {
  const access = createAccess(isPrivate);
  const { url, close } = await listen(
    getRequestListener(createConsole(needs, access).fetch),
    port,
    'the console',
  );
  return { url: access.key === null ? url : `${url}/?key=${access.key}`, close };
}
