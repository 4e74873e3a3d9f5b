import type { ContentLine } from '../../domain/fulfillment-order.ts';
import type { OptionRequest } from './order-request.ts';
import { QUANTITY_OPTION } from './quantity.ts';
import type { ShipmentItem } from './schemas.ts';

const BATCH_OPTION = 'Batch';
const EXPIRY_OPTION = 'Expiry';
const COMMENT_OPTION = 'Comment';
/** Names that carry a meaning on the way back. A merchant's own option of such a name gets a suffix. */
const OURS = new Set(
  [QUANTITY_OPTION, BATCH_OPTION, EXPIRY_OPTION, COMMENT_OPTION].map((name) => name.toLowerCase()),
);

/** Item options are all that a packer sees of a line beside its name: ShipStation has no field for lots or comments. */
export function toItemOptions(line: ContentLine, unitsEach: number): OptionRequest[] {
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
  return [...ours, ...theirs].filter(({ value }) => value !== '');
}

/** What our own options say of an item that shipped. */
export function fromItemOptions(item: ShipmentItem): {
  quantity: string | undefined;
  batch: string;
  expiry: string;
} {
  const optionOf = (wanted: string) => item.options.find(({ name }) => name === wanted)?.value;
  return {
    quantity: optionOf(QUANTITY_OPTION),
    batch: optionOf(BATCH_OPTION) ?? '',
    expiry: optionOf(EXPIRY_OPTION) ?? '',
  };
}
