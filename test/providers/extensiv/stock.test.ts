import { describe, expect, it } from 'vitest';
import { Throttled } from '../../../lib/domain/errors.ts';
import { itemRow, stockRow } from '../../../lib/providers/extensiv/schemas.ts';
import { stockReader } from '../../../lib/providers/extensiv/stock.ts';
import { BrokenPages, ChangedList } from '../../../lib/upstream/paging.ts';

interface Page {
  readonly rows?: readonly object[];
  readonly unreadable?: readonly object[];
  readonly total: number;
}

/** Of a list whose pages after the given ones are empty; an error is thrown once, before the page at its place is given. */
function reader(
  given: ReadonlyArray<Page | Error>,
  batchIs: 'lot' | 'serial' = 'lot',
  parse: (row: object) => unknown = stockRow.parse,
) {
  const calls: number[] = [];
  const waits: number[] = [];
  const pages = given.flatMap((one) => (one instanceof Error ? [] : [one]));
  const read = async (...query: unknown[]) => {
    const { page } = query.at(-1) as { page: number };
    calls.push(page);
    const refusal = given[page - 1];
    if (refusal instanceof Error && calls.filter((one) => one === page).length === 1) throw refusal;
    const { rows = [], unreadable = [], total } = pages[page - 1] ?? { total: pages[0]?.total ?? 0 };
    return { rows: rows.map((row) => parse(row)), unreadable, total };
  };
  const wait = async (milliseconds: number) => void waits.push(milliseconds);
  const settings = { customerId: '12', facilityId: '3', batchIs };
  const deps = { client: { stockDetails: read, items: read }, settings, pageSize: 2, wait };
  return { ...stockReader(deps as unknown as Parameters<typeof stockReader>[0]), calls, waits };
}

const stock = (sku: string, fields: object = {}) => ({
  receiveItemId: 1,
  itemIdentifier: { sku },
  onHand: 4,
  ...fields,
});
const read = async (...given: Parameters<typeof reader>) =>
  (await Array.fromAsync(reader(...given).stock())).flat();

describe('the stock of an Extensiv customer', () => {
  it('is read to the last page, also where that is a full one', async () => {
    const full = { rows: [stock('A'), stock('B')], total: 3 };
    expect(await read([full, { rows: [stock('C')], total: 3 }])).toHaveLength(3);
    expect(await read([{ ...full, total: 2 }])).toHaveLength(2);
    expect(await read([{ total: 0 }])).toEqual([]);
  });

  it.each<[string, Page[]]>([
    [
      'its total changes between two pages',
      [
        { rows: [stock('A'), stock('B')], total: 3 },
        { rows: [stock('C')], total: 4 },
      ],
    ],
    ['its pages have fewer rows than it says', [{ rows: [stock('A')], total: 3 }]],
    ['its pages have more rows than it says', [{ rows: [stock('A'), stock('B')], total: 1 }]],
  ])('fails where %s', async (_, pages) => {
    await expect(read(pages)).rejects.toBeInstanceOf(ChangedList);
  });

  it('waits for the rate limit after its first page, whose limit is left to the caller', async () => {
    const throttled = new Throttled({ system: 'extensiv', operation: 'list stock' }, 1_500);
    const later = reader([
      { rows: [stock('A'), stock('B')], total: 3 },
      throttled,
      { rows: [stock('C')], total: 3 },
    ]);
    expect((await Array.fromAsync(later.stock())).flat()).toHaveLength(3);
    expect(later).toMatchObject({ calls: [1, 2, 2], waits: [1_500] });
    const first = reader([throttled]);
    await expect(Array.fromAsync(first.stock())).rejects.toBe(throttled);
    expect(first.waits).toEqual([]);
  });

  it('may have two thousand pages, and is broken where it has more', async () => {
    const pages = (count: number) =>
      Array.from({ length: count }, () => ({ rows: [stock('A'), stock('B')], total: 2 * count }));
    expect(await read(pages(2_000))).toHaveLength(4_000);
    await expect(read(pages(2_001))).rejects.toBeInstanceOf(BrokenPages);
  });

  it.each([
    ['lot', { lotNumber: 'L1', serialNumber: 'S1' }, 'L1'],
    ['lot', { serialNumber: 'S1' }, 'S1'],
    ['serial', { lotNumber: 'L1', serialNumber: 'S1' }, 'S1'],
    ['serial', { lotNumber: 'L1' }, 'L1'],
  ] as const)('has as its batch, by %s first, of %j: %s', async (batchIs, traits, batch) => {
    const row = stock('A', { ...traits, expirationDate: '2027-05-01T00:00:00' });
    expect(await read([{ rows: [row], total: 1 }], batchIs)).toEqual([
      { sku: 'A', onHand: 4, batch, expiry: '2027-05-01' },
    ]);
  });

  it.each(['isOnHold', 'quarantined'])(
    'cannot be sold where the warehouse keeps it back: %s',
    async (flag) => {
      const rows = [stock('A', { [flag]: true }), stock('A', { lotNumber: 'L1' })];
      expect((await read([{ rows, total: 2 }])).map(({ onHand, batch }) => [onHand, batch])).toEqual([
        [0, ''],
        [4, 'L1'],
      ]);
    },
  );

  it('is unknown, not 0, where a row has no figure or cannot be read, and fails where it has no SKU either', async () => {
    const page = (id: string) => [
      { rows: [stock('A', { onHand: null })], unreadable: [{ id, where: 'onHand' }], total: 2 },
    ];
    expect(await read(page('B'))).toMatchObject([
      { sku: 'A', onHand: null },
      { sku: 'B', onHand: null, batch: '', expiry: '' },
    ]);
    await expect(read(page(''))).rejects.toThrow('without a SKU');
  });

  it('has a catalogue of the products that are in use, which fails where one cannot be read', async () => {
    const rows = [
      { sku: 'A', description: 'Lamp' },
      { sku: 'B', readOnly: { deactivated: true } },
    ];
    const items = (pages: Page[]) => Array.fromAsync(reader(pages, 'lot', itemRow.parse).catalogue());
    expect((await items([{ rows, total: 2 }])).flat()).toEqual([{ sku: 'A', name: 'Lamp' }]);
    const unreadable = [{ id: 'B', where: 'sku' }];
    await expect(items([{ rows: rows.slice(0, 1), unreadable, total: 2 }])).rejects.toThrow(
      'cannot be read: sku',
    );
  });
});
