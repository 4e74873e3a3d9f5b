import type { Connection } from '../domain/connection.ts';
import { Rejected } from '../domain/errors.ts';
import {
  getLabel,
  hasDocumentToAttach,
  hasDocumentToRemove,
  ratesToShow,
  recordDocument,
  recordRatesShown,
} from '../domain/label/order-label.ts';
import type { FulfillmentOrder } from '../domain/order/fulfillment-order.ts';
import { change, quote } from '../domain/order/transitions.ts';
import { enumerate } from '../domain/text.ts';
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
  const label = getLabel(order);
  if (label === null) return order;
  const { reference, saleId } = order;
  const toName = (labelId: string) => `${reference} label ${labelId}.pdf`;
  const outdated = label.voidedIds.map(toName);
  if (hasDocumentToRemove(order)) {
    const kept = await removeDocuments(order, outdated, deps);
    return deps.orders.update(order, (current) => noteRemoval(current, kept, deps.now()));
  }
  if (!hasDocumentToAttach(order, connection)) return order;
  // Another label may have been bought before the document of the voided one was removed.
  if (outdated.length > 0) await removeDocuments(order, outdated, deps);
  const fileName = toName(label.labelId);
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

/** They are looked up each time, so a lost answer does no harm. @returns names of files that DEAR keeps */
async function removeDocuments(
  { saleId, reference }: FulfillmentOrder,
  outdated: readonly string[],
  { dear }: ConfirmShipmentDeps,
): Promise<string[]> {
  const attached = await dear.listAttachments(saleId, reference);
  const kept: string[] = [];
  for (const { id, fileName } of attached.filter((one) => outdated.includes(one.fileName))) {
    try {
      await dear.removeAttachment(id, reference);
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      kept.push(fileName);
    }
  }
  return kept;
}

function noteRemoval(order: FulfillmentOrder, kept: readonly string[], now: number): FulfillmentOrder {
  const what = kept.length === 0 ? null : `DEAR keeps ${enumerate(kept)} at the sale: delete it there.`;
  return recordDocument(order, 'unattached', now, what);
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
