import type { IncomingMessage, ServerResponse } from 'node:http';
import { manualTimeline, requestJson } from 'dear-sandbox/kit';
import {
  type ShipStationStoreSandbox,
  StoreStaff,
  startShipStationStoreSandbox,
} from 'dear-sandbox/shipstation-store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type Listener, listen } from '../../../local/http/http-listener.ts';

const MINUTE_MS = 60_000;

/** The fields of an order that this file changes. */
interface Fields {
  readonly number: string;
  readonly status: string;
  readonly total: string;
  readonly state: string;
  readonly street: string;
  readonly quantity: string;
}

function toOrder(changes: Partial<Fields> = {}): string {
  const fields = {
    number: 'A-1',
    status: 'paid',
    total: '10.00',
    state: 'OR',
    street: 'First Row 1',
    quantity: '1',
    ...changes,
  };
  return `<Order><OrderID>${fields.number}</OrderID><OrderNumber>${fields.number}</OrderNumber><OrderDate>03/04/2026 07:00</OrderDate>
    <OrderStatus>${fields.status}</OrderStatus><LastModified>03/04/2026 07:00</LastModified><OrderTotal>${fields.total}</OrderTotal>
    <ShippingAmount>0.00</ShippingAmount><Customer><CustomerCode>c</CustomerCode><BillTo><Name>n</Name></BillTo><ShipTo><Name>n</Name>
    <Address1>${fields.street}</Address1><City>Portland</City><State>${fields.state}</State><PostalCode>97205</PostalCode><Country>US</Country></ShipTo></Customer>
    <Items><Item><LineItemID>l-1</LineItemID><SKU>MUG</SKU><Name>Mug</Name><Quantity>${fields.quantity}</Quantity><UnitPrice>5.00</UnitPrice></Item>
    <Item><LineItemID>l-2</LineItemID><SKU>LAMP</SKU><Name>Lamp</Name><Quantity>1</Quantity><UnitPrice>5.00</UnitPrice></Item></Items></Order>`;
}

const order = z.looseObject({
  id: z.string(),
  orderId: z.string(),
  orderNumber: z.string(),
  status: z.string(),
  shipTo: z.record(z.string(), z.string()),
});
const imported = z.object({
  from: z.string(),
  until: z.string(),
  orders: z.number(),
  failure: z.string(),
  dropped: z.array(z.string()),
});

let timeline = manualTimeline();
let sandbox: ShipStationStoreSandbox;
let listener: Listener;
let calls: Array<{ readonly method: string; readonly url: string; readonly body: string }> = [];
let answer: (url: URL, method: string) => { readonly status: number; readonly body: string };

const serveOrders = (...orders: string[]) => {
  answer = () => ({ status: 200, body: `<Orders pages="1">${orders.join('')}</Orders>` });
};

beforeEach(async () => {
  timeline = manualTimeline(Date.UTC(2026, 2, 4, 9, 30, 20));
  calls = [];
  serveOrders();
  const store = async (request: IncomingMessage, response: ServerResponse) => {
    const body = Buffer.concat(await Array.fromAsync<Buffer>(request)).toString();
    const { method = '', url = '' } = request;
    calls.push({ method, url, body });
    const { status, body: text } = answer(new URL(url, 'http://store'), method);
    response.writeHead(status).end(text);
  };
  listener = await listen((request, response) => void store(request, response), 0, 'the store');
  const access = { url: `${listener.url}/shop`, username: 'u', password: 'p' };
  sandbox = await startShipStationStoreSandbox({ port: 0, access, timeline });
});
afterEach(async () => {
  await sandbox.close();
  await listener.close();
});

const post = <Answer>(path: string, schema: z.ZodType<Answer>, body: object = {}) =>
  requestJson(`${sandbox.url}/sandbox${path}`, schema, { method: 'POST', body });
const runImport = () => post('/import', imported);
const getOrders = async () =>
  (await requestJson(`${sandbox.url}/sandbox/orders`, z.object({ orders: z.array(order) }))).orders;
const set = (settings: object) =>
  requestJson(`${sandbox.url}/sandbox/settings`, z.unknown(), { method: 'PATCH', body: settings });

describe('an import', () => {
  it('asks for a window to the minute, encoded as ShipStation does, and begins the next where it ended', async () => {
    await runImport();
    await timeline.advance(5 * MINUTE_MS);
    await runImport();
    expect(calls.map(({ url }) => url)).toEqual([
      '/shop?action=export&start_date=02%2f18%2f2026+09%3a30&end_date=03%2f04%2f2026+09%3a30',
      '/shop?action=export&start_date=03%2f04%2f2026+09%3a30&end_date=03%2f04%2f2026+09%3a35',
    ]);
  });

  it('asks for pages until the number that the store says', async () => {
    answer = (url) => {
      const page = Number(url.searchParams.get('page') ?? '1');
      return { status: 200, body: `<Orders pages="3">${toOrder({ number: `A-${page}` })}</Orders>` };
    };
    expect((await runImport()).orders).toBe(3);
    expect((await getOrders()).map(({ orderNumber }) => orderNumber)).toEqual(['A-1', 'A-2', 'A-3']);
  });

  it('asks again where the store does not answer, and for the same window where it stays silent', async () => {
    let failures = 2;
    answer = () =>
      failures-- > 0 ? { status: 503, body: '' } : { status: 200, body: '<Orders pages="0"/>' };
    expect((await runImport()).failure).toBe('');
    failures = 3;
    const failed = await runImport();
    expect(failed.failure).toBe('The store answered 503.');
    await timeline.advance(MINUTE_MS);
    expect((await runImport()).from).toBe(failed.from);
  });

  it('runs by itself as often as the settings say', async () => {
    await set({ importEveryMs: 15 * MINUTE_MS });
    for (const imports of [1, 2]) {
      await timeline.advance(15 * MINUTE_MS);
      expect(calls).toHaveLength(imports);
    }
    await set({ importEveryMs: null });
    await timeline.advance(60 * MINUTE_MS);
    expect(calls).toHaveLength(2);
  });

  it.each([
    ['a missing total', toOrder().replace(/<OrderTotal>.*<\/OrderTotal>/, ''), 'Order.OrderTotal is missing'],
    ['a total with three decimals', toOrder({ total: '1.000' }), 'Order.OrderTotal is not a decimal'],
    ['a quantity of 0', toOrder({ quantity: '0' }), 'Order.Items.Item.Quantity is not a whole number'],
    ['a status that is in no list', toOrder({ status: 'Paid' }), 'Paid is in no list of statuses'],
    ['a street of 201 characters', toOrder({ street: 'x'.repeat(201) }), 'has more than 200 characters'],
    ['a negative price', toOrder().replace('5.00', '-5.00'), 'UnitPrice is negative'],
    ['no valid XML', '<Order>', 'The answer is no valid XML'],
    ['a control character', toOrder({ street: 'a\u0008' }), 'control characters'],
  ])('rejects the whole page for %s', async (_, bad, why) => {
    serveOrders(toOrder({ number: 'GOOD' }), bad);
    expect((await runImport()).failure).toContain(why);
    expect(await getOrders()).toEqual([]);
  });

  it('drops an order without a state alone', async () => {
    serveOrders(toOrder({ number: 'GOOD' }), toOrder({ number: 'BAD', state: '' }));
    expect(await runImport()).toMatchObject({ failure: '', dropped: ['BAD: it has no state'] });
    expect((await getOrders()).map(({ orderNumber }) => orderNumber)).toEqual(['GOOD']);
  });

  it('changes an order until it is shipped, and keeps a number that people have edited', async () => {
    serveOrders(toOrder());
    await runImport();
    const [row] = await getOrders();
    await post(`/orders/${row?.id}/edit`, z.unknown(), { orderNumber: 'VIP-1' });
    serveOrders(toOrder({ street: 'Second Row 2' }));
    await runImport();
    expect(await getOrders()).toMatchObject([{ orderNumber: 'VIP-1', shipTo: { Address1: 'Second Row 2' } }]);
    await new StoreStaff(sandbox.url).ship(row?.id ?? '');
    serveOrders(toOrder({ street: 'Third Row 3', status: 'cancelled' }));
    await runImport();
    expect(await getOrders()).toMatchObject([{ status: 'shipped', shipTo: { Address1: 'Second Row 2' } }]);
  });

  it.each([
    ['unpaid', 'awaiting_payment'],
    ['on_hold', 'on_hold'],
    ['cancelled', 'cancelled'],
    ['shipped', 'shipped'],
  ])('takes an order that is %s as %s, also one that it has', async (status, expected) => {
    serveOrders(toOrder(), toOrder({ number: 'A-2', status }));
    await runImport();
    serveOrders(toOrder({ status }));
    await runImport();
    expect((await getOrders()).map((one) => one.status)).toEqual([expected, expected]);
  });
});

describe('a notice', () => {
  const notices = z.object({
    notices: z.array(z.object({ status: z.number().nullable(), attempts: z.number() })),
  });
  const getNotices = async () => (await requestJson(`${sandbox.url}/sandbox/notices`, notices)).notices;
  const posted = () => calls.filter(({ method }) => method === 'POST');
  const arrive = async () => {
    serveOrders(toOrder());
    await runImport();
    return (await getOrders())[0]?.id ?? '';
  };

  it('is posted for each parcel, with its own lines', async () => {
    const staff = new StoreStaff(sandbox.url);
    for (const id of await staff.split(await arrive(), 1)) await staff.ship(id);
    const lines = posted().map(({ body }) => [...body.matchAll(/<LineItemID>(.*?)</g)].map(([, id]) => id));
    expect(lines).toEqual([['l-1'], ['l-2']]);
    expect(posted()[0]?.url).toMatch(
      /^\/shop\?action=shipnotify&order_number=A-1&carrier=UPS&service=UPS\+Ground&tracking_number=1Z/,
    );
    expect(posted().every(({ body }) => body.includes('<OrderID>A-1</OrderID>'))).toBe(true);
  });

  it('has only the goods that left, and the rest keeps the id of the order', async () => {
    const staff = new StoreStaff(sandbox.url);
    serveOrders(toOrder({ quantity: '3' }));
    const [whole] = await staff.ordersFor('A-1');
    const id = whole?.id ?? '';
    const first = await staff.shipPart(id, [{ sku: 'MUG', quantity: 2 }], false);
    expect(first.restId).toBe(id);
    const second = await staff.ship(id);
    expect(await staff.parcels()).toEqual([
      { trackingNumber: first.trackingNumber, lines: [{ sku: 'MUG', quantity: 2 }] },
      {
        trackingNumber: second,
        lines: [
          { sku: 'MUG', quantity: 1 },
          { sku: 'LAMP', quantity: 1 },
        ],
      },
    ]);
  });

  it('is sent again after a while where the store refuses it, and then no more', async () => {
    const id = await arrive();
    answer = () => ({ status: 503, body: '' });
    await new StoreStaff(sandbox.url).ship(id);
    await timeline.advance(10 * MINUTE_MS);
    await expect.poll(getNotices).toEqual([{ status: 503, attempts: 3 }]);
    await timeline.advance(60 * MINUTE_MS);
    expect(posted()).toHaveLength(3);
  });

  it.each([
    ['empty', (body: string) => body === ''],
    ['unreadable', (body: string) => body.startsWith('<?xml') && !body.includes('</ShipNotice>')],
  ])('may be %s', async (noticeBody, isAsSaid) => {
    const id = await arrive();
    await set({ noticeBody });
    await new StoreStaff(sandbox.url).ship(id);
    expect(isAsSaid(posted()[0]?.body ?? '-')).toBe(true);
  });

  it('is not sent of a void, nor of a cancellation by hand', async () => {
    const staff = new StoreStaff(sandbox.url);
    const id = await arrive();
    await staff.voidParcel(await staff.ship(id));
    await staff.cancel(id);
    expect(posted()).toHaveLength(1);
    expect((await getOrders())[0]?.status).toBe('cancelled');
    await expect(staff.ship(id)).rejects.toThrow(`Order ${id} is cancelled.`);
  });
});
