import type * as z from 'zod';
import { Rejected } from '../../domain/errors.ts';
import type { Attempt } from '../../upstream/attempt.ts';
import { errorFromUnknownForm, type HttpAnswer, parseBody, parseJson } from '../../upstream/body.ts';
import { readRows, type UnreadableRow } from '../../upstream/paging.ts';
import { errorFromOptionalCall, NOT_FOUND } from './classify-answer.ts';
import type { OrderRequest } from './order-mapper.ts';
import { listAnswer, toOneForm } from './representation.ts';
import {
  type CustomerRow,
  createdOrder,
  customerRow,
  type ItemRow,
  itemRow,
  type OrderRow,
  orderName,
  orderRow,
  type StockRow,
  stockRow,
} from './schemas.ts';
import type { Transport } from './transport.ts';

interface UnreadableNamed extends UnreadableRow {
  /** Of an order: its wall time; '' otherwise. */
  readonly changedAt: string;
}

export interface ListPage<Row> {
  readonly rows: readonly Row[];
  readonly unreadable: readonly UnreadableNamed[];
  /** Rows of the whole list. */
  readonly total: number;
}

/** From 1; the greatest size depends on the list, and a greater one is refused. */
export interface PageQuery {
  readonly page: number;
  readonly size: number;
}

export interface OrderQuery extends PageQuery {
  readonly rql: string;
  readonly sort: string;
  /** What of each order is read. @default everything */
  readonly detail?: string;
}

/** An order as it was read, and the tag that a change of it has to carry. */
export interface TaggedOrder {
  readonly order: OrderRow;
  readonly etag: string;
}

/** The calls of Extensiv's API that we use. All methods throw the classes of `domain/errors.ts`. */
export interface ExtensivClient {
  /** `POST /orders`. @returns its number */
  createOrder(body: OrderRequest): Promise<string>;
  /** `GET /orders/{id}`; null where there is none. */
  order(id: string, reference: string): Promise<TaggedOrder | null>;
  /** `GET /orders` */
  orders(query: OrderQuery, operation: string, reference?: string): Promise<ListPage<OrderRow>>;
  /** `PUT /orders/{id}`: the whole order. */
  putOrder(id: string, body: object, etag: string, reference: string): Promise<void>;
  /** `DELETE /orders/{id}/items/{itemId}` */
  deleteItem(id: string, itemId: number, etag: string, reference: string): Promise<void>;
  /** `POST /orders/{id}/canceler` */
  cancelOrder(id: string, etag: string, reference: string): Promise<void>;
  /** `GET /inventory/stockdetails`: one row for each receipt that is in stock. */
  stockDetails(customerId: string, facilityId: string, query: PageQuery): Promise<ListPage<StockRow>>;
  /** `GET /customers/{id}/items` */
  items(customerId: string, query: PageQuery): Promise<ListPage<ItemRow>>;
  /** `GET /customers` */
  customers(query: PageQuery): Promise<ListPage<CustomerRow>>;
}

const DETAILS = { detail: 'All', itemdetail: 'All' };

type ReadList = <Schema extends z.ZodType>(
  path: string,
  parameters: Readonly<Record<string, string>>,
  page: PageQuery,
  row: { schema: Schema; toName: (one: unknown) => Pick<UnreadableNamed, 'id' | 'changedAt'> },
  attempt: Attempt,
) => Promise<ListPage<z.output<Schema>>>;

function listReader(transport: Transport): ReadList {
  return async (path, parameters, { page, size }, row, attempt) => {
    const query = toQuery({ ...parameters, pgsiz: String(size), pgnum: String(page) });
    const answer = await transport.send({ method: 'GET', path: `${path}?${query}` }, attempt);
    const { rows, total } = parseAnswer(listAnswer, answer, attempt);
    const read = readRows(row.schema, '', rows);
    // The rows that cannot be read, in the same order as their problems.
    const bad = rows.filter((one) => !row.schema.safeParse(one).success);
    const unreadable = read.unreadable.map(({ where }, index) => ({ ...row.toName(bad[index]), where }));
    return { rows: read.rows, unreadable, total };
  };
}

/** The calls that read lists beside orders. */
function otherLists(
  readList: ReadList,
  toAttempt: (operation: string, writes: boolean) => Attempt,
): Pick<ExtensivClient, 'stockDetails' | 'items' | 'customers'> {
  const unnamed = () => NO_NAME;
  return {
    stockDetails: (customerid, facilityid, page) =>
      readList(
        '/inventory/stockdetails',
        { customerid, facilityid },
        page,
        { schema: stockRow, toName: toSku },
        toAttempt('list stock', false),
      ).catch((error: unknown) => {
        throw errorFromOptionalCall(error, 'InventoryDetailView');
      }),
    items: (customerId, page) =>
      readList(
        `/customers/${customerId}/items`,
        {},
        page,
        { schema: itemRow, toName: unnamed },
        toAttempt('list catalogue', false),
      ).catch((error: unknown) => {
        throw errorFromOptionalCall(error, 'ItemView');
      }),
    customers: (page) =>
      readList(
        '/customers',
        {},
        page,
        { schema: customerRow, toName: unnamed },
        toAttempt('list customers', false),
      ),
  };
}

/** @param system the connection's id, which errors name */
export function extensivClient(transport: Transport, system: string): ExtensivClient {
  const toAttempt = (operation: string, writes: boolean, reference?: string): Attempt => ({
    system,
    operation,
    writes,
    ...(reference !== undefined && { reference }),
  });
  const readList = listReader(transport);

  const change = (
    request: Parameters<Transport['send']>[0],
    operation: string,
    etag: string,
    reference: string,
  ) => transport.send(request, toAttempt(operation, true, reference), etag);

  return {
    async createOrder(body) {
      const attempt = toAttempt('create order', true, body.referenceNum);
      const answer = await transport.send({ method: 'POST', path: '/orders', body }, attempt);
      const { readOnly, referenceNum } = parseAnswer(createdOrder, answer, attempt);
      if (referenceNum !== body.referenceNum)
        throw errorFromUnknownForm(attempt, answer.status, 'referenceNum: another');
      return String(readOnly.orderId);
    },
    async order(id, reference) {
      const attempt = toAttempt('read order', false, reference);
      // An id of another form cannot be one of this service's.
      if (!/^\d+$/.test(id)) return null;
      try {
        const path = `/orders/${id}?${toQuery(DETAILS)}`;
        const answer = await transport.send({ method: 'GET', path }, attempt);
        const order = parseAnswer(orderRow, answer, attempt);
        return { order, etag: answer.headers?.etag ?? '' };
      } catch (error) {
        if (error instanceof Rejected && error.details.code === NOT_FOUND) return null;
        throw error;
      }
    },
    orders: ({ rql, sort, detail = 'All', ...page }, operation, reference) =>
      readList(
        '/orders',
        { rql, sort, ...DETAILS, detail },
        page,
        { schema: orderRow, toName: toOrderName },
        toAttempt(operation, false, reference),
      ),
    async putOrder(id, body, etag, reference) {
      await change({ method: 'PUT', path: `/orders/${id}`, body }, 'change order', etag, reference);
    },
    async deleteItem(id, itemId, etag, reference) {
      const path = `/orders/${id}/items/${itemId}`;
      await change({ method: 'DELETE', path }, 'remove a line', etag, reference);
    },
    async cancelOrder(id, etag, reference) {
      const body = { reason: 'Cancelled in DEAR' };
      await change({ method: 'POST', path: `/orders/${id}/canceler`, body }, 'cancel order', etag, reference);
    },
    ...otherLists(readList, toAttempt),
  };
}

function parseAnswer<Schema extends z.ZodType>(schema: Schema, answer: HttpAnswer, attempt: Attempt) {
  return parseBody(schema, toOneForm(parseJson(answer.text)), attempt, answer.status);
}

/** A blank as `%20`: the second decoding of RQL may not know `+`. */
function toQuery(parameters: Readonly<Record<string, string>>): string {
  return new URLSearchParams(parameters).toString().replaceAll('+', '%20');
}

const NO_NAME = { id: '', changedAt: '' };

function toOrderName(row: unknown) {
  const parsed = orderName.safeParse(row);
  if (!parsed.success) return NO_NAME;
  const { orderId, lastModifiedDate } = parsed.data.readOnly;
  return { id: String(orderId), changedAt: lastModifiedDate };
}

function toSku(row: unknown) {
  const parsed = stockRow.pick({ itemIdentifier: true }).safeParse(row);
  return parsed.success ? { id: parsed.data.itemIdentifier.sku, changedAt: '' } : NO_NAME;
}
