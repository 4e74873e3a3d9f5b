import * as z from 'zod';
import type { DearSaleEvent, DearWebhookReading } from '../domain/ports/sales.ts';
import { parseCommaList } from './wire-values.ts';

const UNTYPED = 'webhook';
/** Each event is one message. A sweep finds the sales of a longer list. */
const MAX_EVENTS = 50;
const MAX_TRACKING_NUMBERS = 100;
const NO_GUID = '00000000-0000-0000-0000-000000000000';
/** The ids become queue group names, so anything else is refused. */
const id = z
  .string()
  .transform((text) => text.replaceAll(/[{}\s]/g, '').toLowerCase())
  .refine((text) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text) && text !== NO_GUID)
  .catch('');
const orderNumber = z.string().trim().max(256).catch('');

/** All of DEAR's sale events, spelt as on the wire. */
export const SALE_EVENTS = [
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
] as const;

type SaleEventType = (typeof SALE_EVENTS)[number];

/** The help page spells `OrderAuthorized` where the blueprint has `Sale/OrderAuthorised`. */
const SPELLINGS = new Map<string, SaleEventType>(
  SALE_EVENTS.flatMap((type) => {
    const plain = type.toLowerCase();
    return [plain, plain.slice('sale/'.length)].map((name) => [name, type] as const);
  }),
);

/**
 * Reads what DEAR posts to us. A webhook is a hint, so only what identifies the sale is taken; names and addresses that
 * it also carries are dropped here and reach no queue and no log. The function that answers DEAR loads this file, so it
 * imports nothing that costs a cold start. Never throws.
 * @param rawBody of the request, byte for byte
 */
export function readWebhook(rawBody: string): DearWebhookReading {
  const { events: found, json } = readWebhookText(rawBody);
  const isSalvaged = json === undefined;
  const events = found.flatMap(({ fields, trackingNumbers }) => toSaleEvent(fields, trackingNumbers));
  if (events.length > MAX_EVENTS) return { kind: 'unreadable', why: `the body names ${events.length} sales` };
  if (events.length > 0) return { kind: 'sales', events: distinct(events), isSalvaged };
  const type = found
    .map(({ fields }) => toLoggableType(fields.eventtype ?? ''))
    .find((one) => one !== UNNAMED);
  if (found.some(({ fields }) => isSaleEventType(fields.eventtype ?? ''))) {
    return { kind: 'unreadable', why: `${type ?? 'a sale event'} names no sale` };
  }
  if (type !== undefined) return { kind: 'unknown', type };
  if (Array.isArray(json)) return readRows(json);
  return {
    kind: 'unreadable',
    why: isSalvaged ? 'the body is not JSON' : 'the body names neither a type nor a sale',
  };
}

/**
 * Per DEAR's blueprint a sale event has SaleID and SaleOrderNumber; shipment and invoice events have SaleTaskID and
 * OrderNumber instead, payment events SaleID alone. One integration has received shipment events in the common form, so every
 * type may use any of the names. Returns no event where the sale is not named.
 */
function toSaleEvent(fields: WebhookFields, numbers: readonly string[]): DearSaleEvent[] {
  const saleId = id.parse(fields.saleid);
  const saleTaskId = id.parse(fields.saletaskid);
  const typeText = fields.eventtype ?? '';
  // Purchases have their own order numbers.
  const mayBeNumbered = isSaleEventType(typeText) || toLoggableType(typeText) === UNNAMED;
  const saleOrderNumber = mayBeNumbered
    ? orderNumber.parse(fields.saleordernumber) || orderNumber.parse(fields.ordernumber)
    : '';
  if (saleId === '' && saleTaskId === '' && saleOrderNumber === '') return [];
  const type = SPELLINGS.get(normaliseType(typeText)) ?? UNTYPED;
  const trackingNumbers =
    type === 'Sale/ShipmentTrackingNumberChanged'
      ? numbers.flatMap(parseCommaList).slice(0, MAX_TRACKING_NUMBERS)
      : [];
  return [{ type, saleId, saleTaskId, saleOrderNumber, trackingNumbers }];
}

function normaliseType(type: string): string {
  return type.trim().toLowerCase().replaceAll('authorized', 'authorised');
}

/** Whether the type is a sale's, including types that are not in this table yet. */
function isSaleEventType(type: string): boolean {
  const plain = normaliseType(type);
  return SPELLINGS.has(plain) || plain.startsWith('sale/');
}

function distinct(events: readonly DearSaleEvent[]): DearSaleEvent[] {
  return [...new Map(events.map((event) => [JSON.stringify(event), event])).values()];
}

/** Two events arrive as bare arrays without a type; the fields of their rows identify them. */
function readRows(rows: readonly unknown[]): DearWebhookReading {
  if (rows.length === 0) return { kind: 'unknown', type: UNNAMED };
  const first = z.record(z.string(), z.unknown()).safeParse(rows[0]).data ?? {};
  if ('SKU' in first) return { kind: 'unknown', type: 'Stock/AvailableStockLevelChanged' };
  if ('TaskID' in first && 'DueDate' in first) return { kind: 'unknown', type: 'Task/Overdue' };
  return { kind: 'unreadable', why: 'the body is a list of neither sales nor stock' };
}

const UNNAMED = 'unknown';

/** A type is logged and counted, so a text of another form becomes `unknown`. */
function toLoggableType(type: string): string {
  return /^[A-Za-z]{1,40}\/[A-Za-z]{1,40}$/.test(type) ? type : UNNAMED;
}

/** The fields of a webhook that identify its event and its sale: name in lower case → value. */
type WebhookFields = Readonly<Record<string, string>>;

interface WebhookText {
  /** The events in the text; none where none can be recognised. */
  readonly events: ReadonlyArray<{
    readonly fields: WebhookFields;
    readonly trackingNumbers: readonly string[];
  }>;
  /** The body as JSON; undefined where it is not JSON and the fields were extracted from the text. */
  readonly json: unknown;
}

const NAMES = ['eventtype', 'saleid', 'saletaskid', 'saleordernumber', 'ordernumber'] as const;
/** `"SaleID": "…"` in any quotes, or `SaleID=…`; the text around it need not be JSON. */
const PAIR = new RegExp(
  `["']?\\b(${NAMES.join('|')}|trackingnumber)\\b\\\\?["']?\\s*[:=]\\s*(?:\\\\?"([^"\\\\\\r\\n]*)|'([^'\\r\\n]*)'|([^\\s,;&}\\]"']+))`,
  'gi',
);
/** Levels of nesting down to an event. */
const MAX_DEPTH = 4;
/** More than the reader of the events accepts in one body. */
const MAX_SALVAGED = 200;

/**
 * Reads a webhook of DEAR in any form: JSON, JSON with the stray commas of DEAR's examples, with a byte order mark, as a form,
 * several events in a list, in other capitals. Never throws, and keeps only identifiers of sales and tracking numbers.
 */
function readWebhookText(rawBody: string): WebhookText {
  const text = toPlainText(rawBody);
  const json = parseJson(text);
  if (json !== undefined) return { json, events: findEvents(json, 0) };
  const form = parseForm(text);
  return { json: undefined, events: form.length > 0 ? form : salvage(text) };
}

/** Removes byte order marks, and the zeros of a text in UTF-16. */
function toPlainText(rawBody: string): string {
  return rawBody
    .replaceAll('\0', '')
    .replaceAll(/[\ufeff\ufffd]/g, '')
    .trim();
}

/** A JSON string may itself hold JSON. */
function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' && /^\s*[[{]/.test(value) ? JSON.parse(value) : value;
  } catch {
    return undefined;
  }
}

const record = z.record(z.string(), z.unknown());

/** An object with a field of `NAMES` is an event; any other object may contain events. */
function findEvents(value: unknown, depth: number): WebhookText['events'] {
  if (depth > MAX_DEPTH) return [];
  if (Array.isArray(value)) return value.flatMap((item: unknown) => findEvents(item, depth + 1));
  const { data } = record.safeParse(value);
  if (data === undefined) return [];
  const named = Object.entries(data).map(([name, held]) => [name.trim().toLowerCase(), held] as const);
  const fields = Object.fromEntries(
    named.filter(([name]) => NAMES.some((one) => one === name)).map(([name, held]) => [name, toText(held)]),
  );
  if (Object.values(fields).some((text) => text !== '')) {
    return [{ fields, trackingNumbers: findTrackingNumbers(new Map(named).get('shipments')) }];
  }
  return Object.values(data).flatMap((held) => findEvents(held, depth + 1));
}

function findTrackingNumbers(shipments: unknown): string[] {
  if (!Array.isArray(shipments)) return [];
  return shipments.flatMap((shipment: unknown) => {
    const { data = {} } = record.safeParse(shipment);
    const found = Object.entries(data).find(([name]) => name.toLowerCase() === 'trackingnumber');
    return found === undefined ? [] : [toText(found[1])];
  });
}

/** An order number may come as a number. */
function toText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}

/** `SaleID=…&EventType=…`, or a form with JSON in one of its fields. */
function parseForm(text: string): WebhookText['events'] {
  if (!/^[\w.%+-]+=/.test(text)) return [];
  const form = Object.fromEntries(new URLSearchParams(text));
  const direct = findEvents(form, 0);
  return direct.length > 0 ? direct : Object.values(form).flatMap(readField);
}

/** A field is not read as a form again: `a=a=a=…` would go on as deep as the body is long. */
function readField(held: string): WebhookText['events'] {
  const json = parseJson(held);
  return json === undefined ? salvage(held) : findEvents(json, 0);
}

/** A repeated name starts another event. */
function salvage(text: string): WebhookText['events'] {
  const events: Array<{ fields: Record<string, string>; trackingNumbers: string[] }> = [];
  for (const [, name = '', ...values] of text.matchAll(PAIR)) {
    const key = name.toLowerCase();
    const value = (values.find((held) => held !== undefined) ?? '').trim();
    const last = events.at(-1);
    if (events.length > MAX_SALVAGED) break;
    if (key === 'trackingnumber') last?.trackingNumbers.push(value);
    else if (last === undefined || key in last.fields) {
      events.push({ fields: { [key]: value }, trackingNumbers: [] });
    } else last.fields[key] = value;
  }
  return events;
}
