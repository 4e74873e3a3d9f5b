import { describe, expect, it } from 'vitest';
import { settingsSchema } from '../../../lib/settings/schema.ts';
import { getOutcome, readCalls, toCurl, toLines } from '../../../operator/console/kept-calls.ts';
import { getLinks } from '../../../operator/orders/list-orders.ts';
import { acceptedOrder, NOW } from '../../builders/order.ts';
import { InMemoryBridge } from '../../fakes/in-memory-bridge.ts';
import { type } from '../cli/session.ts';

const CALL = {
  id: 'c1',
  at: '2026-02-03T09:00:00.000Z',
  system: 'lantern',
  operation: 'create shipment',
  method: 'POST',
  url: 'https://lantern.test/orders',
  status: 400,
  durationMs: 412,
  credentials: ['API-Key'],
  fault: '',
  request: { headers: { 'content-type': 'application/json' }, body: '{"note":"it\'s"}', cut: 0 },
  answer: { headers: {}, body: '{"message":"No street"}', cut: 0 },
};

describe('a kept call', () => {
  it('is a command for a shell, with variables for the secrets', () => {
    expect(toCurl({ ...CALL, url: "https://lantern.test/o'brien" })).toBe(
      `curl -sS -X POST 'https://lantern.test/o'\\''brien' -H "API-Key: $LANTERN_KEY" -H 'content-type: application/json'`,
    );
  });

  it('says why it has no answer', () => {
    const fault = 'the connection was reset';
    expect(getOutcome({ ...CALL, status: null, fault })).toBe(
      'no answer after 412 ms: the connection was reset',
    );
  });

  it.each([
    [
      '{"a":[1,{"b":"x, {y}"}],"c":{}}',
      '{\n  "a": [\n    1,\n    {\n      "b": "x, {y}"\n    }\n  ],\n  "c": {}\n}',
    ],
    ['{"a":[{"b":"cut he', '{\n  "a": [\n    {\n      "b": "cut he'],
    ['<a><b>1</b></a>', '<a>\n<b>1</b>\n</a>'],
    ['(20 characters of text)', '(20 characters of text)'],
  ])('has its body on lines: %s', (body, lines) => {
    expect(toLines(body)).toBe(lines);
  });

  it('is listed with those of its order and its sale, latest first', async () => {
    const { bridge } = new InMemoryBridge();
    const order = acceptedOrder();
    await bridge.calls.add(order.reference, [CALL]);
    await bridge.calls.add(order.saleId, [{ ...CALL, id: 'c2', at: '2026-02-03T09:00:01.000Z' }]);
    expect((await readCalls({ ...bridge, now: () => NOW }, order)).map(({ id }) => id)).toEqual(['c2', 'c1']);
  });
});

describe('the links of an order', () => {
  const order = acceptedOrder(undefined, { connection: 'shipstation' });
  const connection = {
    id: 'shipstation',
    provider: 'shipstation-v2',
    location: 'Austin',
    warehouseId: 'se-1',
  } as const;
  const settings = (dear: object = {}, of: object = connection) =>
    settingsSchema.parse({ dear, connections: [of] });

  it('are to its sale in DEAR, and to the search of ShipStation for its number', () => {
    expect(getLinks({ settings: settings() }, order)).toEqual({
      saleUrl: `https://inventory.dearsystems.com/Sale#${order.saleId}`,
      serviceUrl: `https://ship.shipstation.com/orders/all-orders-search-result?quickSearch=${order.reference}`,
    });
  });

  it('are none in a sandbox', () => {
    const none = { saleUrl: null, serviceUrl: null };
    expect(getLinks({ settings: settings({ baseUrl: 'http://127.0.0.1:9401/' }) }, order)).toEqual(none);
    const sandbox = settings({}, { ...connection, baseUrl: 'http://127.0.0.1:9402' });
    expect(getLinks({ settings: sandbox }, order).serviceUrl).toBeNull();
  });

  it('are none to a service whose screens are not known, and none of an order that was not sent', () => {
    const cartRover = settings(
      {},
      { id: 'shipstation', provider: 'cartrover', location: 'Austin', warehouse: 'Reno' },
    );
    expect(getLinks({ settings: cartRover }, order).serviceUrl).toBeNull();
    const unsent = { ...order, submission: { ...order.submission, providerOrderId: '' } };
    expect(getLinks({ settings: settings() }, unsent).serviceUrl).toBeNull();
  });
});

it('bridge orders show --calls prints what was sent and answered, and --json has the calls', async () => {
  const { bridge } = new InMemoryBridge();
  const order = acceptedOrder();
  await bridge.orders.save({ ...order, version: 1 });
  await bridge.calls.add(order.reference, [CALL]);
  const shown = await type(`orders show ${order.reference} --calls`, { bridge });
  expect(shown.out).toMatch(
    /lantern: create shipment, 400 in 412 ms[\s\S]*"note": "it's"[\s\S]*answer[\s\S]*No street/,
  );
  const json = await type(`orders show ${order.reference} --calls --json`, { bridge });
  expect(json.json()).toMatchObject({ calls: [{ id: 'c1', answer: CALL.answer }] });
});
