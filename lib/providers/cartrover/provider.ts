import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, DAY_MS, isoTime, MINUTE_MS } from '../../domain/clock.ts';
import { AmbiguousWrite, CancellationPending, OperatorActionNeeded, Rejected } from '../../domain/errors.ts';
import { withUpstreamErrors } from '../../upstream/paging.ts';
import type { TransportOptions } from '../../upstream/transport.ts';
import { joinedSubmissions } from '../joined-submissions.ts';
import type {
  AcceptedOrder,
  AcknowledgesShipments,
  Cancels,
  FindsForeignOrders,
  JoinsSubmissions,
  ListsCatalogue,
  OtherOrder,
  Provider,
  ReportsOrders,
  ReportsStock,
  ShippedOrder,
  ShowsOtherOrders,
} from '../provider.ts';
import { type CartRoverClient, cartRoverClient } from './client.ts';
import { shipmentCollector } from './collect-shipments.ts';
import { isForeign, type OrderRequest, toCartRoverOrder } from './order-mapper.ts';
import { hasLeft, isCancelled, orderReader } from './order-reader.ts';
import type { OrderRow } from './schemas.ts';
import type { CartRoverSecret, CartRoverSettings } from './settings.ts';
import { stockReader } from './stock.ts';
import { cartRoverTransport } from './transport.ts';

/** CartRover's maximum. */
const PAGE_SIZE = 100;

interface CartRoverOptions extends TransportOptions {
  /** The connection's id, which errors name. */
  readonly system: string;
  readonly settings: Pick<CartRoverSettings, 'baseUrl' | 'warehouse' | 'sendsWarehouse'>;
  readonly secret: CartRoverSecret;
  /** Rows of a page of every list. */
  readonly pageSize?: number;
  /** Orders and parcels of all carts of the merchant are read: another connector has a cart of its own. */
  readonly takesOver?: boolean;
}

type CartRover = Provider &
  JoinsSubmissions &
  Cancels &
  ReportsOrders &
  FindsForeignOrders &
  ShowsOtherOrders &
  AcknowledgesShipments &
  ReportsStock &
  ListsCatalogue & { close(): Promise<void> };

/**
 * CartRover (Extensiv Integration Manager) at cart level: we are the source of orders, and it forwards them to the warehouse.
 * Its id of an order is our reference.
 */
export function cartRover(options: CartRoverOptions): CartRover {
  const { system, settings, secret, now, pageSize = PAGE_SIZE, wait = sleep } = options;
  const open = (user: string, key: string) =>
    cartRoverTransport({ ...options, baseUrl: settings.baseUrl, keys: { user, key }, wait });
  const cart = open(secret.apiUser, secret.apiKey);
  const { merchantUser = '', merchantKey = '' } = secret;
  const merchant = merchantUser === '' || merchantKey === '' ? cart : open(merchantUser, merchantKey);
  const client = cartRoverClient(cart, merchant, system);
  const seesAllCarts = options.takesOver === true && merchant !== cart;
  const reader = seesAllCarts ? cartRoverClient(cart, merchant, system, 'merchant') : client;
  const collect = shipmentCollector({ client: reader, pageSize, now });
  const orders = orderReader({ client: reader, pageSize, now, wait });
  const stock = stockReader({ client, system, warehouse: settings.warehouse, pageSize, wait });
  const submissions = submitter(client, system);
  const cancel = canceller({ ...client, order: reader.order }, system, now);

  /** The order with exactly this reference. */
  async function findOrder(reference: string): Promise<OrderRow | null> {
    const row = await reader.order(reference);
    return row?.cust_ref === reference ? row : null;
  }

  return {
    joinsSubmissions: true,
    submit(order, isRepeated = false) {
      const request = toCartRoverOrder(order, settings);
      return isRepeated ? submissions.submitAlone(request) : submissions.submit(request);
    },
    find: async (reference, skus) => {
      const row = await findOrder(reference);
      return row === null || isForeign(row, skus) ? [] : [toAccepted(row)];
    },
    foreignOrders: async (reference, skus) => {
      const row = await findOrder(reference);
      return row !== null && isForeign(row, skus) ? [row.cust_ref] : [];
    },
    async ordersNumbered(number) {
      if (!seesAllCarts) {
        const operation = 'look for orders of other carts';
        throw new OperatorActionNeeded({ system, operation, upstreamMessage: MERCHANT_KEYS });
      }
      const row = await findOrder(number);
      return row === null ? [] : [toOtherOrder(row)];
    },
    cancel,
    openOrders: () => withUpstreamErrors(orders.openOrders(), system, 'list orders'),
    orderParts: (_, reference) => orders.orderParts(reference),
    shipmentsSince: (cursor) => withUpstreamErrors(collect(cursor), system, 'collect shipments'),
    unacknowledged: () =>
      withUpstreamErrors(listShipped(client, pageSize, now), system, 'list shipped orders'),
    acknowledge: (reference, trackingNumbers) => client.confirm(reference, trackingNumbers),
    stock: () => withUpstreamErrors(stock.stock(), system, 'list stock'),
    catalogue: () => withUpstreamErrors(stock.catalogue(), system, 'list catalogue'),
    async close() {
      await cart.close();
      await merchant.close();
    },
  };
}

function toAccepted(row: OrderRow): AcceptedOrder {
  return { providerOrderId: row.cust_ref, cancelled: isCancelled(row) };
}

/** No source names a limit of a batch. A batch of our queue has ten orders, of about 3 KB each. */
const MAX_JOINED = 50;

/**
 * Creates orders, those that wait for the rate limit in one call. Batches are known from one source: where the answer to one
 * is not CartRover's, this process makes no other, and its orders are looked up.
 */
function submitter(client: CartRoverClient, system: string) {
  let maxJoined = MAX_JOINED;
  return joinedSubmissions<OrderRequest>({
    system,
    getMaxJoined: () => maxJoined,
    getKey: ({ cust_ref }) => cust_ref,
    getReference: ({ cust_ref }) => cust_ref,
    async send(begin, reference) {
      let count = 0;
      const counted = () => {
        const requests = begin();
        count = requests.length;
        return requests;
      };
      try {
        return await client.createOrders(counted, reference);
      } catch (error) {
        if (count > 1 && isUnusable(error)) maxJoined = 1;
        throw error;
      }
    },
  });
}

/** The call was answered, and not by a service that knows batches or is merely down. */
function isUnusable(error: unknown): boolean {
  if (!(error instanceof AmbiguousWrite)) return false;
  const { status } = error.details;
  return status !== undefined && status < 500;
}

const MERCHANT_KEYS =
  'Orders that another connector made are in a cart of its own, which only the keys of the merchant show: store merchantUser and merchantKey.';

function toOtherOrder(row: OrderRow): OtherOrder {
  const { cust_ref, order_status, on_hold, items, ship_address_1, ship_zip, ship_code } = row;
  const isHeld = on_hold || order_status === 'error';
  const open = isHeld ? ('held' as const) : ('open' as const);
  return {
    providerOrderId: cust_ref,
    reference: cust_ref,
    state: isCancelled(row) ? 'cancelled' : hasLeft(row) ? 'left' : open,
    goods: items
      .filter(({ filtered_sku }) => !filtered_sku)
      .map(({ item, quantity }) => ({ sku: item, quantity })),
    shipTo: { line1: ship_address_1, postcode: ship_zip },
    method: ship_code,
    createdAt: row.created_date_time,
  };
}

/** A request that the warehouse has not answered is not repeated sooner by this process. */
const ASKED_FOR_MS = 15 * MINUTE_MS;

/**
 * Cancels an order, after a look: the call is a GET that writes, and CartRover refuses to cancel what is cancelled. It takes a
 * request before the warehouse has cancelled, so a second look tells whether the order will not ship.
 */
function canceller(client: CartRoverClient, system: string, now: Clock) {
  const askedAt = new Map<string, number>();

  async function isDone(reference: string): Promise<boolean> {
    const row = await client.order(reference);
    if (row?.cust_ref !== reference) throw refuse(reference, 'CartRover has no such order.');
    if (hasLeft(row)) throw refuse(reference, 'It has shipped.');
    const isOver = isCancelled(row);
    if (isOver) askedAt.delete(reference);
    return isOver;
  }

  const refuse = (reference: string, upstreamMessage: string) =>
    new Rejected({ system, operation: 'cancel order', reference, upstreamMessage });

  return async (_: string, reference: string): Promise<void> => {
    if (await isDone(reference)) return;
    if (now() - (askedAt.get(reference) ?? 0) > ASKED_FOR_MS) {
      const refusal = await client.requestCancellation(reference);
      if (refusal === null) askedAt.set(reference, now());
      if (await isDone(reference)) return;
      if (refusal !== null) throw refuse(reference, refusal);
    }
    const upstreamMessage =
      'CartRover passed the request on, and the warehouse has not cancelled the order yet. Ask there.';
    throw new CancellationPending({ system, operation: 'cancel order', reference, upstreamMessage });
  };
}

/** An order that was not confirmed for so long is left as it is. */
const ACKNOWLEDGED_WITHIN_MS = 30 * DAY_MS;
const MAX_PAGES = 200;

/** An acknowledged order leaves the list, and the next reading finds what a shift of its pages hid. */
async function* listShipped(
  client: CartRoverClient,
  limit: number,
  now: Clock,
): AsyncGenerator<ShippedOrder[]> {
  const from = isoTime(now() - ACKNOWLEDGED_WITHIN_MS);
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const { rows, unreadable } = await client.orders('shipped', { from, page, limit });
    yield rows.map(({ cust_ref, shipments }) => ({
      reference: cust_ref,
      trackingNumbers: shipments.map(({ tracking_no }) => tracking_no).filter((number) => number !== ''),
    }));
    if (rows.length + unreadable.length < limit) return;
  }
}
