import { describe, expect, it } from 'vitest';
import { startSandbox } from './sandbox-harness.ts';

describe('access to the API', () => {
  it('refuses other API keys with ShipStation’s error body', async () => {
    const { call } = await startSandbox();
    const { status, body } = await call('GET', '/v2/warehouses', undefined, 'another');
    expect(status).toBe(401);
    expect(body).toMatchObject({
      request_id: expect.any(String),
      errors: [
        {
          error_source: 'ShipStation',
          error_type: 'security',
          error_code: 'unauthorized',
          message: expect.any(String),
        },
      ],
    });
    expect((await call('GET', '/v2/warehouses')).status).toBe(200);
  });

  it('admits 200 calls in any minute, and a call after the named wait', async () => {
    const { call, timeline } = await startSandbox();
    const statuses: number[] = [];
    for (let calls = 0; calls < 200; calls += 1) {
      statuses.push((await call('GET', '/v2/warehouses')).status);
      await timeline.advance(7);
    }
    expect(new Set(statuses)).toEqual(new Set([200]));
    const refused = await call('GET', '/v2/warehouses');
    expect([refused.status, refused.body.errors[0]?.error_code]).toEqual([429, 'rate_limit_exceeded']);
    await timeline.advance(Number(refused.headers.get('retry-after')) * 1000);
    expect((await call('GET', '/v2/warehouses')).status).toBe(200);
  });

  it('answers an unknown path with ShipStation’s error body', async () => {
    const { call } = await startSandbox();
    expect((await call('DELETE', '/v2/shipments/se-1')).status).toBe(404);
    expect((await call('GET', '/v2/stores')).body.errors[0]?.error_code).toBe('invalid_identifier');
  });

  it('answers a health check and lists calls', async () => {
    const { call, calls, url } = await startSandbox();
    expect((await fetch(`${url}/health`)).status).toBe(200);
    await call('GET', '/v2/labels?page=1');
    await call('GET', '/v2/labels?page=0');
    expect(calls()).toMatchObject([
      { method: 'GET', path: '/v2/labels', query: { page: '1' }, status: 200 },
      { method: 'GET', path: '/v2/labels', query: { page: '0' }, status: 400 },
    ]);
    expect((await call<{ calls: unknown[] }>('GET', '/sandbox/calls')).body.calls).toEqual(calls());
  });
});

describe('faults', () => {
  it('closes the connection before or after the call is carried out', async () => {
    const { call, createOne, calls } = await startSandbox();
    const total = async () =>
      (await call<{ shipments: unknown[] }>('GET', '/sandbox/shipments')).body.shipments.length;
    await call('POST', '/sandbox/faults', { kind: 'timeout-before' });
    await expect(createOne('SO-1-1')).rejects.toThrow();
    expect(await total()).toBe(0);
    await call('POST', '/sandbox/faults', { kind: 'timeout-after' });
    await expect(createOne('SO-1-1')).rejects.toThrow();
    expect(await total()).toBe(1);
    expect(calls().map(({ status }) => status)).toEqual([null, null]);
  });

  it('answers matching calls with a status, as many times as set', async () => {
    const { call } = await startSandbox();
    const fault = { kind: 'status', status: 503, times: 2, match: { method: 'get', path: '/v2/labels' } };
    await call('POST', '/sandbox/faults', fault);
    const statuses = [];
    for (const path of ['/v2/warehouses', '/v2/labels', '/v2/labels', '/v2/labels'])
      statuses.push((await call('GET', path)).status);
    expect(statuses).toEqual([200, 503, 503, 200]);
  });

  it('answers with the given body', async () => {
    const { call, url } = await startSandbox();
    await call('POST', '/sandbox/faults', { kind: 'status', status: 502, body: '<html>' });
    expect(await (await fetch(`${url}/v2/labels`)).text()).toBe('<html>');
  });

  it('delays the answer', async () => {
    const { call, timeline } = await startSandbox();
    await call('POST', '/sandbox/faults', { kind: 'latency', ms: 30_000 });
    let answered = false;
    const waiting = call('GET', '/v2/labels').then(() => {
      answered = true;
    });
    await call('GET', '/v2/warehouses');
    expect(answered).toBe(false);
    await timeline.advance(30_000);
    await waiting;
    expect(answered).toBe(true);
  });

  it('are listed and cleared, and an unknown kind is refused', async () => {
    const { call } = await startSandbox();
    await call('POST', '/sandbox/faults', { kind: 'timeout-before', times: 9 });
    expect((await call<{ faults: unknown[] }>('GET', '/sandbox/faults')).body.faults).toHaveLength(1);
    expect((await call('DELETE', '/sandbox/faults')).status).toBe(204);
    expect((await call('GET', '/v2/labels')).status).toBe(200);
    expect((await call('POST', '/sandbox/faults', { kind: 'explosion' })).status).toBe(400);
    const made = { kind: 'status', status: 404, code: 'not_found' };
    expect((await call('POST', '/sandbox/faults', made)).status).toBe(400);
  });
});
