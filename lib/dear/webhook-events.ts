import * as z from 'zod';
import { fromCommaList } from './comma-list.ts';

/**
 * Reads what DEAR posts to us. A webhook is a hint, so only what identifies the sale is taken; names and addresses that
 * it also carries are dropped here and reach no queue and no log. This file is loaded by the function that answers DEAR,
 * so it imports nothing that costs a cold start.
 */
export interface SaleEvent {
  readonly type: SaleEventType;
  /** Lower-case; '' where the event does not carry it. At least one of the three is set. */
  readonly saleId: string;
  readonly saleTaskId: string;
  readonly saleOrderNumber: string;
  /** Of `Sale/ShipmentTrackingNumberChanged`, in DEAR's order; none for the other types. */
  readonly trackingNumbers: readonly string[];
}

export type WebhookReading =
  | { readonly kind: 'sale'; readonly event: SaleEvent }
  /** DEAR's, but not about a sale, or of a type newer than this table. */
  | { readonly kind: 'unknown'; readonly type: string }
  /** Cannot be acted upon, ever: not an object, or a sale event that names no sale. */
  | { readonly kind: 'invalid'; readonly why: string };

const NO_GUID = '00000000-0000-0000-0000-000000000000';
/** The ids become queue group names; one that a queue refuses would fail six deliveries and switch the webhook off. */
const id = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  .refine((value) => value !== NO_GUID)
  .catch('');
const orderNumber = z.string().trim().max(256).catch('');

/**
 * Per DEAR's blueprint a sale event carries SaleID and SaleOrderNumber; shipment and invoice events carry SaleTaskID and
 * OrderNumber instead, payment events SaleID alone. One integration has met shipment events that look like all others, so
 * every type may use any of the names.
 */
const names = { SaleID: id, SaleTaskID: id, SaleOrderNumber: orderNumber, OrderNumber: orderNumber };

const named = z.object(names).transform((raw) => toIdentity(raw, []));

const shipment = z.object({ TrackingNumber: z.string().catch('') }).catch({ TrackingNumber: '' });
const namedWithTracking = z
  .object({ ...names, Shipments: z.array(shipment).catch([]) })
  .transform((raw) => toIdentity(raw, raw.Shipments));

function toIdentity(
  raw: Readonly<Record<keyof typeof names, string>>,
  shipments: readonly z.infer<typeof shipment>[],
): Omit<SaleEvent, 'type'> {
  return {
    saleId: raw.SaleID,
    saleTaskId: raw.SaleTaskID,
    saleOrderNumber: raw.SaleOrderNumber || raw.OrderNumber,
    trackingNumbers: shipments.flatMap(({ TrackingNumber }) => fromCommaList(TrackingNumber)),
  };
}

/** All of DEAR's sale events, spelt as on the wire, and how each is read. */
export const SALE_EVENTS = {
  'Sale/Created': named,
  'Sale/QuoteAuthorised': named,
  'Sale/OrderAuthorised': named,
  'Sale/Voided': named,
  'Sale/Backordered': named,
  'Sale/ShipmentAuthorised': named,
  'Sale/InvoiceAuthorised': named,
  'Sale/PickAuthorised': named,
  'Sale/PackAuthorised': named,
  'Sale/CreditNoteAuthorised': named,
  'Sale/Undo': named,
  'Sale/PartialPaymentReceived': named,
  'Sale/FullPaymentReceived': named,
  'Sale/AttachmentAdded': named,
  'Sale/AdditionalAttributesChanged': named,
  'Sale/ShipmentTrackingNumberChanged': namedWithTracking,
} as const satisfies Record<`Sale/${string}`, z.ZodType<Omit<SaleEvent, 'type'>>>;

export type SaleEventType = keyof typeof SALE_EVENTS;

export function isSaleEventType(type: string): type is SaleEventType {
  return Object.hasOwn(SALE_EVENTS, type);
}

/** @param body the parsed JSON of the request. Never throws. */
export function readWebhook(body: unknown): WebhookReading {
  if (Array.isArray(body)) return { kind: 'unknown', type: typeOfRows(body) };
  const event = z.object({ EventType: z.string().catch('') }).safeParse(body);
  if (!event.success) return { kind: 'invalid', why: 'the body is not a JSON object or array' };
  const type = event.data.EventType.trim();
  return isSaleEventType(type) ? readSaleEvent(type, body) : { kind: 'unknown', type: presentable(type) };
}

function readSaleEvent(type: SaleEventType, body: unknown): WebhookReading {
  const event = SALE_EVENTS[type].parse(body);
  if (event.saleId === '' && event.saleTaskId === '' && event.saleOrderNumber === '') {
    return { kind: 'invalid', why: `${type} names no sale` };
  }
  return { kind: 'sale', event: { type, ...event } };
}

/** Two events arrive as bare arrays without a type; what their rows hold tells them apart. */
function typeOfRows(rows: readonly unknown[]): string {
  const first = z.record(z.string(), z.unknown()).safeParse(rows[0]).data ?? {};
  if ('SKU' in first && 'OnHand' in first) return 'Stock/AvailableStockLevelChanged';
  if ('TaskID' in first && 'DueDate' in first) return 'Task/Overdue';
  return UNNAMED;
}

const UNNAMED = 'unknown';

/** A type is logged and counted, so only what has the form of one leaves this file. */
function presentable(type: string): string {
  return /^[A-Za-z]{1,40}\/[A-Za-z]{1,40}$/.test(type) ? type : UNNAMED;
}
