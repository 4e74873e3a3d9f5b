export interface WebhookRecord {
  id: string;
  type: string;
  isActive: boolean;
  url: string;
  authorization: 'noauth' | 'basicauth' | 'bearerauth';
  userName: string;
  password: string;
  bearerToken: string;
  headers: Array<{ Key: string; Value: string }>;
}

export interface DeliveryRecord {
  id: string;
  webhookId: string;
  type: string;
  /** The JSON text that is POSTed, fixed at the event. */
  body: string;
  state: 'pending' | 'delivered' | 'failed' | 'dropped';
  /** ms since the Unix epoch of the next attempt. */
  dueAt: number;
  attempts: Array<{ at: string; outcome: string }>;
}

/** All 32 of the blueprint; spelt as there, with its one American `Authorized`. */
export const WEBHOOK_TYPES = [
  'Sale/Created',
  'Sale/QuoteAuthorised',
  'Sale/OrderAuthorised',
  'Sale/Voided',
  'Sale/Backordered',
  'Sale/ShipmentAuthorised',
  'Sale/InvoiceAuthorised',
  'Sale/PickAuthorised',
  'Sale/PackAuthorised',
  'Sale/CreditNoteAuthorised',
  'Sale/Undo',
  'Sale/PartialPaymentReceived',
  'Sale/FullPaymentReceived',
  'Sale/AttachmentAdded',
  'Sale/AdditionalAttributesChanged',
  'Sale/ShipmentTrackingNumberChanged',
  'Purchase/OrderAuthorised',
  'Purchase/InvoiceAuthorised',
  'Purchase/StockReceivedAuthorised',
  'Purchase/CreditNoteAuthorised',
  'Purchase/Updated',
  'Customer/Updated',
  'Supplier/Updated',
  'Product/Updated',
  'Stock/AvailableStockLevelChanged',
  'Lead/Updated',
  'Lead/Converted',
  'Opportunity/Authorized',
  'Opportunity/AttachmentAdded',
  'Opportunity/Voided',
  'Opportunity/Converted',
  'Task/Overdue',
] as const;

export type WebhookType = (typeof WEBHOOK_TYPES)[number];

/** A webhook's read-only `Name`. */
export function friendlyName(type: string): string {
  const [subject = '', event = ''] = type.split('/');
  return `${subject}: ${event.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase()}`;
}
