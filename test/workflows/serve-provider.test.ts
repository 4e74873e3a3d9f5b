import { beforeEach, describe, expect, it } from 'vitest';
import type { ServedAnswer } from '../../lib/providers/provider-endpoints.ts';
import {
  ENDPOINT_BODY_LIMIT,
  type EndpointRequest,
  GuessLimit,
  serveProvider,
} from '../../lib/workflows/serve-provider.ts';

const CALL: EndpointRequest = {
  connection: 'lantern',
  sourceAddress: '192.0.2.7',
  method: 'GET',
  path: 'store',
  query: { name: 'Odalys' },
  headers: { authorization: 'secret' },
  rawBody: 'Odalys Brandt',
};

let now = 0;
let answer: ServedAnswer = { statusCode: 200, headers: {}, body: 'é' };
const logged: unknown[] = [];
const counted: string[] = [];
let guesses = new GuessLimit();
beforeEach(() => {
  now = 1_000_000;
  answer = { statusCode: 200, headers: {}, body: 'é' };
  logged.length = 0;
  counted.length = 0;
  guesses = new GuessLimit();
});

function serve(changes: Partial<EndpointRequest> = {}): Promise<ServedAnswer> {
  return serveProvider(
    { ...CALL, ...changes },
    {
      endpointsOf: (id) => (id === 'lantern' ? { paths: ['store'], serve: async () => answer } : null),
      guesses,
      now: () => now,
      log: (...line) => void logged.push(line),
      count: (metric) => void counted.push(metric),
    },
  );
}

describe('a call of a service', () => {
  it('is answered by the provider of its connection, and counted', async () => {
    expect(await serve()).toBe(answer);
    expect(counted).toEqual(['EndpointAnswered']);
  });

  it('is logged without anything of its query, body or credentials', async () => {
    await serve();
    const details = {
      connection: 'lantern',
      path: 'store',
      method: 'GET',
      statusCode: 200,
      bytes: 2,
      took: 0,
    };
    expect(logged).toEqual([['endpoint.answered', details]]);
  });

  it.each([{ connection: 'other' }, { path: 'orders' }, { path: '' }])(
    'to %j is answered 404',
    async (changes) => {
      expect((await serve(changes)).statusCode).toBe(404);
    },
  );

  it('with a body above the limit is answered 413', async () => {
    expect((await serve({ rawBody: 'x'.repeat(ENDPOINT_BODY_LIMIT + 1) })).statusCode).toBe(413);
    expect((await serve({ rawBody: 'x'.repeat(ENDPOINT_BODY_LIMIT) })).statusCode).toBe(200);
  });
});

describe('a caller with wrong passwords', () => {
  const guess = async (times: number, changes: Partial<EndpointRequest> = {}) => {
    answer = { statusCode: 401, headers: {}, body: '' };
    for (let time = 0; time < times; time += 1) await serve(changes);
    answer = { statusCode: 200, headers: {}, body: '' };
  };

  it('is refused without asking after ten of them within a minute, until the minute is over', async () => {
    await guess(9);
    expect((await serve()).statusCode).toBe(200);
    await guess(1);
    expect((await serve()).statusCode).toBe(429);
    now += 60_000;
    expect((await serve()).statusCode).toBe(200);
    expect(counted.filter((metric) => metric === 'EndpointRefused')).toHaveLength(10);
  });

  it('is not one that waits to be asked for a password', async () => {
    await guess(100, { headers: {} });
    expect((await serve()).statusCode).toBe(200);
    expect(counted).not.toContain('EndpointRefused');
  });

  it('does not stand in the way of another caller, nor of another connection', async () => {
    await guess(10);
    expect((await serve({ sourceAddress: '192.0.2.8' })).statusCode).toBe(200);
    expect((await serve({ connection: 'other' })).statusCode).toBe(404);
  });

  it('begins anew after a minute with few of them', async () => {
    await guess(9);
    now += 60_000;
    await guess(9);
    expect((await serve()).statusCode).toBe(200);
  });

  it('is forgotten where a thousand others come after it, so that memory stays bounded', async () => {
    await guess(10);
    for (let caller = 0; caller < 1_000; caller += 1) await guess(1, { sourceAddress: `caller ${caller}` });
    expect((await serve()).statusCode).toBe(200);
  });
});
