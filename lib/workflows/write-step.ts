import { type BilledPart, type InvoiceToWrite, invoiceFor } from '../domain/confirmation/billing.ts';
import type { FulfilmentStages } from '../domain/confirmation/confirmation-step.ts';
import { NO_DUE_DATE } from '../domain/confirmation/own-fulfilment.ts';
import { type Consignment, packLines, pickLines, shipLines } from '../domain/confirmation/packing.ts';
import type { Connection } from '../domain/connection.ts';
import { Rejected } from '../domain/errors.ts';
import type { FulfillmentOrder } from '../domain/order/fulfillment-order.ts';
import { change } from '../domain/order/transitions.ts';
import type { ConfirmShipmentDeps, Consignments, WritingStep } from './confirmation-outcomes.ts';

type WritingDeps = Pick<ConfirmShipmentDeps, 'dear' | 'orders' | 'now'>;

/**
 * Writes one stage of an existing fulfilment, or its invoice.
 * @throws {NotDone} DEAR answered with success, and the answer does not show the stage
 */
export async function writeStep(
  step: Exclude<WritingStep, 'create-fulfilment'>,
  stages: FulfilmentStages,
  consignments: Consignments,
  connection: Connection,
  deps: WritingDeps,
): Promise<void> {
  if (step === 'invoice') await writeInvoice(stages, consignments, connection, deps);
  else await writeStage(step, stages, consignments, connection, deps);
}

async function writeStage(
  step: Exclude<WritingStep, 'create-fulfilment' | 'invoice'>,
  { taskId, boxes, pickedAt, hasPackLines, hasShipLines }: FulfilmentStages,
  consignments: Consignments,
  { pick, shipStage }: Connection,
  { dear }: WritingDeps,
): Promise<void> {
  const { reference } = consignments[0].order;
  switch (step) {
    case 'pick':
      if (pick === 'auto') return dear.autoPick(taskId, reference);
      return dear.authorisePick(taskId, pickLines(consignments), reference);
    case 'pack':
      return dear.authorisePack(taskId, packLines(consignments, pickedAt), reference, hasPackLines);
    case 'ship': {
      const lines = shipLines(consignments, boxes);
      return shipStage === 'DRAFT'
        ? dear.draftShip(taskId, lines, reference, hasShipLines)
        : dear.authoriseShip(taskId, lines, reference, hasShipLines);
    }
    case 'add-tracking': {
      const lines = shipLines(allPackages(taskId, consignments), boxes);
      return dear.addTrackingNumbers(taskId, lines, reference);
    }
  }
}

/** A correction names every box of the fulfilment, also those that DEAR knows already, and none of another fulfilment. */
function allPackages(taskId: string, consignments: Consignments): Consignment[] {
  return consignments.map((consignment) => {
    const { order, packages } = consignment;
    const own = new Set(packages.map(({ id }) => id));
    const told = new Set(order.confirmation.packages);
    const here = order.packages.filter(
      ({ id, shownIn }) => own.has(id) || (told.has(id) && (shownIn?.taskId || taskId) === taskId),
    );
    return { ...consignment, packages: order.confirmation.taskId === taskId ? here : packages };
  });
}

/** @throws {Rejected} if the stored prices of the order have expired */
async function writeInvoice(
  { saleType, taskId, number: fulfilmentNumber }: FulfilmentStages,
  consignments: Consignments,
  { invoice: wish }: Connection,
  deps: WritingDeps,
): Promise<void> {
  if (wish === 'none') return;
  const [first, ...rest] = consignments;
  const others = await Promise.all(rest.map((one) => withContent(one, deps)));
  const parts = [await withContent(first, deps), ...others] as const;
  const invoice = invoiceFor({ parts, invoice: wish, saleType, taskId, fulfilmentNumber, now: deps.now() });
  if (invoice.dueDate !== null) await deps.dear.createInvoice(invoice, first.order.reference);
  else await writeInvoiceWithoutDueDate(invoice, parts[0], deps);
}

async function withContent({ order, packages }: Consignment, { orders }: WritingDeps) {
  const content = await orders.readContent(order);
  if (content !== null) return { order, content, packages };
  const upstreamMessage = 'The stored prices of the order have expired. Make the invoice by hand.';
  const { reference } = order;
  throw new Rejected({ system: 'bridge', operation: 'bill the shipment', reference, upstreamMessage });
}

/**
 * DEAR documents for purchases, not for sales, that it takes an invoice without a due date and applies its own terms. If it
 * refuses, the invoice becomes a draft dated today, so that nothing is due before a person has checked it. The note is stored
 * before the call, because the answer may get lost.
 */
async function writeInvoiceWithoutDueDate(
  invoice: InvoiceToWrite,
  { order, content: { terms } }: BilledPart,
  deps: WritingDeps,
): Promise<void> {
  try {
    await addNote(order, `${NO_DUE_DATE}: DEAR sets that of the invoice. Check it.`, terms, deps);
    await deps.dear.createInvoice(invoice, order.reference);
  } catch (error) {
    if (!(error instanceof Rejected) || !REFUSED_FOR_DUE_DATE.test(error.details.upstreamMessage ?? ''))
      throw error;
    const draft = 'and DEAR requires one: the invoice is a draft. Set its due date and authorise it.';
    await addNote(order, `${NO_DUE_DATE}, ${draft}`, terms, deps);
    await deps.dear.createInvoice({ ...invoice, status: 'DRAFT', dueDate: invoice.date }, order.reference);
  }
}

const REFUSED_FOR_DUE_DATE = /due ?date/i;

/**
 * Adds the note to the order's log, once.
 * @param upstreamMessage the terms: typed by people, so they expire as refusals of other systems do
 */
async function addNote(
  order: FulfillmentOrder,
  what: string,
  upstreamMessage: string,
  { orders, now }: WritingDeps,
): Promise<void> {
  await orders.update(order, (current) =>
    current.log.some((entry) => entry.what === what)
      ? current
      : change(current, now(), {}, { by: 'bridge', what, upstreamMessage }),
  );
}
