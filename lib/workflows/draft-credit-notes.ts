import { creditNoteFor } from '../domain/billing.ts';
import { AmbiguousWrite, Deferred, NotDone, Rejected } from '../domain/errors.ts';
import type { FulfillmentOrder, ReturnedGoods } from '../domain/fulfillment-order.ts';
import { dueReturns, recordCreditNote } from '../domain/returned-goods.ts';
import { SETTLING_MS } from '../domain/submission.ts';
import { requireStages } from '../domain/unreadable.ts';
import type { ConfirmShipmentNeeds } from './confirm-shipment.ts';

/** Drafts a credit note with restock for each return that is due for one. Never authorised: that is a person's to do. */
export async function draftCreditNotes(
  order: FulfillmentOrder,
  needs: ConfirmShipmentNeeds,
): Promise<FulfillmentOrder> {
  let current = order;
  for (const goods of dueReturns(order)) {
    const why = await draft(current, goods, needs);
    current = await needs.orders.update(current, (latest) =>
      recordCreditNote(latest, needs.now(), goods.id, why),
    );
    needs.log('return.credited', {
      reference: order.reference,
      outcome: why === '' ? 'drafted' : 'refused',
    });
  }
  return current;
}

/** @returns why there is none; '' where DEAR has the draft */
async function draft(
  order: FulfillmentOrder,
  goods: ReturnedGoods,
  needs: ConfirmShipmentNeeds,
): Promise<Rejected | string> {
  const content = await needs.orders.readContent(order);
  if (content === null) return 'The prices of the order have expired here.';
  const sale = requireStages(await needs.dear.readSale(order.saleId));
  const invoice = sale.invoices.find(({ status }) => status === 'AUTHORISED' || status === 'PAID');
  if (invoice === undefined) return 'The sale has no authorised invoice to credit.';
  const note = creditNoteFor(order, content, goods, invoice.number, needs.now());
  // An earlier draft whose answer was lost: its memo names the return.
  if (sale.creditNoteMemos.includes(note.memo)) return '';
  try {
    await needs.dear.draftCreditNote(note, order.reference);
    return '';
  } catch (error) {
    if (error instanceof Rejected) return error;
    if (!(error instanceof AmbiguousWrite)) throw error;
    return await lookFor(note.memo, error, order, needs);
  }
}

/**
 * Each one that is sent is another one. So where its answer was lost it is sent again only once it cannot land late any more,
 * and where DEAR answered and ignored it, not at all.
 */
async function lookFor(
  memo: string,
  error: AmbiguousWrite,
  { saleId }: FulfillmentOrder,
  { dear }: ConfirmShipmentNeeds,
): Promise<string> {
  const { creditNoteMemos } = requireStages(await dear.readSale(saleId));
  if (creditNoteMemos.includes(memo)) return '';
  if (error instanceof NotDone) return 'DEAR answered that it drafted one, and does not show it.';
  if (error.details.status !== undefined) throw error;
  throw new Deferred('DEAR may still draft the credit note', SETTLING_MS);
}
