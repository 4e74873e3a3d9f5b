import { createHash } from 'node:crypto';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import * as z from 'zod';
import { isoTime } from '../../domain/clock.ts';
import type { InboxPayload } from '../../domain/ports/provider-box.ts';
import { oneLine } from '../../domain/text.ts';
import { fromStoreTime } from './store-time.ts';

/** A notice as it was received. */
export interface RawNotice {
  /** Parameters of the address. */
  readonly query: Readonly<Record<string, string>>;
  /** XML; ShipStation has also been seen to send none. */
  readonly body: string;
}

/** The same for the same bytes. */
export function toPayload({ query, body }: RawNotice): Pick<InboxPayload, 'id' | 'body'> {
  const text = JSON.stringify({ query: Object.fromEntries(Object.entries(query).sort()), body });
  return { id: createHash('sha256').update(text).digest('hex'), body: text };
}

const rawNotice = z.object({ query: z.record(z.string(), z.string()), body: z.string() });

export function fromPayload({ body }: Pick<InboxPayload, 'body'>): RawNotice {
  return rawNotice.parse(JSON.parse(body));
}

/** A parcel as ShipStation reports it. */
export interface ShipNotice {
  /** What may be our reference, the surest first: people change an order's number, and neither its id nor our custom field. */
  readonly references: readonly string[];
  /** One line; ''. */
  readonly trackingNumber: string;
  readonly carrier: string;
  readonly service: string;
  /** When its label was made, or the day that people entered, ms since the epoch; null where unknown. */
  readonly shippedAt: number | null;
  /** In major units of the account's currency; null where unknown. */
  readonly cost: number | null;
  /** What people wrote to the buyer; ''. */
  readonly notesToCustomer: string;
  /** Those that were served, as people may have edited them; ''. */
  readonly internalNotes: string;
  /** null: the notice has no body, so its contents are unknown. */
  readonly items: readonly NoticeItem[] | null;
}

interface NoticeItem {
  readonly lineItemId: string;
  readonly sku: string;
  readonly count: number;
}

/** The message says what cannot be read, without a value of it. */
export class UnreadableNotice extends Error {
  override readonly name = 'UnreadableNotice';
}

/** Absent elements, and those without text. */
const text = z.string().default('').transform(oneLine);
/** A parcel is not unreadable because people put elements into a note. */
const note = text.catch('');
const item = z.object({ LineItemID: text, SKU: text, Quantity: text });
const shipNotice = z.object({
  OrderID: text,
  OrderNumber: text,
  CustomField1: text,
  CustomField2: text,
  CustomField3: text,
  Carrier: text,
  Service: text,
  TrackingNumber: text,
  ShippingCost: text,
  LabelCreateDate: text,
  ShipDate: text,
  NotesToCustomer: note,
  InternalNotes: note,
  // Without items it is an element without text.
  Items: z.union([z.object({ Item: z.array(item).default([]) }), z.string()]).default(''),
});
type NoticeBody = z.infer<typeof shipNotice>;

const parser = new XMLParser({
  ignoreAttributes: true,
  // A tracking number of digits stays a text.
  parseTagValue: false,
  // Numeric characters, which XML has without any declaration.
  htmlEntities: true,
  isArray: (name) => name === 'Item',
  maxNestedTags: 10,
});

/**
 * Reads a notice from its body and, where that is empty or lacks a field, from the address.
 * @throws {UnreadableNotice}
 */
export function readNotice({ query, body }: RawNotice): ShipNotice {
  const parsed = body.trim() === '' ? null : parseBody(body);
  const { order_number: number = '', tracking_number: tracking = '', carrier = '', service = '' } = query;
  const references = parsed === null ? [number] : [...getReferences(parsed), number];
  const known = references.map(oneLine).filter((reference) => reference !== '');
  if (known.length === 0) throw new UnreadableNotice('It names no order.');
  return {
    references: [...new Set(known)],
    trackingNumber: parsed?.TrackingNumber || oneLine(tracking),
    carrier: parsed?.Carrier || oneLine(carrier),
    service: parsed?.Service || oneLine(service),
    shippedAt:
      parsed === null ? null : (fromStoreTime(parsed.LabelCreateDate) ?? fromStoreTime(parsed.ShipDate)),
    cost: parsed === null || !/^\d+(\.\d+)?$/.test(parsed.ShippingCost) ? null : Number(parsed.ShippingCost),
    notesToCustomer: parsed?.NotesToCustomer ?? '',
    internalNotes: parsed?.InternalNotes ?? '',
    items: parsed === null ? null : getItems(parsed),
  };
}

/** The internal notes of an order that was served, in the form that a notice returns. */
export function getServedNotes(orderXml: string): string {
  return z.object({ InternalNotes: note }).parse(parser.parse(orderXml)).InternalNotes;
}

function getReferences({
  OrderID,
  CustomField1,
  CustomField2,
  CustomField3,
  OrderNumber,
}: NoticeBody): string[] {
  return [OrderID, CustomField1, CustomField2, CustomField3, OrderNumber];
}

/** Declarations of entities are refused before anything is parsed: a few lines of them can expand to gigabytes. */
function parseBody(body: string): NoticeBody {
  if (/<!(DOCTYPE|ENTITY)/i.test(body)) throw new UnreadableNotice('It declares a document type.');
  if (XMLValidator.validate(body) !== true) throw new UnreadableNotice('It is no valid XML.');
  const { data } = z.object({ ShipNotice: shipNotice }).safeParse(parse(body));
  if (data === undefined) throw new UnreadableNotice('It is no ShipNotice.');
  return data.ShipNotice;
}

function parse(body: string): unknown {
  try {
    return parser.parse(body);
  } catch {
    throw new UnreadableNotice('It is no valid XML.');
  }
}

function getItems({ Items }: NoticeBody): NoticeItem[] {
  if (typeof Items === 'string') return [];
  return Items.Item.map(({ LineItemID, SKU, Quantity }) => {
    if (!/^\d{1,6}(\.0+)?$/.test(Quantity))
      throw new UnreadableNotice('It has a quantity that is no number.');
    return { lineItemId: LineItemID, sku: SKU, count: Number(Quantity) };
  }).filter(({ count }) => count > 0);
}

/**
 * When the parcel left, ISO UTC. A label's time that lies after the notice is of another time zone.
 * @param receivedAt ISO UTC
 */
export function getShippedAt({ shippedAt }: ShipNotice, receivedAt: string): string {
  return shippedAt === null || shippedAt > Date.parse(receivedAt) ? receivedAt : isoTime(shippedAt);
}
