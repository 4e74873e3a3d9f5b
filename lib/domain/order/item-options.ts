import { getProduct } from '../decimal.ts';
import { oneLine } from '../text.ts';
import type { ContentLine } from './order-content.ts';

/** What a packer reads beside a line's name: colour, size, batch. */
export interface ItemOption {
  readonly name: string;
  readonly value: string;
}

/** The item option for a fractional quantity; a service returns options with the shipped items. */
export const QUANTITY_OPTION = 'Quantity';

/** A quantity at a service that counts whole pieces: a number of pieces, each of a number of DEAR's units. */
interface Pieces {
  readonly count: number;
  readonly unitsEach: number;
}

/**
 * The whole-number rule. The item quantities of such a service are integers, DEAR's are not (2.5 m of cloth). A whole quantity
 * is sent unchanged; a fractional one as a single piece with the price and weight of the whole and the quantity in its
 * `Quantity` option. `getUnits` reverses it: one such piece shipped is 2.5 shipped.
 */
export function toPieces(quantity: number): Pieces {
  return Number.isInteger(quantity) ? { count: quantity, unitsEach: 1 } : { count: 1, unitsEach: quantity };
}

/**
 * DEAR's quantity of a shipped item: the reverse of `toPieces`.
 * @param option the value of the item's `Quantity` option; undefined where it has none
 */
export function getUnits(count: number, option: string | undefined): number {
  const unitsEach = Number(option);
  return option !== undefined && Number.isFinite(unitsEach) && unitsEach > 0
    ? getProduct(count, unitsEach)
    : count;
}

const BATCH_OPTION = 'Batch';
const EXPIRY_OPTION = 'Expiry';
const COMMENT_OPTION = 'Comment';
/** Option names with a meaning for us. A merchant's own option of such a name gets a suffix. */
const OURS = new Set(
  [QUANTITY_OPTION, BATCH_OPTION, EXPIRY_OPTION, COMMENT_OPTION].map((name) => name.toLowerCase()),
);

/**
 * A packer sees only a line's name and options: there is no field for lots or comments. A value of blanks is left out: a service
 * may refuse an order for it.
 */
export function toItemOptions(line: ContentLine, unitsEach: number): ItemOption[] {
  const ours = [
    { name: QUANTITY_OPTION, value: unitsEach === 1 ? '' : String(unitsEach) },
    { name: BATCH_OPTION, value: line.batch },
    { name: EXPIRY_OPTION, value: line.expiry },
    { name: COMMENT_OPTION, value: line.comment },
  ];
  const theirs = line.options.map(({ name, value }) => ({
    name: OURS.has(name.toLowerCase()) ? `${name} (DEAR)` : name,
    value,
  }));
  return [...ours, ...theirs].filter(({ value }) => oneLine(value) !== '');
}

/** The values of our own options among those of a shipped item. */
export function fromItemOptions(options: readonly ItemOption[]): {
  quantity: string | undefined;
  batch: string;
  expiry: string;
} {
  const getOption = (wanted: string) => options.find(({ name }) => name === wanted)?.value;
  return {
    quantity: getOption(QUANTITY_OPTION),
    batch: getOption(BATCH_OPTION) ?? '',
    expiry: getOption(EXPIRY_OPTION) ?? '',
  };
}
