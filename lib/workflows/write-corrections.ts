import { creditNoteFor } from '../domain/confirmation/billing.ts';
import { recordConfirmationRefused } from '../domain/confirmation/confirmation.ts';
import {
  type Correction,
  correctionsIn,
  recordCorrectionsTold,
} from '../domain/confirmation/correction-in-dear.ts';
import type { Connection } from '../domain/connection.ts';
import { AmbiguousWrite, Deferred, NotDone, Rejected } from '../domain/errors.ts';
import type { FulfillmentOrder, ReturnedGoods } from '../domain/order/fulfillment-order.ts';
import { SETTLING_MS } from '../domain/order/submission.ts';
import { requireStages } from '../domain/order/unreadable-sale.ts';
import { isOrderAuthorised, isVoided } from '../domain/sale/sale.ts';
import { dueReturns, recordCreditNote } from '../domain/shipment/returned-goods.ts';
import { hasCorrectionsToTell } from '../domain/shipment/still-to-ship.ts';
import type { ConfirmShipmentDeps } from './confirmation-outcomes.ts';

/**
 * Tells DEAR what has changed about packages that it shows: tracking numbers that came or were corrected, the carrier, the
 * day. DEAR is read before and after the write: whether it adds numbers or replaces them is not known, and one that no parcel
 * travels by must not stand there unnoticed.
 * @throws {UpstreamError} where DEAR could not be reached or an answer was lost; the message comes back
 */
export async function writeCorrections(
  order: FulfillmentOrder,
  connection: Connection,
  deps: ConfirmShipmentDeps,
): Promise<FulfillmentOrder> {
  if (!hasCorrectionsToTell(order)) return order;
  const stored = await correct(order, connection, deps);
  const { reference, saleOrderNumber } = order;
  deps.log('shipment.corrected', { reference, saleOrderNumber, outcome: stored.confirmation.state });
  return stored;
}

async function correct(
  order: FulfillmentOrder,
  connection: Connection,
  deps: ConfirmShipmentDeps,
): Promise<FulfillmentOrder> {
  const seen = await readCorrections(order, connection, deps);
  if (typeof seen === 'string') return refuse(order, seen, seen, deps);
  const refusal = await write(seen, order, deps);
  if (refusal !== null) return refuse(order, refusal, REFUSED, deps);
  const wrote = seen.some(({ lines }) => lines !== null);
  const after = wrote ? await readCorrections(order, connection, deps) : seen;
  const trouble = typeof after === 'string' ? after : findMismatch(after);
  if (trouble !== '') return refuse(order, trouble, trouble, deps);
  return deps.orders.update(order, (current) => recordCorrectionsTold(current, order, deps.now()));
}

const REFUSED =
  'DEAR does not take a correction of its shipment. Correct it in DEAR by hand, then acknowledge it here; it is tried again when the sale changes.';

/** What DEAR shows of the corrected packages, or a sentence why nothing can be corrected there. */
async function readCorrections(
  order: FulfillmentOrder,
  connection: Connection,
  deps: ConfirmShipmentDeps,
): Promise<Correction[] | string> {
  const sale = requireStages(await deps.dear.readSale(order.saleId));
  if (isVoided(sale)) return 'The sale was voided, so its shipment cannot be corrected in DEAR.';
  if (!isOrderAuthorised(sale)) return 'The sale was undone, so its shipment cannot be corrected in DEAR.';
  return correctionsIn(sale, order, connection);
}

/** @returns DEAR's refusal; null where all is written */
async function write(
  corrections: readonly Correction[],
  { reference }: FulfillmentOrder,
  { dear }: ConfirmShipmentDeps,
): Promise<Rejected | null> {
  for (const { taskId, isDraft, lines } of corrections) {
    if (lines === null) continue;
    try {
      if (isDraft) await dear.draftShip(taskId, lines, reference, true);
      else await dear.addTrackingNumbers(taskId, lines, reference);
    } catch (error) {
      if (error instanceof Rejected) return error;
      // The look afterwards says what came of it.
      if (!(error instanceof NotDone)) throw error;
    }
  }
  return null;
}

/** '' where DEAR shows what is true. */
function findMismatch(corrections: readonly Correction[]): string {
  const missing = corrections.flatMap((one) => one.missing);
  const stale = corrections.flatMap((one) => one.stale);
  if (missing.length > 0) {
    return `DEAR does not show the tracking number ${missing.join(', ')} of its shipment. Enter it in DEAR by hand, then acknowledge it here.`;
  }
  return stale.length === 0
    ? ''
    : `DEAR still shows the tracking number ${stale.join(', ')}, by which nothing travels. Take it off in DEAR by hand, then acknowledge it here.`;
}

function refuse(
  order: FulfillmentOrder,
  why: Rejected | string,
  reason: string,
  { orders, now }: ConfirmShipmentDeps,
): Promise<FulfillmentOrder> {
  return orders.update(order, (current) => recordConfirmationRefused(current, now(), why, reason));
}

/** Drafts a credit note with restock for each return that is due for one. Never authorised: that is a person's to do. */
export async function draftCreditNotes(
  order: FulfillmentOrder,
  deps: ConfirmShipmentDeps,
): Promise<FulfillmentOrder> {
  let current = order;
  for (const goods of dueReturns(order)) {
    const why = await createDraft(current, goods, deps);
    current = await deps.orders.update(current, (latest) =>
      recordCreditNote(latest, deps.now(), goods.id, why),
    );
    deps.log('return.credited', {
      reference: order.reference,
      outcome: why === '' ? 'drafted' : 'refused',
    });
  }
  return current;
}

/** @returns why there is none; '' where DEAR has the draft */
async function createDraft(
  order: FulfillmentOrder,
  goods: ReturnedGoods,
  deps: ConfirmShipmentDeps,
): Promise<Rejected | string> {
  const content = await deps.orders.readContent(order);
  if (content === null) return 'The prices of the order have expired here.';
  const sale = requireStages(await deps.dear.readSale(order.saleId));
  const invoice = sale.invoices.find(({ status }) => status === 'AUTHORISED' || status === 'PAID');
  if (invoice === undefined) return 'The sale has no authorised invoice to credit.';
  const note = creditNoteFor(order, content, goods, invoice.number, deps.now());
  // An earlier draft whose answer was lost: its memo names the return.
  if (sale.creditNoteMemos.includes(note.memo)) return '';
  try {
    await deps.dear.draftCreditNote(note, order.reference);
    return '';
  } catch (error) {
    if (error instanceof Rejected) return error;
    if (!(error instanceof AmbiguousWrite)) throw error;
    return await findLateCreditNote(note.memo, error, order, deps);
  }
}

/**
 * Each one that is sent is another one. So where its answer was lost it is sent again only once it cannot land late any more,
 * and where DEAR answered and ignored it, not at all.
 */
async function findLateCreditNote(
  memo: string,
  error: AmbiguousWrite,
  { saleId }: FulfillmentOrder,
  { dear }: ConfirmShipmentDeps,
): Promise<string> {
  const { creditNoteMemos } = requireStages(await dear.readSale(saleId));
  if (creditNoteMemos.includes(memo)) return '';
  if (error instanceof NotDone) return 'DEAR answered that it drafted one, and does not show it.';
  if (error.details.status !== undefined) throw error;
  throw new Deferred('DEAR may still draft the credit note', SETTLING_MS);
}
