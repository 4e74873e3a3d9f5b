import { describe, expect, it } from 'vitest';
import { Browser } from './browser.ts';
import { ConsoleWithOrders } from './console-with-orders.ts';

const redrive = ['/queues/fulfillment/redrive', { message: 'm-1' }] as const;

describe('a write to the console', () => {
  it('is accepted from a form of its own pages', async () => {
    const bridge = new ConsoleWithOrders();
    const answer = await new Browser(bridge).post(...redrive);
    expect(answer.status).toBe(303);
    expect(bridge.done).toEqual(['redrive fulfillment m-1']);
  });

  it('is refused from another site, even with the token', async () => {
    const bridge = new ConsoleWithOrders();
    const answer = await new Browser(bridge).post(...redrive, { origin: 'https://evil.example' });
    expect(answer.status).toBe(403);
    expect(bridge.done).toEqual([]);
  });

  it('is refused where its body is no form', async () => {
    const bridge = new ConsoleWithOrders();
    const headers = { origin: 'http://127.0.0.1:9406', 'content-type': 'multipart/form-data' };
    const answer = await new Browser(bridge).post(...redrive, headers);
    expect(answer.status).toBe(403);
    expect(bridge.done).toEqual([]);
  });

  it('is refused without the token of this process', async () => {
    const bridge = new ConsoleWithOrders();
    const answer = await new Browser(bridge).post(redrive[0], { ...redrive[1], token: 'guessed' });
    expect(answer.status).toBe(403);
    expect(bridge.done).toEqual([]);
  });
});

describe('the console', () => {
  it('forbids the browser to cache its pages', async () => {
    const answer = await new Browser(new ConsoleWithOrders()).get('/');
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it.each(['http://127.0.0.1:9406', 'http://localhost:9406', 'http://[::1]:9406'])(
    'answers to %s',
    async (origin) => {
      expect((await new Browser(new ConsoleWithOrders()).get('/', {}, origin)).status).toBe(200);
    },
  );

  it('refuses a foreign host name that points to this machine', async () => {
    const answer = await new Browser(new ConsoleWithOrders()).get('/', {}, 'http://rebound.example:9406');
    expect(answer.status).toBe(421);
    expect(await answer.text()).not.toContain('<html');
  });

  it('opens with its key once where it is private, and then with its cookie', async () => {
    const browser = new Browser(new ConsoleWithOrders(), true);
    expect((await browser.get('/')).status).toBe(403);
    expect((await browser.get('/?key=guessed')).status).toBe(403);
    const opened = await browser.get(`/?key=${browser.access.key}`);
    expect(opened.status).toBe(303);
    const cookie = opened.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^bridge-console-9406=/);
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    expect((await browser.get('/', { cookie: cookie.split(';')[0] ?? '' })).status).toBe(200);
  });

  it('allows a page only its own files, and no frame', async () => {
    const answer = await new Browser(new ConsoleWithOrders()).get('/');
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(await answer.text()).not.toMatch(/(src|href)="(https?:)?\/\//);
  });
});
