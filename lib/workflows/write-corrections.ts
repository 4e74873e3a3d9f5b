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
import { requireStages } from '../domain/order/initial-state.ts';
import { SETTLING_MS } from '../domain/order/submission.ts';
import { isOrderAuthorised, isVoided } from '../domain/sale/sale.ts';
import { hasCorrectionsToTell } from '../domain/shipment/still-to-ship.ts';
import { dueReturns, recordCreditNote } from '../domain/shipment/withdrawals-and-returns.ts';
import type { ConfirmShipmentDeps } from './confirmation-outcomes.ts';

/**
 * Corrects packages that DEAR shows already: tracking numbers that were added or corrected, the carrier, the day. The sale is
 * read before and after the write, because it is not known whether DEAR adds numbers or replaces them, and a number that no
 * parcel has must not stay there unnoticed.
 * @throws {UpstreamError} if DEAR could not be reached or an answer was lost; the message comes back
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
  const corrections = await readCorrections(order, connection, deps);
  if (typeof corrections === 'string') return refuse(order, corrections, corrections, deps);
  const refusal = await write(corrections, order, deps);
  if (refusal !== null) return refuse(order, refusal, REFUSED, deps);
  const wrote = corrections.some(({ lines }) => lines !== null);
  const after = wrote ? await readCorrections(order, connection, deps) : corrections;
  const mismatch = typeof after === 'string' ? after : findMismatch(after);
  if (mismatch !== null) return refuse(order, mismatch, mismatch, deps);
  return deps.orders.update(order, (current) => recordCorrectionsTold(current, order, deps.now()));
}

const REFUSED =
  'DEAR does not accept a correction of its shipment. Correct it in DEAR by hand, then acknowledge it here; it is tried again when the sale changes.';

/** The corrections to write, or a sentence why nothing can be corrected in DEAR. */
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

/** @returns DEAR's refusal; null if all are written */
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
      // The reading afterwards shows what was written.
      if (!(error instanceof NotDone)) throw error;
    }
  }
  return null;
}

/** Why DEAR does not show the tracking numbers of the parcels, as a sentence; null if it does. */
function findMismatch(corrections: readonly Correction[]): string | null {
  const missing = corrections.flatMap((one) => one.missing);
  const stale = corrections.flatMap((one) => one.stale);
  if (missing.length > 0) {
    return `DEAR does not show the tracking number ${missing.join(', ')} of its shipment. Enter it in DEAR by hand, then acknowledge it here.`;
  }
  return stale.length === 0
    ? null
    : `DEAR still shows the tracking number ${stale.join(', ')}, which no parcel has. Remove it in DEAR by hand, then acknowledge it here.`;
}

function refuse(
  order: FulfillmentOrder,
  why: Rejected | string,
  reason: string,
  { orders, now }: ConfirmShipmentDeps,
): Promise<FulfillmentOrder> {
  return orders.update(order, (current) => recordConfirmationRefused(current, now(), why, reason));
}

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
