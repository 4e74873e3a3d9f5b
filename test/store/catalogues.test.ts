import { beforeEach, describe, expect, it } from 'vitest';
import { Catalogues } from '../../lib/store/catalogues.ts';
import { InMemoryTable } from '../fakes/in-memory-table.ts';

const AT = '2026-02-03T09:00:00.000Z';
const skus = (count: number, prefix = 'SKU') =>
  new Set(Array.from({ length: count }, (_, index) => `${prefix}-${index}`));

describe('the catalogues in the table', () => {
  let table = new InMemoryTable();
  let catalogues = new Catalogues(table);
  beforeEach(() => {
    table = new InMemoryTable();
    catalogues = new Catalogues(table);
  });
  const unknown = async (...asked: string[]) => [...(await catalogues.unknown('lantern', asked))];

  it('say which SKUs are not on the list, whatever their capitals and blanks', async () => {
    await catalogues.replace('lantern', new Set(['WAX-02', ' Quill-01']), AT);
    expect(await unknown('wax-02 ', 'QUILL-01', 'INK-03')).toEqual(['INK-03']);
  });

  it('say nothing where none was read, or one with nothing on it', async () => {
    expect(await unknown('WAX-02')).toEqual([]);
    await catalogues.replace('lantern', new Set(), AT);
    expect(await unknown('WAX-02')).toEqual([]);
  });

  it('are each connection’s own', async () => {
    await catalogues.replace('harbour', skus(3), AT);
    expect(await unknown('WAX-02')).toEqual([]);
  });

  it('are replaced as a whole, larger or smaller', async () => {
    for (const [count, prefix] of [
      [1_000, 'OLD'],
      [10, 'NEW'],
      [450, 'NEXT'],
    ] as const) {
      await catalogues.replace('lantern', skus(count, prefix), AT);
      expect(await unknown(...skus(count, prefix))).toEqual([]);
      expect(await unknown('OLD-5', 'NEW-5', 'NEXT-5')).toHaveLength(2);
    }
  });

  it('stay as they were where the new one could not be written to its end', async () => {
    await catalogues.replace('lantern', skus(300, 'OLD'), AT);
    const put = table.put.bind(table);
    let puts = 0;
    table.put = async (...of) => {
      puts += 1;
      if (puts === 3) throw new Error('connect ECONNREFUSED');
      await put(...of);
    };
    await expect(catalogues.replace('lantern', skus(900, 'NEW'), AT)).rejects.toThrow('ECONNREFUSED');
    expect(await unknown('OLD-1', 'NEW-1')).toEqual(['NEW-1']);
  });

  it('of 100,000 SKUs answer for five with six small reads', async () => {
    const many = new Set([...skus(100_000)].map((sku) => `${sku}-WITH-A-LONG-NAME`));
    const sizes: number[] = [];
    const put = table.put.bind(table);
    table.put = async (key, item, condition) => {
      sizes.push(JSON.stringify(item).length);
      await put(key, item, condition);
    };
    await catalogues.replace('lantern', many, AT);
    expect(sizes).toHaveLength(501);
    expect(Math.max(...sizes)).toBeLessThan(12_000);
    const { readUnits } = table;
    expect(await unknown(...[1, 20, 300, 4_000, 50_000].map((n) => `SKU-${n}-WITH-A-LONG-NAME`))).toEqual([]);
    expect(table.readUnits - readUnits).toBeLessThanOrEqual(1 + 5 * 3);
    expect(await unknown('SKU-100000-WITH-A-LONG-NAME')).toHaveLength(1);
  });
});
