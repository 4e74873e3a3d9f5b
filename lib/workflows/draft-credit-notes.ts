import { creditNoteFor } from '../domain/confirmation/billing.ts';
import { AmbiguousWrite, Deferred, NotDone, Rejected } from '../domain/errors.ts';
import type { FulfillmentOrder, ReturnedGoods } from '../domain/order/fulfillment-order.ts';
import { requireStages } from '../domain/order/initial-state.ts';
import { SETTLING_MS } from '../domain/order/submission.ts';
import { dueReturns, recordCreditNote } from '../domain/shipment/withdrawals-and-returns.ts';
import type { ConfirmShipmentDeps } from './confirmation-outcomes.ts';

/** Drafts a credit note with restock for each return that is due for one. A person authorises it. */
export async function draftCreditNotes(
  order: FulfillmentOrder,
  deps: ConfirmShipmentDeps,
): Promise<FulfillmentOrder> {
  let current = order;
  for (const goods of dueReturns(order)) {
    const refusal = await createDraft(current, goods, deps);
    current = await deps.orders.update(current, (latest) =>
      recordCreditNote(latest, deps.now(), goods.id, refusal),
    );
    deps.log('return.credited', {
      reference: order.reference,
      outcome: refusal === null ? 'drafted' : 'refused',
    });
  }
  return current;
}

/** @returns why there is none; null if DEAR has the draft */
async function createDraft(
  order: FulfillmentOrder,
  goods: ReturnedGoods,
  deps: ConfirmShipmentDeps,
): Promise<Rejected | string | null> {
  const content = await deps.orders.readContent(order);
  if (content === null) return 'The stored prices of the order have expired.';
  const sale = requireStages(await deps.dear.readSale(order.saleId));
  const invoice = sale.invoices.find(({ status }) => status === 'AUTHORISED' || status === 'PAID');
  if (invoice === undefined) return 'The sale has no authorised invoice to credit.';
  const note = creditNoteFor(order, content, goods, invoice.number, deps.now());
  // An earlier draft whose answer was lost: its memo names the return.
  if (sale.creditNoteMemos.includes(note.memo)) return null;
  try {
    await deps.dear.draftCreditNote(note, order.reference);
    return null;
  } catch (error) {
    if (error instanceof Rejected) return error;
    if (!(error instanceof AmbiguousWrite)) throw error;
    return await findLateCreditNote(note.memo, error, order, deps);
  }
}

/**
 * DEAR drafts one credit note for each call. So an unanswered call is repeated only after the settling time, and a call that
 * DEAR answered and ignored is not repeated.
 */
async function findLateCreditNote(
  memo: string,
  error: AmbiguousWrite,
  { saleId }: FulfillmentOrder,
  { dear }: ConfirmShipmentDeps,
): Promise<string | null> {
  const { creditNoteMemos } = requireStages(await dear.readSale(saleId));
  if (creditNoteMemos.includes(memo)) return null;
  if (error instanceof NotDone) return 'DEAR answered that it drafted one, and does not show it.';
  if (error.details.status !== undefined) throw error;
  throw new Deferred('DEAR may still draft the credit note', SETTLING_MS);
}
