import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../../lib/domain/clock.ts';
import { SaleContents } from '../../lib/store/sale-contents.ts';
import type { TermKind } from '../../lib/store/terms.ts';
import { NOW } from '../builders/order.ts';
import { InMemoryTable } from '../fakes/in-memory-table.ts';

const asked = {
  customer: 'Noor van Dijk',
  contact: 'Noor van Dijk',
  email: 'Noor@mail.test',
  customerReference: 'PO-118',
  channel: 'Etsy',
  skus: ['RARE-1', 'WAX-02'],
};

describe('what a sale without an order asks for', () => {
  const open = () => {
    const table = new InMemoryTable();
    let now = NOW;
    const contents = new SaleContents(table, () => now, 90);
    return { table, contents, pass: (days: number) => (now += days * DAY_MS) };
  };

  it.each<[TermKind, string]>([
    ['sku', 'rare-1'],
    ['channel', 'ETSY'],
    ['customer', 'noor@mail.test'],
    ['name', 'Dij'],
    ['name', 'van dijk'],
    ['name', 'noor v'],
    ['name', 'noor van dijk'],
  ])('is found by the %s %s, until it expires', async (kind, text) => {
    const { contents, pass } = open();
    await contents.save('sale-1', asked);
    expect(await contents.find({ kind, text }, 10)).toEqual(['sale-1']);
    pass(91);
    expect(await contents.find({ kind, text }, 10)).toEqual([]);
    expect(await contents.read('sale-1')).toBeNull();
  });

  it.each([
    ['van dijk', 'Noor van Dijk', 'Rowan Ellery'],
    ['ellery', 'Noor van Dijk', 'Rowan Ellery'],
    ['Mori Kenji', 'Kenji Mori', ''],
    ['Mori, Kenji', 'Kenji Mori', ''],
    ['Lucia', 'Lucía Fernández', ''],
    ['fernandez', 'Lucía Fernández', ''],
    ['FERNÁNDEZ', 'Lucia Fernandez', ''],
    ['Garcia', 'Maria del Carmen Lopez García', ''],
  ])('is found by the words %s of the customer %s and the contact “%s”', async (text, customer, contact) => {
    const { contents } = open();
    await contents.save('sale-1', { ...asked, customer, contact });
    expect(await contents.find({ kind: 'name', text }, 10)).toEqual(['sale-1']);
  });

  it('is found by a name with its accents that an earlier version stored', async () => {
    const { table, contents } = open();
    const hash = createHash('sha256').update('áng').digest('base64url');
    const expiresAt = NOW / 1000 + 60;
    const key = { pk: `SALE-TERM#name#${hash}`, sk: 'ángela mori##sale-1' };
    await table.put(key, { saleId: 'sale-1', expiresAt, schemaVersion: 1 }, { kind: 'none' });
    expect(await contents.find({ kind: 'name', text: 'Ángela' }, 10)).toEqual(['sale-1']);
  });

  it('is written once while it stays the same, and anew before it expires', async () => {
    const { table, contents, pass } = open();
    await contents.save('sale-1', asked);
    const { puts } = table;
    pass(40);
    await contents.save('sale-1', { ...asked });
    expect(table.puts).toBe(puts);
    pass(10);
    await contents.save('sale-1', asked);
    pass(60);
    expect(await contents.read('sale-1')).toEqual(asked);
  });

  it('is found by a change of it', async () => {
    const { contents } = open();
    await contents.save('sale-1', asked);
    await contents.save('sale-1', { ...asked, skus: ['INK-03'] });
    expect(await contents.find({ kind: 'sku', text: 'INK-03' }, 10)).toEqual(['sale-1']);
  });
});
