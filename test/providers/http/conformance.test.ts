import { startWarehouseSandbox } from 'dear-sandbox/http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ConformanceResult,
  checkConformance,
  TRIAL_SECRET,
} from '../../../lib/providers/http/conformance.ts';
import { sign } from '../../../lib/providers/http/signature.ts';
import { type } from '../../operator/cli/session.ts';

let sandbox: Awaited<ReturnType<typeof startWarehouseSandbox>>;
let baseUrl: string;

beforeAll(async () => {
  sandbox = await startWarehouseSandbox({
    port: 0,
    signingSecret: TRIAL_SECRET,
    messagesUrl: 'http://127.0.0.1:9/messages',
    callsPerMinute: 10_000,
  });
  baseUrl = `${sandbox.url}/bridge`;
});
afterAll(async () => {
  await sandbox.close();
});

async function check(send: typeof fetch = fetch): Promise<ConformanceResult[]> {
  const options = { baseUrl, signingSecret: TRIAL_SECRET, now: Date.now, fetch: send };
  return await Array.fromAsync(checkConformance(options));
}

function getBroken(results: readonly ConformanceResult[]): string[] {
  return results.filter(({ outcome }) => outcome === 'broken').map(({ rule, found }) => `${rule}: ${found}`);
}

/** A warehouse with a fault: the sandbox behind another `fetch`. */
const isRepeated = new Set<string>();
const FAULTS: ReadonlyArray<[string, typeof fetch, string[]]> = [
  [
    'does not check signatures',
    async (url, init) => {
      const body = typeof init?.body === 'string' ? init.body : '';
      const secrets = { signingSecret: TRIAL_SECRET, previousSigningSecret: '' };
      return await fetch(url, { ...init, headers: sign(body, secrets, Date.now()) });
    },
    [
      'A call without a signature is refused: 404 order_not_found',
      'A call that is signed with another secret is refused: 404 order_not_found',
      'A body that was changed after it was signed is refused: 200 without error.code',
      'A call that was signed 330 s ago is refused: 404 order_not_found',
      'A call that was signed 330 s ahead is refused: 404 order_not_found',
    ],
  ],
  [
    'makes another order of a repeated one',
    async (url, init) => {
      const body = String(init?.body ?? '');
      const reference = /CHECK-\w+-1"/.exec(body)?.[0];
      if (reference === undefined || !body.includes('order.submitted')) return await fetch(url, init);
      const answer = await fetch(url, init);
      if (!isRepeated.has(reference)) isRepeated.add(reference);
      else
        return Response.json({
          order: { reference: 'SO-2', status: 'open', changedAt: '2026-01-05T09:00:00Z', lines: [] },
        });
      return answer;
    },
    [
      'A repeated order is answered with the one that was taken: the order SO-2',
      'The reference is not taken for other goods: 200 without error.code',
    ],
  ],
  [
    'ignores cancellations',
    async (url, init) => {
      if (!String(init?.body ?? '').includes('"order.cancelled"')) return await fetch(url, init);
      const path = `${baseUrl}/orders/${/CHECK-\w+-\w+/.exec(String(init?.body))?.[0]}`;
      const secrets = { signingSecret: TRIAL_SECRET, previousSigningSecret: '' };
      return await fetch(path, { headers: sign('', secrets, Date.now()) });
    },
    [
      'An order is cancelled: the order is open',
      'A repeated cancellation is answered like the first: the order is open',
    ],
  ],
  [
    'lists shipments in another order',
    async (url, init) => {
      if (!String(url).includes('/shipments')) return await fetch(url, init);
      return Response.json({ shipments: [toShipment('2 h', -7_200_000), toShipment('3 h', -10_800_000)] });
    },
    [
      expect.stringMatching(
        /^Shipments are listed since a time, in order of their last change: shipment 2 changed before /,
      ),
    ],
  ],
];

function toShipment(id: string, age: number) {
  const changedAt = new Date(Date.now() + age).toISOString();
  return { id, reference: 'SO-1-1', status: 'shipped', shippedAt: changedAt, changedAt };
}

describe('the check of a warehouse', () => {
  it('finds every rule kept by the sandbox', async () => {
    const results = await check();
    expect(getBroken(results)).toEqual([]);
    expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['kept']));
  });

  it('counts a part that answers not_implemented as not implemented', async () => {
    const url = `${sandbox.url}/sandbox/settings`;
    const body = (isStockClosed: boolean) => JSON.stringify({ isStockClosed });
    await fetch(url, { method: 'PATCH', body: body(true) });
    const results = await check();
    await fetch(url, { method: 'PATCH', body: body(false) });
    const left = results
      .filter(({ outcome }) => outcome !== 'kept')
      .map(({ part, outcome }) => [part, outcome]);
    expect(left).toEqual([['stock', 'not implemented']]);
  });

  it.each(FAULTS)('finds what a warehouse breaks that %s', async (_, send, broken) => {
    expect(getBroken(await check(send))).toEqual(broken);
  });

  it('finds every rule broken by a server that knows nothing of the contract', async () => {
    const results = await check(async () => new Response('<h1>It works</h1>'));
    expect(results.filter(({ outcome }) => outcome === 'kept')).toEqual([]);
    expect(results[0]).toMatchObject({
      request: 'GET /orders/CHECK-0',
      expected: '404 order_not_found',
      found: '200 and a body that is no JSON',
    });
  });
});

describe('bridge provider conformance', () => {
  it('exits with 0 where every rule is kept, and lists them', async () => {
    const { code, out, err } = await type(`provider conformance --url ${baseUrl}`);
    expect([code, err]).toEqual([0, expect.stringContaining(TRIAL_SECRET)]);
    expect(out).toMatch(/orders +kept +An order is taken/);
  });

  it('exits with 1 where a rule is broken, with the request, what was expected and what was found', async () => {
    const { code, out } = await type(`provider conformance --url ${sandbox.url}/health`);
    expect(code).toBe(1);
    expect(out).toMatch(
      /An order is taken\n {2}request {3}POST \/orders order.submitted CHECK-\w+-1\n {2}expected {2}the order/,
    );
  });

  it('prints JSON', async () => {
    const { json } = await type(`provider conformance --url ${baseUrl} --json`);
    expect(json()).toContainEqual({
      part: 'signatures',
      rule: 'A call without a signature is refused',
      outcome: 'kept',
      request: 'GET /orders/CHECK-0',
      expected: '401 invalid_signature',
      found: '',
    });
  });

  it.each([
    ['provider conformance', 2, '--url has to be an address'],
    ['provider conformance --url http://127.0.0.1:9', 4, 'could not be reached'],
    ['provider conformance --url http://127.0.0.1:9 --secret-file /nowhere', 2, 'cannot be read'],
  ])('%s exits with %i', async (line, code, message) => {
    const outcome = await type(line);
    expect(outcome.code).toBe(code);
    expect(outcome.err).toContain(message);
  });
});
