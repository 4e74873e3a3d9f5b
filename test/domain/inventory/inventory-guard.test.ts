import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GuardCount, NOTHING_CHANGED } from '../../../lib/domain/inventory/drift-report.ts';
import type { DriftLine } from '../../../lib/domain/inventory/stock-drift.ts';
import { driftLine } from '../../builders/stock.ts';

const LIMITS = { lines: 0.2, quantity: 0.2 };
const same = driftLine({ provider: 10, difference: 0, action: 'none' });

function read(lines: readonly DriftLine[], limits = LIMITS) {
  const count = new GuardCount();
  for (const line of lines) count.add(line);
  return count.read(limits);
}

describe('the guard', () => {
  it('measures changes as shares of all lines and of the quantity on hand', () => {
    expect(read([driftLine(), same, same, same])).toEqual({
      lines: 0.25,
      quantity: 0.05,
      over: 'It would change 25 % of the lines; guard.lines allows 20 %.',
    });
  });

  it('allows changes just within its limits', () => {
    expect(read([driftLine(), same, same, same, same]).over).toBe('');
  });

  it('allows a quantity that is just its limit', () => {
    expect(read([driftLine(), same, same, same], { lines: 1, quantity: 0.05 }).over).toBe('');
  });

  it('reads of no lines what a refused sync reports', () => {
    expect(read([])).toEqual(NOTHING_CHANGED);
    expect(NOTHING_CHANGED).toEqual({ lines: 0, quantity: 0, over: '' });
  });

  it('stops a large quantity on few lines', () => {
    const large = driftLine({ provider: 0, difference: -10 });
    expect(read([large, same, same, same], { lines: 1, quantity: 0.2 }).over).toBe(
      'It would change 25 % of the quantity on hand; guard.quantity allows 20 %.',
    );
  });

  it('counts new stock at an empty location as a change of all of it', () => {
    const first = driftLine({ dear: null, provider: 8, difference: 8, action: 'add' });
    expect(read([first])).toMatchObject({ lines: 1, quantity: 1, over: expect.stringContaining('100 %') });
  });

  it('ignores lines that are only reported', () => {
    expect(read([driftLine({ action: 'report' }), same])).toEqual({ lines: 0, quantity: 0, over: '' });
  });

  it('never allows more lines than its limit', () => {
    const any = fc.array(fc.constantFrom(driftLine(), same, driftLine({ action: 'report' })), {
      minLength: 1,
    });
    fc.assert(
      fc.property(any, fc.double({ min: 0, max: 1, noNaN: true }), (lines, limit) => {
        const changed = lines.filter(({ action }) => action === 'adjust').length / lines.length;
        const { over } = read(lines, { lines: limit, quantity: 1_000 });
        if (changed > limit + 0.0001) expect(over).not.toBe('');
        if (changed <= limit) expect(over).toBe('');
      }),
    );
  });
});
