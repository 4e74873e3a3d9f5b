import type { RequestListener } from 'node:http';
import { machineUser } from '../operator/machine-user.ts';
import { type Listener, listen } from './http/http-listener.ts';

/**
 * Serves the operator's console of the system that runs on the directory. It is loaded when somebody first looks at it, so
 * that a start does not wait for it.
 * @throws {PortInUseError}
 */
export async function serveLocalConsole(directory: string, port: number): Promise<Listener> {
  let opened: Promise<OpenConsole> | null = null;
  const answer: RequestListener = async (request, response) => {
    try {
      opened ??= openConsole(directory);
      (await opened).listener(request, response);
    } catch (error) {
      opened = null;
      console.error(error);
      response.writeHead(502).end('The console could not be opened; the terminal of `npm start` says why.\n');
    }
  };
  const { url, close } = await listen(answer, port, 'the console');
  return {
    url,
    close: async () => {
      await close();
      await (await opened?.catch(() => null))?.close();
    },
  };
}

interface OpenConsole {
  readonly listener: RequestListener;
  close(): Promise<void>;
}

async function openConsole(stateDirectory: string): Promise<OpenConsole> {
  const [{ openLocal }, { loadConsole }] = await Promise.all([
    import('../operator/open-local.ts'),
    import('../operator/console/load.ts'),
  ]);
  const { consoleNeeds, consoleListener } = await loadConsole();
  const bridge = openLocal({ kind: 'local', stateDirectory });
  const needs = consoleNeeds(bridge, { name: machineUser() });
  return { listener: consoleListener(needs, false).listener, close: bridge.close };
}
