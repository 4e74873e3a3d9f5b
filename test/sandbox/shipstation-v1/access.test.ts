import { describe, expect, it } from 'vitest';
import { order, startHarness } from './sandbox-harness.ts';

describe('access to the V1 sandbox', () => {
  it('answers bad credentials with a text', async () => {
    const { call } = await startHarness();
    for (const authorization of ['', 'Basic bm9ib2R5OmF0LWFsbA==', 'Bearer sandbox-key']) {
      const answer = await call('GET', '/stores', undefined, { authorization });
      expect(answer.status).toBe(401);
      expect(answer.text).toBe('401 Unauthorized');
    }
  });

  it('accepts both pairs of an account', async () => {
    const { call } = await startHarness({ otherPair: { apiKey: 'second', apiSecret: 'pair' } });
    const authorization = `Basic ${btoa('second:pair')}`;
    expect((await call('GET', '/stores', undefined, { authorization })).status).toBe(200);
    expect((await call('GET', '/stores')).status).toBe(200);
  });

  it('counts forty calls a minute in its headers, and refuses the next without Retry-After', async () => {
    const { call, timeline } = await startHarness();
    for (let made = 1; made <= 40; made += 1) {
      const { status, headers } = await call('GET', '/stores');
      expect(status).toBe(200);
      expect(headers.get('x-rate-limit-remaining')).toBe(String(40 - made));
      await timeline.advance(500);
    }
    const refused = await call('GET', '/stores');
    expect(refused.status).toBe(429);
    expect(refused.body).toEqual({ message: 'Too Many Requests' });
    expect(refused.headers.get('x-rate-limit-limit')).toBe('40');
    expect(refused.headers.get('x-rate-limit-reset')).toBe('40');
    expect(refused.headers.has('retry-after')).toBe(false);
    await timeline.advance(40_000);
    expect((await call('GET', '/stores')).status).toBe(200);
  });

  it('loses an answer after it stored the order, on demand', async () => {
    const { call, ok } = await startHarness();
    await ok('POST', '/sandbox/faults', { kind: 'timeout-after', match: { method: 'POST' } });
    await expect(call('POST', '/orders/createorder', order())).rejects.toThrow();
    expect((await ok('GET', '/orders')).total).toBe(1);
  });

  it('answers with a page of HTML on demand', async () => {
    const { call, ok } = await startHarness();
    await ok('POST', '/sandbox/faults', { kind: 'status', status: 502, body: '<html>Bad gateway</html>' });
    const answer = await call('GET', '/orders');
    expect([answer.status, answer.text]).toEqual([502, '<html>Bad gateway</html>']);
  });

  it('refuses a control character, which no label can print', async () => {
    const { call } = await startHarness();
    const answer = await call('POST', '/orders/createorder', order({ customerNotes: 'a\u0007b' }));
    expect(answer.status).toBe(400);
    expect(answer.body.message).toContain('customerNotes');
  });
});
