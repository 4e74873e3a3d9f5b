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

/**
 * Whether an event makes it worth a call of DEAR to look at its sale.
 * @param event DEAR's name of it, or one of ours: a sweep or an operator always has a reason
 * @param isKnown whether we have looked at the sale before
 */
export function isReasonToRead(event: string, isKnown: boolean): boolean {
  return !TOO_EARLY.has(event) && !(isKnown && LATER_STAGES.has(event));
}
