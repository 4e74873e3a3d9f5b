import { beforeEach, describe, expect, it } from 'vitest';
import { Rejected } from '../../lib/domain/errors.ts';
import type { FulfillmentOrder } from '../../lib/domain/order/fulfillment-order.ts';
import { claimSubmission, recordAccepted, recordRefused } from '../../lib/domain/order/submission.ts';
import { change } from '../../lib/domain/order/transitions.ts';
import { recordShipments } from '../../lib/domain/shipment/shipment.ts';
import { FulfillmentOrders } from '../../lib/store/fulfillment-orders.ts';
import { OrderSearch } from '../../lib/store/order-search.ts';
import { NOW, queuedOrder, reported } from '../builders/order.ts';
import { sale } from '../builders/sale.ts';
import { InMemoryTable } from '../fakes/in-memory-table.ts';

const MINUTE = 60_000;
const order = (orderNumber: string, overrides: Partial<FulfillmentOrder> = {}) =>
  queuedOrder(sale({ orderNumber }), overrides);
const accepted = (from: FulfillmentOrder) => recordAccepted(from, NOW, 'prov-1', from.fingerprint, false);

describe('finding orders', () => {
  let table = new InMemoryTable();
  let orders = new FulfillmentOrders(table, () => NOW, 90);
  beforeEach(() => {
    table = new InMemoryTable();
    orders = new FulfillmentOrders(table, () => NOW, 90);
  });
  const waiting = async (what: Parameters<FulfillmentOrders['listWaiting']>[0]) =>
    (await Array.fromAsync(orders.listWaiting(what))).map(({ reference }) => reference);
  const madeOn = async (day: string) =>
    (await Array.fromAsync(orders.listMadeOn(day))).map(({ reference }) => reference);

  it('lists those that wait for the same, longest first', async () => {
    await orders.save(order('SO-2', { waitingSince: '2026-02-03T08:00:00.000Z' }));
    await orders.save(order('SO-1', { waitingSince: '2026-02-03T09:00:00.000Z' }));
    await orders.save(order('SO-3', { released: false }));
    expect(await waiting('submission')).toEqual(['SO-2-1', 'SO-1-1']);
    expect(await waiting('person')).toEqual(['SO-3-1']);
    expect(await waiting('failed')).toEqual([]);
  });

  it('moves an order from list to list as it goes', async () => {
    const made = order('SO-1');
    await orders.save(made);
    const refused = await orders.update(made, (current) => recordRefused(current, NOW + MINUTE, 'no'));
    expect(await waiting('submission')).toEqual([]);
    expect(await waiting('failed')).toEqual(['SO-1-1']);
    const retried = await orders.update(refused, (current) =>
      change(
        current,
        NOW,
        { status: 'Queued', submission: { ...current.submission, state: 'none' } },
        { by: 'Ines', what: 'Tried again.' },
      ),
    );
    expect(await waiting('submission')).toEqual(['SO-1-1']);
    await orders.update(retried, accepted);
    expect(await waiting('submission')).toEqual([]);
  });

  it('writes a list twice, when an order comes and when it leaves, however often the order is written', async () => {
    const made = order('SO-1');
    await orders.save(made);
    const { indexWrites } = table;
    const claimed = await orders.update(made, (current) => claimSubmission(current, NOW + MINUTE));
    const noted = await orders.update(claimed, (current) =>
      change(current, NOW + 2 * MINUTE, {}, { by: 'test', what: 'Noted.' }),
    );
    expect(table.indexWrites).toBe(indexWrites);
    await orders.update(noted, accepted);
    // From the list of those to be accepted to that of those to leave, onto the list of those that are Shipped, and once where
    // the list of all orders shows it.
    expect(table.indexWrites).toBe(indexWrites + 4);
  });

  it('lists and counts those that have waited since a time, after those that are skipped', async () => {
    for (const hour of [6, 7, 8, 9])
      await orders.save(order(`SO-${hour}`, { waitingSince: `2026-02-03T0${hour}:00:00.000Z` }));
    const until = '2026-02-03T08:00:00.000Z';
    const listed = async (...range: [until?: string, skip?: number]) =>
      (await Array.fromAsync(orders.listWaiting('submission', ...range))).map(({ reference }) => reference);
    expect(await listed(until)).toEqual(['SO-6-1', 'SO-7-1', 'SO-8-1']);
    expect(await listed(until, 2)).toEqual(['SO-8-1']);
    expect(await listed(until, 9)).toEqual([]);
    expect(await orders.countWaiting('submission', 1_000, until)).toBe(3);
  });

  it('counts by the index alone, and no further than it is asked to', async () => {
    for (let number = 1; number <= 5; number += 1) await orders.save(order(`SO-${number}`));
    const { readUnits } = table;
    expect(await orders.countWaiting('submission', 1_000)).toBe(5);
    expect(await orders.countWaiting('submission', 5)).toBe(5);
    expect(await orders.countWaiting('submission', 3)).toBe(3);
    expect(await orders.countWaiting('hold', 3)).toBe(0);
    expect(table.readUnits).toBe(readUnits);
  });

  it('skips one that no longer waits for it where the index is behind the table', async () => {
    await orders.save(order('SO-1'));
    await orders.save(accepted(order('SO-2', { version: 0 })));
    const behind = new FulfillmentOrders(
      {
        read: (key) => table.read(key),
        put: (key, item, condition) => table.put(key, item, condition),
        items: (partition) => table.items(partition),
        range: (partition, range) => table.range(partition, range),
        async *list() {
          yield ['SO-0-1', 'SO-2-1', 'SO-1-1'].map((one) => ({ pk: `ORDER#${one}`, sk: 'STATE' }));
        },
      },
      () => NOW,
      90,
    );
    const listed = await Array.fromAsync(behind.listWaiting('submission'));
    expect(listed.map(({ reference }) => reference)).toEqual(['SO-1-1']);
  });

  it('lists what was made on a day of UTC, latest first, and keeps it there', async () => {
    const first = order('SO-1', { createdAt: '2026-02-03T00:00:00.000Z' });
    await orders.save(first);
    await orders.save(order('SO-2', { createdAt: '2026-02-03T23:59:59.999Z' }));
    await orders.save(order('SO-3', { createdAt: '2026-02-04T00:00:00.000Z' }));
    await orders.update(first, accepted);
    expect(await madeOn('2026-02-03')).toEqual(['SO-2-1', 'SO-1-1']);
    expect(await madeOn('2026-02-04')).toEqual(['SO-3-1']);
    expect(await orders.countMadeOn('2026-02-03', 1_000)).toBe(2);
    expect(await orders.countMadeOn('2026-02-03', 1)).toBe(1);
  });

  it('shows the words that caused an order’s reason, and none of those before', async () => {
    const made = order('SO-1');
    await orders.save(made);
    const noted = await orders.update(made, (current) =>
      change(current, NOW, {}, { by: 'lantern', what: 'Noted.', upstreamMessage: 'Please wait' }),
    );
    expect(await orders.withReasonWords(noted)).toBe(noted);
    const why = new Rejected({ system: 'lantern', operation: 'create', upstreamMessage: 'No such SKU' });
    await orders.update(noted, (current) => recordRefused(current, NOW, why));
    const [listed] = await Array.fromAsync(orders.listWaiting('failed'));
    const { log } = await orders.withReasonWords(listed!);
    expect(log.map(({ what, upstreamMessage }) => [what, upstreamMessage]).slice(-2)).toEqual([
      ['Noted.', undefined],
      ['lantern refused it.', 'No such SKU'],
    ]);
  });

  it('finds an order by the id that its provider gave it', async () => {
    const made = order('SO-1');
    await orders.save(made);
    await orders.update(made, accepted);
    const find = async (text: string) =>
      await new OrderSearch(table, () => NOW, 90).find(
        { kind: 'provider-order', text },
        { since: '', until: '', oldestFirst: false },
        10,
      );
    expect((await find('prov-1')).map(({ reference }) => reference)).toEqual(['SO-1-1']);
    expect(await find('prov-2')).toEqual([]);
  });

  describe('by tracking number', () => {
    const parcel = (id: string, ...trackingNumbers: string[]) =>
      reported('SO-1-1', { id, trackingNumbers, contents: [] });

    it('finds the order of a package, however the number is typed', async () => {
      const made = order('SO-1');
      await orders.save(made);
      const shipped = await orders.update(made, (current) =>
        recordShipments(current, [parcel('label:1', '1Z0001')], NOW),
      );
      expect(await orders.findByTracking('1z 0001 ')).toEqual(shipped);
      expect(await orders.findByTracking('1Z0002')).toBeNull();
    });

    it('keeps an order whose number is a text longer than a key may be, and finds it', async () => {
      const typed = `left with the neighbour ${'🚚'.repeat(2_000)}`;
      const made = order('SO-1');
      await orders.save(made);
      const shipped = await orders.update(made, (current) =>
        recordShipments(current, [parcel('label:1', typed)], NOW),
      );
      expect(await orders.findByTracking(typed)).toEqual(shipped);
    });

    it('writes each number once, before the order that shows it', async () => {
      const made = order('SO-1');
      await orders.save(made);
      const before = table.puts;
      const shipped = await orders.update(made, (current) =>
        recordShipments(current, [parcel('label:1', 'A01', 'B01'), parcel('label:2', 'B01')], NOW),
      );
      // The provider's id of the order is written too, once.
      expect(table.puts - before).toBe(4);
      await orders.update(shipped, (current) =>
        recordShipments(current, [parcel('label:1', 'A01', 'B01'), parcel('label:3', 'C01')], NOW),
      );
      expect(table.puts - before).toBe(6);
    });

    it('knows a number also where the order was changed by someone else meanwhile', async () => {
      const made = order('SO-1');
      await orders.save(made);
      await orders.update(made, accepted);
      await orders.update(made, (current) => recordShipments(current, [parcel('label:1', 'A')], NOW));
      expect((await orders.findByTracking('A'))?.packages).toHaveLength(1);
    });
  });
});
