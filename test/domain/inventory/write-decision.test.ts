import { describe, expect, it } from 'vitest';
import { decideWrite, type SyncFindings } from '../../../lib/domain/inventory/write-decision.ts';
import { connection, inventory } from '../../builders/connection.ts';

function decide(overrides: Partial<SyncFindings>, mode: 'report' | 'stocktake' | 'adjust' = 'adjust') {
  return decideWrite({
    connection: connection(),
    policy: inventory({ mode, account: '540' }),
    dearRows: 10,
    differing: 2,
    writable: 2,
    guard: { lines: 0.1, quantity: 0.1, over: '' },
    guarded: true,
    openStockTake: '',
    ...overrides,
  });
}
const over = { guard: { lines: 0.9, quantity: 0.9, over: 'Too much.' } };

describe('decideWrite', () => {
  it('writes within the guard', () => {
    expect(decide({})).toEqual({ action: 'write' });
    expect(decide({}, 'stocktake')).toEqual({ action: 'write' });
  });

  it('does not write if both sides agree, or no line may be written', () => {
    expect(decide({ differing: 0, writable: 0 })).toMatchObject({ outcome: 'agreed' });
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
