import { describe, expect, it } from 'vitest';
import type { FulfillmentOrder } from '../../../lib/domain/order/fulfillment-order.ts';
import { recordShipments } from '../../../lib/domain/shipment/shipment.ts';
import {
  readBoard,
  readOrdersOn,
  readRecentOrders,
  readRow,
  readSalesOn,
} from '../../../operator/console/read-board.ts';
import { acceptedOrder, NOW, queuedOrder, reported } from '../../builders/order.ts';
import { saleRecord } from '../../builders/sale-record.ts';
import { InMemoryBridge } from '../../fakes/in-memory-bridge.ts';

const MINUTE_MS = 60_000;
const minute = (minutes: number) => new Date(NOW + minutes * MINUTE_MS).toISOString();

const held = (reference: string, waitingSince = minute(0)) =>
  queuedOrder(undefined, { reference, status: 'On Hold', desired: 'held', hold: 'address', waitingSince });

const travelling = (reference: string) => ({
  ...recordShipments(acceptedOrder(undefined, { reference }), [reported(reference)], NOW),
  confirmation: { ...acceptedOrder().confirmation, state: 'confirmed' as const, packages: ['label:1'] },
});

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
    const memory = await bridgeWith(acceptedOrder(), travelling('SO-1-1'));
    expect(await toRow(memory, 'shipped')).toMatchObject({ status: 'Shipped', count: 1, urgent: false });
  });

  it('shows an order that the provider has only accepted as At warehouse, and on its way nowhere', async () => {
    const memory = await bridgeWith(acceptedOrder());
    expect(await toRow(memory, 'departure')).toMatchObject({ status: 'At warehouse', count: 1 });
    expect(await toRow(memory, 'shipped')).toMatchObject({ count: 0 });
    expect(await readOrdersOn(memory.bridge, 'shipped')).toEqual([]);
  });

  it('counts no order as on its way that is being cancelled', async () => {
    const cancelling = acceptedOrder(undefined, { reference: 'SO-1-1', desired: 'cancelled' });
    const memory = await bridgeWith(cancelling, travelling('SO-2-1'));
    expect(await toRow(memory, 'cancellation')).toMatchObject({ count: 1 });
    expect(await toRow(memory, 'shipped')).toMatchObject({ count: 1 });
  });

  it('has a row for sales that wait for goods, and lists them with their orders', async () => {
    const memory = await bridgeWith();
    const awaited = saleRecord({ goodsAwaitedSince: minute(1), reason: 'Waiting for 2 × QUILL-01.' });
    await memory.bridge.sales.save(awaited, null);
    await memory.bridge.sales.save(saleRecord({ saleId: 'other', saleOrderNumber: 'SO-2' }), null);
    expect(await toRow(memory, 'goods')).toMatchObject({
      status: 'Waiting for goods',
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
    const memory = await bridgeWith(
      held('SO-1-1', minute(5)),
      held('SO-2-1', minute(3)),
      travelling('SO-00042-1'),
    );
    const references = async (key: string) =>
      (await readOrdersOn(memory.bridge, key)).map(({ reference }) => reference);
    expect(await references('hold')).toEqual(['SO-2-1', 'SO-1-1']);
    expect(await references('shipped')).toEqual(['SO-00042-1']);
    expect(await references('nowhere')).toEqual([]);
  });

  it('pages through a row of 174 orders, and counts all of them', async () => {
    const numbers = Array.from({ length: 174 }, (_, index) => held(`SO-${index}-1`, minute(index)));
    const memory = await bridgeWith(...numbers);
    const page = async (at: number) =>
      (await readOrdersOn(memory.bridge, 'hold', at)).map(({ reference }) => reference);
    expect(await readRow(memory.bridge, 'hold')).toMatchObject({ count: 174, more: false });
    expect([...(await page(1)), ...(await page(2))]).toEqual(numbers.map(({ reference }) => reference));
    expect(await page(3)).toEqual([]);
  });

  it('pages through the orders of two days', async () => {
    const made = Array.from({ length: 130 }, (_, index) =>
      queuedOrder(undefined, { reference: `SO-${index}-1`, createdAt: minute(-index * 10) }),
    );
    const memory = await bridgeWith(...made);
    const pages = [
      ...(await readOrdersOn(memory.bridge, 'recent')),
      ...(await readOrdersOn(memory.bridge, 'recent', 2)),
    ];
    expect(pages.map(({ reference }) => reference)).toEqual(made.map(({ reference }) => reference));
    expect(await readRow(memory.bridge, 'recent')).toMatchObject({ count: 130 });
    expect(await readRow(memory.bridge, 'nowhere')).toBeNull();
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
