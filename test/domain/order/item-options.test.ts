import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildContent } from '../../../lib/domain/order/build-content.ts';
import {
  fromItemOptions,
  getUnits,
  toItemOptions,
  toPieces,
} from '../../../lib/domain/order/item-options.ts';
import { findDemands } from '../../../lib/domain/sale/demands-of-sale.ts';
import type { Sale } from '../../../lib/domain/sale/sale.ts';
import { connection } from '../../builders/connection.ts';
import { sale } from '../../builders/sale.ts';

function toContent(from: Sale) {
  const [demand] = findDemands(from, [connection()]).demands;
  return buildContent(from, demand!, 'SO-00042-1');
}

/** DEAR's quantities: positive, up to four decimals. */
const quantities = fc.integer({ min: 1, max: 1e8 }).map((tenThousandths) => tenThousandths / 10_000);

describe('the whole-number rule', () => {
  it('sends whole numbers unchanged', () => {
    expect(toPieces(12)).toEqual({ count: 12, unitsEach: 1 });
    expect(toPieces(2.5)).toEqual({ count: 1, unitsEach: 2.5 });
  });

  it('sends only whole numbers, and reads back the ordered quantity', () => {
    fc.assert(
      fc.property(quantities, (quantity) => {
        const { count, unitsEach } = toPieces(quantity);
        expect(Number.isInteger(count) && count >= 1).toBe(true);
        expect(getUnits(count, unitsEach === 1 ? undefined : String(unitsEach))).toBe(quantity);
      }),
    );
  });

  it.each(['', 'a few', '0', '-2', 'Infinity'])('ignores a Quantity option of "%s"', (option) => {
    expect(getUnits(3, option)).toBe(3);
  });
});

describe('what a packer reads beside the name of a line', () => {
  const [plain] = toContent(sale()).lines;
  const goods = { ...plain!, batch: 'L7', expiry: '2027-01-31', comment: 'engrave A' };
  const ours = [
    { name: 'Batch', value: 'L7' },
    { name: 'Expiry', value: '2027-01-31' },
    { name: 'Comment', value: 'engrave A' },
  ];

  it('is its lot and comment, and a quantity only of what is no whole number', () => {
    expect(toItemOptions(goods, 1)).toEqual(ours);
    expect(toItemOptions(goods, 2.5)).toEqual([{ name: 'Quantity', value: '2.5' }, ...ours]);
    expect(toItemOptions({ ...plain!, comment: ' \n' }, 1)).toEqual([]);
  });

  it('is what the merchant says of it, under another name where ours has a meaning', () => {
    const options = [
      { name: 'Colour', value: 'Blue' },
      { name: 'batch', value: 'Spring' },
      { name: 'Size', value: ' \u200b' },
    ];
    expect(toItemOptions({ ...plain!, options }, 1)).toEqual([
      { name: 'Colour', value: 'Blue' },
      { name: 'batch (DEAR)', value: 'Spring' },
    ]);
  });

  it('comes back with the shipped item, in any order and among other options', () => {
    const returned = [{ name: 'batch (DEAR)', value: 'Spring' }, ...toItemOptions(goods, 2.5).toReversed()];
    expect(fromItemOptions(returned)).toEqual({ quantity: '2.5', batch: 'L7', expiry: '2027-01-31' });
    expect(fromItemOptions([])).toEqual({ quantity: undefined, batch: '', expiry: '' });
  });
});
