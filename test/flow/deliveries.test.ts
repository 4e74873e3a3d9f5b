import { GetObjectCommand, ListBucketsCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DriftReports } from '../../lib/store/drift-reports.ts';
import { DynamoDbTable } from '../../lib/store/table.ts';
import { confirmed, eventually, type LocalSystem, startLocalSystem } from './local-system.ts';

let system: LocalSystem;

beforeAll(async () => {
  system = await startLocalSystem();
});
afterAll(async () => {
  await system?.host.stop();
});

const sale = (sku = 'TRL-MUG-350') => ({
  location: system.connection.location,
  carrier: 'UPS Ground',
  lines: [{ sku, quantity: 1 }],
});

/** Waits until ShipStation has the order, and ships it. */
async function ship(reference: string): Promise<string> {
  const order = await eventually(async () => (await system.bench.ordersFor(reference))[0]);
  return system.bench.ship(order.id);
}

describe('messages that come too often, too late and in the wrong order', () => {
  it('result in one order, shipped once', async () => {
    const { id, number } = await system.dear.authoriseSale(sale());
    const hint = (type: string) => ({ EventType: type, SaleID: id.toUpperCase(), SaleOrderNumber: number });
    const noise = [
      'Sale/Undo',
      'Sale/OrderAuthorised',
      'Sale/Voided',
      'Sale/OrderAuthorised',
      'Sale/Backordered',
      'Sale/OrderAuthorised',
    ];
    const answers = await Promise.all(noise.map((type) => system.deliver(hint(type))));
    expect(answers.map(({ status }) => status)).toEqual(noise.map(() => 202));
    await ship(`${number}-1`);
    const order = await confirmed(system, `${number}-1`);
    expect(order.status).toBe('Shipped');
    expect(await system.bench.ordersFor(`${number}-1`)).toHaveLength(1);
    expect((await system.records.sale(id))?.references).toEqual([`${number}-1`]);
  });
});

describe('lost answers', () => {
  it.each(['timeout-before', 'timeout-after'])(
    'on the way from ShipStation (%s) never ship twice',
    async (kind) => {
      await system.spoil('shipStation', { kind, match: { method: 'POST', path: '/v2/shipments' } });
      const { number } = await system.dear.authoriseSale(sale());
      const reference = `${number}-1`;
      const order = await eventually(async () => {
        const current = await system.records.order(reference);
        const state = current?.submission.state;
        return (kind === 'timeout-after' ? state === 'submitted' : state === 'unknown') && current;
      });
      expect(await system.bench.ordersFor(reference)).toHaveLength(kind === 'timeout-after' ? 1 : 0);
      expect(order.log.some(({ what }) => what.includes('the answer was lost'))).toBe(true);
    },
  );

  it('of DEAR are looked up, and everything is confirmed', async () => {
    const { number } = await system.dear.authoriseSale(sale());
    for (const stage of ['pick', 'pack', 'ship']) {
      await system.spoil('dear', {
        kind: 'timeout-after',
        match: { method: 'POST', path: `sale/fulfilment/${stage}` },
      });
    }
    const tracking = await ship(`${number}-1`);
    await confirmed(system, `${number}-1`);
    const [fulfilment] = (await system.dear.sale(number)).fulfilments;
    expect(fulfilment?.ship).toMatchObject({
      status: 'AUTHORISED',
      lines: [{ trackingNumbers: [tracking] }],
    });
  });
});

describe('a sale that is voided', () => {
  it('is cancelled in ShipStation before it ships', async () => {
    const { number } = await system.dear.authoriseSale(sale());
    const reference = `${number}-1`;
    await eventually(async () => (await system.bench.ordersFor(reference)).length > 0);
    await fetch(`${system.host.urls.dearScreens}/sandbox/sales/${number}/void`, { method: 'POST' });
    const order = await eventually(async () => {
      const current = await system.records.order(reference);
      return current?.status === 'Cancelled' && current;
    });
    expect(order.log.map(({ by }) => by)).toEqual([
      'DEAR Sale/OrderAuthorised',
      'shipstation',
      'DEAR Sale/Voided',
      'shipstation',
    ]);
  });
});

describe('the webhook endpoint', () => {
  it('refuses a wrong token, and accepts every body with the right one', async () => {
    const getStatus = async (body: unknown, token?: string) => (await system.deliver(body, token)).status;
    expect(await getStatus({ EventType: 'Sale/Voided' }, 'not-our-token-at-all')).toBe(401);
    expect(await getStatus(`"${'x'.repeat(65 * 1024)}"`)).toBe(202);
    expect(await getStatus('{"EventType":')).toBe(202);
    expect(await getStatus({ EventType: 'Purchase/Updated' })).toBe(200);
    const unsigned = await fetch(`${system.host.urls.api}/webhooks/providers/shipstation`, {
      method: 'POST',
      body: '{}',
    });
    expect(unsigned.status).toBe(401);
  });

  it('has a health page with every address', async () => {
    const answer = await (await fetch(`${system.host.urls.api}/health`)).json();
    expect(answer).toMatchObject({ status: 'ok', urls: { dear: system.host.urls.dear } });
  });
});

describe('a sync of stock', () => {
  it('stores a summary in the table and every line in the bucket', async () => {
    const { clients, tableName } = system.host;
    const connection = 'shipstation-reno';
    const reports = new DriftReports(new DynamoDbTable(clients.dynamoDb, tableName));
    const request = { job: 'sync-inventory', connection, scheduledAt: '', continues: false };
    await system.host.send('jobs', request, `sync-inventory#${connection}`);
    const report = await eventually(() => reports.read(connection));
    expect(report).toMatchObject({ location: 'ShipStation Reno', outcome: 'agreed', mode: 'adjust' });
    const { Buckets = [] } = await clients.s3.send(new ListBucketsCommand({}));
    const place = { Bucket: Buckets[0]?.Name, Key: report.file };
    const { Body } = await clients.s3.send(new GetObjectCommand(place));
    const rows = (await Body?.transformToString())?.split('\r\n') ?? [];
    expect(rows).toContain('TRL-MUG-350,,,300,300,0,0,none,');
  });
});

describe('the console', () => {
  it('is served beside the system, and lists its orders', async () => {
    const { number } = await system.dear.authoriseSale(sale());
    await eventually(() => system.records.order(`${number}-1`));
    const page = await fetch(`${system.host.urls.console}/orders/${number}-1`);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain(`${number}-1`);
  });
});

describe('the system after all of this', () => {
  it('has logged no personal data in any function', async () => {
    const sales = await (await fetch(`${system.host.urls.dearScreens}/sandbox/sales`)).json();
    const [newest] = sales as Array<{ OrderNumber: string }>;
    const { contact, email, phone, customer, shippingAddress } = await system.dear.sale(
      newest?.OrderNumber ?? '',
    );
    const personal = [contact, email, phone, customer, shippingAddress.line1, shippingAddress.contact];
    expect(personal.every((text) => text.length > 3)).toBe(true);
    const written = JSON.stringify([system.lines, system.events]);
    expect(personal.filter((text) => written.includes(text))).toEqual([]);
  });

  it('has no parked message, and has counted metrics', async () => {
    const depths = Object.values(await system.host.depths());
    expect(depths.map(({ dead }) => dead)).toEqual(depths.map(() => 0));
    expect(system.host.metrics()).toMatchObject({
      WebhookAccepted: expect.any(Number),
      MessageProcessed: expect.any(Number),
    });
  });
});
