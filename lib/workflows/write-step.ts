import { type BilledPart, invoiceFor } from '../domain/confirmation/billing.ts';
import type { FulfilmentStages } from '../domain/confirmation/confirmation-step.ts';
import type { InvoiceToWrite } from '../domain/confirmation/invoice.ts';
import { type Consignment, packLines, pickLines, shipLines } from '../domain/confirmation/packing.ts';
import type { Connection } from '../domain/connection.ts';
import { Rejected } from '../domain/errors.ts';
import type { FulfillmentOrder } from '../domain/order/fulfillment-order.ts';
import { change } from '../domain/order/transitions.ts';
import type { ConfirmShipmentDeps, Consignments, WritingStep } from './confirmation-outcomes.ts';

/**
 * Writes one stage of a fulfilment that is there, or its invoice.
 * @throws {NotDone} DEAR answered with success, and the answer does not show the stage
 */
export async function writeStep(
  step: Exclude<WritingStep, 'create-fulfilment'>,
  stages: FulfilmentStages,
  consignments: Consignments,
  connection: Connection,
  deps: ConfirmShipmentDeps,
): Promise<void> {
  if (step === 'invoice') await writeInvoice(stages, consignments, connection, deps);
  else await writeStage(step, stages, consignments, connection, deps);
}

async function writeStage(
  step: Exclude<WritingStep, 'create-fulfilment' | 'invoice'>,
  { taskId, boxes, pickedAt, hasShipLines }: FulfilmentStages,
  consignments: Consignments,
  { pick, shipStage }: Connection,
  { dear }: ConfirmShipmentDeps,
): Promise<void> {
  const { reference } = consignments[0].order;
  switch (step) {
    case 'pick':
      if (pick === 'auto') return dear.autoPick(taskId, reference);
      return dear.authorisePick(taskId, pickLines(consignments), reference);
    case 'pack':
      return dear.authorisePack(taskId, packLines(consignments, pickedAt), reference);
    case 'ship': {
      const lines = shipLines(consignments, boxes);
      return shipStage === 'DRAFT'
        ? dear.draftShip(taskId, lines, reference, hasShipLines)
        : dear.authoriseShip(taskId, lines, reference, hasShipLines);
    }
    case 'add-tracking': {
      const lines = shipLines(everythingIn(taskId, consignments), boxes);
      return dear.addTrackingNumbers(taskId, lines, reference);
    }
  }
}

/** A correction names every box of the fulfilment, the ones that DEAR knows already too. */
function everythingIn(taskId: string, consignments: Consignments): Consignment[] {
  return consignments.map((consignment) => {
    const { order, packages } = consignment;
    return { ...consignment, packages: order.confirmation.taskId === taskId ? order.packages : packages };
  });
}

/** @throws {Rejected} where the order's prices have expired here */
async function writeInvoice(
  { saleType, taskId, number: fulfilmentNumber }: FulfilmentStages,
  consignments: Consignments,
  { invoice: wish }: Connection,
  deps: ConfirmShipmentDeps,
): Promise<void> {
  if (wish === 'none') return;
  const [first, ...rest] = consignments;
  const others = await Promise.all(rest.map((one) => withContent(one, deps)));
  const parts = [await withContent(first, deps), ...others] as const;
  const invoice = invoiceFor({ parts, invoice: wish, saleType, taskId, fulfilmentNumber, now: deps.now() });
  if (invoice.dueDate !== '') await deps.dear.createInvoice(invoice, first.order.reference);
  else await writeInvoiceWithoutDueDate(invoice, parts[0], deps);
}

async function withContent({ order, packages }: Consignment, { orders }: ConfirmShipmentDeps) {
  const content = await orders.readContent(order);
  if (content !== null) return { order, content, packages };
  const upstreamMessage = 'The prices of the order have expired here. Make the invoice by hand.';
  const { reference } = order;
  throw new Rejected({ system: 'bridge', operation: 'bill the shipment', reference, upstreamMessage });
}

/**
 * Whether DEAR takes an invoice without a due date and reads its own terms is not documented for sales, only for purchases.
 * Where it insists, the invoice is a draft of the day: nothing is due before a person has looked at it. The log says it before
 * the call, as its answer may get lost.
 */
async function writeInvoiceWithoutDueDate(
  invoice: InvoiceToWrite,
  { order, content: { terms } }: BilledPart,
  deps: ConfirmShipmentDeps,
): Promise<void> {
  try {
    await addNote(order, `${NO_DUE_DATE}: DEAR sets the one of its invoice. Check it.`, terms, deps);
    await deps.dear.createInvoice(invoice, order.reference);
  } catch (error) {
    if (!(error instanceof Rejected) || !REFUSED_FOR_DUE_DATE.test(error.details.upstreamMessage ?? ''))
      throw error;
    const draft = 'and DEAR wants one: its invoice is a draft. Set its due date and authorise it.';
    await addNote(order, `${NO_DUE_DATE}, ${draft}`, terms, deps);
    await deps.dear.createInvoice({ ...invoice, status: 'DRAFT', dueDate: invoice.date }, order.reference);
  }
}

const NO_DUE_DATE = 'The payment terms name no due date that can be read';
const REFUSED_FOR_DUE_DATE = /due ?date/i;

/**
 * Once, however often it is tried.
 * @param words the terms: typed by people, so they expire with the other side's words
 */
async function addNote(
  order: FulfillmentOrder,
  what: string,
  upstreamMessage: string,
  { orders, now }: ConfirmShipmentDeps,
): Promise<void> {
  await orders.update(order, (current) =>
    current.log.some((entry) => entry.what === what)
      ? current
      : change(current, now(), {}, { by: 'bridge', what, upstreamMessage }),
  );
}
