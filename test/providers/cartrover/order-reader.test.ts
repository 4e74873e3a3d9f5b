import { describe, expect, it } from 'vitest';
import { Throttled } from '../../../lib/domain/errors.ts';
import type { ListName, ListPage, ListQuery } from '../../../lib/providers/cartrover/client.ts';
import { orderReader } from '../../../lib/providers/cartrover/order-reader.ts';
import { type OrderRow, orderRow } from '../../../lib/providers/cartrover/schemas.ts';
import { BrokenPages } from '../../../lib/upstream/paging.ts';

const NOW = Date.UTC(2026, 0, 20, 12);
const DAY_MS = 86_400_000;
const PAGE_SIZE = 2;
const THROTTLED = new Throttled({ system: 'cartrover', operation: 'list orders' }, 1_500);

const LAMPS = { item: 'LAMP', quantity: 2, line_item_id: 'line-1' };
const row = (fields: object = {}) =>
  orderRow.parse({ cust_ref: 'SO-1-1', order_status: 'at_wms', items: [LAMPS], ...fields });
const parcel = (quantity: number, agoMs = DAY_MS) => ({
  tracking_no: `TR${quantity}`,
  date: new Date(NOW - agoMs).toISOString(),
  items: [{ item: 'LAMP', quantity }],
});

type Pages = Partial<Record<ListName, ReadonlyArray<Partial<ListPage<OrderRow>> | Error>>>;

/** Lists by their name; an error is thrown once, before the page at its place is given. */
function reader(lists: Pages = {}, order: OrderRow | null = null) {
  const calls: string[] = [];
  const waits: number[] = [];
  const client = {
    order: async () => order,
    orders: async (list: ListName, { page }: Pick<ListQuery, 'page'>) => {
      const name = `${list} ${page}`;
      calls.push(name);
      const given = lists[list] ?? [];
      const refusal = given[page - 1];
      if (refusal instanceof Error && calls.filter((one) => one === name).length === 1) throw refusal;
      const pages = given.filter((one) => !(one instanceof Error));
      return { rows: [], unreadable: [], total: null, ...pages[page - 1] };
    },
  };
  const wait = async (milliseconds: number) => void waits.push(milliseconds);
  return { ...orderReader({ client, pageSize: PAGE_SIZE, now: () => NOW, wait }), calls, waits };
}

const partsOf = async (fields: object) => reader({}, row(fields)).orderParts('SO-1-1');
const statesOf = async (fields: object) => (await partsOf(fields)).map(({ state }) => state);
const listed = async (lists: Pages) =>
  (await Array.fromAsync(reader(lists).openOrders()))
    .flat()
    .map(({ reference, part }) => `${reference} ${part.state}`);

describe('the parts of a CartRover order', () => {
  it.each<[string, object, string[]]>([
    ['is new', { order_status: 'new' }, ['open']],
    ['is at the warehouse', {}, ['open']],
    ['is partial, before its parcels are listed', { order_status: 'partial' }, ['open']],
    ['has a status that is not documented', { order_status: 'awaiting_dock' }, ['unknown']],
    ['has a status in capitals', { order_status: 'NEW' }, ['open']],
    ['is cancelled', { order_status: 'canceled' }, ['cancelled']],
    ['is cancelled before it was sent', { order_status: 'new', sending_canceled: 'Y' }, ['cancelled']],
    ['is at the warehouse in spite of that', { sending_canceled: 'Y' }, ['open']],
    ['is on hold', { on_hold: 'Y' }, ['held']],
    ['could not be sent', { order_status: 'error' }, ['held']],
    ['left in part', { shipments: [parcel(1)] }, ['left', 'open']],
    ['left in part, and its rest is on hold', { on_hold: 'Y', shipments: [parcel(1)] }, ['left', 'held']],
    [
      'left in part, and its rest is cancelled',
      { order_status: 'canceled', shipments: [parcel(1)] },
      ['left', 'cancelled'],
    ],
    ['left as a whole before its status says so', { shipments: [parcel(2)] }, ['left']],
    ['is shipped', { order_status: 'shipped', shipments: [parcel(2)] }, ['left']],
    [
      'is confirmed, and has been short for a week',
      { order_status: 'confirmed', shipments: [parcel(1, 7 * DAY_MS)] },
      ['left'],
    ],
    ['is confirmed', { order_status: 'confirmed', shipments: [parcel(2)] }, ['left']],
    ['has nothing that CartRover ships', { items: [{ ...LAMPS, filtered_sku: 'Y' }] }, ['open']],
  ])('that %s', async (_, fields, states) => {
    expect(await statesOf(fields)).toEqual(states);
  });

  it.each([
    [3 * DAY_MS, ['left', 'unknown']],
    [3 * DAY_MS + 1, ['left']],
  ])('may be more for three days after the last parcel of a short one: %i ms', async (agoMs, states) => {
    const shipments = [parcel(2, 9 * DAY_MS), parcel(1, agoMs)];
    const items = [{ ...LAMPS, quantity: 4 }];
    expect(await statesOf({ order_status: 'shipped', items, shipments })).toEqual(states);
  });

  it('name the order, its last change and, of one that was not sent, why', async () => {
    const error = { error_reason: 'Unmapped ship method', error_code: '', error_msg: 'Ground' };
    const fields = { updated_date_time: '2026-01-19T08:00:00Z', ...error };
    const part = {
      providerOrderId: 'SO-1-1',
      heldUntil: '',
      mergedWith: [],
      changedAt: '2026-01-19T08:00:00.000Z',
    };
    expect(await partsOf({ ...fields, order_status: 'error' })).toEqual([
      { ...part, state: 'held', error: 'Unmapped ship method: Ground' },
    ]);
    expect(await partsOf({ ...fields, on_hold: 'Y' })).toEqual([{ ...part, state: 'held' }]);
    const [left, rest] = await partsOf({ ...fields, order_status: 'error', shipments: [parcel(1)] });
    expect([left?.state, rest?.state]).toEqual(['left', 'held']);
    expect(left).not.toHaveProperty('error');
    expect(rest).toHaveProperty('error');
    const [untold] = await partsOf({ order_status: 'error' });
    expect(untold?.error).toMatch(/./);
  });

  it('are none of an order that is not there, or has a reference that only looks alike', async () => {
    expect(await reader().orderParts('SO-1-1')).toEqual([]);
    expect(await reader({}, row({ cust_ref: 'so-1-1' })).orderParts('SO-1-1')).toEqual([]);
  });
});

describe('the open orders of CartRover', () => {
  it('are those of three lists, without what has left or is cancelled', async () => {
    const rows = [
      row({ cust_ref: 'SO-2-1', shipments: [parcel(1)] }),
      row({ cust_ref: 'SO-3-1', order_status: 'canceled' }),
    ];
    const lists: Pages = {
      new_or_at_wms: [{ rows }],
      error: [{ rows: [row({ cust_ref: 'SO-4-1', order_status: 'error' })] }],
      partial: [{ rows: [row({ cust_ref: 'SO-2-1', order_status: 'partial', shipments: [parcel(1)] })] }],
    };
    expect(await listed(lists)).toEqual(['SO-2-1 open', 'SO-4-1 held', 'SO-2-1 open']);
  });

  it('are read on after a page that is full with an order that cannot be read', async () => {
    const full = { rows: [row()], unreadable: [{ id: 'SO-2-1', where: 'items' }] };
    const lists: Pages = { new_or_at_wms: [full, { rows: [row({ cust_ref: 'SO-3-1' })] }] };
    expect(await listed(lists)).toEqual(['SO-1-1 open', 'SO-3-1 open']);
  });

  it('are read to the first page of each list that is not full', async () => {
    const read = reader({ new_or_at_wms: [{ rows: [row(), row()] }] });
    await Array.fromAsync(read.openOrders());
    expect(read.calls).toEqual(['new_or_at_wms 1', 'new_or_at_wms 2', 'error 1', 'partial 1']);
  });

  it('may fill a thousand pages of a list, which is broken where it has more', async () => {
    const pages = (count: number): Pages => ({
      partial: Array.from({ length: count }, () => ({ rows: [row(), row()] })),
    });
    await expect(listed({ partial: [...(pages(999).partial ?? []), { rows: [] }] })).resolves.toHaveLength(
      1_998,
    );
    await expect(listed(pages(1_001))).rejects.toBeInstanceOf(BrokenPages);
  });

  it('wait for the rate limit between pages, and leave that of a first page to the caller', async () => {
    const full = { rows: [row(), row()] };
    const later = reader({ error: [full, THROTTLED] });
    await Array.fromAsync(later.openOrders());
    expect(later.calls.filter((one) => one === 'error 2')).toHaveLength(2);
    expect(later.waits).toEqual([1_500]);
    const first = reader({ error: [THROTTLED] });
    await expect(Array.fromAsync(first.openOrders())).rejects.toBe(THROTTLED);
    expect(first.waits).toEqual([]);
  });
});
