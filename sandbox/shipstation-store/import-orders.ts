import { XMLParser, XMLValidator } from 'fast-xml-parser';
import * as z from 'zod';
import { findUnprintable } from '../kit/text.ts';
import { findFaults, whyDropped } from './order-schema.ts';
import { type ItemRow, newId, type OrderRow, type OrderStatus, type StoreState } from './state.ts';

/** A page that ShipStation rejects as a whole. */
export class RejectedPage extends Error {
  override readonly name = 'RejectedPage';
}

/** What the merchant entered in the form of the store, by ShipStation's statuses. Capitals count. */
export type StatusLists = Readonly<Record<OrderStatus, readonly string[]>>;

const LISTS = new Set(['Order', 'Item', 'Option']);
const parser = new XMLParser({
  ignoreAttributes: false,
  parseTagValue: false,
  trimValues: false,
  isArray: (name) => LISTS.has(name),
});
const looseOrder = z.record(z.string(), z.unknown());
const document = z.object({
  Orders: z.object({
    '@_pages': z.string().regex(/^\d+$/),
    Order: z.array(z.union([looseOrder, z.string()])).default([]),
  }),
});

/** A page of the export. */
export interface Page {
  readonly pages: number;
  readonly orders: ReadonlyArray<Record<string, unknown>>;
}

/** @throws {RejectedPage} it is no XML, or an order breaks a rule */
export function readPage(xml: string, statuses: StatusLists): Page {
  if (findUnprintable(xml) !== null) throw new RejectedPage('The answer has control characters.');
  if (XMLValidator.validate(xml) !== true) throw new RejectedPage('The answer is no valid XML.');
  const { data } = document.safeParse(parser.parse(xml));
  if (data === undefined) throw new RejectedPage('The answer has no Orders with a number of pages.');
  const orders = data.Orders.Order.map((order) => (typeof order === 'string' ? {} : order));
  for (const order of orders) {
    const [fault] = findFaults(order);
    if (fault !== undefined) throw new RejectedPage(`${String(order.OrderNumber)}: ${fault}.`);
    if (toStatus(order, statuses) === null)
      throw new RejectedPage(
        `${String(order.OrderNumber)}: ${String(order.OrderStatus)} is in no list of statuses.`,
      );
  }
  return { pages: Number(data.Orders['@_pages']), orders };
}

function toStatus(order: Record<string, unknown>, statuses: StatusLists): OrderStatus | null {
  const found = Object.entries(statuses).find(([, list]) => list.includes(String(order.OrderStatus)));
  return found === undefined ? null : (found[0] as OrderStatus);
}

/**
 * Imports one order: a new one with whatever status it has; an existing one is changed until it is shipped or cancelled. Lines
 * and address of an order that people have split or merged stay, and so does a number that people have changed.
 * @returns why it was left out; null where it was not
 */
export function importOrder(
  state: StoreState,
  order: Record<string, unknown>,
  statuses: StatusLists,
  now: number,
): string | null {
  const dropped = whyDropped(order as Record<string, string>);
  if (dropped !== null) return `${String(order.OrderNumber)}: ${dropped}`;
  const read = readOrder(order, toStatus(order, statuses) ?? 'on_hold', now);
  const rows = state.orders.filter(({ orderId }) => orderId === read.orderId);
  if (rows.length === 0) state.orders.push({ ...read, id: newId(state) });
  for (const row of rows) {
    if (row.status === 'shipped' || row.status === 'cancelled') continue;
    row.status = read.status;
    if (row.isRearranged || isSame(row, read)) continue;
    const orderNumber = row.orderNumber === row.storeNumber ? read.orderNumber : row.orderNumber;
    Object.assign(row, { ...read, orderNumber, id: row.id });
  }
  return null;
}

const order = z.object({
  OrderID: z.string(),
  OrderNumber: z.string(),
  OrderTotal: z.coerce.number(),
  ShippingMethod: z.string().default(''),
  CustomerNotes: z.string().default(''),
  InternalNotes: z.string().default(''),
  CustomField1: z.string().default(''),
  CustomField2: z.string().default(''),
  CustomField3: z.string().default(''),
  Customer: z.object({ CustomerCode: z.string(), ShipTo: z.record(z.string(), z.string()) }),
  Items: z.object({
    Item: z.array(
      z.looseObject({
        LineItemID: z.string().default(''),
        SKU: z.string(),
        Name: z.string(),
        Quantity: z.coerce.number(),
        Adjustment: z.string().default('false'),
      }),
    ),
  }),
});

function readOrder(given: Record<string, unknown>, status: OrderStatus, now: number): OrderRow {
  const read = order.parse(given);
  return {
    id: '',
    orderId: read.OrderID,
    orderNumber: read.OrderNumber,
    storeNumber: read.OrderNumber,
    status,
    customerCode: read.Customer.CustomerCode,
    customFields: [read.CustomField1, read.CustomField2, read.CustomField3],
    customerNotes: read.CustomerNotes,
    internalNotes: read.InternalNotes,
    requestedService: read.ShippingMethod,
    total: read.OrderTotal,
    shipTo: read.Customer.ShipTo,
    items: read.Items.Item.map(
      ({ LineItemID, SKU, Name, Quantity, Adjustment }): ItemRow => ({
        lineItemId: LineItemID,
        sku: SKU,
        name: Name,
        quantity: Quantity,
        isAdjustment: Adjustment === 'true',
      }),
    ),
    partOf: null,
    isRearranged: false,
    modifiedAt: now,
  };
}

function isSame(row: OrderRow, read: OrderRow): boolean {
  const comparable = ({ id: _, orderNumber: __, modifiedAt: ___, partOf: ____, ...rest }: OrderRow) => rest;
  return JSON.stringify(comparable(row)) === JSON.stringify(comparable(read));
}
