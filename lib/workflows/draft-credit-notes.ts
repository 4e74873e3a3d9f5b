import { creditNoteFor } from '../domain/billing.ts';
import { Rejected } from '../domain/errors.ts';
import type { FulfillmentOrder, ReturnedGoods } from '../domain/fulfillment-order.ts';
import { dueReturns, recordCreditNote } from '../domain/returned-goods.ts';
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
  const sale = await needs.dear.readSale(order.saleId);
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
    throw error;
  }
}
