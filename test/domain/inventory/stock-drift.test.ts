import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  findDrift,
  getTarget,
  isWritable,
  needsProduct,
  withProduct,
} from '../../../lib/domain/inventory/stock-drift.ts';
import type { SkuStock } from '../../../lib/domain/inventory/stock-lots.ts';
import { dearLot, driftLine, lot, product, stock } from '../../builders/stock.ts';

const only = (of: Partial<SkuStock>) => {
  const lines = findDrift('CUP', stock(of));
  expect(lines).toHaveLength(1);
  return lines[0]!;
};

describe('the drift of a SKU without lots', () => {
  it('is none if both sides agree', () => {
    expect(only({})).toMatchObject({ provider: 10, dear: 10, difference: 0, action: 'none', whyNot: '' });
  });

  it('is the adjustment of DEAR', () => {
    expect(only({ provider: [lot(7)] })).toMatchObject({
      difference: -3,
      action: 'adjust',
      productId: 'p-1',
    });
    expect(only({ provider: [lot(13)] })).toMatchObject({ difference: 3, action: 'adjust' });
  });

  it('adds up the provider’s storage places', () => {
    expect(only({ provider: [lot(4), lot(6)] })).toMatchObject({ provider: 10, action: 'none' });
  });

  it('adds back goods that left and are not confirmed', () => {
    expect(only({ provider: [lot(8)], inFlight: [lot(2)] })).toMatchObject({ inFlight: 2, action: 'none' });
    const line = only({ provider: [lot(7)], inFlight: [lot(2)] });
    expect(line).toMatchObject({ difference: -1, action: 'adjust' });
    expect(getTarget(line)).toBe(9);
  });

  it('is none if the last of it is in flight and the provider has no row', () => {
    expect(only({ provider: [], inFlight: [lot(10)] })).toMatchObject({ provider: null, action: 'none' });
  });

  it('names the expiry of DEAR’s row, which is adjusted and not added anew', () => {
    const line = only({ provider: [lot(7)], dear: [dearLot(10, '', '2027-01-31')] });
    expect(line).toMatchObject({ expiry: '2027-01-31', action: 'adjust' });
  });

  it('is reported if DEAR counts it in a unit that is no piece, and the settings have no factor', () => {
    const [line] = findDrift('CUP', stock({ provider: [lot(7)] }), product({ unit: 'm' }));
    expect(line).toMatchObject({
      action: 'report',
      difference: 0,
      whyNot: expect.stringContaining('DEAR counts it in m'),
    });
    const units = { ratio: { dear: 1, provider: 1 }, fraction: 0 };
    const [told] = findDrift('CUP', stock({ provider: [lot(7)], units }), product({ unit: 'm' }));
    expect(told).toMatchObject({ action: 'adjust', difference: -3 });
  });

  it('is new stock if DEAR has no row', () => {
    expect(only({ dear: [] })).toMatchObject({ dear: null, difference: 10, action: 'add' });
    expect(only({ dear: [dearLot(0)] })).toMatchObject({ dear: 0, difference: 10, action: 'add' });
  });

  it('is none if neither side has stock', () => {
    expect(only({ provider: [lot(0)], dear: [] })).toMatchObject({ action: 'none' });
  });

  it('is reported, and never set to zero, if the provider does not report it', () => {
    const line = only({ provider: [] });
    expect(line).toMatchObject({ provider: null, dear: 10, action: 'report' });
    expect(line.whyNot).toContain('never set to zero');
  });

  it('ignores rounding noise of sums', () => {
    expect(only({ provider: [lot(0.1), lot(0.2)], dear: [dearLot(0.3)] })).toMatchObject({
      provider: expect.closeTo(0.3),
      difference: 0,
      action: 'none',
    });
  });

  it('is reported if the provider has a negative quantity', () => {
    expect(only({ provider: [lot(-4)] })).toMatchObject({
      action: 'report',
      whyNot: expect.stringContaining('negative quantity'),
    });
  });

  it('is not written while a recent shipment explains it, and only then', () => {
    expect(only({ provider: [lot(8)], settling: 2 })).toMatchObject({ action: 'report' });
    expect(only({ provider: [lot(7)], settling: 2 })).toMatchObject({ action: 'adjust' });
    expect(only({ provider: [lot(11)], settling: 2 })).toMatchObject({ action: 'adjust' });
  });
});

describe('the drift of a SKU with lots', () => {
  const L1 = ['L1', '2027-01-31'] as const;
  const L2 = ['L2', '2027-04-30'] as const;
  const dear = [dearLot(6, ...L1), dearLot(4, ...L2)];
  const actions = (of: Partial<SkuStock>) =>
    findDrift('CUP', stock(of)).map(({ batch, expiry, difference, action }) => [
      batch,
      expiry,
      difference,
      action,
    ]);

  it('is computed lot by lot', () => {
    expect(actions({ dear, provider: [lot(5, ...L1), lot(4, ...L2)] })).toEqual([
      [...L1, -1, 'adjust'],
      [...L2, 0, 'none'],
    ]);
  });

  it('tells lots of one batch apart by their expiry', () => {
    const twice = [dearLot(6, 'L1', '2027-01-31'), dearLot(4, 'L1', '2027-04-30')];
    expect(
      actions({ dear: twice, provider: [lot(6, 'L1', '2027-01-31'), lot(5, 'L1', '2027-04-30')] }),
    ).toEqual([
      ['L1', '2027-01-31', 0, 'none'],
      ['L1', '2027-04-30', 1, 'adjust'],
    ]);
  });

  it('matches a lot by its batch number if one side has no expiry', () => {
    expect(actions({ dear, provider: [lot(5, 'L1'), lot(4, 'L2')] })).toEqual([
      [...L1, -1, 'adjust'],
      [...L2, 0, 'none'],
    ]);
  });

  it('reports a lot that the provider lacks, and adds a new one', () => {
    expect(actions({ dear, provider: [lot(6, ...L1), lot(3, 'L3', '2028-01-01')] })).toEqual([
      [...L1, 0, 'none'],
      [...L2, -4, 'report'],
      ['L3', '2028-01-01', 3, 'add'],
    ]);
  });

  it('compares totals without writing if the provider has no lots', () => {
    expect(actions({ dear, provider: [lot(10)] })).toEqual([['', '', 0, 'none']]);
    expect(actions({ dear, provider: [lot(9)] })).toEqual([['', '', -1, 'report']]);
    expect(actions({ dear, provider: [lot(9)], inFlight: [lot(1, 'L1')] })).toEqual([['', '', 0, 'none']]);
  });

  const whyNot = (of: Partial<SkuStock>) => findDrift('CUP', stock(of)).find((one) => one.whyNot)?.whyNot;

  it.each<[string, Partial<SkuStock>, string]>([
    ['the service reports no batches', { dear, provider: [lot(9)] }, 'the service reports no batches'],
    [
      'the service reports a part without a batch',
      { dear, provider: [lot(5, ...L1), lot(3)] },
      'the service reports no batches',
    ],
    [
      'a batch has several expiry dates and a part none',
      {
        dear: [...dear, dearLot(4, 'L1', '2027-06-30')],
        provider: [lot(5, ...L1), lot(4, ...L2), lot(1, 'L1')],
      },
      'not clear which one is meant',
    ],
  ])('is not written where %s, and says so', (_, of, why) => {
    expect(whyNot(of)).toContain(why);
  });

  it('counts goods in flight without an expiry for the one that DEAR has', () => {
    const provider = [lot(5, ...L1), lot(3, 'L1', '2027-06-30')];
    expect(actions({ dear: [dearLot(6, ...L1)], provider, inFlight: [lot(1, 'L1')] })).toEqual([
      [...L1, 0, 'none'],
      ['L1', '2027-06-30', 3, 'report'],
    ]);
  });

  it('compares totals and may write them if DEAR has no lots', () => {
    expect(actions({ provider: [lot(5, ...L1), lot(4, ...L2)] })).toEqual([['', '', -1, 'adjust']]);
  });

  it('is one line of new stock if DEAR costs the product without lots', () => {
    const lots = { provider: [lot(5, ...L1), lot(4, ...L2)], dear: [] };
    expect(findDrift('CUP', stock(lots), product())).toMatchObject([
      { batch: '', difference: 9, action: 'add' },
    ]);
    const kept = product({ costingMethod: 'FEFO - Batch' });
    expect(findDrift('CUP', stock(lots), kept)).toMatchObject([{ batch: 'L1' }, { batch: 'L2' }]);
  });

  it('is not written while goods of an unknown lot are in flight', () => {
    expect(actions({ dear, provider: [lot(5, ...L1), lot(4, ...L2)], inFlight: [lot(1)] })).toContainEqual([
      ...L1,
      -1,
      'report',
    ]);
  });

  it('is not written if a batch has several expiry dates and the provider has none', () => {
    const twice = [dearLot(6, 'L1', '2027-01-31'), dearLot(4, 'L1', '2027-04-30')];
    expect(actions({ dear: twice, provider: [lot(9, 'L1')] }).map(([, , , action]) => action)).toEqual([
      'report',
      'report',
      'report',
    ]);
  });

  it('adds goods in flight to their own lot', () => {
    expect(actions({ dear, provider: [lot(5, ...L1), lot(4, ...L2)], inFlight: [lot(1, 'L1')] })).toEqual([
      [...L1, 0, 'none'],
      [...L2, 0, 'none'],
    ]);
  });
});

const quantity = fc.integer({ min: 0, max: 400 });
const anyLot = fc.record({
  quantity,
  batch: fc.constantFrom('', 'L1', 'L2'),
  expiry: fc.constantFrom('', '2027-01-31', '2027-04-30'),
});
const distinct = (lots: ReadonlyArray<{ batch: string; expiry: string }>) =>
  new Set(lots.map(({ batch, expiry }) => batch + expiry)).size === lots.length;
const anyStock = fc.record({
  provider: fc.array(anyLot, { maxLength: 4 }),
  dear: fc
    .array(
      anyLot.map((one) => dearLot(one.quantity, one.batch, one.expiry)),
      { maxLength: 3 },
    )
    .filter(distinct),
  inFlight: fc.array(anyLot, { maxLength: 2 }),
  settling: fc.constantFrom(0, 0, 3),
  unsettled: fc.constant(null),
});

describe('findDrift with any stock', () => {
  it('puts every quantity in exactly one line', () => {
    fc.assert(
      fc.property(anyStock, (of) => {
        const lines = findDrift('CUP', of);
        const sum = (numbers: ReadonlyArray<number | null>) =>
          numbers.reduce<number>((all, one) => all + (one ?? 0), 0);
        const quantities = (lots: ReadonlyArray<{ quantity: number }>) =>
          sum(lots.map((one) => one.quantity));
        expect(sum(lines.map(({ provider }) => provider))).toBeCloseTo(quantities(of.provider));
        expect(sum(lines.map(({ dear }) => dear))).toBeCloseTo(quantities(of.dear));
        expect(sum(lines.map(({ inFlight }) => inFlight))).toBeCloseTo(quantities(of.inFlight));
      }),
    );
  });

  it('allows writing only lots that the provider reports', () => {
    fc.assert(
      fc.property(anyStock, (of) => {
        for (const line of findDrift('CUP', of).filter(isWritable)) {
          expect(line.provider).not.toBeNull();
          expect(line.whyNot).toBe('');
          expect(getTarget(line)).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  it('finds no drift in written lines after the write', () => {
    fc.assert(
      fc.property(anyStock, (of) => {
        const written = findDrift('CUP', of).filter(isWritable);
        const isWritten = (one: { batch: string; expiry: string }) =>
          written.some(({ batch, expiry }) => batch === one.batch && expiry === one.expiry);
        const dear = [
          ...of.dear.filter((one) => !isWritten(one)),
          ...written.map((line) => dearLot(getTarget(line), line.batch, line.expiry)),
        ];
        const again = findDrift('CUP', { ...of, dear }).filter(isWritable);
        expect(again).toEqual([]);
      }),
    );
  });

  it('does not change when goods leave before they are confirmed', () => {
    fc.assert(
      fc.property(anyStock, quantity, (of, left) => {
        fc.pre(of.provider.length > 0 && of.inFlight.length === 0);
        const [first, ...rest] = of.provider;
        const gone = { ...first!, quantity: left };
        const after = {
          ...of,
          provider: [{ ...first!, quantity: first!.quantity - left }, ...rest],
          inFlight: [gone],
        };
        const differences = (lines: ReturnType<typeof findDrift>) =>
          lines.map(({ difference }) => difference);
        expect(differences(findDrift('CUP', after))).toEqual(differences(findDrift('CUP', of)));
      }),
    );
  });

  it('gives no difference and no write for a quantity that is not whole at the provider', () => {
    fc.assert(
      fc.property(anyStock, fc.constantFrom('dear', 'inFlight', 'sent'), (of, where) => {
        const fraction = { ...dearLot(2.5), batch: of.dear[0]?.batch ?? '' };
        const uneven: SkuStock = {
          ...of,
          dear: where === 'dear' ? [...of.dear, fraction] : of.dear,
          inFlight: where === 'inFlight' ? [...of.inFlight, fraction] : of.inFlight,
          units: { fraction: where === 'sent' ? 2.5 : 0 },
        };
        for (const line of findDrift('CUP', uneven).filter(({ provider }) => provider !== null)) {
          expect(isWritable(line)).toBe(false);
          expect(line.difference).toBe(0);
        }
      }),
    );
  });

  it('allows no write while a SKU is unsettled', () => {
    fc.assert(
      fc.property(anyStock, (of) => {
        const lines = findDrift('CUP', { ...of, unsettled: 'SO-1 moved.' });
        expect(lines.filter(isWritable)).toEqual([]);
        for (const { action, whyNot } of lines) expect(whyNot).toBe(action === 'none' ? '' : 'SO-1 moved.');
      }),
    );
  });
});

const added = driftLine({ dear: null, difference: 8, action: 'add', productId: '', name: '' });
const policy = { unitCostTier: '' };

describe('withProduct', () => {
  it('is needed for new stock, and for each line of an adjustment', () => {
    expect(needsProduct(added, { mode: 'stocktake' })).toBe(true);
    expect(needsProduct(driftLine(), { mode: 'stocktake' })).toBe(false);
    expect(needsProduct(driftLine(), { mode: 'adjust' })).toBe(true);
    expect(needsProduct(driftLine({ action: 'none' }), { mode: 'adjust' })).toBe(false);
  });

  it('adds the product’s id and average cost to the line', () => {
    expect(withProduct(added, product(), policy)).toMatchObject({
      action: 'add',
      productId: 'p-1',
      unitCost: 4,
    });
  });

  it('adds the price of the named tier if there is no average cost', () => {
    const found = product({ averageCost: 0, priceTiers: { Wholesale: 6.2 } });
    expect(withProduct(added, found, { unitCostTier: 'Wholesale' })).toMatchObject({
      action: 'add',
      unitCost: 6.2,
    });
  });

  it.each([
    ['a SKU that DEAR does not know', undefined, '', 'Create it in DEAR'],
    [
      'a product that DEAR costs by batch, without one',
      product({ costingMethod: 'FEFO - Batch' }),
      '',
      'no batch',
    ],
    ['a product without a cost', product({ averageCost: 0 }), '', 'no price tier is named'],
    [
      'a product without a price in the tier',
      product({ averageCost: 0 }),
      'Wholesale',
      'in the tier Wholesale',
    ],
  ])('reports %s', (_, found, unitCostTier, upstreamMessage) => {
    expect(withProduct(added, found, { unitCostTier })).toMatchObject({
      action: 'report',
      whyNot: expect.stringContaining(upstreamMessage),
    });
  });

  it('takes a product that DEAR costs by batch with one', () => {
    const found = product({ costingMethod: 'FEFO - Batch' });
    expect(withProduct({ ...added, batch: 'L1' }, found, policy)).toMatchObject({ action: 'add' });
  });

  it('omits services', () => {
    expect(withProduct(added, product({ type: 'service' }), policy)).toBeNull();
  });
});
