import { setTimeout as sleep } from 'node:timers/promises';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ObservedCall } from '../../lib/domain/call/recorded-call.ts';
import type { HttpAnswer } from '../../lib/upstream/body.ts';
import { UpstreamClient, type UpstreamOptions } from '../../lib/upstream/client.ts';
import { observeCalls } from '../../lib/upstream/observe.ts';
import { http, startRawServer } from './server.ts';

const READ = { system: 'vendor', operation: 'read', writes: false };
const WRITE = { system: 'vendor', operation: 'write', writes: true };
const whole = (answer: HttpAnswer) => answer;

function getClient(port: number, options: UpstreamOptions = {}): UpstreamClient {
  const client = new UpstreamClient(`http://127.0.0.1:${port}/api/`, { 'api-key': ' key\n' }, options);
  onTestFinished(() => client.close());
  return client;
}

describe('UpstreamClient', () => {
  it.each([
    ['gzip', gzipSync('{"name":"Zoë"}')],
    ['deflate', deflateSync('{"name":"Zoë"}')],
    ['br', brotliCompressSync('{"name":"Zoë"}')],
    ['gzip, br', brotliCompressSync(gzipSync('{"name":"Zoë"}'))],
    ['identity', Buffer.from('{"name":"Zoë"}')],
    ['identity', Buffer.from('\ufeff{"name":"Zoë"}')],
  ])('reads an answer in %s', async (encoding, body) => {
    const { port } = await startRawServer((socket) =>
      socket.write(http(body, { 'content-encoding': encoding, 'retry-after': '7' })),
    );
    expect(await getClient(port).send({ method: 'GET', path: '/x?y=1', attempt: READ }, whole)).toEqual({
      status: 200,
      contentType: 'application/json',
      retryAfterMs: 7_000,
      text: '{"name":"Zoë"}',
    });
  });

  it('requests paths below its base URL, with trimmed credentials, and accepts gzip', async () => {
    const { port, requests } = await startRawServer((socket) => socket.write(http('{}')));
    await getClient(port).send({ method: 'GET', path: '/x?y=1', attempt: READ }, whole);
    expect(requests[0]).toMatch(/^GET \/api\/x\?y=1 HTTP\/1\.1\r\n/);
    expect(requests[0]).toMatch(/api-key: key\r\n/);
    expect(requests[0]).toMatch(/accept-encoding: gzip\r\n/);
  });

  it('reports an exchange with what was sent and what came, and which headers are credentials', async () => {
    const { port } = await startRawServer((socket) =>
      socket.write(http('{"id":7}', { 'x-request-id': 'r1' })),
    );
    const seen: ObservedCall[] = [];
    const request = { method: 'POST', path: '/x?y=1', body: { a: 1 }, attempt: WRITE } as const;
    await observeCalls(
      (call) => void seen.push(call),
      () => getClient(port).send(request, whole),
    );
    expect(seen).toMatchObject([
      {
        url: `http://127.0.0.1:${port}/api/x`,
        query: '?y=1',
        status: 200,
        fault: '',
        credentials: ['api-key'],
        request: { headers: { 'api-key': 'key' }, body: '{"a":1}' },
        answer: { headers: { 'x-request-id': 'r1' }, body: '{"id":7}' },
      },
    ]);
  });

  it('reports an exchange without an answer, and why there is none', async () => {
    const { port } = await startRawServer((socket) => socket.destroy());
    const seen: ObservedCall[] = [];
    const sent = observeCalls(
      (call) => void seen.push(call),
      () => getClient(port).send({ method: 'POST', path: '/x', body: {}, attempt: WRITE }, whole),
    );
    await expect(sent).rejects.toMatchObject({ kind: 'ambiguous' });
    expect(seen).toMatchObject([
      { status: undefined, answer: null, fault: 'the other side closed the connection' },
    ]);
  });

  it('opens a new connection after a freeze although a call from before it never ended', async () => {
    let time = 1_000_000;
    const { port, connections } = await startRawServer((socket, request) => {
      if (request.startsWith('PUT')) socket.write(http('{}'));
    });
    const client = getClient(port, { now: () => time, timeoutMs: 1_500 });
    const frozen = client.send({ method: 'POST', path: '/x', body: {}, attempt: WRITE }, whole);
    frozen.catch(() => {});
    await client.send({ method: 'PUT', path: '/x', body: {}, attempt: WRITE }, whole);
    await sleep(30);
    expect(connections()).toBe(2);
    time += 10 * 60_000;
    await client.send({ method: 'PUT', path: '/x', body: {}, attempt: WRITE }, whole);
    expect(connections()).toBe(3);
    await expect(frozen).rejects.toMatchObject({ kind: 'ambiguous' });
  });

  it('reuses its connection while the clock shows no gap', async () => {
    const { port, connections } = await startRawServer((socket) => socket.write(http('{}')));
    let time = 1_000_000;
    const client = getClient(port, { now: () => time });
    for (let call = 0; call < 20; call += 1) {
      time += 3_000;
      await client.send({ method: 'PUT', path: '/x', body: {}, attempt: WRITE }, whole);
    }
    // Two, not one: an answer is returned a moment before its connection is free again.
    expect(connections()).toBeLessThanOrEqual(2);
  });
});
