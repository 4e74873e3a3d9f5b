import { describe, expect, it } from 'vitest';
import { type DearCall, DearTransport } from '../../lib/dear/transport.ts';
import {
  AmbiguousWrite,
  BudgetExhausted,
  OperatorActionNeeded,
  Throttled,
  Unavailable,
  UnexpectedAnswer,
} from '../../lib/domain/errors.ts';
import type { CallRecord } from '../../lib/upstream/client.ts';
import { RecordingBudget } from '../fakes/recording-budget.ts';
import { closedPort } from '../upstream/server.ts';
import { getError, READ, WRITE } from './calls.ts';
import { ACCOUNT_ID, APPLICATION_KEY, getClient, sendJson, startServer } from './server.ts';

describe('DearTransport', () => {
  it('sends both credentials and JSON', async () => {
    const server = await startServer((_, response) => sendJson(response, { ID: 'ok' }));
    const answer = await getClient(server).transport.send({ ...WRITE, query: { Search: 'a b&c' } });
    expect(answer).toEqual({ ID: 'ok' });
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toMatchObject({
      method: 'POST',
      path: '/ExternalApi/v2/sale/fulfilment',
      query: { Search: 'a b&c' },
      body: { SaleID: 'x' },
      headers: {
        'api-auth-accountid': ACCOUNT_ID,
        'api-auth-applicationkey': APPLICATION_KEY,
        'content-type': 'application/json',
        accept: 'application/json',
      },
    });
  });

  it('accepts credentials that were pasted with a line break', async () => {
    const server = await startServer((_, response) => sendJson(response, {}));
    const settings = {
      baseUrl: server.url,
      accountId: `${ACCOUNT_ID}\n`,
      applicationKey: ` ${APPLICATION_KEY}`,
    };
    const transport = DearTransport.open(settings);
    await transport.send(READ);
    await transport.close();
    expect(server.requests[0]?.headers).toMatchObject({
      'api-auth-accountid': ACCOUNT_ID,
      'api-auth-applicationkey': APPLICATION_KEY,
    });
  });

  it('finds the path below a base URL without its last slash', async () => {
    const server = await startServer((_, response) => sendJson(response, {}));
    await getClient({ url: server.url.slice(0, -1) }).transport.send(READ);
    expect(server.requests.map(({ path }) => path)).toEqual(['/ExternalApi/v2/webhooks']);
  });

  it('reuses its connections for later calls', async () => {
    const server = await startServer((_, response) => sendJson(response, {}));
    const { transport } = getClient(server);
    for (let call = 0; call < 50; call += 1) await transport.send(call % 2 === 0 ? READ : WRITE);
    expect(server.requests).toHaveLength(50);
    // Two, not one: an answer is returned a moment before its connection is free again.
    expect(server.connections()).toBeLessThanOrEqual(2);
  });

  it('opens no more than eight connections at once', async () => {
    const server = await startServer((_, response) => {
      setTimeout(() => sendJson(response, {}), 20);
    });
    const { transport } = getClient(server);
    await Promise.all(Array.from({ length: 40 }, () => transport.send(READ)));
    expect(server.requests).toHaveLength(40);
    expect(server.connections()).toBeLessThanOrEqual(8);
  });

  it('throws a rate limit at once, so that the queue waits', async () => {
    const server = await startServer((_, response) =>
      sendJson(response, [], 429, { 'retry-after': '60 Seconds' }),
    );
    const { transport } = getClient(server, { wait: () => Promise.reject(new Error('must not wait')) });
    for (const call of [READ, WRITE]) {
      const error = await getError(transport.send(call));
      expect(error instanceof Throttled && error.retryAfterMs).toBe(60_000);
    }
    expect(server.requests).toHaveLength(2);
  });

  it('takes a slot of the budget before every exchange, repeated ones too', async () => {
    let answers = 0;
    const server = await startServer((_, response, socket) => {
      answers += 1;
      if (answers === 1) socket.resetAndDestroy();
      else sendJson(response, {});
    });
    const budget = new RecordingBudget();
    const { transport } = getClient(server, { budget });
    await transport.send(READ);
    await transport.send(WRITE);
    const asked = (call: DearCall) => ({
      system: 'DEAR',
      operation: call.operation,
      reference: call.reference,
    });
    expect(budget.taken).toEqual([asked(READ), asked(READ), asked(WRITE)]);
    expect(budget.slowDowns).toEqual([]);
  });

  it.each([READ, WRITE])('sends nothing without a slot of the budget', async (call) => {
    const server = await startServer((_, response) => sendJson(response, {}));
    const budget = new RecordingBudget();
    budget.isExhausted = true;
    const error = await getError(getClient(server, { budget }).transport.send(call));
    expect(error).toBeInstanceOf(BudgetExhausted);
    expect(server.requests).toEqual([]);
  });

  it.each([
    ['a refusal by rate', 429, { 'retry-after': '17' }, [17_000]],
    ['one without a time', 503, {}, [null]],
    ['a business refusal', 400, {}, []],
    ['a failure of theirs', 500, {}, []],
  ])(
    'holds all workers back after %s, as long as it says if it does',
    async (_, status, headers, slowDowns) => {
      const refusal = [{ ErrorCode: status, Exception: 'No.' }];
      const server = await startServer((_, response) => sendJson(response, refusal, status, headers));
      const budget = new RecordingBudget();
      await getError(getClient(server, { budget }).transport.send(WRITE));
      expect(budget.slowDowns).toEqual(slowDowns);
    },
  );

  it('reports every exchange, repeated ones too, without its query', async () => {
    let answers = 0;
    const server = await startServer((_, response, socket) => {
      answers += 1;
      if (answers === 1) socket.resetAndDestroy();
      else sendJson(response, [], 429);
    });
    const calls: CallRecord[] = [];
    let time = 1_000;
    const now = () => {
      time += 25;
      return time;
    };
    const client = getClient(server, { now, onCall: (call) => calls.push(call) });
    await getError(client.transport.send({ ...READ, query: { Search: 'Tove Lind' } }));
    const { operation, method } = READ;
    const path = `/${READ.path}`;
    expect(calls).toEqual([
      { operation, method, path, status: null, durationMs: 25 },
      { operation, method, path, status: 429, durationMs: 25 },
    ]);
  });

  it('has neither credentials nor the request’s body in its errors', async () => {
    const refusal = { ErrorCode: 403, Exception: 'Incorrect credentials!' };
    const server = await startServer((_, response) => sendJson(response, refusal, 403));
    const error = await getError(
      getClient(server).transport.send({ ...WRITE, body: { Contact: 'Tove Lind' } }),
    );
    expect(error).toBeInstanceOf(OperatorActionNeeded);
    const everything = `${error.message} ${JSON.stringify(error)} ${error.stack}`;
    for (const secret of [ACCOUNT_ID, APPLICATION_KEY, 'Tove']) expect(everything).not.toContain(secret);
  });

  it('lets a call under way end before it closes', async () => {
    const server = await startServer((_, response) => {
      setTimeout(() => sendJson(response, { late: true }), 30);
    });
    const client = getClient(server);
    const answer = client.transport.send(WRITE);
    await expect.poll(() => server.requests).toHaveLength(1);
    await client.close();
    expect(await answer).toEqual({ late: true });
    expect(await getError(client.transport.send(WRITE))).toBeInstanceOf(Unavailable);
  });
});

const HASTY = { timeoutMs: 60 };

describe('DearTransport without a complete answer', () => {
  it('repeats a read once when no answer comes in time, then throws Unavailable', async () => {
    const server = await startServer(() => {});
    const waits: number[] = [];
    const client = getClient(server, { ...HASTY, wait: async (ms) => waits.push(ms) });
    expect(await getError(client.transport.send(READ))).toBeInstanceOf(Unavailable);
    // On a busy machine the client may give up before the server, in the same thread, has seen what was sent.
    await expect.poll(() => server.requests).toHaveLength(2);
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
    await expect.poll(() => server.requests).toHaveLength(1);
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
