import type * as z from 'zod';
import type { CatalogueItem } from '../../domain/sale/catalogue.ts';
import type { Attempt } from '../../upstream/attempt.ts';
import { parseAnswer } from '../../upstream/body.ts';
import { readRows } from '../../upstream/paging.ts';
import type { Transport } from '../../upstream/transport.ts';
import { errorFromAnswer, errorFromVerdict, isShipStationError } from './classify-answer.ts';
import type { ListPage } from './list-pages.ts';
import type { OrderRequest } from './order-mapper.ts';
import {
  done,
  type Fulfillment,
  fulfillment,
  fulfillmentsPage,
  type Order,
  order,
  ordersPage,
  product,
  productsPage,
  type Shipment,
  shipment,
  shipmentsPage,
  type Verdict,
  verdicts,
} from './schemas.ts';

export type Query = Readonly<Record<string, string | number | boolean>>;

/**
 * The endpoints of ShipStation's V1 API that we use, without our domain. All methods throw the classes of `domain/errors.ts`.
 */
export interface ShipStationV1Client {
  /** `POST /orders/createorder`: creates the order, or replaces all of the one that has its key. */
  putOrder(body: object, operation: string, reference: string): Promise<Order>;
  /**
   * Creates orders: one with `POST /orders/createorder`, several with `POST /orders/createorders`. Resolves with the verdicts
   * that the answer has.
   * @param begin called when the call begins; at least one order, at most a hundred
   * @param reference of the first order, for errors
   */
  createOrders(begin: () => readonly OrderRequest[], reference: string): Promise<readonly Verdict[]>;
  /**
   * `GET /orders/{id}`; null where ShipStation itself answers that there is none: it was deleted or merged.
   * @throws {UnexpectedAnswer} for a 404 of a gateway
   */
  order(orderId: string): Promise<Order | null>;
  /** `GET /orders` */
  orders(query: Query): Promise<ListPage<Order>>;
  /** `POST /orders/holduntil` @param until ISO date */
  hold(orderId: string, until: string, reference: string): Promise<void>;
  /** `POST /orders/restorefromhold` */
  restore(orderId: string, reference: string): Promise<void>;
  /** `GET /shipments` */
  shipments(query: Query): Promise<ListPage<Shipment>>;
  /** `GET /fulfillments` */
  fulfillments(query: Query): Promise<ListPage<Fulfillment>>;
  /** `GET /products` */
  products(query: Query): Promise<ListPage<CatalogueItem>>;
  close(): Promise<void>;
}

/** @param system the connection's id, which errors name */
export function shipStationV1Client(transport: Transport, system: string): ShipStationV1Client {
  const reading = (operation: string): Attempt => ({ system, operation, writes: false });
  const writing = (operation: string, reference: string): Attempt => ({
    system,
    operation,
    reference,
    writes: true,
  });

  const get = <Schema extends z.ZodType>(path: string, query: Query, schema: Schema, operation: string) =>
    transport.read({ method: 'GET', path: withQuery(path, query) }, schema, reading(operation));

  async function act(path: string, body: object, attempt: Attempt): Promise<void> {
    const { success, message } = await transport.read({ method: 'POST', path, body }, done, attempt);
    if (!success) throw errorFromVerdict(attempt, message);
  }

  return {
    putOrder: (body, operation, reference) =>
      transport.read(
        { method: 'POST', path: '/orders/createorder', body },
        order,
        writing(operation, reference),
      ),
    createOrders(begin, reference) {
      const toSend = () => {
        const [first, ...others] = begin();
        return others.length === 0
          ? { path: '/orders/createorder', body: first }
          : { path: '/orders/createorders', body: [first, ...others] };
      };
      const request = { method: 'POST', path: '/orders/createorder', begin: toSend } as const;
      return transport.read(request, verdicts, writing('create order', reference));
    },
    async order(orderId) {
      const attempt = { ...reading('read order'), reference: orderId };
      const path = `/orders/${encodeURIComponent(orderId)}`;
      const answer = await transport.send({ method: 'GET', path }, attempt);
      if (answer.status === 404 && isShipStationError(answer)) return null;
      if (answer.status !== 200) throw errorFromAnswer(attempt, answer);
      return parseAnswer(order, answer, attempt);
    },
    orders: async (query) => {
      const page = await get('/orders', query, ordersPage, 'list orders');
      return { ...readRows(order, 'orderId', page.orders), total: page.total ?? null };
    },
    hold: (orderId, holdUntilDate, reference) =>
      act('/orders/holduntil', { orderId: Number(orderId), holdUntilDate }, writing('hold order', reference)),
    restore: (orderId, reference) =>
      act('/orders/restorefromhold', { orderId: Number(orderId) }, writing('release order', reference)),
    shipments: async (query) => {
      const page = await get('/shipments', query, shipmentsPage, 'list shipments');
      return { ...readRows(shipment, 'shipmentId', page.shipments), total: page.total ?? null };
    },
    fulfillments: async (query) => {
      const page = await get('/fulfillments', query, fulfillmentsPage, 'list fulfillments');
      return { ...readRows(fulfillment, 'fulfillmentId', page.fulfillments), total: page.total ?? null };
    },
    products: async (query) => {
      const page = await get('/products', query, productsPage, 'list products');
      return { ...readRows(product, 'productId', page.products), total: page.total ?? null };
    },
    close: () => transport.close(),
  };
}

function withQuery(path: string, query: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) parameters.set(name, String(value));
  return `${path}?${parameters}`;
}
