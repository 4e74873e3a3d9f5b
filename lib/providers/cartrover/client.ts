import type * as z from 'zod';
import { Rejected } from '../../domain/errors.ts';
import type { Attempt } from '../../upstream/attempt.ts';
import { errorFromUnknownForm, type HttpAnswer, parseAnswer } from '../../upstream/body.ts';
import { readRows, type UnreadableRow } from '../../upstream/paging.ts';
import type { Verdict } from '../joined-submissions.ts';
import type { AcceptedOrder } from '../provider.ts';
import { errorFromFailedRow, errorFromStockCall, NOT_FOUND, PROCESS_ID_HEADER } from './classify-answer.ts';
import type { OrderRequest } from './order-mapper.ts';
import {
  type BatchAnswer,
  batchAnswer,
  cancelAnswer,
  createdOrder,
  listAnswer,
  type OrderRow,
  orderAnswer,
  orderRow,
  type StockRow,
  stockRow,
} from './schemas.ts';
import { TOTAL_HEADER, type Transport } from './transport.ts';

export interface ListPage<Row> {
  readonly rows: readonly Row[];
  readonly unreadable: readonly UnreadableRow[];
  /** Rows of the whole list; null where the answer does not count them. */
  readonly total: number | null;
}

export interface ListQuery {
  /** ISO UTC. Each list filters a time of its own by them. */
  readonly from?: string;
  readonly to?: string;
  readonly page: number;
  /** At most 100. */
  readonly limit: number;
}

const ONE = '/v1/cart/orders/cartrover';
const BATCH = '/v1/cart/orders/batch';

/** The statuses of an order, and the lists that are no status. */
export type ListName = 'new_or_at_wms' | 'partial' | 'shipped' | 'shipped_or_confirmed' | 'error';

/** The calls of CartRover's API that we use. All methods throw the classes of `domain/errors.ts`. */
export interface CartRoverClient {
  /**
   * Creates orders: one with `POST /v1/cart/orders/cartrover`, several with `POST /v1/cart/orders/batch`.
   * @param begin gives them when the call begins
   * @param reference of the first
   * @returns the verdict on each. CartRover's id of an order is its reference
   */
  createOrders(
    begin: () => readonly OrderRequest[],
    reference: string,
  ): Promise<(request: OrderRequest, attempt: Attempt) => Verdict>;
  /** `GET /v1/cart/orders/{cust_ref}`; null where there is none. */
  order(reference: string): Promise<OrderRow | null>;
  /** `GET /v1/cart/orders/list/{status}` */
  orders(list: ListName, query: ListQuery): Promise<ListPage<OrderRow>>;
  /** `GET /v1/cart/orders/wms_cancel/{cust_ref}`, which writes. @returns null where the request is taken, else why not */
  requestCancellation(reference: string): Promise<string | null>;
  /** `POST /v1/cart/orders/update/{cust_ref}`: the cart has these parcels. */
  confirm(reference: string, trackingNumbers: readonly string[]): Promise<void>;
  /** `GET /v1/merchant/inventory` */
  stock(query: Pick<ListQuery, 'page' | 'limit'>): Promise<ListPage<StockRow>>;
}

/**
 * @param merchant sends the calls for stock
 * @param system the connection's id, which errors name
 * @param level whose orders are read: those of the cart, or of all carts of its merchant
 */
export function cartRoverClient(
  cart: Transport,
  merchant: Transport,
  system: string,
  level: 'cart' | 'merchant' = 'cart',
): CartRoverClient {
  const reader = level === 'cart' ? cart : merchant;
  const { reading, writing } = getAttempts(system);

  async function readList<Schema extends z.ZodType>(
    transport: Transport,
    path: string,
    row: { schema: Schema; id: string },
    attempt: Attempt,
  ): Promise<ListPage<z.output<Schema>>> {
    const answer = await transport.send({ method: 'GET', path }, attempt);
    const { response } = parseAnswer(listAnswer, answer, attempt);
    const total = Number.parseInt(answer.headers?.[TOTAL_HEADER] ?? '', 10);
    return { ...readRows(row.schema, row.id, response), total: Number.isNaN(total) ? null : total };
  }

  return {
    createOrders: orderCreator(cart, writing),
    async order(reference) {
      const attempt = reading('find order', reference);
      const query = 'include_order_extras=Y&include_line_extras=Y';
      try {
        const path = `${orderPath('', reference, level)}?${query}`;
        const answer = await reader.send({ method: 'GET', path }, attempt);
        return parseAnswer(orderAnswer, answer, attempt).response;
      } catch (error) {
        if (isNotFound(error)) return null;
        throw error;
      }
    },
    orders: (list, query) =>
      readList(
        reader,
        `/v1/${level}/orders/list/${list}?${toParameters(query)}`,
        { schema: orderRow, id: 'cust_ref' },
        reading(`list ${list} orders`),
      ).catch((error: unknown) => {
        // It is not documented how an empty list is answered.
        if (isNotFound(error)) return { rows: [], unreadable: [], total: 0 };
        throw error;
      }),
    async requestCancellation(reference) {
      const attempt = writing('cancel order', reference);
      // A write in spite of its method: it is sent once, and no redirect is followed.
      const answer = await cart.send({ method: 'GET', path: orderPath('wms_cancel/', reference) }, attempt);
      const { response } = parseAnswer(cancelAnswer, answer, attempt);
      return response.success ? null : response.message || 'It is too late.';
    },
    async confirm(reference, trackingNumbers) {
      const body = {
        order_status: 'confirmed',
        shipments: trackingNumbers.map((tracking_no) => ({ tracking_no })),
      };
      const attempt = writing('confirm shipments', reference);
      await cart.send({ method: 'POST', path: orderPath('update/', reference), body }, attempt);
    },
    stock: ({ page, limit }) =>
      readList(
        merchant,
        `/v1/merchant/inventory?limit=${limit}&page=${page}`,
        { schema: stockRow, id: 'sku' },
        reading('list stock'),
      ).catch((error: unknown) => {
        throw errorFromStockCall(error);
      }),
  };
}

function orderCreator(
  cart: Transport,
  writing: ReturnType<typeof getAttempts>['writing'],
): CartRoverClient['createOrders'] {
  return async (begin, reference) => {
    const attempt = writing('create order', reference);
    let isBatch = false;
    const toSend = () => {
      const [first, ...others] = begin();
      isBatch = others.length > 0;
      return isBatch ? { path: BATCH, body: [first, ...others] } : { path: ONE, body: first };
    };
    const answer = await cart.send({ method: 'POST', path: ONE, begin: toSend }, attempt);
    if (isBatch) {
      const { response } = parseAnswer(batchAnswer, answer, attempt);
      return ({ cust_ref }, own) => toVerdict(response, cust_ref, answer, own);
    }
    const { cust_ref, order_number } = parseAnswer(createdOrder, answer, attempt);
    if (cust_ref !== reference) throw errorFromUnknownForm(attempt, answer.status, 'cust_ref: another');
    return () => toAccepted(reference, order_number, answer);
  };
}

/** An order that is in the answer twice, or only without its reference, has no verdict. */
function toVerdict(
  { success, failed }: BatchAnswer,
  reference: string,
  answer: HttpAnswer,
  attempt: Attempt,
): Verdict {
  const accepted = success.filter(({ cust_ref }) => cust_ref === reference);
  const refused = failed.filter(({ cust_ref }) => cust_ref === reference);
  const [refusal] = refused;
  if (accepted.length + refused.length !== 1) return null;
  if (refusal !== undefined) return errorFromFailedRow(attempt, answer, refusal.message);
  return toAccepted(reference, '', answer);
}

function toAccepted(providerOrderId: string, orderNumber: string, { headers }: HttpAnswer): AcceptedOrder {
  const processId = headers?.[PROCESS_ID_HEADER] ?? '';
  const named = [
    orderNumber && `order ${orderNumber}`,
    processId && `X-CartRover-Process-ID ${processId}`,
  ].filter((part) => part !== '');
  const remarks = named.length === 0 ? [] : [`CartRover's support knows it as ${named.join(', ')}.`];
  return { providerOrderId, cancelled: false, remarks };
}

function getAttempts(system: string) {
  return {
    reading: (operation: string, reference?: string): Attempt => ({
      system,
      operation,
      writes: false,
      ...(reference !== undefined && { reference }),
    }),
    writing: (operation: string, reference: string): Attempt => ({
      system,
      operation,
      reference,
      writes: true,
    }),
  };
}

function isNotFound(error: unknown): boolean {
  return error instanceof Rejected && error.details.code === NOT_FOUND;
}

/** A reference may hold a slash or a hash. */
function orderPath(step: string, reference: string, level = 'cart'): string {
  return `/v1/${level}/orders/${step}${encodeURIComponent(reference)}`;
}

/** The plus sign of an offset is encoded, or it would arrive as a blank. */
function toParameters({ from, to, page, limit }: ListQuery): URLSearchParams {
  return new URLSearchParams({
    limit: String(limit),
    page: String(page),
    ...(from !== undefined && { from_date: withOffset(from) }),
    ...(to !== undefined && { to_date: withOffset(to) }),
    include_order_extras: 'Y',
    include_line_extras: 'Y',
  });
}

/** `2026-01-05T00:00:00+00:00`: the documented form. */
function withOffset(time: string): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, '+00:00');
}
