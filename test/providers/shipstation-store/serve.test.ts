import { beforeEach, describe, expect, it } from 'vitest';
import { MINUTE_MS } from '../../../lib/domain/clock.ts';
import type { ProviderBox } from '../../../lib/domain/ports/provider-box.ts';
import type { ServedRequest } from '../../../lib/providers/provider-endpoints.ts';
import { shipStationStoreDefinition } from '../../../lib/providers/shipstation-store/definition.ts';
import { shipStationStore } from '../../../lib/providers/shipstation-store/provider.ts';
import { sampleOrder } from '../../contract/sample-order.ts';
import { pagesSince, shipmentsSince } from '../../contract/service-under-test.ts';
import { inMemoryBox } from '../../fakes/in-memory-box.ts';

const SECRET = { username: 'bridge', password: 'the password of now' };
const ROTATING = { ...SECRET, previousUsername: 'before', previousPassword: 'the password before' };
const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;
const OURS = basic('bridge:the password of now');
const START = Date.UTC(2026, 2, 4, 9, 30, 20);
const WINDOW = { action: 'export', start_date: '03/04/2026 09:00', end_date: '03/04/2026 09:30' };

let now = START;
let box: ProviderBox;
let collections = 0;
beforeEach(() => {
  now = START;
  collections = 0;
  box = inMemoryBox('store', () => now);
});

const provider = (settings = {}) =>
  shipStationStore({ system: 'store', settings: { costCurrency: 'USD', ...settings }, box, now: () => now });
const submit = (reference: string, changes = {}) => provider().submit(sampleOrder({ reference, ...changes }));

function call(request: Partial<ServedRequest>, { secret = SECRET as object, connection = {} } = {}) {
  const empty = { method: 'GET', path: 'store', query: {}, headers: { authorization: OURS }, rawBody: '' };
  return shipStationStoreDefinition.endpoints!.serve(
    { ...empty, ...request },
    { id: 'store', ...connection },
    {
      box,
      now: () => now,
      readSecret: async () => secret,
      requestCheck: async () => undefined,
      requestCollection: async () => {
        collections += 1;
      },
    },
  );
}
const post = (query: Record<string, string>, rawBody = '') =>
  call({ method: 'POST', query: { action: 'shipnotify', ...query }, rawBody });
const notice = (inner: string) => `<ShipNotice>${inner}</ShipNotice>`;
const item = (id: string, sku = 'SHADE-LINEN', quantity = 2) =>
  `<Item><LineItemID>${id}</LineItemID><SKU>${sku}</SKU><Quantity>${quantity}</Quantity></Item>`;
const numbersIn = (body: string) =>
  [...body.matchAll(/<OrderNumber><!\[CDATA\[(.*?)\]\]>/g)].map(([, number]) => number);
const statusesIn = (body: string) =>
  [...body.matchAll(/<OrderStatus><!\[CDATA\[(.*?)\]\]>/g)].map(([, status]) => status);

describe('a caller of the store', () => {
  it.each([
    ['none', undefined],
    ['another scheme', 'Bearer the password of now'],
    ['another user', basic('other:the password of now')],
    ['another password', basic('bridge:another password')],
    ['an empty pair', basic(':')],
    ['no base64', 'Basic ::::'],
    ['the pair before, which was not kept', basic('before:the password before')],
  ])('with %s is refused, and asked for a user name and a password', async (_, authorization) => {
    const answer = await call({ query: WINDOW, headers: { authorization } });
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Basic realm="store", charset="UTF-8"');
    const posted = await call({
      method: 'POST',
      query: { action: 'shipnotify' },
      headers: { authorization },
    });
    expect(posted.statusCode).toBe(401);
    expect(await Array.fromAsync(box.inbox.after(null))).toEqual([]);
  });

  it.each(['bridge:the password of now', 'before:the password before'])(
    'with %j is accepted while the password is being replaced',
    async (pair) => {
      const headers = { authorization: basic(pair) };
      expect((await call({ query: WINDOW, headers }, { secret: ROTATING })).statusCode).toBe(200);
    },
  );

  it.each([
    [{ method: 'PUT', query: WINDOW }, 405],
    [{ method: 'POST', query: WINDOW }, 405],
    [{ query: {} }, 400],
    [{ query: { action: 'shipnotify' } }, 400],
    [{ query: { ...WINDOW, start_date: 'soon' } }, 400],
    [{ query: { ...WINDOW, page: '0' } }, 400],
    [{ query: { ...WINDOW, page: 'two' } }, 400],
  ])('that sends %j is answered %i', async (request, status) => {
    expect((await call(request)).statusCode).toBe(status);
  });
});

describe('the export', () => {
  it('without changes is an empty list', async () => {
    const { body, headers } = await call({ query: WINDOW });
    expect(body).toBe('<?xml version="1.0" encoding="utf-8"?>\n<Orders pages="0"></Orders>');
    expect(headers['content-type']).toBe('text/xml; charset=utf-8');
  });

  it('has each order that changed in the window, the whole of its last minute included', async () => {
    await submit('SO-1-1');
    now += 39_000;
    await submit('SO-2-1');
    now += MINUTE_MS;
    await submit('SO-3-1');
    expect(numbersIn((await call({ query: WINDOW })).body)).toEqual(['SO-1-1', 'SO-2-1']);
    const next = { ...WINDOW, start_date: '03/04/2026 09:31', end_date: '03/04/2026 09:45' };
    expect(numbersIn((await call({ query: next })).body)).toEqual(['SO-3-1']);
  });

  it('has an order again after an edit, with its new content and the time of the edit', async () => {
    await submit('SO-1-1');
    await call({ query: WINDOW });
    now += 10 * MINUTE_MS;
    const edited = sampleOrder({ reference: 'SO-1-1', customerNotes: 'Ring three times' });
    await provider().update('SO-1-1', edited, [sampleOrder({ reference: 'SO-1-1' })]);
    const next = { ...WINDOW, start_date: '03/04/2026 09:30', end_date: '03/04/2026 09:45' };
    const { body } = await call({ query: next });
    expect(numbersIn(body)).toEqual(['SO-1-1']);
    expect(body).toContain('Ring three times');
    expect(body).toContain('<LastModified>03/04/2026 09:40</LastModified>');
  });

  it('tells of a cancellation that ShipStation has to learn of, in the words of its form', async () => {
    const connection = { statuses: { paid: 'Ready', cancelled: 'Stopped', onHold: 'Wait' } };
    await submit('SO-1-1');
    await submit('SO-2-1');
    await provider().cancel('SO-2-1', 'SO-2-1');
    const first = await call({ query: WINDOW }, { connection });
    expect([numbersIn(first.body), statusesIn(first.body)]).toEqual([['SO-1-1'], ['Ready']]);
    await provider().cancel('SO-1-1', 'SO-1-1');
    const second = await call({ query: WINDOW }, { connection });
    expect([numbersIn(second.body), statusesIn(second.body)]).toEqual([['SO-1-1'], ['Stopped']]);
  });

  it('has no order of which a parcel has left', async () => {
    await submit('SO-1-1');
    await post({ order_number: 'SO-1-1', tracking_number: '1Z1' });
    expect(numbersIn((await call({ query: WINDOW })).body)).toEqual([]);
  });

  it('withholds an order that has no valid form, and serves the others', async () => {
    await submit('SO-1-1');
    await expect(submit('SO-2-1', { total: 1e9 })).rejects.toMatchObject({
      details: { upstreamMessage: 'ShipStation could not read it: the total is larger than 9999999.99.' },
    });
    await submit('SO-3-1');
    expect(numbersIn((await call({ query: WINDOW })).body)).toEqual(['SO-1-1', 'SO-3-1']);
  });
});

describe('cancelling an order of the store', () => {
  it('is certain until ShipStation has fetched the order, and unacknowledged afterwards', async () => {
    await submit('SO-1-1');
    await submit('SO-2-1');
    await expect(provider().cancel('SO-2-1', 'SO-2-1')).resolves.toBeUndefined();
    await call({ query: WINDOW });
    await expect(provider().cancel('SO-1-1', 'SO-1-1')).resolves.toBe('unacknowledged');
    await expect(provider().cancel('SO-1-1', 'SO-1-1')).resolves.toBe('unacknowledged');
  });

  it('frees the reference where ShipStation never had the order, and not otherwise', async () => {
    await submit('SO-1-1');
    await provider().cancel('SO-1-1', 'SO-1-1');
    await expect(submit('SO-1-1')).resolves.toEqual({ providerOrderId: 'SO-1-1', cancelled: false });
    await call({ query: WINDOW });
    await provider().cancel('SO-1-1', 'SO-1-1');
    await expect(submit('SO-1-1')).rejects.toMatchObject({ kind: 'rejected' });
  });
});

describe('holding an order of the store', () => {
  const words = { statuses: { paid: 'Ready', cancelled: 'Stopped', onHold: 'Wait' } };
  const statuses = async () => statusesIn((await call({ query: WINDOW }, { connection: words })).body);

  it('serves it again as on hold, and as paid once it is released, in the words of its form', async () => {
    await submit('SO-1-1');
    expect(await statuses()).toEqual(['Ready']);
    await provider().hold('SO-1-1', 'SO-1-1', null);
    expect(await statuses()).toEqual(['Wait']);
    await provider().release('SO-1-1', 'SO-1-1');
    expect(await statuses()).toEqual(['Ready']);
  });

  it('stays through an edit, and ends with a cancellation', async () => {
    await submit('SO-1-1');
    await provider().hold('SO-1-1', 'SO-1-1', null);
    const edited = sampleOrder({ reference: 'SO-1-1', customerNotes: 'Ring three times' });
    await provider().update('SO-1-1', edited, [sampleOrder({ reference: 'SO-1-1' })]);
    expect(await statuses()).toEqual(['Wait']);
    await provider().cancel('SO-1-1', 'SO-1-1');
    expect(await statuses()).toEqual(['Stopped']);
    await expect(provider().hold('SO-1-1', 'SO-1-1', null)).rejects.toMatchObject({ kind: 'rejected' });
    await expect(provider().release('SO-1-1', 'SO-1-1')).rejects.toMatchObject({ kind: 'rejected' });
  });

  it('is certain until ShipStation has fetched the order, and unacknowledged afterwards', async () => {
    await submit('SO-1-1');
    await expect(provider().hold('SO-1-1', 'SO-1-1', null)).resolves.toBeUndefined();
    await statuses();
    await expect(provider().hold('SO-1-1', 'SO-1-1', null)).resolves.toBe('unacknowledged');
  });

  it('is refused with a date, on which nothing would release it', async () => {
    await submit('SO-1-1');
    await expect(provider().hold('SO-1-1', 'SO-1-1', '2026-04-01')).rejects.toMatchObject({
      details: { upstreamMessage: expect.stringContaining('Hold it without one') },
    });
    expect(await statuses()).toEqual(['Ready']);
  });
});

describe('a notice', () => {
  it('is kept once and has the shipments collected', async () => {
    await submit('SO-1-1');
    const body = notice('<OrderID>SO-1-1</OrderID>');
    for (let times = 0; times < 3; times += 1) {
      expect(await post({ order_number: 'SO-1-1', tracking_number: '1Z1' }, body)).toMatchObject({
        statusCode: 200,
      });
    }
    expect(collections).toBe(1);
    expect(await shipmentsSince(provider(), null)).toHaveLength(1);
  });

  it.each([
    ['our id', '<OrderID>SO-1-1</OrderID><OrderNumber>edited</OrderNumber>'],
    [
      'our custom field',
      '<OrderID>999</OrderID><OrderNumber>edited</OrderNumber><CustomField1>SO-1-1</CustomField1>',
    ],
    ['its number', '<OrderID/><OrderNumber>SO-1-1</OrderNumber>'],
    ['its lines', `<OrderID>999</OrderID><Items>${item('line-1@SO-1-1')}</Items>`],
  ])('is of the order that %s names, whatever people have edited', async (_, inner) => {
    await submit('SO-1-1');
    await post({ order_number: 'edited', tracking_number: '1Z1' }, notice(inner));
    const [shipment] = await shipmentsSince(provider(), null);
    expect(shipment).toMatchObject({ reference: 'SO-1-1', trackingNumbers: ['1Z1'] });
    await expect(provider().cancel('SO-1-1', 'SO-1-1')).rejects.toMatchObject({ kind: 'rejected' });
  });

  it('of merged orders is a parcel of each, with its own lines', async () => {
    await submit('SO-1-1');
    await submit('SO-2-1');
    const items = `${item('line-1@SO-2-1')}${item('line-1@SO-1-1', 'SHADE-LINEN', 1)}${item('line-2@SO-1-1', 'LAMP-OAK')}`;
    await post({ tracking_number: '1Z1' }, notice(`<OrderID>SO-2-1</OrderID><Items>${items}</Items>`));
    const shipments = await shipmentsSince(provider(), null);
    const contents = shipments.map(({ reference, contents }) => [
      reference,
      Array.isArray(contents) && contents.map(({ key, quantity }) => [key, quantity]),
    ]);
    expect(contents).toEqual([
      ['SO-2-1', [['line-1', 2]]],
      [
        'SO-1-1',
        [
          ['line-1', 1],
          ['line-2', 2],
        ],
      ],
    ]);
    for (const reference of ['SO-1-1', 'SO-2-1']) {
      await expect(provider().cancel(reference, reference)).rejects.toMatchObject({ kind: 'rejected' });
    }
  });

  it('without a body is a parcel of unknown contents', async () => {
    await submit('SO-1-1');
    expect((await post({ order_number: 'SO-1-1', tracking_number: '1Z1', carrier: 'UPS' })).statusCode).toBe(
      200,
    );
    expect(await shipmentsSince(provider(), null)).toMatchObject([{ contents: 'remaining', carrier: 'UPS' }]);
  });

  it('has the cost in the currency of the settings, and none where it is 0', async () => {
    await submit('SO-1-1');
    await post(
      { tracking_number: '1Z1' },
      notice('<OrderID>SO-1-1</OrderID><ShippingCost>8.42</ShippingCost>'),
    );
    await post(
      { tracking_number: '1Z2' },
      notice('<OrderID>SO-1-1</OrderID><ShippingCost>0.00</ShippingCost>'),
    );
    const costs = (await shipmentsSince(provider({ costCurrency: 'CAD' }), null)).map(({ cost }) => cost);
    expect(costs).toEqual([{ amount: 8.42, currency: 'CAD' }, null]);
  });

  it.each([
    [
      'to the buyer',
      '<NotesToCustomer>Second parcel follows</NotesToCustomer>',
      'To the buyer: Second parcel follows',
    ],
    ['that people edited', '<InternalNotes>One box was wet</InternalNotes>', 'Internal: One box was wet'],
    [
      'to the buyer, and internal ones that people edited',
      '<NotesToCustomer>Soon</NotesToCustomer><InternalNotes>Wet &amp;amp; cold</InternalNotes>',
      'To the buyer: Soon\nInternal: Wet &amp; cold',
    ],
    [
      'that were served',
      '<InternalNotes>Fragile ]]&gt; &lt;b&gt; DEAR sale: SO-9</InternalNotes>',
      undefined,
    ],
    ['that are no text', '<NotesToCustomer><b>Soon</b></NotesToCustomer>', undefined],
    ['that are empty', '<NotesToCustomer/><InternalNotes> </InternalNotes>', undefined],
    ['of the buyer', '<CustomerNotes>Ring twice</CustomerNotes>', undefined],
  ])('with notes %s gives its parcel a note where people wrote it', async (_, inner, note) => {
    const own = { internalNotes: 'Fragile ]]> <b>', saleOrderNumber: 'SO-9', shipBy: '', paymentStatus: '' };
    await submit('SO-1-1', { ...own, totalWeightGrams: 10 });
    await post({ tracking_number: '1Z1' }, notice(`<OrderID>SO-1-1</OrderID>${inner}`));
    const [shipment] = await shipmentsSince(provider(), null);
    expect(shipment?.note).toBe(note);
  });

  it('that is sent again with another cost is the same parcel, and parts without a number are different ones', async () => {
    await submit('SO-1-1');
    const parcel = (number: string, label: string, cost: string) =>
      post(
        {},
        notice(
          `<OrderID>SO-1-1</OrderID><TrackingNumber>${number}</TrackingNumber><LabelCreateDate>${label}</LabelCreateDate><ShippingCost>${cost}</ShippingCost><Items>${item('line-1@SO-1-1')}</Items>`,
        ),
      );
    await parcel('1Z1', '03/04/2026 09:00', '8.42');
    await parcel('1Z1', '03/04/2026 09:01', '8.50');
    await parcel('', '03/04/2026 09:02', '0');
    await parcel('', '03/04/2026 09:03', '0');
    const ids = (await shipmentsSince(provider(), null)).map(({ id }) => id);
    expect([ids.length, new Set(ids).size, ids[0] === ids[1]]).toEqual([4, 3, true]);
  });

  it.each([
    ['no XML', '<ShipNotice><OrderID>SO-1', 'A notice cannot be read. It is no valid XML.'],
    [
      'an order that was not served',
      notice('<OrderID>999</OrderID>'),
      'A notice is for 999, which was not served.',
    ],
    [
      'none of the lines',
      notice('<OrderID>SO-1-1</OrderID><Items/>'),
      'The notice of SO-1-1 lists none of its lines.',
    ],
  ])('with %s is kept, and listed for a person', async (_, body, problem) => {
    await submit('SO-1-1');
    const { statusCode } = await post({ tracking_number: '1Z1' }, body);
    expect(statusCode).toBe(problem.includes('cannot be read') ? 400 : 200);
    const pages = await pagesSince(provider(), null);
    const [listed, ...others] = await box.inbox.problems();
    expect(others).toEqual([]);
    expect(listed?.problem).toContain(problem);
    const unreadable = pages.flatMap((page) => page.unreadable);
    expect(unreadable).toHaveLength(problem.includes('lists none') ? 0 : 1);
    expect(JSON.stringify(unreadable)).not.toContain('999');
    const status = await call({ query: { action: 'status' } });
    expect(JSON.parse(status.body)).toMatchObject({
      lastFetchedAt: null,
      problems: [{ problem: listed?.problem }],
    });
  });

  it('settles the problem of its tracking number once its order is known', async () => {
    await submit('SO-1-1');
    await post({ tracking_number: '1Z1' }, notice('<OrderID>999</OrderID>'));
    const [page] = await pagesSince(provider(), null);
    await post(
      { tracking_number: '1Z1' },
      notice(`<OrderID>SO-1-1</OrderID><Items>${item('line-1@SO-1-1')}</Items>`),
    );
    expect(await shipmentsSince(provider(), page?.cursor ?? null)).toHaveLength(1);
    expect(await box.inbox.problems()).toEqual([]);
  });
});
