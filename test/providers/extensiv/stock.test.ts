import { describe, expect, it } from 'vitest';
import { itemRow, stockRow } from '../../../lib/providers/extensiv/schemas.ts';
import { stockReader } from '../../../lib/providers/extensiv/stock.ts';

interface Page {
  readonly rows?: readonly object[];
  readonly unreadable?: readonly object[];
  readonly total: number;
}

function reader(
  pages: readonly Page[],
  batchIs: 'lot' | 'serial' = 'lot',
  parse: (row: object) => unknown = stockRow.parse,
) {
  const read = async (...given: unknown[]) => {
    const { page } = given.at(-1) as { page: number };
    const { rows = [], unreadable = [], total } = pages[page - 1] ?? { total: 0 };
    return { rows: rows.map((row) => parse(row)), unreadable, total };
  };
  const settings = { customerId: '12', facilityId: '3', batchIs };
  const deps = { client: { stockDetails: read, items: read }, settings, pageSize: 2, wait: async () => {} };
  return stockReader(deps as unknown as Parameters<typeof stockReader>[0]);
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
    await expect(read(pages)).rejects.toThrow();
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
