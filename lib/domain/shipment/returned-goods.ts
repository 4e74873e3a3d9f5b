import type { Connection } from '../connection.ts';
import type { Rejected } from '../errors.ts';
import type { FulfillmentOrder, ReturnedGoods } from '../order/fulfillment-order.ts';
import { change, quote } from '../order/transitions.ts';
import { enumerate } from '../text.ts';
import { matchContents } from './match-contents.ts';
import { isVoid, type PackedLine, type ReportedReturn } from './package.ts';

/**
 * Records a return. Unless the connection is set otherwise, it begins when a carrier has scanned it, because a return label that
 * was put into the parcel may never be used. If the connection drafts credit notes, one is then due.
 */
export function recordReturn(
  order: FulfillmentOrder,
  reported: ReportedReturn,
  { returns, returnsBegin }: Pick<Connection, 'returns' | 'returnsBegin'>,
  now: number,
): FulfillmentOrder {
  const known = order.returns.find(({ id }) => id === reported.id);
  const begins = reported.progress === 'under-way' || returnsBegin === 'label';
  if (known !== undefined && (known.creditNote !== 'announced' || !begins)) return order;
  const contents = knownGoods(order, reported);
  const begun = returns === 'draft-credit-note' ? ('due' as const) : ('logged' as const);
  const entry: ReturnedGoods = { id: reported.id, contents, creditNote: begins ? begun : 'announced' };
  const goods = enumerate(contents.map(({ key, quantity }) => `${quantity} × ${getSku(order, key)}`));
  const fact = begins ? 'A return is on its way' : 'A label for a return was made';
  const what = `${fact}${goods === '' ? '; which goods come back is not known' : `: ${goods}`}.`;
  const others = order.returns.filter(({ id }) => id !== reported.id);
  return change(order, now, { returns: [...others, entry] }, { by: order.connection, what });
}

/** What the provider reports, or the only piece that was shipped. */
function knownGoods(order: FulfillmentOrder, { contents }: ReportedReturn): PackedLine[] {
  if (contents.length > 0) return matchContents({ lines: order.lines, packages: [] }, contents).contents;
  const left = order.packages.filter((box) => !isVoid(box)).flatMap((box) => box.contents);
  const [only, ...more] = left;
  return only !== undefined && more.length === 0 && only.quantity === 1 ? [only] : [];
}

export function dueReturns(order: FulfillmentOrder): ReturnedGoods[] {
  return order.returns.filter(({ creditNote }) => creditNote === 'due');
}

/** @param why DEAR refused the draft; null if DEAR has it */
export function recordCreditNote(
  order: FulfillmentOrder,
  now: number,
  id: string,
  why: Rejected | string | null,
): FulfillmentOrder {
  const creditNote = why === null ? ('drafted' as const) : ('refused' as const);
  const returns = order.returns.map((one) => (one.id === id ? { ...one, creditNote } : one));
  if (why === null) {
    const isEmpty = returns.some((one) => one.id === id && one.contents.length === 0);
    const what = isEmpty
      ? 'A credit note was drafted for the return, without goods, as it is not known which come back. Complete it in DEAR.'
      : 'A credit note was drafted for the return.';
    return change(order, now, { returns }, { by: 'DEAR', what });
  }
  const what = 'DEAR does not take a credit note for the return. Make one by hand.';
  return change(order, now, { returns }, { by: 'DEAR', what, ...quote(why) });
}

function getSku(order: FulfillmentOrder, key: string): string {
  return order.lines.find((line) => line.key === key)?.sku ?? key;
}
