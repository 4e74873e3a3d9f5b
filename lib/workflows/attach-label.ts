import type { Connection } from '../domain/connection.ts';
import { Rejected } from '../domain/errors.ts';
import {
  hasDocumentToAttach,
  labelOf,
  ratesToShow,
  recordDocument,
  recordRatesShown,
} from '../domain/label/order-label.ts';
import type { FulfillmentOrder } from '../domain/order/fulfillment-order.ts';
import { change, quote } from '../domain/order/transitions.ts';
import type { ConfirmShipmentDeps } from './confirmation-outcomes.ts';

/**
 * Attaches the PDF of an order's label to its sale in DEAR, once: that it is being attached is stored before the call, and
 * after a lost answer the sale's attachments are listed first. A refusal is noted; the shipment does not depend on it.
 */
export async function attachLabel(
  order: FulfillmentOrder,
  connection: Connection,
  deps: ConfirmShipmentDeps,
): Promise<FulfillmentOrder> {
  const label = labelOf(order);
  if (label === null || !hasDocumentToAttach(order, connection)) return order;
  const { reference, saleId } = order;
  const fileName = `${reference} label ${label.labelId}.pdf`;
  const record = (document: 'attaching' | 'attached' | 'unattached', what: string | null = null) =>
    deps.orders.update(order, (current) => recordDocument(current, document, deps.now(), what));
  if (label.document === 'attaching') {
    const attached = await deps.dear.listAttachments(saleId, reference);
    if (attached.some((one) => one.fileName === fileName)) return record('attached');
  }
  const pdf = await deps.labelFiles.read(reference, label.labelId);
  if (pdf === null)
    return record('unattached', 'The PDF of the label has expired, so it is not attached in DEAR.');
  if (label.document === 'stored') await record('attaching');
  try {
    await deps.dear.attachFile(saleId, fileName, pdf, reference);
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    return deps.orders.update(order, (current) => noteRefusal(current, error, deps.now()));
  }
  return record('attached');
}

function noteRefusal(order: FulfillmentOrder, error: Rejected, now: number): FulfillmentOrder {
  const what = 'DEAR did not take the PDF of the label; it can be read with bridge label show.';
  return change(recordDocument(order, 'unattached', now), now, {}, { by: 'DEAR', what, ...quote(error) });
}

/** Writes the rates to the attribute in which DEAR's staff see them: two calls, and none if they are unchanged. */
export async function showRates(
  order: FulfillmentOrder,
  connection: Connection,
  deps: ConfirmShipmentDeps,
): Promise<FulfillmentOrder> {
  const due = ratesToShow(order, connection);
  if (due === null) return order;
  await deps.dear.setAdditionalAttribute(order.saleId, due.attribute, due.text, order.reference);
  return deps.orders.update(order, (current) => recordRatesShown(current, due.text, deps.now()));
}
