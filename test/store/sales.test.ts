import { describe, expect, it } from 'vitest';
import { Sales } from '../../lib/store/sales.ts';
import { saleRecord } from '../builders/sale-record.ts';
import { InMemoryTable } from '../fakes/in-memory-table.ts';

const ignored = saleRecord({
  saleId: 'sale-1',
  saleOrderNumber: 'SO-10482',
  outcome: 'ignored',
  references: [],
});

describe('sales in the table', () => {
  it('are found by their id and by their order number, ignored ones too', async () => {
    const sales = new Sales(new InMemoryTable());
    await sales.save(ignored, null);
    expect(await sales.read('sale-1')).toEqual(ignored);
    expect(await sales.findByNumber('SO-10482')).toEqual(ignored);
    expect(await sales.findByNumber('SO-1')).toBeNull();
  });

  it('cost two small writes more when they are first seen, and none later', async () => {
    const table = new InMemoryTable();
    const sales = new Sales(table);
    await sales.save(ignored, null);
    expect(table.puts).toBe(3);
    await sales.save({ ...ignored, reason: 'Again.' }, ignored);
    expect(table.puts).toBe(4);
  });

  it('are found by the number that DEAR showed us later, where the first look saw none', async () => {
    const sales = new Sales(new InMemoryTable());
    const unseen = { ...ignored, saleOrderNumber: '' };
    await sales.save(unseen, null);
    expect(await sales.findByNumber('')).toBeNull();
    await sales.save(ignored, unseen);
    expect(await sales.findByNumber('SO-10482')).toEqual(ignored);
  });

  it('that wait without an order are no ignored ones, and an earlier version can read them', async () => {
    const table = new InMemoryTable();
    const sales = new Sales(table);
    const since = '2026-02-01T09:00:00.000Z';
    const waiting = { ...ignored, outcome: 'waiting' as const, goodsAwaitedSince: since };
    await sales.save(waiting, null);
    expect(await sales.read('sale-1')).toEqual(waiting);
    expect(await Array.fromAsync(sales.listIgnoredOn(ignored.at.slice(0, 10)))).toEqual([]);
    expect(await table.read({ pk: 'SALE#sale-1', sk: 'SALE' })).toMatchObject({ outcome: 'ignored' });
  });

  it('that wait for goods are listed, longest first, until they wait no more', async () => {
    const sales = new Sales(new InMemoryTable());
    const waiting = (saleId: string, day: string) =>
      saleRecord({ saleId, saleOrderNumber: saleId, goodsAwaitedSince: `2026-02-${day}T09:00:00.000Z` });
    for (const record of [waiting('late', '05'), waiting('early', '01'), ignored]) {
      await sales.save(record, null);
    }
    const listed = async () => (await Array.fromAsync(sales.listAwaitingGoods())).map(({ saleId }) => saleId);
    expect(await listed()).toEqual(['early', 'late']);
    await sales.save({ ...waiting('early', '01'), goodsAwaitedSince: '' }, waiting('early', '01'));
    expect(await listed()).toEqual(['late']);
  });
});
