import { describe, expect, it } from 'vitest';
import { readParcels } from '../../../lib/providers/extensiv/parcels.ts';
import { orderRow } from '../../../lib/providers/extensiv/schemas.ts';

const SETTINGS = { timeZone: 'UTC', batchIs: 'lot' } as const;
const item = (
  orderItemId: number,
  sku: string,
  qty: number,
  overrides: object = {},
  allocations: object[] = [],
) => ({
  readOnly: { orderItemId, allocations },
  itemIdentifier: { sku },
  externalId: `line-${orderItemId}`,
  qty,
  ...overrides,
});
const order = (
  packages: object[],
  items = [item(1, 'QUILL', 2), item(2, 'WAX', 3)],
  overrides: object = {},
) =>
  orderRow.parse({
    readOnly: {
      orderId: 700,
      status: 1,
      processDate: '2026-02-04T15:00:00',
      lastModifiedDate: '2026-02-05T00:00:00',
      facilityIdentifier: { id: 3, name: 'Reno' },
      packages,
    },
    referenceNum: 'SO-1-1',
    routingInfo: { carrier: 'UPS', mode: 'Ground', trackingNumber: '1Z1, 1Z2;1Z3' },
    orderItems: items,
    ...overrides,
  });
const parcel = (packageId: number, trackingNumber: string, ...packageContents: object[]) => ({
  packageId,
  trackingNumber,
  packageContents,
});
const line = (key: string, sku: string, quantity: number, batch = '', expiry = '') => ({
  key,
  sku,
  quantity,
  batch,
  expiry,
});

describe('the parcels of a confirmed order', () => {
  it('are one with all numbers where the warehouse does not pack by packages', () => {
    expect(readParcels(order([]), SETTINGS)).toEqual([
      {
        id: 'order:700',
        reference: 'SO-1-1',
        providerOrderId: '700',
        trackingNumbers: ['1Z1', '1Z2', '1Z3'],
        carrier: 'UPS',
        service: 'UPS/Ground',
        shippedAt: '2026-02-04T15:00:00.000Z',
        cost: null,
        warehouse: '3',
        contents: [line('line-1', 'QUILL', 2), line('line-2', 'WAX', 3)],
      },
    ]);
  });

  it('are its packages where they hold all of it', () => {
    const packages = [
      parcel(1, '1Z7', { orderItemId: 1, qty: 2 }),
      parcel(2, '1Z8', { orderItemId: 2, qty: 3, lotNumber: 'L1', expirationDate: '2027-01-31T00:00:00' }),
    ];
    expect(readParcels(order(packages), SETTINGS)).toMatchObject([
      { id: 'package:1', trackingNumbers: ['1Z7'], contents: [line('line-1', 'QUILL', 2)] },
      { id: 'package:2', trackingNumbers: ['1Z8'], contents: [line('line-2', 'WAX', 3, 'L1', '2027-01-31')] },
    ]);
  });

  it.each([
    ['as much as was ordered', 2],
    ['more than was ordered', 3],
  ])('are its packages alone where they hold, of a lot, %s', (_, qty) => {
    const items = [item(1, 'QUILL', 2, { lotNumber: 'L0' })];
    const packages = [parcel(1, '1Z7', { orderItemId: 1, qty, lotNumber: 'L0' })];
    expect(readParcels(order(packages, items), SETTINGS)).toMatchObject([
      { id: 'package:1', contents: [line('line-1', 'QUILL', qty, 'L0')] },
    ]);
  });

  it('are one more with what is in no package, and the numbers of packages without contents', () => {
    const packages = [parcel(1, '1Z7', { orderItemId: 1, qty: 1 }), parcel(2, '1Z8')];
    expect(readParcels(order(packages), SETTINGS)).toMatchObject([
      { id: 'package:1', trackingNumbers: ['1Z7'], contents: [line('line-1', 'QUILL', 1)] },
      {
        id: 'order:700',
        trackingNumbers: ['1Z8'],
        contents: [line('line-1', 'QUILL', 1), line('line-2', 'WAX', 3)],
      },
    ]);
  });

  it('are one more for a number alone, and none for the order’s own number where packages have theirs', () => {
    const full = [parcel(1, '1Z7', { orderItemId: 1, qty: 2 }, { orderItemId: 2, qty: 3 })];
    expect(readParcels(order(full), SETTINGS)).toHaveLength(1);
    expect(readParcels(order([...full, parcel(2, '1Z8')]), SETTINGS)[1]).toMatchObject({
      trackingNumbers: ['1Z8'],
      contents: [],
    });
  });

  it.each([
    ['pallets', [parcel(1, '', { orderItemId: 1, qty: 2 }), parcel(2, '', { orderItemId: 2, qty: 3 })]],
    ['packages without contents', [parcel(1, '')]],
  ])('have the number of the order where its %s have none', (_, packages) => {
    const routingInfo = { carrier: 'SAIA', mode: 'LTL', trackingNumber: 'PRO1' };
    const parcels = readParcels(order(packages, undefined, { routingInfo }), SETTINGS);
    expect(parcels.map(({ trackingNumbers }) => trackingNumbers)).toEqual(packages.map(() => ['PRO1']));
  });

  it('have the numbers of the labels that the warehouse’s carrier software made', () => {
    const parcelResponse = { trackingNumbers: ['1Z7', '1Z8'] };
    const [parcelOf] = readParcels(order([], undefined, { routingInfo: null, parcelResponse }), SETTINGS);
    expect(parcelOf?.trackingNumbers).toEqual(['1Z7', '1Z8']);
  });

  it('have no time and no expiry where Extensiv gives the first date of .NET', () => {
    const unset = '0001-01-01T00:00:00';
    const packages = [parcel(1, '1Z7', { orderItemId: 1, qty: 2, lotNumber: 'L1', expirationDate: unset })];
    const readOnly = { orderId: 7, status: 1, processDate: unset, shipDate: '2026-02-04T15:00:00', packages };
    const [parcelOf] = readParcels(order([], [item(1, 'QUILL', 2)], { readOnly }), SETTINGS);
    expect(parcelOf).toMatchObject({
      shippedAt: '2026-02-04T15:00:00.000Z',
      contents: [line('line-1', 'QUILL', 2, 'L1')],
    });
  });

  it.each([
    [
      'the lots that were allocated',
      [
        { qty: 1, detail: { itemTraits: { lotNumber: 'L1' } } },
        { qty: 1, detail: { itemTraits: { lotNumber: 'L2' } } },
      ],
      [line('line-1', 'QUILL', 1, 'L1'), line('line-1', 'QUILL', 1, 'L2')],
    ],
    [
      'the lot that was ordered where not all was allocated',
      [{ qty: 1, detail: { itemTraits: { lotNumber: 'L1' } } }],
      [line('line-1', 'QUILL', 2, 'L0')],
    ],
    [
      'the serial numbers that were allocated',
      ['S1', 'S2'].map((serialNumber) => ({ qty: 1, detail: { itemTraits: { serialNumber } } })),
      [line('line-1', 'QUILL', 1, 'S1'), line('line-1', 'QUILL', 1, 'S2')],
    ],
    [
      'the lot that was ordered where an allocation names none',
      [{ qty: 2 }],
      [line('line-1', 'QUILL', 2, 'L0')],
    ],
  ])('outside packages are of %s', (_, allocations, contents) => {
    const items = [item(1, 'QUILL', 2, { lotNumber: 'L0' }, allocations)];
    expect(readParcels(order([], items), SETTINGS)[0]?.contents).toEqual(contents);
  });

  it('outside packages are what was ordered, less what is in one, where only a part of a line is', () => {
    const allocations = [{ qty: 2, detail: { itemTraits: { lotNumber: 'L1' } } }];
    const items = [item(1, 'QUILL', 2, { lotNumber: 'L0' }, allocations)];
    const [, rest] = readParcels(order([parcel(1, '1Z7', { orderItemId: 1, qty: 1 })], items), SETTINGS);
    expect(rest?.contents).toEqual([line('line-1', 'QUILL', 1, 'L0')]);
  });

  it('have nothing of a product with the quantity 0, as a package without contents has none', () => {
    const nothing = { orderItemId: 1, qty: 0, lotNumber: 'L1' };
    const packages = [parcel(1, '1Z7', nothing, { orderItemId: 2, qty: 3 }), parcel(2, '1Z8', nothing)];
    const allocations = [0, 2].map((qty) => ({ qty, detail: { itemTraits: { lotNumber: `L${qty}` } } }));
    const items = [item(1, 'QUILL', 2, {}, allocations), item(2, 'WAX', 3)];
    expect(readParcels(order(packages, items), SETTINGS)).toMatchObject([
      { id: 'package:1', trackingNumbers: ['1Z7'], contents: [line('line-2', 'WAX', 3)] },
      { id: 'order:700', trackingNumbers: ['1Z8'], contents: [line('line-1', 'QUILL', 2, 'L2')] },
    ]);
  });

  it('left no warehouse that is named where Extensiv names none', () => {
    const readOnly = { orderId: 7, status: 1, facilityIdentifier: null };
    expect(readParcels(order([], undefined, { readOnly }), SETTINGS)).toMatchObject([{ warehouse: '' }]);
  });

  it.each([
    ['lot', { lotNumber: 'L1', serialNumber: 'S1' }, 'L1'],
    ['lot', { serialNumber: 'S1' }, 'S1'],
    ['serial', { lotNumber: 'L1', serialNumber: 'S1' }, 'S1'],
    ['serial', { lotNumber: 'L1' }, 'L1'],
  ] as const)('have as batch, where DEAR counts by %s, of %j: %s', (batchIs, traits, batch) => {
    const packages = [parcel(1, '', { orderItemId: 1, qty: 2, ...traits })];
    const [first] = readParcels(order(packages, [item(1, 'QUILL', 2)]), { ...SETTINGS, batchIs });
    expect(first?.contents).toEqual([line('line-1', 'QUILL', 2, batch)]);
  });

  it.each([
    ['each where DEAR counts by them', 'serial', { lotNumber: 'L1' }, ['S1', 'S2'], ['1 S1', '1 S2']],
    ['each where there is no lot', 'lot', {}, ['S1', 'S2'], ['1 S1', '1 S2']],
    ['none where DEAR counts by lots', 'lot', { lotNumber: 'L1' }, ['S1', 'S2'], ['2 L1']],
    ['none where some are missing', 'serial', {}, ['S1'], ['2 ']],
    ['none where there are too many', 'serial', {}, ['S1', 'S2', 'S3'], ['2 ']],
  ] as const)('have of serial numbers %s', (_, batchIs, traits, serialNumbers, expected) => {
    const packages = [parcel(1, '', { orderItemId: 1, qty: 2, ...traits, serialNumbers })];
    const [first] = readParcels(order(packages, [item(1, 'QUILL', 2)]), { ...SETTINGS, batchIs });
    expect(first?.contents).toEqual(
      expected.map((text) => {
        const [quantity, batch] = text.split(' ');
        return line('line-1', 'QUILL', Number(quantity), batch);
      }),
    );
  });

  it('name a carrier alone, and goods of no line without a name', () => {
    const row = order([parcel(1, '', { orderItemId: 9, qty: 1 })], [item(1, 'QUILL', 2)], {
      routingInfo: { carrier: 'UPS', mode: '' },
    });
    const [first] = readParcels(row, SETTINGS);
    expect(first).toMatchObject({ service: 'UPS', contents: [line('', '', 1)] });
  });
});
