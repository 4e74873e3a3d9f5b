import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HttpApi, startHttpApi } from '../../../local/http/http-api.ts';

let api: HttpApi;
let events: APIGatewayProxyEventV2[];
let errors: unknown[];
let answer: (event: APIGatewayProxyEventV2) => unknown;

const route = (routeKey: string, timeoutMs = 30_000) => ({ routeKey, functionName: routeKey, timeoutMs });

beforeEach(async () => {
  api = await startHttpApi(0);
  events = [];
  errors = [];
  answer = () => ({ statusCode: 202, body: '{}' });
});
afterEach(async () => await api.close());

function serve(...routes: Array<ReturnType<typeof route>>): void {
  api.serve({
    routes,
    invoke: async (_, event) => {
      events.push(event as APIGatewayProxyEventV2);
      return await answer(event as APIGatewayProxyEventV2);
    },
    onError: (error) => errors.push(error),
    urls: { api: api.url },
  });
}

const post = (path: string, init: RequestInit = {}) =>
  fetch(`${api.url}${path}`, { method: 'POST', ...init });

describe('the event', () => {
  it('has the form of payload format 2.0', async () => {
    serve(route('POST /parcels/{carrier}'));
    const headers = {
      'Content-Type': 'application/json; charset=utf-8',
      'X-Token': 'Abc',
      cookie: 'a=1; b=2',
    };
    await post('/parcels/blue%20line?q=1&q=2&r=%26', { headers, body: '{"weight":3}' });
    expect(events[0]).toMatchObject({
      version: '2.0',
      routeKey: 'POST /parcels/{carrier}',
      rawPath: '/parcels/blue line',
      rawQueryString: 'q=1&q=2&r=%26',
      cookies: ['a=1', 'b=2'],
      headers: { 'content-type': 'application/json; charset=utf-8', 'x-token': 'Abc' },
      queryStringParameters: { q: '1,2', r: '&' },
      pathParameters: { carrier: 'blue line' },
      body: '{"weight":3}',
      isBase64Encoded: false,
      requestContext: {
        http: { method: 'POST', path: '/parcels/blue line', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' },
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        routeKey: 'POST /parcels/{carrier}',
        stage: '$default',
      },
    });
    expect(events[0]?.headers).not.toHaveProperty('cookie');
  });

  it.each([
    ['application/vnd.acme+json', false],
    ['text/plain', false],
    ['application/x-www-form-urlencoded', true],
    ['application/octet-stream', true],
  ])('carries a body of %s in Base64: %s', async (contentType, encoded) => {
    serve(route('POST /parcels'));
    await post('/parcels', { headers: { 'content-type': contentType }, body: 'a=ü' });
    expect(events[0]?.isBase64Encoded).toBe(encoded);
    expect(Buffer.from(events[0]?.body ?? '', encoded ? 'base64' : 'utf8').toString()).toBe('a=ü');
  });

  it('joins the values of a repeated header', async () => {
    serve(route('POST /parcels'));
    await new Promise((resolve) => {
      const call = request(
        `${api.url}/parcels`,
        { method: 'POST', headers: { 'x-tag': ['one', 'two'] } },
        resolve,
      );
      call.end();
    });
    expect(events[0]?.headers['x-tag']).toBe('one,two');
    expect(events[0]).not.toHaveProperty('body');
  });
});

describe('the route', () => {
  it.each([
    ['POST', '/parcels/label', 'POST /parcels/label'],
    ['POST', '/parcels/blue', 'POST /parcels/{carrier}'],
    ['PUT', '/parcels/blue', 'ANY /parcels/{carrier}'],
    ['POST', '/parcels/a/b/c', 'POST /parcels/{rest+}'],
    ['DELETE', '/nowhere', '$default'],
  ])('of %s %s is %s', async (method, path, expected) => {
    const keys = [
      '$default',
      'POST /parcels/{rest+}',
      'ANY /parcels/{carrier}',
      'POST /parcels/{carrier}',
      'POST /parcels/label',
    ];
    serve(...keys.map((key) => route(key)));
    await fetch(`${api.url}${path}`, { method });
    expect(events[0]?.routeKey).toBe(expected);
  });

  it.each(['http://', '//[', 'http://[::1', '//:x'])(
    'is 400 for the target %s, which is no path',
    async (target) => {
      serve(route('POST /parcels'));
      const { hostname, port } = new URL(api.url);
      const socket = connect(Number(port), hostname);
      socket.end(`POST ${target} HTTP/1.1\r\nhost: local\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
      expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 Bad Request/);
      expect(events).toEqual([]);
    },
  );

  it.each([
    ['GET', '/parcels'],
    ['POST', '/parcels/'],
    ['POST', '/parcels/extra'],
    ['POST', '/Parcels'],
  ])('is none for %s %s', async (method, path) => {
    serve(route('POST /parcels'));
    const response = await fetch(`${api.url}${path}`, { method });
    expect([response.status, await response.json()]).toEqual([404, { message: 'Not Found' }]);
    expect(events).toEqual([]);
  });
});

describe('the answer', () => {
  it('is the function’s structured answer', async () => {
    serve(route('POST /parcels'));
    answer = () => ({
      statusCode: 201,
      headers: { 'x-kind': 'box' },
      cookies: ['a=1', 'b=2'],
      body: Buffer.from([0, 255]).toString('base64'),
      isBase64Encoded: true,
    });
    const response = await post('/parcels');
    expect(response.status).toBe(201);
    expect(response.headers.get('x-kind')).toBe('box');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 255]);
  });

  it('is 200 with JSON where the function returns no status', async () => {
    serve(route('POST /parcels'));
    answer = () => ({ fine: true });
    const response = await post('/parcels');
    expect([response.status, await response.json()]).toEqual([200, { fine: true }]);
  });

  it.each([
    ['fails', () => Promise.reject(new Error('broken'))],
    ['answers with a status that is none', () => ({ statusCode: 'often' })],
  ])('is 500 where the function %s', async (_, fails) => {
    serve(route('POST /parcels'));
    answer = fails;
    const response = await post('/parcels');
    expect([response.status, await response.json()]).toEqual([500, { message: 'Internal Server Error' }]);
  });

  it('is 503 where the function takes longer than the route allows', async () => {
    serve(route('POST /parcels', 50));
    answer = () => new Promise(() => {});
    const response = await post('/parcels');
    expect([response.status, await response.json()]).toEqual([503, { message: 'Service Unavailable' }]);
  });

  it('is 413 for more than 10 MB, without an invocation', async () => {
    serve(route('POST /parcels'));
    const response = await post('/parcels', { body: Buffer.alloc(10 * 1024 * 1024 + 1) });
    expect(response.status).toBe(413);
    expect(events).toEqual([]);
    expect((await post('/parcels', { body: Buffer.alloc(10 * 1024 * 1024) })).status).toBe(202);
  });

  it('is 503 until the functions are served', async () => {
    expect((await post('/parcels')).status).toBe(503);
  });

  it('answers /health with the addresses of the system', async () => {
    serve();
    expect(await (await fetch(`${api.url}/health`)).json()).toEqual({ status: 'ok', urls: { api: api.url } });
  });
});
