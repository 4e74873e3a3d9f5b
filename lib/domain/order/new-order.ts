import { createHash } from 'node:crypto';
import { isoTime } from '../clock.ts';
import type { Connection } from '../connection.ts';
import type { ReferenceBooks } from '../sale/catalogue.ts';
import type { Demand } from '../sale/demand.ts';
import { findDemands } from '../sale/demands-of-sale.ts';
import { isOrderAuthorised, isVoided, type Sale } from '../sale/sale.ts';
import { toPartialShipments } from '../shipment/still-to-ship.ts';
import { cutText, oneLine } from '../text.ts';
import { type FulfillmentOrder, type OrderedLine, UNMAPPED_METHOD } from './fulfillment-order.ts';
import { decideInitialState, remarksOnUnknown } from './initial-state.ts';
import { isSameShipping, type OrderContent, toFingerprint } from './order-content.ts';
import { remarksOnFractions } from './units.ts';

export interface PlanningInput {
  readonly sale: Sale;
  readonly connections: readonly Connection[];
  /** Every fulfillment order made for this sale so far, oldest first. */
  readonly orders: readonly FulfillmentOrder[];
  /** Reference → the stored content of an order that a person edited, or that has left. */
  readonly stored?: ReadonlyMap<string, OrderContent>;
  /** SKUs that providers do not know; left out without a catalogue. */
  readonly unknownSkus?: UnknownSkus;
  /** DEAR's reference data for the sale; left out where none is needed. */
  readonly books?: ReferenceBooks;
  /** What caused the reading: `DEAR Sale/OrderAuthorised`. */
  readonly by: string;
  /** When that happened, ISO UTC; left out where it is not known. */
  readonly toldAt?: string;
  /** When the sale was read, ISO UTC; left out: now. */
  readonly readAt?: string;
  /** Whether the sale's order was authorised when it was read before. */
  readonly wasAuthorised?: boolean;
  /** ms since the epoch. */
  readonly now: number;
}

/** Connection → SKUs that its provider does not know; `unread` where its orders have to wait for the first reading of its list. */
export type UnknownSkus = ReadonlyMap<string, ReadonlySet<string> | 'unread'>;

/** Connection → the SKUs that it has to ship, for connections with a catalogue. */
export function skusToKnow(
  sale: Sale,
  connections: readonly Connection[],
  books?: ReferenceBooks,
  orders: readonly FulfillmentOrder[] = [],
): Map<string, Set<string>> {
  const skus = new Map<string, Set<string>>();
  if (isVoided(sale) || !isOrderAuthorised(sale)) return skus;
  for (const { connection, lines } of findDemands(sale, connections, orders, books).demands) {
    if (connection.catalogue.every === 'off') continue;
    const known = skus.get(connection.id) ?? new Set<string>();
    for (const { line } of lines) known.add(line.sku);
    skus.set(connection.id, known);
  }
  return skus;
}

/** Those of the lines that the connection's provider does not know, each once. */
export function findUnknown(
  lines: ReadonlyArray<{ readonly sku: string }>,
  connection: string,
  unknown: UnknownSkus | undefined,
): string[] | 'unread' {
  const skus = unknown?.get(connection) ?? new Set<string>();
  if (skus === 'unread') return skus;
  return [...new Set(lines.map(({ sku }) => sku))].filter((sku) => skus.has(sku));
}

export function newOrder(content: OrderContent, demand: Demand, input: PlanningInput): FulfillmentOrder {
  const { sale, by, now } = input;
  const { connection } = demand;
  const at = isoTime(now);
  const unknown = findUnknown(content.lines, connection.id, input.unknownSkus);
  const start = decideInitialState(content, connection, false, unknown);
  const fingerprint = toFingerprint(content);
  const lines = orderedLines(content);
  const remarks = [
    ...(demand.chosenBy === '' ? [] : [demand.chosenBy]),
    ...remarksOnUnknown(start, connection.id, unknown),
    ...demand.remarks,
    ...remarksOnFractions(lines, connection.id),
  ];
  const what = [`Ordered from ${connection.id}. ${start.reason}`, ...remarks].join(' ');
  return {
    reference: content.reference,
    saleId: sale.id,
    saleOrderNumber: sale.orderNumber,
    saleType: sale.type === 'advanced' ? 'advanced' : 'simple',
    connection: connection.id,
    demand: demand.key,
    ...(demand.chosenBy !== '' && { chosenBy: demand.chosenBy }),
    partialShipments: toPartialShipments(connection),
    location: connection.location,
    taskId: demand.taskId,
    ...start,
    withdrawn: false,
    fingerprint,
    planned: fingerprint,
    lines,
    ...listedFields(content, connection),
    bearsCharges: bearsCharges(content),
    awaited: demand.awaited,
    submission: {
      state: 'none',
      attempt: 0,
      providerOrderId: '',
      acceptedFingerprint: '',
      refusedFingerprint: '',
      sentFingerprints: [],
      at: '',
    },
    ...(connection.mode === 'shadow' && {
      takeover: { state: 'possible' as const, number: '', isPartlyShipped: false },
    }),
    cancellation: { state: 'none', at: '' },
    standstill: '',
    closedShort: null,
    packages: [],
    confirmation: { state: 'none', attempt: 0, packages: [], taskId: '', corrections: [], at: '' },
    returns: [],
    shownStatus: '',
    log: [{ at, by, what }],
    ...toAuthorisedAt(demand, input),
    createdAt: at,
    updatedAt: at,
    waitingSince: at,
    version: 1,
  };
}

/** Not of the rest of a sale, or of one that was known as authorised: goods came in, or something else changed. */
function toAuthorisedAt(
  { connection, completes }: Demand,
  { toldAt, wasAuthorised }: PlanningInput,
): Pick<FulfillmentOrder, 'authorisedAt'> {
  const isLate = completes.length > 0 || (connection.trigger === 'OrderAuthorised' && wasAuthorised === true);
  return toldAt === undefined || isLate ? {} : { authorisedAt: toldAt };
}

export function bearsCharges({ charges, services }: OrderContent): boolean {
  return charges.length + services.length > 0;
}

/** What lists of orders show of the content after it has expired. */
export function listedFields(
  { sourceChannel: channel, shipBy, shippingMethod }: OrderContent,
  { shippingMethods }: Pick<Connection, 'shippingMethods'>,
) {
  const isMapped = Object.values(shippingMethods?.services ?? {}).includes(shippingMethod);
  return { channel, shipBy, method: isMapped || shippingMethod === '' ? shippingMethod : UNMAPPED_METHOD };
}

export function orderedLines(content: OrderContent): OrderedLine[] {
  return content.lines.map(({ key, productId, sku, name, quantity, units, parts }) => ({
    key,
    productId,
    sku,
    name,
    quantity,
    ...(units !== undefined && { units }),
    ...(parts !== undefined && { parts }),
  }));
}

/** The strictest provider takes 50 characters, counted here in bytes of UTF-8, which are as many or more than of any other unit. */
const MAX_REFERENCE_BYTES = 50;
/** Hexadecimal digits, 64 bits: among a million long numbers two share a digest with a probability of 3 in 100 million. */
const DIGEST_LENGTH = 16;

/**
 * Our key of an order with every provider: the sale's number and the order's place among the sale's orders. A number that is
 * too long is cut, and a digest of the whole number stands in for the rest, so the same sale always has the same references
 * and no two sales share one.
 * @param place from 1
 */
export function orderReference(saleOrderNumber: string, place: number): string {
  const number = oneLine(saleOrderNumber);
  const plain = `${number}-${place}`;
  if (getBytes(plain) <= MAX_REFERENCE_BYTES) return plain;
  const digest = createHash('sha256').update(saleOrderNumber).digest('hex').slice(0, DIGEST_LENGTH);
  const ending = `~${digest}-${place}`;
  return `${cutToBytes(number, MAX_REFERENCE_BYTES - ending.length)}${ending}`;
}

function cutToBytes(text: string, longest: number): string {
  let cut = cutText(text, longest);
  while (getBytes(cut) > longest) cut = cutText(cut, cut.length - 1);
  return cut;
}

function getBytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

/**
 * The content to send: the sale's, with the edits that a person made here. The edits apply until the sale itself changes its
 * goods, its method or its address.
 * @param stored by reference: the stored contents of orders that a person edited, or that have left
 */
export function withEdits(
  order: FulfillmentOrder,
  asked: OrderContent,
  stored: ReadonlyMap<string, OrderContent> | undefined,
): OrderContent {
  const before = isEdited(order) ? stored?.get(order.reference) : undefined;
  if (before === undefined || !isSameShipping(toFingerprint(asked), order.planned)) return asked;
  const { shipTo, shippingMethod, customerNotes, email, phone } = before;
  return { ...asked, shipTo, shippingMethod, customerNotes, email, phone };
}

/** A person has edited the order, or its sale has changed since it left. */
export function isEdited({ fingerprint, planned }: FulfillmentOrder): boolean {
  return fingerprint !== planned;
}
