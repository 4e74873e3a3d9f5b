import { manualTimeline } from 'dear-sandbox/kit';
import { expect, test } from 'vitest';
import { ACCOUNT, getPick, KEY, play } from './play.ts';

test('refuses wrong credentials', async () => {
  const { api, calls } = await play();
  const answer = await api('GET', 'me', undefined, {
    'api-auth-accountid': ACCOUNT,
    'api-auth-applicationkey': ACCOUNT,
  });
  expect(answer.status).toBe(403);
  expect(answer.json.Exception).toContain('Incorrect credentials');
  expect(calls()).toMatchObject([{ operation: 'GET me', status: 403, refused: 'credentials' }]);
});

test('accepts ids and paths in any case', async () => {
  const { api } = await play();
  const headers = {
    'api-auth-accountid': ACCOUNT.toUpperCase(),
    'api-auth-applicationkey': KEY.toUpperCase(),
  };
  expect((await api('GET', 'SALELIST?LIMIT=1', undefined, headers)).json).toEqual({
    Total: 0,
    Page: 1,
    SaleList: [],
  });
});

test('admits 60 calls in any 60 seconds, refuses more in four forms, and admits calls again later', async () => {
  const timeline = manualTimeline();
  const { api, screen } = await play({ timeline, callsPerMinute: 60 });
  for (let call = 0; call < 59; call += 1) expect((await api('GET', 'me')).status).toBe(200);
  await timeline.advance(59_000);
  expect((await api('GET', 'me')).status).toBe(200);
  const refused = [
    await api('GET', 'me'),
    await api('GET', 'me'),
    await api('GET', 'me'),
    await api('GET', 'me'),
  ];
  expect(refused.map(({ status }) => status)).toEqual([429, 503, 400, 403]);
  expect(refused[1]?.text).toContain('60 calls per 60 seconds');
  expect(refused[2]?.json[0].Exception).toContain('60 calls per 60 seconds');
  expect(refused[3]?.text).not.toContain('credentials');
  await timeline.advance(1_001);
  expect((await api('GET', 'me')).status).toBe(200);
  expect((await screen('GET', 'sales')).status).toBe(200);
});

test('refuses calls over the limit in the chosen form', async () => {
  const { api, screen } = await play({ callsPerMinute: 1 });
  await screen('PATCH', 'behaviour', { throttle: 'refuse-503' });
  await api('GET', 'me');
  expect([(await api('GET', 'me')).status, (await api('GET', 'me')).status]).toEqual([503, 503]);
});

test('answers an unknown path with an HTML page and HTTP 200', async () => {
  const { api } = await play();
  const answer = await api('GET', 'sales');
  expect([answer.status, answer.type]).toEqual([200, 'text/html; charset=utf-8']);
});

test('refuses a wrong method, a body that is not JSON, and a call that is not implemented', async () => {
  const { api } = await play();
  expect((await api('DELETE', 'saleList')).status).toBe(405);
  expect((await api('POST', 'sale/fulfilment', '{"SaleID"')).status).toBe(500);
  expect((await api('POST', 'sale/payment', {})).status).toBe(501);
  expect((await api('DELETE', 'sale/invoice')).status).toBe(501);
});

test('answers errors as an array or, by setting, as an object', async () => {
  const { api, screen } = await play();
  const path = 'sale?ID=00000000-0000-4000-8000-000000000000';
  expect(await api('GET', path)).toMatchObject({ status: 400, json: [{ ErrorCode: 404 }] });
  await screen('PATCH', 'behaviour', { errors: 'object' });
  expect(await api('GET', path)).toMatchObject({ status: 400, json: { ErrorCode: 404 } });
});

test('a fault applies to matching calls only, as many as it says', async () => {
  const { api, screen, calls } = await play();
  await screen('POST', 'faults', [
    { match: { method: 'GET', path: 'SaleList' }, times: 2, kind: 'refuse-503' },
  ]);
  const statuses = [];
  for (const path of ['me', 'saleList', 'saleList', 'saleList'])
    statuses.push((await api('GET', path)).status);
  expect(statuses).toEqual([200, 503, 503, 200]);
  expect(calls().map(({ refused }) => refused)).toEqual([null, 'fault', 'fault', null]);
});

test('a fault can be a page, a status with a body or a delay, and can be removed', async () => {
  const timeline = manualTimeline();
  const { api, screen } = await play({ timeline });
  await screen('POST', 'faults', [{ kind: 'html' }, { kind: 'status', status: 502, body: { oops: true } }]);
  expect((await api('GET', 'me')).type).toContain('text/html');
  expect(await api('GET', 'me')).toMatchObject({ status: 502, json: { oops: true } });
  await screen('POST', 'faults', { kind: 'refuse-429', times: 9 });
  await screen('DELETE', 'faults');
  expect((await api('GET', 'me')).status).toBe(200);
  await screen('POST', 'faults', { kind: 'latency', ms: 5_000 });
  const slow = api('GET', 'me');
  const first = await Promise.race([slow, screen('GET', 'faults').then(() => 'still waiting')]);
  expect(first).toBe('still waiting');
  await timeline.advance(5_000);
  expect((await slow).status).toBe(200);
});

test('refuses a fault of an unknown kind', async () => {
  const { screen } = await play();
  expect((await screen('POST', 'faults', { kind: 'latency' })).status).toBe(400);
});

test('timeout-before discards the call and timeout-after carries it out', async () => {
  const { api, screen, sell, calls } = await play();
  const { id, number } = await sell({});
  const status = async () => (await api('GET', `sale/fulfilment/pick?TaskID=${id}`)).json.Status;
  await screen('POST', 'faults', { match: { path: 'pick', method: 'post' }, kind: 'timeout-before' });
  await expect(api('POST', 'sale/fulfilment/pick', getPick(id))).rejects.toThrow('fetch failed');
  expect(await status()).toBe('NOT AVAILABLE');
  await screen('POST', 'faults', { match: { path: 'pick', method: 'post' }, kind: 'timeout-after' });
  await expect(api('POST', 'sale/fulfilment/pick', getPick(id))).rejects.toThrow('fetch failed');
  expect(await status()).toBe('AUTHORISED');
  const posts = calls().filter(({ method }) => method === 'POST');
  expect(posts).toMatchObject([
    { status: null, refused: 'fault', saleOrderNumber: number },
    { status: null, refused: null, saleOrderNumber: number },
  ]);
});

test('an ignored write is answered with 200 and the unchanged resource', async () => {
  const { api, screen, sell } = await play();
  const { id } = await sell({});
  await screen('POST', 'faults', { match: { path: 'pick', method: 'post' }, kind: 'ignored' });
  const ignored = await api('POST', 'sale/fulfilment/pick', getPick(id));
  expect(ignored).toMatchObject({ status: 200, json: { Status: 'NOT AVAILABLE' } });
  expect((await api('POST', 'sale/fulfilment/pick', getPick(id))).json.Status).toBe('AUTHORISED');
});

test('answers a health check', async () => {
  const { origin } = await play();
  expect((await fetch(`${origin}/health`)).status).toBe(200);
});
