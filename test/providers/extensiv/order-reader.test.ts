import { describe, expect, it } from 'vitest';
import { Throttled } from '../../../lib/domain/errors.ts';
import type { ListPage, OrderQuery } from '../../../lib/providers/extensiv/client.ts';
import { orderReader } from '../../../lib/providers/extensiv/order-reader.ts';
import { type OrderRow, orderRow } from '../../../lib/providers/extensiv/schemas.ts';
import { BrokenPages } from '../../../lib/upstream/paging.ts';

const PAGE_SIZE = 2;
const THROTTLED = new Throttled({ system: 'extensiv', operation: 'list open orders' }, 1_500);

const row = (orderId: number, readOnly: object = {}) =>
  orderRow.parse({
    readOnly: { orderId, status: 0, isClosed: false, customerIdentifier: { id: 12 }, ...readOnly },
    referenceNum: 'SO-1-1',
  });
const full = (...ids: number[]) => ({ rows: ids.map((id) => row(id)) });
const unreadable = (id: string) => ({ id, where: 'orderItems', changedAt: '' });

/** Of a list whose pages after the given ones are empty; an error is thrown once, before the page at its place is given. */
function reader(given: ReadonlyArray<Partial<ListPage<OrderRow>> | Error>) {
  const calls: number[] = [];
  const sorts: string[] = [];
  const waits: number[] = [];
  const client = {
    orders: async ({ page, sort }: OrderQuery) => {
      calls.push(page);
      sorts.push(sort);
      const refusal = given[page - 1];
      if (refusal instanceof Error && calls.filter((one) => one === page).length === 1) throw refusal;
      const pages = given.filter((one) => !(one instanceof Error));
      return { rows: [], unreadable: [], total: 0, ...pages[page - 1] };
    },
  };
  const settings = { customerId: '12', timeZone: 'UTC' };
  const wait = async (milliseconds: number) => void waits.push(milliseconds);
  return { ...orderReader({ client, settings, pageSize: PAGE_SIZE, wait }), calls, sorts, waits };
}

const idsOf = (rows: readonly OrderRow[]) => rows.map(({ readOnly }) => readOnly.orderId);
const openOf = async (...list: Parameters<typeof reader>) =>
  (await Array.fromAsync(reader(...list).openOrders())).flat().map(({ part }) => part.providerOrderId);

it('an open order of Extensiv is one part, which is merged with none and held for no time', async () => {
  const [listed] = (await Array.fromAsync(reader([full(1)]).openOrders())).flat();
  expect(listed).toEqual({
    reference: 'SO-1-1',
    part: { providerOrderId: '1', state: 'open', heldUntil: '', mergedWith: [], changedAt: '' },
  });
});

describe('the pages of Extensiv’s orders', () => {
  it('are read to the first one that is not full, counting the orders of other customers', async () => {
    const read = reader([{ rows: [row(1), row(2, { customerIdentifier: { id: 13 } })] }, full(3)]);
    expect(idsOf(await read.find('SO-1-1'))).toEqual([1, 3]);
    expect(read.calls).toEqual([1, 2]);
  });

  it('are read on after one that is full with an order that cannot be read', async () => {
    expect(await openOf([{ ...full(1), unreadable: [unreadable('2')] }, full(3)])).toEqual(['1', '3']);
  });

  it('may be a thousand, and are broken where they are more', async () => {
    const pages = (count: number) => Array.from({ length: count }, () => full(1, 2));
    expect(await openOf(pages(999))).toHaveLength(1_998);
    await expect(openOf(pages(1_001))).rejects.toBeInstanceOf(BrokenPages);
  });

  it('are asked for in an order that does not change while they are read', async () => {
    const read = reader([]);
    await read.find('SO-1-1');
    await Array.fromAsync(read.openOrders());
    expect(read.sorts).toEqual(['ReadOnly.OrderId', 'ReadOnly.OrderId']);
  });

  it('wait for the rate limit after the first, whose limit is left to the caller', async () => {
    const later = reader([full(1, 2), THROTTLED]);
    await Array.fromAsync(later.openOrders());
    expect(later).toMatchObject({ calls: [1, 2, 2], waits: [1_500] });
    const first = reader([THROTTLED]);
    await expect(first.find('SO-1-1')).rejects.toBe(THROTTLED);
    expect(first.waits).toEqual([]);
  });

  it.each([
    ['on the first page', [{ unreadable: [unreadable('7')] }]],
    ['on a later page', [full(1, 2), { unreadable: [unreadable('7')] }]],
  ])('do not tell whether one order is there where one %s cannot be read', async (_, pages) => {
    await expect(reader(pages).find('SO-1-1')).rejects.toThrow('orderItems');
    await expect(reader(pages).parts('1', 'SO-1-1')).rejects.toBeInstanceOf(BrokenPages);
  });
});
