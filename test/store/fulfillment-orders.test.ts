import { beforeEach, describe, expect, it } from 'vitest';
import { UnreadableRecord } from '../../lib/domain/errors.ts';
import { type FulfillmentOrder, STATUSES } from '../../lib/domain/order/fulfillment-order.ts';
import type { OrderContent } from '../../lib/domain/order/order-content.ts';
import { planSale } from '../../lib/domain/order/plan.ts';
import { change } from '../../lib/domain/order/transitions.ts';
import { FulfillmentOrders, ORDER } from '../../lib/store/fulfillment-orders.ts';
import type { ItemKey } from '../../lib/store/large-items.ts';
import { Restores } from '../../lib/store/restores.ts';
import { type Table, VersionConflict } from '../../lib/store/table.ts';
import { connection } from '../builders/connection.ts';
import { acceptedOrder, box, NOW } from '../builders/order.ts';
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

  it('give up a change that others overtake again and again', async () => {
    await orders.save(order, content);
    const put = table.put.bind(table);
    let overtaken = 0;
    table.put = async (key, item, condition) => {
      if (key.sk !== 'STATE') return put(key, item, condition);
      overtaken += 1;
      throw new VersionConflict(key);
    };
    const note = (current: FulfillmentOrder) => change(current, NOW, {}, { by: 'me', what: 'noted' });
    await expect(orders.update(order, note)).rejects.toThrow(VersionConflict);
    expect(overtaken).toBeGreaterThan(1);
    table.put = put;
    expect((await orders.read(order.reference))?.version).toBe(1);
  });

  it('do not repeat a change that failed otherwise', async () => {
    await orders.save(order, content);
    let tries = 0;
    table.put = async () => {
      tries += 1;
      throw new Error('no table');
    };
    const note = (current: FulfillmentOrder) => change(current, NOW, {}, { by: 'me', what: 'noted' });
    await expect(orders.update(order, note)).rejects.toThrow('no table');
    expect(tries).toBe(1);
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
      ORDER.toItem({ ...order, status: 'Lost' }),
      { kind: 'none' },
    );
    await expect(orders.read(order.reference)).rejects.toThrow(UnreadableRecord);
    await expect(orders.read(order.reference)).rejects.toThrow('SO-00042-1 cannot be read: status');
  });

  it('that cannot be read are left out of a list, which goes on and says so', async () => {
    const unreadable: string[] = [];
    orders = new FulfillmentOrders(
      table,
      () => now,
      90,
      ({ reference }) => void unreadable.push(reference),
    );
    for (const reference of ['SO-1-1', 'SO-2-1', 'SO-3-1']) await orders.save({ ...order, reference });
    const [broken] = table.stored().filter(({ pk }) => pk === 'ORDER#SO-2-1');
    await table.put({ pk: 'ORDER#SO-2-1', sk: 'STATE' }, ORDER.toItem({ ...broken, packages: null }), {
      kind: 'none',
    });
    const listed = await Array.fromAsync(orders.listMadeOn('2026-02-03'));
    expect(listed.map(({ reference }) => reference).sort()).toEqual(['SO-1-1', 'SO-3-1']);
    expect(unreadable).toEqual(['SO-2-1']);
  });

  it('are looked up before they are sent from a restore on until it is settled', async () => {
    expect(await orders.readRestore()).toBeNull();
    const until = new Date(NOW + DAY).toISOString();
    const restore = { to: '', begunAt: '', finishedAt: '', until, cursors: {} };
    await new Restores(table).save(restore);
    expect(await orders.readRestore()).toEqual(restore);
    now = NOW + DAY;
    expect(await orders.readRestore()).toBeNull();
  });

  it('have no delivery where they were stored before deliveries were followed', async () => {
    const { deliveredAt: _, ...olderBox } = box();
    await table.put(
      { pk: `ORDER#${order.reference}`, sk: 'STATE' },
      ORDER.toItem({ ...order, packages: [olderBox] }),
      { kind: 'none' },
    );
    expect((await orders.read(order.reference))?.packages).toEqual([box({ deliveredAt: '' })]);
  });

  describe('that are Shipped', () => {
    const shipped = (reference: string, overrides: Partial<FulfillmentOrder> = {}) => ({
      ...acceptedOrder(),
      version: 1,
      reference,
      ...overrides,
    });
    const { connection: ours } = shipped('SO-1-1');
    const day = (number: number) => `2026-02-0${number}T09:00:00.000Z`;
    async function listed(connection = ours): Promise<FulfillmentOrder[]> {
      return await Array.fromAsync(orders.listShipped(connection));
    }

    it('are listed whole and oldest first, those of the connection only', async () => {
      const younger = shipped('SO-1-1', { createdAt: day(4) });
      const older = shipped('SO-2-1', { createdAt: day(3) });
      const foreign = shipped('SO-3-1', { connection: 'elsewhere' });
      for (const one of [younger, older, foreign]) await orders.save(one);
      expect(await listed()).toEqual([older, younger]);
      expect(await listed('elsewhere')).toEqual([foreign]);
    });

    it('are listed from the moment on that is asked for', async () => {
      for (const number of [3, 4, 5])
        await orders.save(shipped(`SO-${number}-1`, { createdAt: day(number) }));
      const since = await Array.fromAsync(orders.listShipped(ours, day(4)));
      expect(since.map(({ reference }) => reference)).toEqual(['SO-4-1', 'SO-5-1']);
    });

    it.each(STATUSES.filter((status) => status !== 'Shipped'))('leave the list as %s', async (status) => {
      const leaving = shipped('SO-1-1');
      const staying = shipped('SO-2-1');
      for (const one of [leaving, staying]) await orders.save(one);
      expect(await listed()).toHaveLength(2);
      await orders.save({ ...leaving, status, version: 2 });
      expect(await keysInIndex()).toEqual([{ pk: 'ORDER#SO-2-1', sk: 'STATE' }]);
      expect(await listed()).toEqual([staying]);
    });

    it('come back as they were saved, without what lists them', async () => {
      const saved = shipped('SO-1-1');
      await orders.save(saved);
      expect(await orders.read('SO-1-1')).toEqual(saved);
    });

    it('cost writes of each list only where they come, leave or look different there, however often they are written', async () => {
      const cancelled = shipped('SO-1-1', { status: 'Cancelled' });
      await orders.save(cancelled);
      const before = table.indexWrites;
      for (const version of [2, 3, 4]) await orders.save({ ...cancelled, status: 'Shipped', version });
      // On the list of what is Shipped, on that of what is still to leave, and from one lane of all orders to another.
      expect(table.indexWrites - before).toBe(4);
      await orders.save({ ...cancelled, status: 'Delivered', version: 5 });
      await orders.save({ ...cancelled, status: 'Delivered', version: 6 });
      expect(table.indexWrites - before).toBe(8);
    });

    it('are skipped where the index is behind the table', async () => {
      const present = shipped('SO-1-1');
      await orders.save(present);
      await orders.save(shipped('SO-2-1', { status: 'Delivered' }));
      const behind: Table = {
        read: (key) => table.read(key),
        put: (key, item, condition) => table.put(key, item, condition),
        items: (partition) => table.items(partition),
        range: (partition, range) => table.range(partition, range),
        async *list(): AsyncGenerator<ItemKey[]> {
          yield [];
          yield ['SO-0-1', 'SO-2-1', 'SO-1-1'].map((one) => ({ pk: `ORDER#${one}`, sk: 'STATE' }));
        },
      };
      const listing = new FulfillmentOrders(behind, () => now, 90).listShipped(ours);
      expect(await Array.fromAsync(listing)).toEqual([present]);
    });

    async function keysInIndex(): Promise<ItemKey[]> {
      return (await Array.fromAsync(table.list('shipped', ours))).flat();
    }
  });
});
