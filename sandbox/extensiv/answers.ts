import * as z from 'zod';
import { invalidQuery } from './errors.ts';
import { parseRql, sorter } from './rql.ts';
import type {
  AllocationRecord,
  CustomerRecord,
  ExtensivState,
  ItemRecord,
  OrderItemRecord,
  OrderRecord,
  ReceiptRecord,
} from './state.ts';

/** Answers in one form, of which `toForm` makes HAL or plain JSON. */

const RELATIONS = 'http://api.3plCentral.com/rels';

/** A list, and the name under which HAL has its rows. */
export interface ListAnswer {
  readonly relation: string;
  readonly rows: readonly object[];
  readonly total: number;
}

/** The whole number that a list may have in a page, and has without being asked. */
function paging(most: number, usual: number) {
  return {
    pgsiz: z.coerce.number().int().min(1).max(most).default(usual),
    pgnum: z.coerce.number().int().min(1).default(1),
  };
}

const orderQuery = z.strictObject({
  ...paging(1_000, 100),
  rql: z.string().default(''),
  sort: z.string().default('ReadOnly.OrderId'),
  detail: z.string().default(''),
  itemdetail: z.string().default(''),
});

export function listOrders(state: ExtensivState, query: Record<string, string>): ListAnswer {
  const asked = readQuery(orderQuery, query);
  const matches = parseRql(asked.rql);
  const answers = state.orders.map((order) => toOrderAnswer(order, state, asked));
  const rows = answers.filter(matches).sort(sorter(asked.sort));
  return toPage(`${RELATIONS}/orders/order`, rows, asked);
}

const detailQuery = z.strictObject({ detail: z.string().default(''), itemdetail: z.string().default('') });

export function readOrder(order: OrderRecord, state: ExtensivState, query: Record<string, string>): object {
  return toOrderAnswer(order, state, readQuery(detailQuery, query));
}

function readQuery<Schema extends z.ZodType>(schema: Schema, query: Record<string, string>): z.infer<Schema> {
  const parsed = schema.safeParse(query);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalidQuery(issue?.path.map(String).join('.') ?? '', issue?.message ?? 'is wrong');
}

function toPage(
  relation: string,
  rows: readonly object[],
  { pgsiz, pgnum }: { pgsiz: number; pgnum: number },
): ListAnswer {
  return { relation, rows: rows.slice((pgnum - 1) * pgsiz, pgnum * pgsiz), total: rows.length };
}

interface Details {
  readonly detail: string;
  readonly itemdetail: string;
}

export function toOrderAnswer(
  order: OrderRecord,
  state: ExtensivState,
  { detail, itemdetail }: Details,
): object {
  const { fields } = order;
  const has = (name: string) => detail === 'All' || detail.split(',').includes(name);
  const customer = state.customers.find(({ id }) => id === fields.customerIdentifier.id);
  const facility = customer?.facilities.find(({ id }) => id === fields.facilityIdentifier.id);
  const unset = state.settings.form === 'plain' ? '0001-01-01T00:00:00' : undefined;
  const time = (at: number | null) => (at === null ? unset : toWall(at, state));
  const { customerIdentifier: _, facilityIdentifier: __, savedElements, ...others } = fields;
  return {
    readOnly: {
      orderId: order.id,
      fullyAllocated: order.items.every(({ allocations }) => allocations.length > 0),
      isClosed: order.confirmedAt !== null,
      processDate: time(order.confirmedAt),
      pickDoneDate: time(order.pickDoneAt),
      onHoldDate: time(order.heldAt),
      onHoldReason: order.holdReason || undefined,
      ...(has('Packages') && { packages: order.packages.map((one) => toPackage(one, order, state)) }),
      customerIdentifier: { name: customer?.name, id: fields.customerIdentifier.id },
      facilityIdentifier: { name: facility?.name, id: fields.facilityIdentifier.id },
      creationDate: toWall(order.createdAt, state),
      lastModifiedDate: toWall(order.changedAt, state),
      status: order.status,
    },
    ...withoutNulls(others),
    ...((detail === 'All' || has('SavedElements')) && { savedElements: savedElements ?? [] }),
    ...(has('OrderItems') && { orderItems: order.items.map((item) => toItem(item, itemdetail)) }),
  };
}

function toPackage(
  { id, trackingNumber, createdAt, contents }: OrderRecord['packages'][number],
  { isCorrupt }: OrderRecord,
  state: ExtensivState,
) {
  return {
    packageId: id,
    length: 10,
    width: 10,
    height: 10,
    weight: 2.5,
    trackingNumber,
    createDate: toWall(createdAt, state),
    packageContents: contents.map(({ orderItemId, receiveItemId, qty, serialNumbers, ...traits }) => ({
      packageId: id,
      orderItemId,
      receiveItemId,
      qty: isCorrupt ? 'n/a' : qty,
      ...toTraits(traits),
      serialNumbers,
    })),
  };
}

function toItem({ id, fields, allocations }: OrderItemRecord, itemdetail: string) {
  const hasAllocations = itemdetail === 'All' || itemdetail.includes('Allocations');
  return {
    readOnly: {
      orderItemId: id,
      fullyAllocated: allocations.length > 0,
      ...(hasAllocations && {
        allocations: allocations.map(({ receiveItemId, qty, ...traits }) => ({
          receiveItemId,
          qty,
          detail: { itemTraits: toTraits(traits) },
        })),
      }),
    },
    ...withoutNulls(fields),
  };
}

function toTraits({
  lotNumber,
  serialNumber,
  expirationDate,
}: Pick<AllocationRecord, 'lotNumber' | 'serialNumber' | 'expirationDate'>) {
  return withoutNulls({
    lotNumber,
    serialNumber,
    expirationDate: expirationDate === null ? null : `${expirationDate}T00:00:00`,
  });
}

/** Nulls may be left out. */
function withoutNulls(fields: object): object {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null && value !== undefined),
  );
}

/** A time of the warehouse's system, without an offset. */
function toWall(at: number, { settings: { timeZone } }: ExtensivState): string {
  const { year, month, day, hour, minute, second, fractionalSecond } = Object.fromEntries(
    getFormat(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const fraction = fractionalSecond === '000' ? '' : `.${fractionalSecond}`;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}${fraction}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function getFormat(timeZone: string): Intl.DateTimeFormat {
  const number = '2-digit';
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-CA', {
      timeZone,
      ...{ year: 'numeric', month: number, day: number, hour: number, minute: number, second: number },
      ...{ fractionalSecondDigits: 3, hourCycle: 'h23' },
    });
  formats.set(timeZone, format);
  return format;
}

const stockQuery = z.strictObject({
  ...paging(500, 100),
  customerid: z.coerce.number().int(),
  facilityid: z.coerce.number().int(),
});

export function listStockDetails(state: ExtensivState, query: Record<string, string>): ListAnswer {
  const asked = readQuery(stockQuery, query);
  const rows = state.receipts
    .filter((one) => one.customerId === asked.customerid && one.facilityId === asked.facilityid)
    .map((receipt) => ({
      receiveItemId: receipt.id,
      itemIdentifier: { sku: receipt.sku, id: receipt.id },
      received: receipt.onHand,
      available: receipt.isOnHold ? 0 : receipt.onHand,
      isOnHold: receipt.isOnHold,
      quarantined: false,
      onHand: receipt.onHand,
      ...toTraits(receipt),
    }));
  return toPage('item', rows, asked);
}

const summaryQuery = z.strictObject({ ...paging(500, 100), rql: z.string().default('') });

/** By SKU and facility, of all customers. It has a form of its own in HAL. */
export function listStockSummaries(state: ExtensivState, query: Record<string, string>): ListAnswer {
  const asked = readQuery(summaryQuery, query);
  const groups = Map.groupBy(state.receipts, ({ sku, facilityId }) => JSON.stringify([sku, facilityId]));
  const rows = [...groups.values()].map((receipts) => toSummary(receipts));
  return toPage('summaries', rows.filter(parseRql(asked.rql)), asked);
}

function toSummary(receipts: readonly ReceiptRecord[]) {
  const [first] = receipts;
  const onHand = receipts.reduce((sum, one) => sum + one.onHand, 0);
  return {
    itemIdentifier: { sku: first?.sku, id: first?.id },
    totalReceived: onHand,
    allocated: 0,
    available: onHand,
    onHold: 0,
    onHand,
    facilityId: first?.facilityId,
  };
}

export function listItems(
  state: ExtensivState,
  customerId: number,
  query: Record<string, string>,
): ListAnswer {
  const asked = readQuery(z.strictObject(paging(100, 10)), query);
  const rows = state.items.filter((one) => one.customerId === customerId).map(toItemAnswer);
  return toPage(`${RELATIONS}/customers/item`, rows, asked);
}

function toItemAnswer({ id, sku, deactivated }: ItemRecord) {
  return { readOnly: { itemId: id, deactivated }, itemId: id, sku, description: `Item ${sku}` };
}

export function listCustomers(state: ExtensivState, query: Record<string, string>): ListAnswer {
  const asked = readQuery(z.strictObject(paging(100, 20)), query);
  return toPage(`${RELATIONS}/customers/customer`, state.customers.map(toCustomerAnswer), asked);
}

function toCustomerAnswer({ id, name, facilities }: CustomerRecord) {
  return {
    readOnly: { customerId: id, deactivated: false },
    companyInfo: { companyName: name },
    facilities,
    primaryFacilityIdentifier: facilities[0],
  };
}

/** HAL: names in camel case, lines embedded. */
export function toHal(value: object): object {
  if (!('orderItems' in value)) return value;
  const { orderItems, ...others } = value;
  return { ...others, _embedded: { [`${RELATIONS}/orders/item`]: orderItems } };
}

export function toHalList({ relation, rows, total }: ListAnswer): object {
  if (relation === 'summaries') return { totalResults: total, summaries: rows };
  const links = { self: { href: '/' } };
  // An empty list embeds nothing.
  if (rows.length === 0) return { totalResults: total, _links: links };
  return { totalResults: total, _embedded: { [relation]: rows.map(toHal) }, _links: links };
}

/** Plain JSON: names in Pascal case. */
export function toPlain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toPlain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [
      `${key.charAt(0).toUpperCase()}${key.slice(1)}`,
      toPlain(part),
    ]),
  );
}

export function toPlainList({ relation, rows, total }: ListAnswer): object {
  const name = relation === 'summaries' ? 'Summaries' : 'ResourceList';
  return { TotalResults: total, [name]: toPlain(rows) };
}
