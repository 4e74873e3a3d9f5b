import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../simulation/life/random.ts';

/** The longest time that a call is on its way to the other system, and its answer on the way back: ms. */
const MAX_WAY_MS = 250;

/** How long an unused connection stays open, so that a call of the bridge does not meet its end: ms. */
const KEPT_MS = 120_000;

/** Headers of one connection, which are not passed on. */
const OF_CONNECTION = new Set(['connection', 'content-length', 'host', 'keep-alive', 'transfer-encoding']);

/**
 * The way to another system. A call that is on its way when its sender dies is carried out all the same, and the answer is
 * lost.
 */
export async function openGateway(
  origin: string,
  random: Random,
  onCall: () => void,
): Promise<{ url: string; close(): void }> {
  const server = createServer(async (request, response) => {
    try {
      onCall();
      const body = await buffer(request);
      await delay(random.between(0, MAX_WAY_MS));
      const answer = await fetch(`${origin}${request.url}`, {
        method: request.method ?? 'GET',
        headers: Object.entries(request.headers).flatMap(
          ([name, value]): Array<[string, string]> =>
            OF_CONNECTION.has(name) ? [] : [[name, String(value)]],
        ),
        ...(body.length > 0 && { body }),
        redirect: 'manual',
      });
      const text = Buffer.from(await answer.arrayBuffer());
      await delay(random.between(0, MAX_WAY_MS));
      const headers = [...answer.headers].filter(
        ([name]) => !OF_CONNECTION.has(name) && name !== 'content-encoding',
      );
      response.writeHead(answer.status, Object.fromEntries(headers)).end(text);
    } catch {
      response.destroy();
    }
  });
  server.keepAliveTimeout = KEPT_MS;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The gateway listens on no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
