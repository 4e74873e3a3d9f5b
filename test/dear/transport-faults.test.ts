import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { AmbiguousWrite, Unavailable, UnexpectedAnswer } from '../../lib/domain/errors.ts';
import { getError, READ, WRITE } from './calls.ts';
import { getClient, sendJson, startServer } from './server.ts';

const HASTY = { timeouts: { headersMs: 60, bodyMs: 60 } };

/** A port without a listener: one that was just released. */
async function closedPort(): Promise<number> {
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('DearTransport without a complete answer', () => {
  it('repeats a read once when no answer comes in time, then throws Unavailable', async () => {
    const server = await startServer(() => {});
    const waits: number[] = [];
    const client = getClient(server, { ...HASTY, wait: async (ms) => waits.push(ms) });
    expect(await getError(client.transport.send(READ))).toBeInstanceOf(Unavailable);
    expect(server.requests).toHaveLength(2);
    expect(waits).toEqual([300]);
  });

  it('repeats a read whose connection was reset', async () => {
    let answers = 0;
    const server = await startServer((_, response, socket) => {
      answers += 1;
      if (answers === 1) socket.resetAndDestroy();
      else sendJson(response, { ok: true });
    });
    expect(await getClient(server).transport.send(READ)).toEqual({ ok: true });
    expect(server.requests).toHaveLength(2);
  });

  it.each<[string, Parameters<typeof startServer>[0]]>([
    ['no answer comes in time', () => {}],
    ['the connection is reset', (_, __, socket) => socket.resetAndDestroy()],
    [
      'the answer stops half-way',
      (_, response, socket) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
        response.write('{"ID":', () => socket.destroy());
      },
    ],
    [
      'the answer drips without end',
      (_, response, socket) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        const drip = setInterval(() => response.write(' '), 10);
        socket.on('close', () => clearInterval(drip));
      },
    ],
    ['DEAR breaks', (_, response) => sendJson(response, [{ ErrorCode: 500, Exception: 'Broke' }], 500)],
  ])('sends a write once and throws AmbiguousWrite when %s', async (_, respond) => {
    const server = await startServer(respond);
    const error = await getError(getClient(server, HASTY).transport.send(WRITE));
    expect(error).toBeInstanceOf(AmbiguousWrite);
    expect(error.details).toMatchObject({
      system: 'DEAR',
      operation: 'create fulfilment',
      reference: 'SO-1',
    });
    expect(server.requests).toHaveLength(1);
  });

  it('throws Unavailable for a write when no connection was made', async () => {
    const url = `http://127.0.0.1:${await closedPort()}/`;
    expect(await getError(getClient({ url }).transport.send(WRITE))).toBeInstanceOf(Unavailable);
    const nowhere = getClient({ url: 'http://dear.invalid/' });
    expect(await getError(nowhere.transport.send(WRITE))).toBeInstanceOf(Unavailable);
  });

  it('stops reading an answer at its maximum size, and does not repeat the call', async () => {
    let sent = 0;
    const server = await startServer((_, response, socket) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = () => {
        if (socket.destroyed) return;
        sent += 65_536;
        response.write(' '.repeat(65_536), () => setImmediate(more));
      };
      more();
    });
    const client = getClient(server, { maxAnswerBytes: 200_000 });
    const error = await getError(client.transport.send(READ));
    expect(error).toBeInstanceOf(UnexpectedAnswer);
    expect(error.details.upstreamMessage).toContain('larger');
    expect(server.requests).toHaveLength(1);
    expect(sent).toBeLessThan(50_000_000);
    expect(await getError(client.transport.send(WRITE))).toBeInstanceOf(AmbiguousWrite);
  });
});
