import { describe, expect, it } from 'vitest';
import { OperatorActionNeeded, Throttled } from '../../../lib/domain/errors.ts';
import type { ListPage } from '../../../lib/providers/cartrover/client.ts';
import { type StockRow, stockRow } from '../../../lib/providers/cartrover/schemas.ts';
import { stockReader } from '../../../lib/providers/cartrover/stock.ts';
import { BrokenPages, ChangedList } from '../../../lib/upstream/paging.ts';

const PAGE_SIZE = 2;
/** The most pages that are read of a list. */
const MAX_PAGES = 2_000;
const THROTTLED = new Throttled({ system: 'cartrover', operation: 'list stock' }, 1_500);

type Page = Pick<ListPage<StockRow>, 'rows'> & Partial<ListPage<StockRow>>;

/** Of a list whose pages after the given ones are empty; an error is thrown before its page is given. */
function reader(given: ReadonlyArray<Page | Error>, total: number | null, warehouse = 'EAST') {
  const refusals = given.map((one) => (one instanceof Error ? [one] : []));
  const pages = given.filter((one) => !(one instanceof Error));
  const calls: number[] = [];
  const waits: number[] = [];
  const client = {
    stock: async ({ page }: { readonly page: number }) => {
      calls.push(page);
      const refusal = refusals[calls.length - 1]?.[0];
      if (refusal !== undefined) throw refusal;
      return { rows: [], unreadable: [], total, ...pages[page - 1] };
    },
  };
  const wait = async (milliseconds: number) => void waits.push(milliseconds);
  const stock = stockReader({ client, system: 'cartrover', warehouse, pageSize: PAGE_SIZE, wait });
  return { ...stock, calls, waits };
}

const read = async (...list: Parameters<typeof reader>) =>
  (await Array.fromAsync(reader(...list).stock())).flat();
const skusOf = async (...list: Parameters<typeof reader>) => (await read(...list)).map(({ sku }) => sku);

const row = (sku: string, fields: object = {}) => stockRow.parse({ sku, qty_on_hand: '4', ...fields });
/** `EAST: 3`: the figure of each warehouse, under the number that CartRover has for it. */
const inWarehouses = (figures: Record<string, number>) => ({
  warehouses: Object.fromEntries(
    Object.entries(figures).map(([warehouse, qty_on_hand], index) => [
      String(4_000 + index),
      { warehouse, qty_on_hand, wms_datetime: '2026-01-05T08:00:00+00:00' },
    ]),
  ),
});
const FULL = { rows: [row('A'), row('B')] };
const LAST = { rows: [row('C')] };

describe('the list of a CartRover merchant’s stock', () => {
  it.each([
    ['whose rows CartRover counts', 3],
    ['whose rows CartRover does not count', null],
  ])('%s is read to its last page', async (_, total) => {
    expect(await skusOf([FULL, LAST], total)).toEqual(['A', 'B', 'C']);
  });

  it.each([
    ['is not asked for after a full page with the last row', 2, [1]],
    ['is asked for after a full page where the rows are not counted', null, [1, 2]],
  ])('%s', async (_, total, calls) => {
    const stock = reader([FULL], total);
    expect((await Array.fromAsync(stock.stock())).flat()).toHaveLength(2);
    expect(stock.calls).toEqual(calls);
  });

  it('goes on after a page that is full with a row that cannot be read', async () => {
    const page = { rows: [row('A')], unreadable: [{ id: 'B', where: 'sku' }] };
    expect(await skusOf([page, LAST], 3)).toEqual(['A', 'B', 'C']);
  });

  it.each<[string, Page[], number | null]>([
    ['its count of rows changes between two pages', [FULL, { ...LAST, total: 4 }], 3],
    ['the count is missing from a later page', [FULL, { ...LAST, total: null }], 3],
    ['it has fewer rows than are counted', [LAST], 3],
    ['it has more rows than are counted', [FULL, LAST], 1],
  ])('fails where %s, so that it is read anew', async (_, pages, total) => {
    await expect(read(pages, total)).rejects.toBeInstanceOf(ChangedList);
  });

  it('may have two thousand pages, and is broken where it has more', async () => {
    const pages = (count: number) => Array.from({ length: count }, () => FULL);
    const rows = await read(pages(MAX_PAGES), MAX_PAGES * PAGE_SIZE);
    expect(rows).toHaveLength(MAX_PAGES * PAGE_SIZE);
    await expect(read(pages(MAX_PAGES + 1), null)).rejects.toBeInstanceOf(BrokenPages);
  });

  it('waits for the rate limit between its pages, and leaves that of the first page to the caller', async () => {
    const later = reader([FULL, THROTTLED, LAST], 3);
    expect((await Array.fromAsync(later.stock())).flat()).toHaveLength(3);
    expect(later).toMatchObject({ calls: [1, 2, 2], waits: [1_500] });
    const first = reader([THROTTLED, FULL], 2);
    await expect(Array.fromAsync(first.stock())).rejects.toBe(THROTTLED);
    expect(first.waits).toEqual([]);
  });
});

describe('the stock at a CartRover warehouse', () => {
  it('is the whole figure, with its time, where the merchant’s stock is not divided', async () => {
    const undivided = { wms_datetime: '2026-01-05T08:00:00+00:00' };
    const rows = [row('A', undivided), row('B', { ...undivided, warehouses: [] })];
    const figure = { onHand: 4, batch: '', expiry: '', takenAt: '2026-01-05T08:00:00.000Z' };
    expect(await read([{ rows }], 2)).toEqual([
      { sku: 'A', ...figure },
      { sku: 'B', ...figure },
    ]);
  });

  it('is its own figure, and none of a SKU that is only elsewhere', async () => {
    const rows = [row('A', inWarehouses({ WEST: 9, EAST: 3 })), row('B', inWarehouses({ WEST: 9 }))];
    expect(await read([{ rows }], 2)).toEqual([
      { sku: 'A', onHand: 3, batch: '', expiry: '', takenAt: '2026-01-05T08:00:00.000Z' },
    ]);
  });

  it('is unknown, not 0, where a row has no figure or cannot be read', async () => {
    const page = { rows: [row('A', { qty_on_hand: null })], unreadable: [{ id: 'B', where: 'aliases' }] };
    const unknown = { onHand: null, batch: '', expiry: '' };
    expect(await read([page], 2)).toEqual([
      { sku: 'A', ...unknown },
      { sku: 'B', ...unknown },
    ]);
  });

  it('cannot be read where a row has no SKU either', async () => {
    const page = { rows: [row('A')], unreadable: [{ id: '', where: 'sku' }] };
    await expect(read([page], 2)).rejects.toBeInstanceOf(BrokenPages);
  });

  it('needs an operator, who is told the names of the warehouses, where none has the name', async () => {
    const rows = [row('A', inWarehouses({ WEST: 9 })), row('B', inWarehouses({ NORTH: 1, WEST: 2 }))];
    const failure: unknown = await read([{ rows }], 2).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(OperatorActionNeeded);
    expect(failure).toMatchObject({
      details: {
        system: 'cartrover',
        operation: expect.stringContaining('EAST'),
        upstreamMessage: expect.stringContaining('WEST, NORTH'),
      },
    });
  });

  it.each<[string, StockRow[], string[]]>([
    ['there is no stock at all', [], []],
    ['no stock is divided', [row('A', { warehouses: null })], ['A']],
    [
      'the warehouse has none but of a SKU of a later page',
      [row('A', inWarehouses({ WEST: 9 })), row('B'), row('C', inWarehouses({ EAST: 0 }))],
      ['B', 'C'],
    ],
  ])('needs no operator where %s', async (_, rows, skus) => {
    const pages = [{ rows: rows.slice(0, PAGE_SIZE) }, { rows: rows.slice(PAGE_SIZE) }];
    expect(await skusOf(pages, rows.length)).toEqual(skus);
  });
});

it('CartRover’s catalogue has every SKU, and its aliases where it has any', async () => {
  const rows = [row('A', { aliases: { UPC: '0123', ALT_CODE: 'A-OLD' } }), row('B', { aliases: [] })];
  const pages = [{ rows }, { rows: [row('C', { aliases: null })] }];
  const listed = (await Array.fromAsync(reader(pages, 3).catalogue())).flat();
  expect(listed).toEqual(['A', '0123', 'A-OLD', 'B', 'C'].map((sku) => ({ sku, name: '' })));
});
