import { beforeEach, describe, expect, it } from 'vitest';
import type { FulfillmentOrder, OrderContent } from '../../lib/domain/fulfillment-order.ts';
import { planSale } from '../../lib/domain/plan.ts';
import { change } from '../../lib/domain/transitions.ts';
import { FulfillmentOrders } from '../../lib/store/fulfillment-orders.ts';
import { VersionConflict } from '../../lib/store/table.ts';
import { connection } from '../builders/connection.ts';
import { NOW } from '../builders/order.ts';
import { sale } from '../builders/sale.ts';
import { InMemoryTable } from '../fakes/in-memory-table.ts';

const DAY = 86_400_000;

describe('fulfillment orders in the table', () => {
  let now = NOW;
  let table = new InMemoryTable();
  let orders = new FulfillmentOrders(table, () => now, 90);
  const [planned] = planSale({
    sale: sale(),
    connections: [connection()],
    orders: [],
    by: 'test',
    now: NOW,
  }).changes;
  const order = planned?.order as FulfillmentOrder;
  const content = planned?.content as OrderContent;

  beforeEach(() => {
    now = NOW;
    table = new InMemoryTable();
    orders = new FulfillmentOrders(table, () => now, 90);
  });

  it('come back as they were saved, state and content', async () => {
    await orders.save(order, content);
    expect(await orders.read(order.reference)).toEqual(order);
    expect(await orders.readContent(order)).toEqual(content);
  });

  it('are created once', async () => {
    await orders.save(order, content);
    await expect(orders.save(order, content)).rejects.toThrow(VersionConflict);
  });

  it('lose their personal half when it has expired, even before DynamoDB deletes it', async () => {
    await orders.save(order, content);
    now = NOW + 89 * DAY;
    expect(await orders.readContent(order)).not.toBeNull();
    now = NOW + 90 * DAY;
    expect(await orders.readContent(order)).toBeNull();
    expect(await orders.read(order.reference)).toEqual(order);
  });

  it('apply a change to what someone else wrote meanwhile', async () => {
    await orders.save(order, content);
    const read = (await orders.read(order.reference)) as FulfillmentOrder;
    await orders.update(read, (current) => change(current, NOW, {}, { by: 'other', what: 'first' }));
    const after = await orders.update(read, (current) =>
      change(current, NOW, {}, { by: 'me', what: 'second' }),
    );
    expect(after.log.map(({ what }) => what).slice(-2)).toEqual(['first', 'second']);
    expect(after.version).toBe(3);
    expect(await orders.read(order.reference)).toEqual(after);
  });

  it('write nothing where nothing changes', async () => {
    await orders.save(order, content);
    const before = table.puts;
    expect(await orders.update(order, (current) => current)).toBe(order);
    expect(table.puts).toBe(before);
  });

  it('that were written by a broken version are not taken for good', async () => {
    await table.put(
      { pk: `ORDER#${order.reference}`, sk: 'STATE' },
      { ...order, status: 'Lost' },
      { kind: 'none' },
    );
    await expect(orders.read(order.reference)).rejects.toThrow('status');
  });
});
