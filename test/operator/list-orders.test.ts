import { describe, expect, it } from 'vitest';
import { findByText } from '../../operator/orders/find-by-text.ts';
import { listOrders, type OrderFilter } from '../../operator/orders/list-orders.ts';
import { box, queuedOrder } from '../builders/order.ts';
import { sale } from '../builders/sale.ts';
import { saleRecord } from '../builders/sale-record.ts';
import { InMemoryBridge } from '../fakes/in-memory-bridge.ts';
import { seedOrder, seedSale } from './seed.ts';

const DAY = (day: number, hour = 9) => new Date(Date.UTC(2026, 1, day, hour)).toISOString();

const ALL: OrderFilter = {
  waiting: null,
  goods: false,
  departureUntil: '',
  since: DAY(1),
  until: DAY(3, 23),
  connections: [],
  statuses: [],
  limit: 50,
};

const ANY_TIME = { since: '', until: '' };

async function seeded(): Promise<InMemoryBridge> {
  const fake = new InMemoryBridge();
  const made = [
    ['SO-1', { createdAt: DAY(1) }],
    ['SO-2', { createdAt: DAY(2), status: 'Failed' }],
    ['SO-3', { createdAt: DAY(3), connection: 'elsewhere' }],
  ] as const;
  for (const [number, overrides] of made) {
    const from = sale({ id: `id-${number.toLowerCase()}`, orderNumber: number });
    await seedOrder(fake, { ...overrides, reference: `${number}-1` }, from);
  }
  return fake;
}

describe('listing orders', () => {
  const listed = async (filter: Partial<OrderFilter>) => {
    const { bridge } = await seeded();
    const window = filter.waiting ? ANY_TIME : {};
    const { orders, more } = await listOrders(bridge, { ...ALL, ...window, ...filter });
    return [...orders.map(({ reference }) => reference), ...(more ? ['…'] : [])];
  };

  it.each<[string, Partial<OrderFilter>, string[]]>([
    ['of some days, latest first', {}, ['SO-3-1', 'SO-2-1', 'SO-1-1']],
    ['from a moment within a day on', { since: DAY(2, 10) }, ['SO-3-1']],
    ['until a moment', { until: DAY(2, 9) }, ['SO-2-1', 'SO-1-1']],
    ['by status', { statuses: ['Failed'] }, ['SO-2-1']],
    ['by connection', { connections: ['elsewhere'] }, ['SO-3-1']],
    ['up to a limit, saying that there are more', { limit: 2 }, ['SO-3-1', 'SO-2-1', '…']],
    ['by what they wait for, whenever they were made', { waiting: ['failed'] }, ['SO-2-1']],
    ['by what they wait for, made since a day', { waiting: ['failed'], since: DAY(3) }, []],
    ['up to a limit that is just reached, without more', { limit: 3 }, ['SO-3-1', 'SO-2-1', 'SO-1-1']],
    ['of an empty window', { since: DAY(3), until: DAY(1) }, []],
  ])('returns those %s', async (_, filter, expected) => {
    expect(await listed(filter)).toEqual(expected);
  });
});

describe('listing orders that have not left', () => {
  it('returns only late ones, longest first, where a time limit is given', async () => {
    const fake = new InMemoryBridge();
    const there = {
      submission: { ...queuedOrder().submission, state: 'submitted', acceptedFingerprint: '' },
    } as const;
    for (const [number, waitingSince] of [
      ['SO-1', DAY(1)],
      ['SO-2', DAY(3)],
    ] as const) {
      const overrides = { ...there, status: 'Shipped', fingerprint: '', waitingSince } as const;
      await seedOrder(fake, overrides, sale({ orderNumber: number, id: number }));
    }
    const list = async (departureUntil: string) => {
      const filter = { ...ALL, waiting: ['departure'], departureUntil } as const;
      return (await listOrders(fake.bridge, filter)).orders.map(({ reference }) => reference);
    };
    expect(await list(DAY(2))).toEqual(['SO-1-1']);
    expect(await list('')).toEqual(['SO-1-1', 'SO-2-1']);
  });
});

describe('listing sales that wait for goods', () => {
  it('returns them where goods are asked for, longest first, up to the limit', async () => {
    const { bridge } = await seeded();
    for (const [number, goodsAwaitedSince] of [
      ['SO-8', DAY(2)],
      ['SO-9', DAY(1)],
    ] as const) {
      const overrides = { saleId: number, saleOrderNumber: number, reason: 'Waiting.', goodsAwaitedSince };
      await bridge.sales.save(saleRecord(overrides), null);
    }
    const list = (filter: Partial<OrderFilter>) =>
      listOrders(bridge, { ...ALL, ...ANY_TIME, waiting: [], ...filter });
    const [first, second] = ['SO-9', 'SO-8'].map((saleOrderNumber, index) => ({
      saleOrderNumber,
      reason: 'Waiting.',
      since: DAY(index + 1),
    }));
    expect(await list({ goods: true })).toMatchObject({
      orders: [],
      sales: [first, second],
      more: false,
      total: 2,
    });
    expect(await list({ goods: true, limit: 1 })).toMatchObject({
      orders: [],
      sales: [first],
      more: true,
      total: 2,
    });
    expect(await list({})).toEqual({ orders: [], sales: [], more: false, total: 0 });
  });
});

describe('finding an order', () => {
  it.each([
    ['by its reference', 'SO-2-1'],
    ['by its sale’s order number', ' SO-2 '],
    ['by its sale’s id, in any case', 'ID-SO-2'],
  ])('works %s', async (_, text) => {
    const { bridge } = await seeded();
    expect((await findByText(bridge, text)).map(({ reference }) => reference)).toEqual(['SO-2-1']);
  });

  it('works by a tracking number', async () => {
    const { bridge } = await seeded();
    const order = await bridge.orders.read('SO-1-1');
    await bridge.orders.update(order!, (one) => ({ ...one, packages: [box()] }));
    expect(await findByText(bridge, '1z 0001')).toMatchObject([{ reference: 'SO-1-1' }]);
  });

  it('returns none for an ignored sale or an unknown text', async () => {
    const fake = await seeded();
    await seedSale(fake, sale({ id: 'ignored', orderNumber: 'SO-8' }));
    expect(await findByText(fake.bridge, 'SO-8')).toEqual([]);
    expect(await findByText(fake.bridge, 'whatever')).toEqual([]);
  });
});

describe('the pages of a list', () => {
  async function heldOrders(count: number) {
    const fake = new InMemoryBridge();
    for (let index = 0; index < count; index += 1) {
      const waitingSince = new Date(Date.UTC(2026, 1, 3, 9, index)).toISOString();
      const held = { status: 'On Hold', desired: 'held', hold: 'person' } as const;
      await fake.bridge.orders.save({ ...queuedOrder(), ...held, reference: `SO-${index}-1`, waitingSince });
    }
    return fake.bridge;
  }

  it('follow each other, and each says how many there are in all', async () => {
    const bridge = await heldOrders(5);
    const page = async (at: number) => {
      const { orders, more, total } = await listOrders(bridge, {
        ...ALL,
        ...ANY_TIME,
        waiting: ['hold'],
        limit: 2,
        page: at,
      });
      return [orders.map(({ reference }) => reference).join(), more, total];
    };
    expect(await page(1)).toEqual(['SO-0-1,SO-1-1', true, 5]);
    expect(await page(2)).toEqual(['SO-2-1,SO-3-1', true, 5]);
    expect(await page(3)).toEqual(['SO-4-1', false, 5]);
  });

  it('are refused of a connection that nothing knows', async () => {
    const bridge = await heldOrders(1);
    await expect(listOrders(bridge, { ...ALL, connections: ['foo'] })).rejects.toThrow(
      'There is no connection foo',
    );
  });
});
