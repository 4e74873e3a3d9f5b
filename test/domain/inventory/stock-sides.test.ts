import { describe, expect, it } from 'vitest';
import { StockSides } from '../../../lib/domain/inventory/stock-sides.ts';

const report = (onHand: number, batch = '', expiry = '') => ({ sku: 'CUP', onHand, batch, expiry });
const row = (onHand: number, batch = '', productId = 'p-1') => ({ ...report(onHand, batch), productId });
const EMPTY = { provider: [], dear: [], inFlight: [], settling: 0, unsettled: null };

function gathered(fill: (sides: StockSides) => void) {
  const sides = new StockSides();
  fill(sides);
  return Object.fromEntries(sides);
}

describe('StockSides', () => {
  it('adds up the storage places of a SKU, and keeps its lots apart', () => {
    const { CUP } = gathered((sides) => {
      sides.addProvider([report(4), report(2, 'L1', '2027-01-31')]);
      sides.addProvider([report(6), report(3, 'L2')]);
    });
    expect(CUP).toEqual({
      ...EMPTY,
      provider: [
        { quantity: 10, batch: '', expiry: '' },
        { quantity: 2, batch: 'L1', expiry: '2027-01-31' },
        { quantity: 3, batch: 'L2', expiry: '' },
      ],
    });
  });

  it.each(['cup', ' CUP', 'Cup '])('joins the rows of a SKU that the service spells %j', (sku) => {
    const sides = gathered((both) => {
      both.addDear([row(5)]);
      both.addProvider([{ ...report(4), sku }]);
      both.addMovements([{ kind: 'in-flight', sku: 'CUP', quantity: 1, batch: '', expiry: '' }]);
    });
    expect(Object.keys(sides)).toEqual(['CUP']);
    expect(sides.CUP).toMatchObject({
      provider: [{ quantity: 4 }],
      dear: [{ quantity: 5 }],
      inFlight: [{ quantity: 1 }],
    });
  });

  it('joins the lots of a SKU that the service spells otherwise', () => {
    const sides = gathered((both) => {
      both.addDear([row(5, 'L1')]);
      both.addProvider([{ ...report(4, 'L1'), sku: 'cup' }]);
    });
    expect(sides).toMatchObject({
      CUP: { provider: [{ quantity: 4, batch: 'L1' }], dear: [{ quantity: 5 }] },
    });
    expect(Object.keys(sides)).toEqual(['CUP']);
  });

  it('counts DEAR’s rows, and those of them with stock', () => {
    const sides = new StockSides();
    sides.addDear([row(5), { ...row(0), sku: 'MUG' }, { ...row(-1), sku: 'BOWL' }]);
    expect([sides.dearRows, sides.stockedRows]).toEqual([3, 2]);
  });

  it('keeps SKUs apart if a spelling could mean either of two, or the service has both', () => {
    const two = gathered((both) => {
      both.addDear([row(5), { ...row(6, '', 'p-2'), sku: 'cup' }]);
      both.addProvider([{ ...report(4), sku: 'Cup' }]);
    });
    expect(Object.keys(two)).toEqual(['CUP', 'cup', 'Cup']);
    const known = gathered((both) => {
      both.addDear([row(5)]);
      both.addProvider([report(5), { ...report(4), sku: 'cup' }]);
    });
    expect(Object.keys(known)).toEqual(['CUP', 'cup']);
  });

  it('distinguishes no report from a report of 0', () => {
    const { CUP } = gathered((sides) => sides.addProvider([report(0)]));
    expect(CUP?.provider).toEqual([{ quantity: 0, batch: '', expiry: '' }]);
  });

  it('counts a row once that DEAR returns twice', () => {
    const sides = new StockSides();
    sides.addDear([row(5, 'L1'), row(7, 'L2'), row(9, 'L3')]);
    sides.addDear([row(5, 'L1'), row(9, 'L3')]);
    const [[, stock] = ['', undefined]] = sides;
    expect(stock?.dear.map(({ quantity }) => quantity)).toEqual([5, 7, 9]);
    expect(stock?.unsettled).toBeNull();
    expect(sides.dearRows).toBe(3);
  });

  it.each(['L1', 'L2'])('does not trust a SKU whose row %s is repeated with another figure', (batch) => {
    const { CUP } = gathered((sides) => sides.addDear([row(5, 'L1'), row(7, 'L2'), row(4, batch)]));
    expect(CUP?.unsettled).toContain('changed while it was read');
  });

  it('collects movements, also of a SKU without stock on either side', () => {
    const { CUP } = gathered((sides) =>
      sides.addMovements([
        { kind: 'in-flight', sku: 'CUP', quantity: 2, batch: 'L1', expiry: '' },
        { kind: 'settling', sku: 'CUP', quantity: 3 },
        { kind: 'settling', sku: 'CUP', quantity: 1 },
        { kind: 'unsettled', sku: 'CUP', why: 'It moved.' },
      ]),
    );
    expect(CUP).toEqual({
      ...EMPTY,
      inFlight: [{ quantity: 2, batch: 'L1', expiry: '' }],
      settling: 4,
      unsettled: 'It moved.',
    });
  });
});
