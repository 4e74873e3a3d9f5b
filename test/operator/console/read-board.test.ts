import { describe, expect, it } from 'vitest';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import {
  readBoard,
  readOrdersOn,
  readRecentOrders,
  readSalesOn,
} from '../../../operator/console/read-board.ts';
import { acceptedOrder, NOW, queuedOrder } from '../../builders/order.ts';
import { saleRecord } from '../../builders/sale-record.ts';
import { InMemoryBridge } from '../../fakes/in-memory-bridge.ts';

const MINUTE_MS = 60_000;
const minute = (minutes: number) => new Date(NOW + minutes * MINUTE_MS).toISOString();

const held = (reference: string, waitingSince = minute(0)) =>
  queuedOrder(undefined, { reference, status: 'On Hold', desired: 'held', hold: 'address', waitingSince });

async function bridgeWith(...orders: readonly FulfillmentOrder[]): Promise<InMemoryBridge> {
  const memory = new InMemoryBridge();
  for (const order of orders) await memory.bridge.orders.save({ ...order, version: 1 });
  return memory;
}

async function toRow({ bridge }: InMemoryBridge, key: string) {
  return (await readBoard(bridge)).find((row) => row.key === key);
}

describe('the board', () => {
  it('counts what waits, with the time of the oldest', async () => {
    const memory = await bridgeWith(held('SO-1-1', minute(5)), held('SO-2-1', minute(3)));
    expect(await toRow(memory, 'hold')).toMatchObject({ status: 'On Hold', count: 2, oldest: minute(3) });
  });

  it('marks a row that needs a person as urgent at once', async () => {
    const memory = await bridgeWith(held('SO-1-1'));
    expect(await toRow(memory, 'hold')).toMatchObject({ urgent: true });
  });

  it('marks any other row as urgent after an hour', async () => {
    const memory = await bridgeWith(queuedOrder(undefined, { waitingSince: minute(0) }));
    memory.now = NOW + 59 * MINUTE_MS;
    expect(await toRow(memory, 'submission')).toMatchObject({ count: 1, urgent: false });
    memory.now = NOW + 60 * MINUTE_MS;
    expect(await toRow(memory, 'submission')).toMatchObject({ urgent: true });
  });

  it('has a row for orders on the way to the customer', async () => {
    const memory = await bridgeWith(acceptedOrder());
    expect(await toRow(memory, 'shipped')).toMatchObject({ status: 'Shipped', count: 1, urgent: false });
  });

  it('has a row for sales that wait for goods, and lists them with their orders', async () => {
    const memory = await bridgeWith();
    const awaited = saleRecord({ goodsAwaitedSince: minute(1), reason: 'Waiting for 2 × QUILL-01.' });
    await memory.bridge.sales.save(awaited, null);
    await memory.bridge.sales.save(saleRecord({ saleId: 'other', saleOrderNumber: 'SO-2' }), null);
    expect(await toRow(memory, 'goods')).toMatchObject({
      status: 'Backordered',
      count: 1,
      oldest: minute(1),
    });
    expect(await readSalesOn(memory.bridge, 'goods')).toEqual([awaited]);
    expect(await readSalesOn(memory.bridge, 'hold')).toEqual([]);
  });

  it('stops counting at 500', async () => {
    const memory = await bridgeWith(...Array.from({ length: 501 }, (_, index) => held(`SO-${index}-1`)));
    expect(await toRow(memory, 'hold')).toMatchObject({ count: 500, more: true });
  });

  it('reads one order for each row, however many wait', async () => {
    const memory = await bridgeWith(...Array.from({ length: 40 }, (_, index) => held(`SO-${index}-1`)));
    const before = memory.table.readUnits;
    await readBoard(memory.bridge);
    expect(memory.table.readUnits - before).toBe(1);
  });

  it('lists the orders of a row, oldest first, and none for an unknown row', async () => {
    const memory = await bridgeWith(held('SO-1-1', minute(5)), held('SO-2-1', minute(3)), acceptedOrder());
    const references = async (key: string) =>
      (await readOrdersOn(memory.bridge, key)).map(({ reference }) => reference);
    expect(await references('hold')).toEqual(['SO-2-1', 'SO-1-1']);
    expect(await references('shipped')).toEqual(['SO-00042-1']);
    expect(await references('nowhere')).toEqual([]);
  });
});

describe('the recent orders', () => {
  it('are those of today and yesterday, newest first, 25 at most', async () => {
    const made = (reference: string, day: number) =>
      queuedOrder(undefined, { reference, createdAt: minute(day * 24 * 60) });
    const memory = await bridgeWith(made('SO-1-1', -2), made('SO-2-1', -1), made('SO-3-1', 0));
    const recent = await readRecentOrders(memory.bridge);
    expect(recent.map(({ reference }) => reference)).toEqual(['SO-3-1', 'SO-2-1']);
    const full = await bridgeWith(...Array.from({ length: 30 }, (_, index) => made(`SO-${index}-1`, 0)));
    expect(await readRecentOrders(full.bridge)).toHaveLength(25);
  });
});
