import type { DearState, DeliveryRecord } from 'dear-sandbox/dear';
import { manualTimeline, memoryStorage } from 'dear-sandbox/kit';
import { expect, test } from 'vitest';
import {
  getPack,
  getPick,
  getShip,
  type Play,
  play,
  receiver,
  shipLine,
  subscription,
  until,
} from './play.ts';

const URL = 'https://hooks.example.test/dear';

test('a webhook never returns its bearer token, and a replacement without one removes it', async () => {
  const { api } = await play();
  const made = (await api('POST', 'webhooks', subscription(URL))).json.Webhooks[0];
  expect(made).toMatchObject({ Type: 'Sale/OrderAuthorised', IsActive: true, ExternalBearerToken: '' });
  const { ExternalBearerToken: _, ...rest } = subscription(`${URL}/2`);
  expect((await api('PUT', 'webhooks', { ...rest, ID: made.ID.toUpperCase() })).status).toBe(200);
  const listed = (await api('GET', 'webhooks')).json.Webhooks;
  expect(listed).toMatchObject([{ ID: made.ID, ExternalURL: `${URL}/2`, ExternalBearerToken: '' }]);
  expect((await api('DELETE', `webhooks?ID=${made.ID}`)).json).toEqual({ Webhooks: [] });
});

test('refuses a sixth webhook of a type', async () => {
  const { api } = await play();
  for (let n = 0; n < 5; n += 1) expect((await api('POST', 'webhooks', subscription(URL))).status).toBe(200);
  expect((await api('POST', 'webhooks', subscription(URL))).status).toBe(400);
  expect((await api('POST', 'webhooks', subscription(URL, 'Sale/Voided'))).status).toBe(200);
});

test.each([
  ['a type it does not have', subscription(URL, 'Sale/Edited')],
  ['no address', subscription('')],
  ['bearer authorization without a token', subscription(URL, 'Sale/Undo', { ExternalBearerToken: null })],
  [
    'basic authorization without a name',
    subscription(URL, 'Sale/Undo', { ExternalAuthorizationType: 'basicauth' }),
  ],
])('refuses %s', async (_, body) => {
  const { api } = await play();
  expect((await api('POST', 'webhooks', body)).status).toBe(400);
});

test('refuses to replace or delete an unknown webhook', async () => {
  const { api } = await play();
  const ID = '00000000-0000-4000-8000-000000000001';
  expect((await api('PUT', 'webhooks', { ...subscription(URL), ID })).status).toBe(400);
  expect((await api('DELETE', `webhooks?ID=${ID}`)).status).toBe(400);
});

test('refuses webhooks without the Automation module', async () => {
  const { api } = await play({ automationModule: false });
  for (const method of ['GET', 'POST']) {
    const answer = await api(method, 'webhooks', method === 'POST' ? subscription(URL) : undefined);
    expect(answer.status).toBe(400);
    expect(answer.json[0].Exception).toContain('Automation module');
  }
});

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 5);
const deliveries = async ({ screen }: Play): Promise<DeliveryRecord[]> =>
  (await screen('GET', 'webhook-deliveries')).json;
const settled = (dear: Play) =>
  until(
    () => deliveries(dear),
    (all) => all.every(({ state }) => state !== 'pending'),
  );
const attempts = (dear: Play, count: number) =>
  until(
    () => deliveries(dear),
    (all) => all[0]?.attempts.length === count,
  );
const minutes = (delivery: DeliveryRecord | undefined) =>
  delivery?.attempts.map(({ at }) => (Date.parse(at) - START) / MINUTE);

test('sends a webhook one minute after its event, with its credential and headers', async () => {
  const timeline = manualTimeline(START);
  const hook = await receiver();
  const dear = await play({ timeline });
  const ExternalHeaders = [{ Key: 'X-Bridge', Value: 'one' }];
  await dear.api('POST', 'webhooks', subscription(hook.url, 'Sale/OrderAuthorised', { ExternalHeaders }));
  const { id, number } = await dear.sell({});
  await timeline.advance(MINUTE);
  expect(minutes((await settled(dear))[0])).toEqual([1]);
  expect(hook.received).toMatchObject([
    {
      body: { SaleID: id.toUpperCase(), SaleOrderNumber: number, EventType: 'Sale/OrderAuthorised' },
      headers: {
        authorization: 'Bearer moss-and-slate',
        'x-bridge': 'one',
        'content-type': 'application/json',
      },
    },
  ]);
});

test('sends the credential of a webhook with basic authorization', async () => {
  const timeline = manualTimeline(START);
  const hook = await receiver();
  const dear = await play({ timeline });
  const basic = {
    ExternalAuthorizationType: 'basicauth',
    ExternalUserName: 'fern',
    ExternalPassword: 'quartz',
  };
  await dear.api('POST', 'webhooks', subscription(hook.url, 'Sale/OrderAuthorised', basic));
  await dear.sell({});
  await timeline.advance(MINUTE);
  await settled(dear);
  expect(hook.received[0]?.headers.authorization).toBe(`Basic ${btoa('fern:quartz')}`);
});

test('sends an empty bearer token after a replacement without one', async () => {
  const timeline = manualTimeline(START);
  const hook = await receiver();
  const dear = await play({ timeline });
  const { ID } = (await dear.api('POST', 'webhooks', subscription(hook.url))).json.Webhooks[0];
  const { ExternalBearerToken: _, ...rest } = subscription(hook.url);
  await dear.api('PUT', 'webhooks', { ...rest, ID });
  await dear.sell({});
  await timeline.advance(MINUTE);
  await settled(dear);
  expect(hook.received[0]?.headers.authorization).toBe('Bearer');
});

test('tries a delivery six times over 76 minutes, then deactivates the webhook and drops its other deliveries', async () => {
  const timeline = manualTimeline(START);
  const hook = await receiver(() => 500);
  const dear = await play({ timeline });
  await dear.api('POST', 'webhooks', subscription(hook.url));
  await dear.sell({});
  const waits = [1, 5, 10, 15, 20, 25];
  for (const [index, wait] of waits.entries()) {
    if (index === 5) await dear.sell({});
    await timeline.advance(wait * MINUTE);
    if (index < 5) await attempts(dear, index + 1);
  }
  await attempts(dear, 6);
  const isActive = async () => (await dear.api('GET', 'webhooks')).json.Webhooks[0].IsActive;
  expect(await isActive()).toBe(false);
  expect(minutes((await deliveries(dear))[0])).toEqual([1, 6, 16, 31, 51, 76]);
  expect((await deliveries(dear))[0]?.state).toBe('failed');
  await dear.sell({});
  await timeline.advance(60 * MINUTE);
  const afterwards = await settled(dear);
  expect(afterwards.map(({ state }) => state)).toEqual(['failed', 'dropped']);
});

test('counts any 2xx as success, but no redirect or refusal', async () => {
  const timeline = manualTimeline(START);
  const answers = [302, 404, 299];
  const hook = await receiver(() => answers.shift() ?? null);
  const dear = await play({ timeline });
  await dear.api('POST', 'webhooks', subscription(hook.url));
  await dear.sell({});
  for (const [index, wait] of [1, 5, 10].entries()) {
    await timeline.advance(wait * MINUTE);
    await attempts(dear, index + 1);
  }
  const [delivery] = await deliveries(dear);
  expect(delivery?.attempts.map(({ outcome }) => outcome)).toEqual(['302', '404', '299']);
  expect(delivery?.state).toBe('delivered');
});

test('counts a time-out as a failure', async () => {
  const timeline = manualTimeline(START);
  const hook = await receiver(() => null);
  const dear = await play({ timeline, deliveryTimeoutMs: 200 });
  await dear.api('POST', 'webhooks', subscription(hook.url));
  await dear.sell({});
  await timeline.advance(MINUTE);
  await attempts(dear, 1);
  expect(await deliveries(dear)).toMatchObject([{ state: 'pending', attempts: [{ outcome: 'timed out' }] }]);
});

test('keeps pending deliveries over a restart and sends overdue ones at once', async () => {
  const timeline = manualTimeline(START);
  const storage = memoryStorage<DearState>();
  const hook = await receiver();
  const before = await play({ timeline, storage });
  await before.api('POST', 'webhooks', subscription(hook.url));
  await before.sell({});
  await before.close();
  await timeline.advance(30 * MINUTE);
  expect(hook.received).toEqual([]);
  const after = await play({ timeline, storage });
  await timeline.advance(0);
  expect(minutes((await settled(after))[0])).toEqual([30]);
  expect(hook.received).toHaveLength(1);
});

test('gives every event the fields, ids and dates of its type', async () => {
  const timeline = manualTimeline(START);
  const hook = await receiver();
  const dear = await play({ timeline });
  const types = [
    'Created',
    'OrderAuthorised',
    'Backordered',
    'PickAuthorised',
    'PackAuthorised',
    'ShipmentAuthorised',
  ];
  for (const type of [...types, 'ShipmentTrackingNumberChanged', 'Undo', 'Voided']) {
    await dear.api('POST', 'webhooks', subscription(hook.url, `Sale/${type}`));
  }
  const { id, number } = await dear.sell({
    lines: [{ sku: 'TRL-LAMP-HD', quantity: 6 }],
    contact: 'Wren Ashby',
  });
  const lamps = { SKU: 'TRL-LAMP-HD', Location: 'ShipStation Austin', Quantity: 5 };
  await dear.api('POST', 'sale/fulfilment/pick', getPick(id, [lamps]));
  await dear.api('POST', 'sale/fulfilment/pack', getPack(id, [{ ...lamps, Box: 'B1' }]));
  await dear.api('POST', 'sale/fulfilment/ship', getShip(id, [shipLine('B1', 'TRK-1')]));
  await dear.api('DELETE', `sale?ID=${id}`);
  await dear.api('DELETE', `sale?ID=${id}&Void=true`);
  await timeline.advance(MINUTE);
  await settled(dear);
  const bodies = new Map(hook.received.map(({ body }) => [body.EventType, body]));
  const SaleID = id.toUpperCase();
  const contact = { CustomerContactName: 'Wren Ashby', CustomerContactEmail: expect.stringContaining('@') };
  const named = { SaleID, SaleOrderNumber: number };
  const customer = { CustomerName: 'Juniper & Slate Outfitters', ...contact };
  const event = (type: string, fields: object) => {
    expect(bodies.get(`Sale/${type}`)).toEqual({ ...fields, EventType: `Sale/${type}` });
  };
  expect(bodies.get('Sale/Created')).toMatchObject({
    ...named,
    SaleOrderDate: '2026-01-05',
    TaskTypeSign: '0',
  });
  event('OrderAuthorised', named);
  event('Backordered', named);
  event('PickAuthorised', { ...named, TaskID: SaleID, ...customer });
  event('PackAuthorised', { ...named, TaskID: SaleID, ...customer });
  event('ShipmentAuthorised', {
    SaleTaskID: SaleID,
    TenantID: expect.stringMatching(/^[0-9A-F-]{36}$/),
    OrderNumber: number,
    ...customer,
  });
  event('Undo', { ...named, ...contact });
  event('Voided', { ...named, ...customer });
  event('ShipmentTrackingNumberChanged', {
    SaleID: id,
    TaskID: id,
    SaleOrderNumber: number,
    SaleOrderDate: '05/01/2026',
    CustomerContact: 'Wren Ashby',
    CustomerEmail: expect.stringContaining('@'),
    CustomerName: 'Juniper & Slate Outfitters',
    TaskTypeSign: 0,
    Shipments: [
      { ShipmentDate: '06/01/2026', TrackingNumber: 'TRK-1', TrackingUrl: '', Carrier: 'UPS Ground' },
    ],
  });
});

test('publishes no event for unchanged tracking or an edited header', async () => {
  const timeline = manualTimeline(START);
  const dear = await play({ timeline });
  const { id } = await dear.sell({});
  for (const type of ['ShipmentTrackingNumberChanged', 'OrderAuthorised', 'Created']) {
    await dear.api('POST', 'webhooks', subscription('http://127.0.0.1:9/', `Sale/${type}`));
  }
  await dear.screen('PATCH', `sales/${id}`, { shippingAddress: { line1: '9 New Road' } });
  expect(await deliveries(dear)).toEqual([]);
  await dear.api('POST', 'sale/fulfilment/pick', getPick(id));
  await dear.api('POST', 'sale/fulfilment/pack', getPack(id));
  await dear.api('POST', 'sale/fulfilment/ship', getShip(id));
  expect(await deliveries(dear)).toHaveLength(1);
  await dear.api('PUT', 'sale/fulfilment/ship', getShip(id, [shipLine('B1')], { AddTrackingNumbers: true }));
  expect(await deliveries(dear)).toHaveLength(1);
  await dear.api(
    'PUT',
    'sale/fulfilment/ship',
    getShip(id, [shipLine('B1', 'NEW')], { AddTrackingNumbers: true }),
  );
  expect(await deliveries(dear)).toHaveLength(2);
});

test('publishes a change of stock as an array of all rows of the product', async () => {
  const timeline = manualTimeline(START);
  const dear = await play({ timeline });
  await dear.api('POST', 'webhooks', subscription('http://127.0.0.1:9/', 'Stock/AvailableStockLevelChanged'));
  await dear.sell({ lines: [{ sku: 'TRL-LAMP-HD', quantity: 1 }] });
  const all = await deliveries(dear);
  expect(all).toHaveLength(1);
  const rows = JSON.parse(all[0]!.body);
  expect(rows).toMatchObject([
    { SKU: 'TRL-LAMP-HD', Location: 'Main Warehouse', Available: 3, MaxRows: 3 },
    {
      SKU: 'TRL-LAMP-HD',
      Location: 'ShipStation Austin',
      OnHand: 5,
      Allocated: 1,
      Available: 4,
      Category: 'Camp',
    },
    { SKU: 'TRL-LAMP-HD', Location: 'ShipStation Reno', Available: 5 },
  ]);
  expect(Object.keys(rows[0])).not.toContain('InTransit');
});
