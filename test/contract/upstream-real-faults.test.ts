import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { Pool } from 'undici';
import { describe, expect, it } from 'vitest';
import { itForSome } from '../builders/exhaustive.ts';
import { closedPort, http, startRawServer } from '../upstream/server.ts';
import { CLIENTS, getOutcome } from './clients-under-test.ts';

const LOST = { read: 'unavailable', write: 'ambiguous' };
const UNUSABLE = { read: 'unexpected', write: 'ambiguous' };
/** An answer that every client takes for a success. */
const SUCCESS = JSON.stringify({
  shipment_id: 'se-1',
  ok: true,
  success_code: true,
  response: { success: true },
  order: { reference: 'SO-1', status: 'cancelled', changedAt: '2026-01-05T09:00:00Z', lines: [] },
});
const TOO_LARGE = 21 * 1024 * 1024;

/** Faults on a real connection, after the whole request arrived. `code` is that of undici, Node or our decoder. */
const FAULTS: ReadonlyArray<[string, (socket: Socket) => void, code: string, expected: object]> = [
  ['is reset after the request', (socket) => socket.resetAndDestroy(), 'ECONNRESET', LOST],
  ['is closed without an answer', (socket) => socket.end(), 'UND_ERR_SOCKET', LOST],
  ['stays silent', () => {}, 'UND_ERR_HEADERS_TIMEOUT', LOST],
  [
    'ends within the body',
    (socket) => socket.end(http('{', { 'content-length': 50 })),
    'UND_ERR_SOCKET',
    LOST,
  ],
  [
    'stops within the body',
    (socket) => socket.write(http('{', { 'content-length': 50 })),
    'UND_ERR_BODY_TIMEOUT',
    LOST,
  ],
  ['sends an endless body slowly', drip, 'UND_ERR_BODY_TIMEOUT', LOST],
  ['is reset within the body', resetAmid, 'ECONNRESET', LOST],
  ['speaks no HTTP', (socket) => socket.write('220 mail.example ready\r\n'), 'HPE_INVALID', LOST],
  ['has a chunk of a wrong size', (socket) => socket.write(chunked('zz')), 'HPE_INVALID', LOST],
  [
    'sends too large an answer',
    (socket) => socket.write(http(' '.repeat(TOO_LARGE))),
    'UND_ERR_RES_EXCEEDED_MAX_SIZE',
    UNUSABLE,
  ],
  [
    'sends a body that is too large once decoded',
    (socket) => socket.write(gzipped(gzipSync(' '.repeat(TOO_LARGE)))),
    'ERR_BUFFER_TOO_LARGE',
    UNUSABLE,
  ],
  [
    'names gzip and does not use it',
    (socket) => socket.write(gzipped(Buffer.from('{"a":1}'))),
    'CONTENT_ENCODING',
    UNUSABLE,
  ],
  [
    'cuts its gzip short',
    (socket) => socket.write(gzipped(gzipSync('{"a":1}').subarray(0, 15))),
    'CONTENT_ENCODING',
    UNUSABLE,
  ],
  [
    'has an unknown encoding',
    (socket) => socket.write(http('{}', { 'content-encoding': 'compress' })),
    'CONTENT_ENCODING',
    UNUSABLE,
  ],
];

function gzipped(body: Buffer): Buffer {
  return http(body, { 'content-encoding': 'gzip' });
}

function chunked(size: string): string {
  return `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${size}\r\n`;
}

function drip(socket: Socket): void {
  socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9999\r\n\r\n');
  const timer = setInterval(() => socket.write(' '), 10);
  socket.on('close', () => clearInterval(timer));
}

function resetAmid(socket: Socket): void {
  socket.write(http('{', { 'content-length': 50 }));
  setTimeout(() => socket.resetAndDestroy(), 20);
}

describe.each(CLIENTS)('A connection of the %s client', (_, getClient) => {
  // Every client reads answers with the same code, so each tries a few of them.
  itForSome(FAULTS, 4)(
    'that %s has the documented class for a read and for a write',
    async ([, respond, code, expected]) => {
      const { port, requests } = await startRawServer(respond);
      // Short only where the time-out is the fault: any other would be reached on a busy machine.
      const isHasty = code.includes('TIMEOUT');
      const openPool = (origin: string, options: Pool.Options) =>
        new Pool(origin, { ...options, ...(code === 'UND_ERR_BODY_TIMEOUT' && { headersTimeout: 60_000 }) });
      const options = isHasty ? { timeoutMs: 400, openPool } : {};
      const { read, write, startOfWrite } = getClient(`http://127.0.0.1:${port}`, options);
      const outcomes = { read: await getOutcome(read()), write: await getOutcome(write()) };
      expect({ read: outcomes.read.kind, write: outcomes.write.kind }).toEqual(expected);
      expect([outcomes.read.code, outcomes.write.code]).toEqual([code, code]);
      const isWrite = (request: string) =>
        startOfWrite === undefined ? !request.startsWith('GET') : request.startsWith(startOfWrite);
      // The client may give up before the server, in the same thread, has seen what was sent.
      await expect.poll(() => requests.filter(isWrite)).toHaveLength(1);
    },
  );

  it('that sends no HTTP leaves none of its text in the error', async () => {
    const { port } = await startRawServer((socket) => socket.write('Tove Lind, 77 Larkspur Lane\r\n'));
    const { write } = getClient(`http://127.0.0.1:${port}`);
    const error = await write().catch((reason: unknown) => reason);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('Larkspur');
  });

  it('that is refused leaves a write unsent', async () => {
    const { read, write } = getClient(`http://127.0.0.1:${await closedPort()}`);
    const expected = { kind: 'unavailable', code: 'ECONNREFUSED' };
    expect([await getOutcome(read()), await getOutcome(write())]).toEqual([expected, expected]);
  });

  it('to a host that has no name leaves a write unsent', async () => {
    const { write } = getClient('http://vendor.invalid');
    expect(await getOutcome(write())).toMatchObject({
      kind: 'unavailable',
      code: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/),
    });
  });

  it('that is reset in the TLS handshake leaves a write unsent', async () => {
    const { port } = await startRawServer(
      () => {},
      (socket) => socket.once('data', () => socket.resetAndDestroy()),
    );
    const { write } = getClient(`https://127.0.0.1:${port}`);
    expect(await getOutcome(write())).toEqual({ kind: 'unavailable', code: 'ECONNRESET' });
  });

  it('to a port that speaks no TLS leaves a write unsent', async () => {
    const { port } = await startRawServer(
      () => {},
      (socket) => socket.once('data', () => socket.write(http('{}', {}, 400))),
    );
    const { write } = getClient(`https://127.0.0.1:${port}`);
    expect((await getOutcome(write())).kind).toBe('unavailable');
  });

  it.each([301, 302, 303, 307, 308])('that redirects with %d is not followed', async (status) => {
    const { port, requests } = await startRawServer((socket) =>
      socket.write(http('', { location: `http://127.0.0.1:1/elsewhere` }, status)),
    );
    const { read, write } = getClient(`http://127.0.0.1:${port}`);
    expect([(await getOutcome(read())).kind, (await getOutcome(write())).kind]).toEqual([
      'unexpected',
      'unexpected',
    ]);
    expect(requests).toHaveLength(2);
  });

  it('that was kept while the container was frozen is not used for the first write', async () => {
    const { port, connections } = await startRawServer((socket, request) => {
      if (socket.bytesRead > request.length) socket.resetAndDestroy();
      else socket.write(http(SUCCESS));
    });
    let time = Date.parse('2026-01-05T09:00:00Z');
    const { write } = getClient(`http://127.0.0.1:${port}`, { now: () => time });
    expect(await getOutcome(write())).toEqual({ kind: 'done' });
    // An answer is returned a moment before its connection is free again.
    await sleep(30);
    time += 5 * 60_000;
    expect(await getOutcome(write())).toEqual({ kind: 'done' });
    expect(connections()).toBe(2);
  });
});
