import type { Connection } from './connection.ts';
import { enumerate } from './enumeration.ts';
import type { Rejected } from './errors.ts';
import type { FulfillmentOrder, ReturnedGoods } from './fulfillment-order.ts';
import type { ReportedReturn } from './package.ts';
import { quotationOf } from './quotation.ts';
import { matchContents } from './shipment.ts';
import { change } from './transitions.ts';

/** Notes a return once. Where the connection drafts credit notes, the return is marked as due for one. */
export function recordReturn(
  order: FulfillmentOrder,
  reported: ReportedReturn,
  { returns }: Pick<Connection, 'returns'>,
  now: number,
): FulfillmentOrder {
  if (order.returns.some(({ id }) => id === reported.id)) return order;
  // What came back before does not come back again.
  const before = order.returns.map(({ contents }) => ({ contents }));
  const { contents } = matchContents({ lines: order.lines, packages: before }, reported.contents);
  const creditNote =
    returns === 'draft-credit-note' && contents.length > 0 ? ('due' as const) : ('logged' as const);
  const goods = enumerate(contents.map(({ key, quantity }) => `${quantity} × ${skuOf(order, key)}`));
  const what = `A return is on its way${goods === '' ? '' : `: ${goods}`}.`;
  const entry: ReturnedGoods = { id: reported.id, contents, creditNote };
  return change(order, now, { returns: [...order.returns, entry] }, { by: order.connection, what });
}

export function dueReturns(order: FulfillmentOrder): ReturnedGoods[] {
  return order.returns.filter(({ creditNote }) => creditNote === 'due');
}

/** @param why DEAR refused the draft; '' where it has it */
export function recordCreditNote(
  order: FulfillmentOrder,
  now: number,
  id: string,
  why: Rejected | string,
): FulfillmentOrder {
  const creditNote = why === '' ? ('drafted' as const) : ('refused' as const);
  const returns = order.returns.map((one) => (one.id === id ? { ...one, creditNote } : one));
  if (why === '')
    return change(order, now, { returns }, { by: 'DEAR', what: 'A credit note was drafted for the return.' });
  const what = 'DEAR does not take a credit note for the return. Make one by hand.';
  return change(order, now, { returns }, { by: 'DEAR', what, ...quotationOf(why) });
}

function skuOf(order: FulfillmentOrder, key: string): string {
  return order.lines.find((line) => line.key === key)?.sku ?? key;
}
