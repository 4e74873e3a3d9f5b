import { describe, expect, it } from 'vitest';
import {
  DRIFT_CSV_HEADER,
  DriftTally,
  decideWrite,
  type SyncFindings,
  toCsvRow,
} from '../../../lib/domain/inventory/drift-report.ts';
import { connection, inventory } from '../../builders/connection.ts';
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

function decide(overrides: Partial<SyncFindings>, mode: 'report' | 'stocktake' | 'adjust' = 'adjust') {
  return decideWrite({
    connection: connection(),
    policy: inventory({ mode, account: '540' }),
    dearRows: 10,
    differing: 2,
    writable: 2,
    guard: { lines: 0.1, quantity: 0.1, over: '' },
    guarded: true,
    dryRun: false,
    openStockTake: null,
    ...overrides,
  });
}
const over = { guard: { lines: 0.9, quantity: 0.9, over: 'Too much.' } };

describe('decideWrite', () => {
  it.each([
    ['adjust', {}, 'This is a dry run: a sync would write 2 lines to DEAR.'],
    ['adjust', { writable: 1 }, 'This is a dry run: a sync would write 1 line to DEAR.'],
    ['report', {}, 'The settings ask for a report only (inventory.mode), so nothing is written to DEAR.'],
  ] as const)('says of a dry run in mode %s with %o what a sync would do', (mode, found, reason) => {
    expect(decide({ dryRun: true, ...found }, mode)).toEqual({
      action: 'leave',
      outcome: 'reported',
      reason,
    });
  });

  it('stops a dry run that exceeds the guard, as a sync', () => {
    expect(decide({ dryRun: true, ...over })).toMatchObject({ action: 'leave', outcome: 'stopped' });
  });

  it('writes within the guard', () => {
    expect(decide({})).toEqual({ action: 'write' });
    expect(decide({}, 'stocktake')).toEqual({ action: 'write' });
  });

  it('does not write if both sides agree, or no line may be written', () => {
    expect(decide({ differing: 0, writable: 0 })).toEqual({ action: 'leave', outcome: 'agreed', reason: '' });
    expect(decide({ writable: 0 })).toMatchObject({ outcome: 'reported' });
  });

  it('does not write in mode report', () => {
    expect(decide({}, 'report')).toMatchObject({
      outcome: 'reported',
      reason: expect.stringContaining('report'),
    });
  });

  it('does not write beyond the guard, and says what to do', () => {
    expect(decide(over)).toMatchObject({
      outcome: 'stopped',
      reason: expect.stringMatching(/^Too much\. Nothing is written: .*raise the limit/),
    });
  });

  it('ignores the guard if a person allows it, or for a stock take that a person completes', () => {
    expect(decide({ ...over, guarded: false })).toEqual({ action: 'write' });
    expect(decide(over, 'stocktake')).toEqual({ action: 'write' });
  });

  it('applies the guard to a stock take that completes itself', () => {
    const policy = inventory({ mode: 'stocktake', completeStocktake: 'automatic', account: '540' });
    expect(decide({ ...over, policy })).toMatchObject({ outcome: 'stopped' });
  });

  it('does not open a second stock take', () => {
    expect(decide({ openStockTake: 'ST-00041' }, 'stocktake')).toMatchObject({
      outcome: 'waiting',
      reason: expect.stringContaining('ST-00041'),
    });
  });

  it('does not open a stock take that is too large', () => {
    expect(decide({ dearRows: 15_001 }, 'stocktake')).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining('adjust'),
    });
    expect(decide({ dearRows: 15_001 })).toEqual({ action: 'write' });
  });

  it.each([
    ['orders come from a pick', connection({ trigger: 'PickAuthorised' })],
    ['shipments are drafts', connection({ shipStage: 'DRAFT' })],
  ])('does not write if %s, as goods in flight are not known then', (_, using) => {
    expect(decide({ connection: using })).toMatchObject({ outcome: 'reported' });
  });
});
