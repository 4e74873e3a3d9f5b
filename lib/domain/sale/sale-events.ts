import type { Connection } from '../connection.ts';
import type { FulfillmentOrder } from '../order/fulfillment-order.ts';
import { isConfirmationBlocked } from '../shipment/still-to-ship.ts';

/** Never a reason to look: nothing is authorised yet. */
const TOO_EARLY = new Set(['Sale/Created', 'Sale/QuoteAuthorised']);
/**
 * For a sale that we know these change nothing that we act on, and most are echoes of our own writes. For one that we do
 * not know they are a sign that its authorisation was missed.
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
 * Whether an event makes it worth a call of DEAR to look at its sale.
 * @param event DEAR's name of it, or one of ours: a sweep or an operator always has a reason
 * @param known the orders of a sale that we have looked at before, perhaps none; null where we never have
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

/** A sale that was turned away for its status may come into the right one at any stage. */
function asksForStatus({ admission }: Pick<Connection, 'admission'>): boolean {
  return admission.saleStatuses.length > 0;
}

/** The order's own authorisation is always a reason; a later stage only where a connection waits for it. */
function isTrigger(event: string, connections: readonly Connection[]): boolean {
  return connections.some(({ trigger }) => event === `Sale/${trigger}`);
}

/**
 * The sale events that DEAR has to send for these connections. Every further one would cost an invocation for nothing, and
 * DEAR allows five webhooks of a type.
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
