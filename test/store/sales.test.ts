import { describe, expect, it } from 'vitest';
import { Sales } from '../../lib/store/sales.ts';
import type { SaleRecord } from '../../lib/store/schemas.ts';
import { InMemoryTable } from '../fakes/in-memory-table.ts';

const ignored: SaleRecord = {
  saleId: 'sale-1',
  saleOrderNumber: 'SO-10482',
  outcome: 'ignored',
  reason: 'The sale is voided.',
  references: [],
  by: 'DEAR Sale/Voided',
  at: '2026-02-03T09:00:00.000Z',
};

describe('sales in the table', () => {
  it('are found by their id and by their order number, ignored ones too', async () => {
    const sales = new Sales(new InMemoryTable());
    await sales.save(ignored, null);
    expect(await sales.read('sale-1')).toEqual(ignored);
    expect(await sales.findByNumber('SO-10482')).toEqual(ignored);
    expect(await sales.findByNumber('SO-1')).toBeNull();
  });

  it('cost one small write more when they are first seen, and none later', async () => {
    const table = new InMemoryTable();
    const sales = new Sales(table);
    await sales.save(ignored, null);
    expect(table.puts).toBe(2);
    await sales.save({ ...ignored, reason: 'Again.' }, ignored);
    expect(table.puts).toBe(3);
  });

  it('are found by the number that DEAR showed us later, where the first look saw none', async () => {
    const sales = new Sales(new InMemoryTable());
    const unseen = { ...ignored, saleOrderNumber: '' };
    await sales.save(unseen, null);
    expect(await sales.findByNumber('')).toBeNull();
    await sales.save(ignored, unseen);
    expect(await sales.findByNumber('SO-10482')).toEqual(ignored);
  });
});
