import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Units } from '../../../lib/domain/connection.ts';
import { buildContent } from '../../../lib/domain/order/build-content.ts';
import { orderedLines } from '../../../lib/domain/order/new-order.ts';
import {
  getRounding,
  getUnits,
  inServiceUnits,
  isNoPiece,
  isWholeThere,
  remarksOnFractions,
  toDearUnits,
  toServiceUnits,
} from '../../../lib/domain/order/units.ts';
import { findDemands } from '../../../lib/domain/sale/demands-of-sale.ts';
import { matchContents } from '../../../lib/domain/shipment/still-to-ship.ts';
import { connection } from '../../builders/connection.ts';
import { acceptedOrder } from '../../builders/order.ts';
import { sale, line as saleLine } from '../../builders/sale.ts';

const METRE = { dear: 1, provider: 100 };
const BOX = { dear: 1, provider: 12 };
const PIECE = { dear: 12, provider: 1 };

describe('a quantity at a service that counts in other units', () => {
  it.each([
    [2.5, METRE, 250, true],
    [2.505, METRE, 250.5, false],
    [0.1, METRE, 10, true],
    [0.29, METRE, 29, true],
    [3, BOX, 36, true],
    [2.5833, BOX, 31, true],
    [2.58, BOX, 30.96, false],
    [36, PIECE, 3, true],
    [30, PIECE, 2.5, false],
    [2.5, { dear: 5, provider: 5 }, 2.5, false],
    [0, METRE, 0, true],
  ])('converts %d of DEAR by %j to %d', (quantity, ratio, there, isWhole) => {
    expect(toServiceUnits(quantity, ratio)).toBe(there);
    expect(isWholeThere(quantity, ratio)).toBe(isWhole);
  });

  it('converts back to DEAR’s four decimals', () => {
    const count = fc.integer({ min: 1, max: 5000 });
    const quantity = fc.integer({ min: 1, max: 10_000_000 }).map((tenThousandths) => tenThousandths / 10_000);
    fc.assert(
      fc.property(count, count, quantity, (dear, provider, ordered) => {
        fc.pre(provider / dear <= 1000);
        const ratio = { dear, provider };
        expect(Math.abs(toDearUnits(toServiceUnits(ordered, ratio), ratio) - ordered)).toBeLessThan(0.00011);
      }),
    );
  });
});

describe('an order whose line is counted in other units', () => {
  const line = acceptedOrder().lines[0]!;
  const ordered = (quantity: number, units: { dear: number; provider: number }) => ({
    lines: [{ ...line, quantity, units }],
    packages: [],
  });
  const reported = (quantity: number) => [{ key: line.key, sku: line.sku, quantity, batch: '', expiry: '' }];

  it('is sent in the line’s units, with price and weight of one unit', () => {
    const cloth = sale({
      lines: [saleLine({ sku: 'CLOTH', quantity: 2.5, unitPrice: 12, weightGrams: 150 })],
    });
    const own = connection({ units: { CLOTH: { ...METRE, correctedOn: '' } } });
    const planned = buildContent(cloth, findDemands(cloth, [own]).demands[0]!, 'SO-1-1');
    const [first] = planned.lines;
    expect(first).toMatchObject({ quantity: 2.5, unitPrice: 12, units: METRE });
    const sent = inServiceUnits(planned, orderedLines(planned));
    expect(sent.lines).toMatchObject([{ quantity: 250, unitPrice: 0.12, weightGrams: 1.5, tax: first!.tax }]);
    expect(inServiceUnits(planned, [{ ...first!, units: { dear: 1, provider: 1 } }])).toEqual(planned);
  });

  it('is fully shipped once its parcels have all of it, in any number of parcels', () => {
    const parts = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(parts, fc.integer({ min: 1, max: 144 }), (counts, provider) => {
        const units = { dear: 1, provider };
        const total = counts.reduce((sum, count) => sum + count, 0);
        const quantity = toDearUnits(total, units);
        const packages: Array<{ contents: ReturnType<typeof matchContents>['contents'] }> = [];
        for (const count of counts) {
          const known = packages as unknown as Parameters<typeof matchContents>[0]['packages'];
          packages.push(matchContents({ ...ordered(quantity, units), packages: known }, reported(count)));
        }
        const told = packages.flatMap(({ contents }) => contents);
        const sum = told.reduce((so, one) => so + one.quantity, 0);
        expect(Math.abs(sum - quantity)).toBeLessThan(1e-9);
      }),
    );
  });

  it('keeps a surplus over the ordered quantity', () => {
    const { contents } = matchContents(ordered(1, BOX), reported(13));
    expect(contents).toMatchObject([{ quantity: 1.0833 }]);
  });

  it('has a remark about a fraction, and none about a whole number', () => {
    expect(remarksOnFractions([{ ...line, quantity: 2.5, units: METRE }], 'lantern')).toEqual([]);
    expect(remarksOnFractions([{ ...line, quantity: 2.5 }], 'lantern')[0]).toMatch(
      /^2\.5 of .* is no whole number at lantern: it travels as one piece/,
    );
    expect(remarksOnFractions([{ ...line, quantity: 2.505, units: METRE }], 'lantern')[0]).toContain(
      '(250.5 there)',
    );
  });
});

describe('the units of a SKU', () => {
  const ratio = (provider: number) => ({ dear: 1, provider, correctedOn: '' });
  const units: Units = {
    'CLOTH-*': ratio(100),
    'cloth-red*': ratio(10),
    'CLOTH-RED-1': ratio(1),
    '*': ratio(2),
  };

  it.each([
    ['CLOTH-RED-1', 1],
    [' cloth-red-1 ', 1],
    ['CLOTH-RED-2', 10],
    ['CLOTH-BLUE', 100],
    ['MUG', 2],
  ])('%s are those of the closest entry', (sku, provider) => {
    expect(getUnits(sku, units)?.provider).toBe(provider);
  });

  it('are DEAR’s if no entry matches', () => {
    expect(getUnits('MUG', { 'CLOTH-*': ratio(100) })).toBeUndefined();
    expect(getUnits('CLOTH-1', { ' CLOTH-* ': ratio(100) })).toEqual(ratio(100));
  });

  it('round by at most half a piece, and not at all if DEAR’s decimals are enough', () => {
    expect([getRounding(), getRounding(METRE), getRounding(BOX)]).toEqual([0.00005, 0.00005, 0.001]);
    expect(getRounding({ dear: 1, provider: 3_000 })).toBeCloseTo(1 / 6_000, 8);
  });
});

describe('a unit of measure', () => {
  it.each(['m', 'KG', 'sq m', 'Metre', 'lbs.', 'Box', 'Carton', 'Box of 12', '6-pack', 'dozen'])(
    '%s does not count pieces',
    (unit) => expect(isNoPiece(unit)).toBe(true),
  );
  it.each(['Item', 'each', 'EA', 'pcs', 'Unit', 'Pair', '', 'Stück', '1 pc'])('%s counts pieces', (unit) =>
    expect(isNoPiece(unit)).toBe(false),
  );
});
