import { describe, expect, it } from 'vitest';
import {
  fromLineItemId,
  isAdjustmentId,
  toAdjustmentId,
  toLineItemId,
} from '../../../lib/providers/shipstation-store/line-item-id.ts';

describe('the id of a line at ShipStation', () => {
  it.each([
    ['line-2', 1, 'SO-42-1', 3],
    ['line-2-7', 1, 'SO-42-1', 3],
    ['line-12-34', 1, 'SO-42-1', 3],
    ['line-2', 2.5, 'SO-42-1', 2.5],
    ['line-2', 0.00000001, 'SO-42-1', 0.00000001],
    ['line-2', 1, 'x-5@line-3-1', 3],
  ])('brings back %s of %d units of %s', (key, unitsEach, reference, quantity) => {
    const id = toLineItemId(key, unitsEach, reference);
    expect(fromLineItemId(id, unitsEach === 1 ? 3 : 1)).toEqual({ key, reference, quantity });
  });

  it('counts the units of every piece that a packer made of a line', () => {
    expect(fromLineItemId('line-2x2.5@SO-42-1', 2)).toMatchObject({ key: 'line-2', quantity: 5 });
  });

  it('leaves out a reference that does not fit', () => {
    expect(fromLineItemId('line-2', 3)).toEqual({ key: 'line-2', reference: '', quantity: 3 });
    expect(toLineItemId('line-2', 1, 'S'.repeat(45))).toBe('line-2');
    expect(toLineItemId('line-2', 1, 'S'.repeat(43))).toHaveLength(50);
  });

  it.each(['', 'A-17', 'LINE-2', 'line-x', 'adjustment-1', 'my-line-2', 'line-2 blue'])(
    'is not ours where it is %j',
    (id) => {
      expect(fromLineItemId(id, 2)).toEqual({ key: '', reference: '', quantity: 2 });
    },
  );

  it.each(['line-2x0@SO-42-1', 'line-2x.@SO-42-1'])(
    'counts pieces where %j has no amount of a piece',
    (id) => {
      expect(fromLineItemId(id, 2)).toEqual({ key: 'line-2', reference: 'SO-42-1', quantity: 2 });
    },
  );

  it('tells charges from lines', () => {
    const adjustments = [toAdjustmentId(0), toLineItemId(toAdjustmentId(11), 1, 'SO-1-1')];
    expect(adjustments.map(isAdjustmentId)).toEqual([true, true]);
    const others = ['line-1@SO-1-1', '', 'my-adjustment-1', 'adjustment-1 of ours', 'adjustment-x'];
    expect(others.filter(isAdjustmentId)).toEqual([]);
  });
});
