import { describe, expect, it } from 'vitest';
import { DRIFT_CSV_HEADER, DriftTally, toCsvRow } from '../../../lib/domain/inventory/drift-report.ts';
import { driftLine } from '../../builders/stock.ts';

describe('a row of the drift report', () => {
  it('has the columns of its heading', () => {
    const line = driftLine({ batch: 'L1', expiry: '2027-01-31', inFlight: 1, difference: -1 });
    expect(DRIFT_CSV_HEADER).toBe('sku,batch,expiry,provider,dear,in_flight,difference,action,why_not\r\n');
    expect(toCsvRow(line)).toBe('CUP,L1,2027-01-31,8,10,1,-1,adjust,\r\n');
  });

  it('leaves a missing figure empty', () => {
    expect(toCsvRow(driftLine({ provider: null, dear: null }))).toBe('CUP,,,,,0,-2,adjust,\r\n');
  });

  it('quotes characters that would end a cell', () => {
    const line = driftLine({ sku: 'CUP "L", blue', whyNot: 'First, this.' });
    expect(toCsvRow(line)).toBe('"CUP ""L"", blue",,,8,10,0,-2,adjust,"First, this."\r\n');
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('does not begin with a formula: %j', (sku) => {
    expect(toCsvRow(driftLine({ sku }))).toMatch(/^"?'/);
  });
});

describe('the summary', () => {
  it('counts lines, and keeps the first 200 that differ', () => {
    const tally = new DriftTally();
    tally.add(driftLine({ action: 'none', difference: 0 }), false);
    tally.add(driftLine({ provider: null, action: 'report' }), false);
    for (let number = 0; number < 205; number += 1)
      tally.add(driftLine({ dear: null, difference: 0.1 }), true);
    expect(tally.counts).toEqual({
      lines: 207,
      matching: 1,
      differing: 206,
      onlyProvider: 205,
      onlyDear: 1,
      quantityDifference: 22.5,
      written: 205,
    });
    expect(tally.differences).toHaveLength(200);
  });
});
