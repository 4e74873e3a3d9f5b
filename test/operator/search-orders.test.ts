import { parse } from 'csv-parse/sync';
import { beforeEach, describe, expect, it } from 'vitest';
import { DAY_MS } from '../../lib/domain/clock.ts';
import type { FulfillmentOrder, HoldCause } from '../../lib/domain/order/fulfillment-order.ts';
import { toHeld } from '../../lib/domain/order/holds.ts';
import { claimSubmission, recordAccepted, recordRefused } from '../../lib/domain/order/submission.ts';
import { exportOrders } from '../../operator/orders/export.ts';
import { findByText } from '../../operator/orders/find-by-text.ts';
import { ANY_ORDER, type OrderQuery, readListAddress, toParams } from '../../operator/orders/order-query.ts';
import { searchOrders, streamOrders } from '../../operator/orders/search-orders.ts';
import { acceptedOrder, box, NOW, queuedOrder } from '../builders/order.ts';
import { line, sale } from '../builders/sale.ts';
import { InMemoryBridge } from '../fakes/in-memory-bridge.ts';
import { seedOrder } from './seed.ts';

const iso = (ms: number) => new Date(ms).toISOString();
let fake: InMemoryBridge;

interface Seed {
  readonly number: string;
  readonly sku?: string;
  readonly channel?: string;
  readonly email?: string;
  readonly daysAgo?: number;
  readonly holds?: readonly HoldCause['kind'][];
  readonly patch?: Partial<FulfillmentOrder>;
}

async function seed({
  number,
  sku = 'QUILL-01',
  channel = 'eBay',
  ...more
}: Seed): Promise<FulfillmentOrder> {
  const { email = 'ada@example.com', daysAgo = 0, holds = [], patch = {} } = more;
  const at = iso(NOW - daysAgo * DAY_MS);
  const from = sale({
    id: `id-${number.toLowerCase()}`,
    orderNumber: number,
    sourceChannel: channel,
    email,
    lines: [line({ sku })],
  });
  const held = holds.length === 0 ? {} : toHeld(holds.map((kind) => ({ kind, why: `It lacks ${kind}.` })));
  return await seedOrder(fake, { createdAt: at, updatedAt: at, waitingSince: at, ...held, ...patch }, from);
}

async function find(query: Partial<OrderQuery>): Promise<string[]> {
  const { orders } = await searchOrders(fake.bridge, { ...ANY_ORDER, ...query }, 1, 100);
  return orders.map(({ saleOrderNumber }) => saleOrderNumber);
}

beforeEach(async () => {
  fake = new InMemoryBridge();
  await seed({ number: 'SO-00001', daysAgo: 5, patch: { status: 'Delivered', shipBy: '2026-02-09' } });
  await seed({ number: 'SO-00002', daysAgo: 4, holds: ['unknown-sku'], sku: 'INK-03', channel: 'Shopify' });
  await seed({
    number: 'SO-00003',
    daysAgo: 3,
    holds: ['address', 'payment'],
    patch: { shipBy: '2026-02-05' },
  });
  await seed({ number: 'SO-00004', daysAgo: 2, holds: ['unknown-sku'], email: 'grace@example.com' });
  await seed({ number: 'SO-00007', daysAgo: 1, patch: { connection: 'harbour', method: 'ups_ground' } });
});

describe('orders are found', () => {
  it.each<[what: string, query: Partial<OrderQuery>, found: string[]]>([
    ['all, newest first', {}, ['SO-00007', 'SO-00004', 'SO-00003', 'SO-00002', 'SO-00001']],
    ['oldest first', { sort: 'oldest', statuses: ['On Hold'] }, ['SO-00002', 'SO-00003', 'SO-00004']],
    [
      'longest waiting first',
      { sort: 'waiting', statuses: ['On Hold'] },
      ['SO-00002', 'SO-00003', 'SO-00004'],
    ],
    [
      'earliest ship-by date first',
      { sort: 'ship-by', until: iso(NOW - 3 * DAY_MS) },
      ['SO-00003', 'SO-00001', 'SO-00002'],
    ],
    ['by status', { statuses: ['Delivered'] }, ['SO-00001']],
    ['by what they wait for', { waiting: ['submission'] }, ['SO-00007']],
    ['by one reason of several', { reasons: ['payment'] }, ['SO-00003']],
    ['by reason and channel', { reasons: ['unknown-sku'], channels: ['ebay'] }, ['SO-00004']],
    ['by connection', { connections: ['harbour'] }, ['SO-00007']],
    ['by the service of its shipping method', { methods: ['UPS_Ground'] }, ['SO-00007']],
    ['by method and SKU', { methods: ['ups_ground'], sku: 'QUILL-01' }, ['SO-00007']],
    ['by SKU in any case', { sku: ' ink-03 ' }, ['SO-00002']],
    ['by SKU and status', { sku: 'QUILL-01', statuses: ['Delivered'] }, ['SO-00001']],
    ['by e-mail address', { customer: 'Grace@Example.com' }, ['SO-00004']],
    ['by days', { since: iso(NOW - 3 * DAY_MS), until: iso(NOW - 2 * DAY_MS) }, ['SO-00004', 'SO-00003']],
    ['by text and reason', { text: 'QUILL-01', reasons: ['address'] }, ['SO-00003']],
  ])('%s', async (_, query, found) => {
    expect(await find(query)).toEqual(found);
    const streamed = await Array.fromAsync(streamOrders(fake.bridge, { ...ANY_ORDER, ...query }));
    expect(streamed.map(({ saleOrderNumber }) => saleOrderNumber).sort()).toEqual(found.toSorted());
  });

  it.each(['7', '00007', 'SO-00007', 'so-00007', 'SO-00007-1', 'ID-so-00007', 'prov-77'])(
    'by %s, typed with blanks around it',
    async (text) => {
      const order = (await fake.bridge.orders.read('SO-00007-1'))!;
      await fake.bridge.orders.update(order, (current) =>
        recordAccepted(claimSubmission(current, NOW), NOW, 'prov-77', current.fingerprint, false),
      );
      expect((await findByText(fake.bridge, ` ${text} `)).map(({ reference }) => reference)).toEqual([
        'SO-00007-1',
      ]);
    },
  );

  it('on pages, with the total and how many wait for each reason', async () => {
    const query = { ...ANY_ORDER, statuses: ['On Hold'] as const };
    const page = await searchOrders(fake.bridge, query, 2, 2);
    expect(page.orders.map(({ saleOrderNumber }) => saleOrderNumber)).toEqual(['SO-00002']);
    expect(page).toMatchObject({ total: 3, lookedTo: '' });
    expect([...page.reasons]).toEqual([
      ['unknown-sku', 2],
      ['address', 1],
      ['payment', 1],
    ]);
  });

  it('by a customer for as long as personal data is kept, and not after', async () => {
    fake.now = NOW + 89 * DAY_MS;
    expect(await find({ customer: 'grace@example.com' })).toEqual(['SO-00004']);
    fake.now = NOW + 91 * DAY_MS;
    expect(await find({ customer: 'grace@example.com' })).toEqual([]);
  });

  it('without an address or name of a customer in what does not expire', () => {
    const kept = fake.table.stored().filter(({ expiresAt }) => expiresAt === undefined);
    expect(JSON.stringify(kept)).not.toMatch(/grace|ada@/i);
  });
});

describe('a list of more orders than one page looks at', () => {
  it('says how far it came, and goes on from there to the last one', async () => {
    for (let number = 1; number <= 1_100; number += 1) {
      const at = iso(NOW - 10 * DAY_MS - number * 60_000);
      const order = (await fake.bridge.orders.read('SO-00001-1'))!;
      const reference = `SO-${10_000 + number}-1`;
      await fake.bridge.orders.save({ ...order, reference, version: 1, createdAt: at });
    }
    const query = { ...ANY_ORDER, statuses: ['Delivered'] as const };
    const first = await searchOrders(fake.bridge, query, 1, 10);
    expect(first.total).toBeGreaterThan(990);
    const rest = await searchOrders(fake.bridge, { ...query, until: first.lookedTo }, 1, 1_000);
    expect(rest.lookedTo).toBe('');
    expect(rest.orders.at(-1)?.reference).toBe('SO-11100-1');
    // The order of that moment is on both.
    expect(first.total + rest.total - 1).toBe(1_101);
  });
});

describe('the address of a list', () => {
  it('keeps everything that was chosen', () => {
    const typed =
      'status=On+Hold&reason=UNKNOWN_SKU&connection=lantern&channel=eBay&method=unmapped&since=2026-02-01&until=2026-02-03&sku=INK-03&customer=ada%40example.com&q=7&sort=ship-by&column=customer&column=made';
    const address = readListAddress(new URLSearchParams(typed), NOW);
    expect(address.query).toMatchObject({
      statuses: ['On Hold'],
      reasons: ['unknown-sku'],
      methods: ['unmapped'],
      since: '2026-02-01T00:00:00.000Z',
      until: '2026-02-03T23:59:59.999Z',
    });
    expect(readListAddress(toParams(address), NOW)).toEqual(address);
  });

  it('takes what is empty as anything, and a page that is none as the first', () => {
    const address = readListAddress(new URLSearchParams('status=&reason=&sort=&page=-1&since='), NOW);
    expect(address).toMatchObject({ query: ANY_ORDER, page: 1 });
  });

  it.each([
    ['reason=FOO', 'There is no reason FOO'],
    ['status=Lost', 'There is no status Lost'],
    ['waiting=godot', 'There is no wait for godot'],
    ['sort=up', 'There is no order of lists up'],
    ['since=2026-11-31', 'There is no date 2026-11-31'],
    ['leftUntil=soon', 'There is no date soon'],
  ])('with %s is refused with a sentence, not read as another list', (params, sentence) => {
    expect(() => readListAddress(new URLSearchParams(params), NOW)).toThrow(sentence);
  });

  it('reads its own filters again', () => {
    const asked =
      'waitingSince=2026-02-03&leftSince=2026-02-01&leftUntil=2026-02-02&carrier=ups&said=No.&waiting=shipped';
    const address = readListAddress(new URLSearchParams(asked), NOW);
    expect(readListAddress(toParams(address), NOW)).toEqual(address);
    expect(address.query).toMatchObject({
      waitingSince: '2026-02-03T23:59:59.999Z',
      leftSince: '2026-02-01',
    });
  });
});

describe('orders by what left and by what was said', () => {
  const parcel = (shippedAt: string, carrier: string) =>
    box({ id: `${shippedAt} ${carrier}`, shippedAt, carrier });
  const session = async () => {
    const { bridge } = new InMemoryBridge();
    const put = async (reference: string, overrides: object) =>
      await bridge.orders.save({ ...acceptedOrder(undefined, { reference, ...overrides }), version: 1 });
    await put('SO-1-1', { packages: [parcel('2026-02-01', 'UPS')] });
    await put('SO-2-1', {
      packages: [parcel('2026-02-03', 'FedEx'), parcel('2026-02-09T08:00:00.000Z', 'UPS Ground')],
    });
    await put('SO-3-1', {});
    for (const reference of ['SO-4-1', 'SO-5-1', 'SO-6-1']) {
      const words = reference === 'SO-6-1' ? 'No such street.' : 'The address cannot be delivered to.';
      const made = queuedOrder(undefined, { reference });
      await bridge.orders.save({ ...made, version: 1 });
      await bridge.orders.update(made, (current) => recordRefused(current, NOW, words));
    }
    return bridge;
  };
  const find = async (query: Partial<OrderQuery>) => {
    const { orders } = await searchOrders(await session(), { ...ANY_ORDER, ...query }, 1, 50);
    return orders.map(({ reference }) => reference).sort();
  };

  it.each<[string, Partial<OrderQuery>, string[]]>([
    ['since a day', { leftSince: '2026-02-02' }, ['SO-2-1']],
    ['until a day, that day included', { leftUntil: '2026-02-03' }, ['SO-1-1', 'SO-2-1']],
    ['on days between two of its packages', { leftSince: '2026-02-04', leftUntil: '2026-02-05' }, []],
    ['with a part of a carrier’s name', { carrier: 'ups' }, ['SO-1-1', 'SO-2-1']],
  ])('are found that left %s', async (_, query, found) => {
    expect(await find(query)).toEqual(found);
  });

  it('are grouped by the other system’s words, and listed by them', async () => {
    const { words } = await searchOrders(await session(), { ...ANY_ORDER, statuses: ['Failed'] }, 1, 50);
    expect([...words]).toEqual([
      ['The address cannot be delivered to.', 2],
      ['No such street.', 1],
    ]);
    expect(await find({ statuses: ['Failed'], said: 'No such street.' })).toEqual(['SO-6-1']);
  });

  it('are found that have waited since a day or longer', async () => {
    expect(await find({ waitingSince: '2026-02-01T23:59:59.999Z' })).toEqual([]);
    expect(await find({ waitingSince: '2026-02-03T23:59:59.999Z' })).toContain('SO-3-1');
  });

  it('are exported as packages by when they left, the last first, with both dates', async () => {
    const pieces = exportOrders(
      await session(),
      'packages',
      { ...ANY_ORDER, leftSince: '2026-02-01' },
      false,
    );
    const rows: Array<{ order: string; shipped: string; made: string }> = parse(
      (await Array.fromAsync(pieces)).join(''),
      { columns: true },
    );
    expect(rows.map(({ order, shipped }) => [order, shipped])).toEqual([
      ['SO-2-1', '2026-02-09T08:00:00.000Z'],
      ['SO-2-1', '2026-02-03'],
      ['SO-1-1', '2026-02-01'],
    ]);
    expect(rows.every(({ made }) => made.startsWith('2026-02-03T'))).toBe(true);
  });
});
