import type { Connection } from '../connection.ts';
import type { FulfillmentOrder } from '../order/fulfillment-order.ts';
import { isConfirmationBlocked } from '../shipment/still-to-ship.ts';

/** Never a reason to read the sale: nothing is authorised yet. */
const TOO_EARLY = new Set(['Sale/Created', 'Sale/QuoteAuthorised']);
/**
 * For a known sale these change nothing that matters, and most are caused by our own writes. For an unknown sale they mean that
 * its authorisation was missed.
 */
const LATER_STAGES = new Set([
  'Sale/PickAuthorised',
  'Sale/PackAuthorised',
  'Sale/ShipmentAuthorised',
  'Sale/InvoiceAuthorised',
  'Sale/CreditNoteAuthorised',
  'Sale/PartialPaymentReceived',
  'Sale/FullPaymentReceived',
  'Sale/AttachmentAdded',
  'Sale/AdditionalAttributesChanged',
  'Sale/ShipmentTrackingNumberChanged',
]);

/** Each changes the sale's status. */
const STAGES = [
  'Sale/PickAuthorised',
  'Sale/PackAuthorised',
  'Sale/ShipmentAuthorised',
  'Sale/InvoiceAuthorised',
];
const PAYMENTS = new Set(['Sale/PartialPaymentReceived', 'Sale/FullPaymentReceived']);

/**
 * Whether an event is a reason to read its sale from DEAR.
 * @param event DEAR's name, or one of ours: a sweep or an operator is always a reason
 * @param known the orders of a sale that was read before, perhaps none; null if it never was
 */
export function isReasonToRead(
  event: string,
  known: readonly FulfillmentOrder[] | null,
  connections: readonly Connection[],
): boolean {
  if (TOO_EARLY.has(event)) return false;
  if (known === null || !LATER_STAGES.has(event)) return true;
  if (PAYMENTS.has(event)) return known.some(({ hold }) => hold === 'payment');
  if (STAGES.includes(event) && known.length === 0 && connections.some(asksForStatus)) return true;
  if (event === 'Sale/AdditionalAttributesChanged')
    return known.length === 0 && connections.some(asksForAttributes);
  return isTrigger(event, connections) || known.some(isConfirmationBlocked);
}

function asksForAttributes({ admission }: Pick<Connection, 'admission'>): boolean {
  return Object.keys(admission.attributes).length > 0;
}

/** A sale that was not admitted for its status may reach the right one at any stage. */
function asksForStatus({ admission }: Pick<Connection, 'admission'>): boolean {
  return admission.saleStatuses.length > 0;
}

/** The order's own authorisation is always a reason; a later stage only where a connection waits for it. */
function isTrigger(event: string, connections: readonly Connection[]): boolean {
  return connections.some(({ trigger }) => event === `Sale/${trigger}`);
}

/**
 * The sale events that DEAR has to send for these connections. Any other would cost an invocation for nothing, and DEAR
 * allows five webhooks of a type.
 */
export function eventsToSubscribe(
  connections: ReadonlyArray<Pick<Connection, 'trigger' | 'holdUntilPaid' | 'admission'>>,
): string[] {
  const triggers = connections.map(({ trigger }) => `Sale/${trigger}`);
  const payments = connections.some(({ holdUntilPaid }) => holdUntilPaid) ? [...PAYMENTS] : [];
  const changes = connections.some(asksForAttributes) ? ['Sale/AdditionalAttributesChanged'] : [];
  const stages = connections.some(asksForStatus) ? STAGES : [];
  const always = ['Sale/Voided', 'Sale/Undo', 'Sale/ShipmentTrackingNumberChanged'];
  return [...new Set([...triggers, ...always, ...payments, ...changes, ...stages])];
}
