import { getProduct } from '../../domain/decimal.ts';

/**
 * The id that a line has at ShipStation, and that every notice returns: `line-2@SO-00042-1`, or `line-2x2.5@SO-00042-1` for a
 * line that is sent as one piece of 2.5 units. A notice returns no options, and one of merged orders has the lines of all.
 */
const OF_LINE = /^(line-\d+(?:-\d+)?)(?:x([\d.e-]+))?(?:@(.+))?$/;
const OF_ADJUSTMENT = /^adjustment-\d+(?:@.+)?$/;
/** ShipStation's limit. */
const LONGEST = 50;

/** Without the reference where it does not fit. */
export function toLineItemId(key: string, unitsEach: number, reference: string): string {
  const own = unitsEach === 1 ? key : `${key}x${unitsEach}`;
  const whole = `${own}@${reference}`;
  return whole.length <= LONGEST ? whole : own;
}

/** @param index from 0 */
export function toAdjustmentId(index: number): string {
  return `adjustment-${index + 1}`;
}

/** A discount or a charge, which no parcel can hold. */
export function isAdjustmentId(id: string): boolean {
  return OF_ADJUSTMENT.test(id);
}

interface LineOfNotice {
  /** `OrderedLine.key`; '' where people added the line in ShipStation. */
  readonly key: string;
  /** Reference of its order; '' where the id does not say. */
  readonly reference: string;
  /** In the units of the order that was sent. */
  readonly quantity: number;
}

/** @param count pieces in the parcel */
export function fromLineItemId(id: string, count: number): LineOfNotice {
  const [, key = '', each, reference = ''] = OF_LINE.exec(id) ?? [];
  const unitsEach = Number(each);
  if (!(unitsEach > 0)) return { key, reference, quantity: count };
  return { key, reference, quantity: count === 1 ? unitsEach : getProduct(count, unitsEach) };
}
