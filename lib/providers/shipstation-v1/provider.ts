import { setTimeout as sleep } from 'node:timers/promises';
import { isoTime } from '../../domain/clock.ts';
import type { CatalogueItem } from '../../domain/sale/catalogue.ts';
import type { Attempt } from '../../upstream/attempt.ts';
import { ChangedList, throwUpstreamError, withUpstreamErrors } from '../../upstream/paging.ts';
import type { TransportOptions } from '../../upstream/transport.ts';
import { joinedSubmissions, type Verdict } from '../joined-submissions.ts';
import type {
  AcceptedOrder,
  Cancels,
  FindsForeignOrders,
  Holds,
  JoinsSubmissions,
  ListsCatalogue,
  OtherOrder,
  Provider,
  ReportsOrders,
  ShowsOtherOrders,
  Updates,
} from '../provider.ts';
import { cancelOrder, orderChanger } from './change-order.ts';
import { errorFromVerdict } from './classify-answer.ts';
import { type ShipStationV1Client, shipStationV1Client } from './client.ts';
import { shipmentCollector } from './collect-shipments.ts';
import { findNumbered, findOwn, isForeign } from './find-orders.ts';
import { readList } from './list-pages.ts';
import { getReferences, isCharge } from './order-key.ts';
import { type OrderRequest, toOrderRequest } from './order-mapper.ts';
import { toPacificDate } from './pacific-time.ts';
import { getState, orderReader } from './read-orders.ts';
import type { Order, Verdict as OwnVerdict } from './schemas.ts';
import type { ShipStationV1Secret, ShipStationV1Settings } from './settings.ts';
import { shipStationV1Transport } from './transport.ts';

/** ShipStation's maximum: the fewest calls of the 40 a minute. A page that fails is read in smaller ones. */
const PAGE_SIZE = 500;
/** ShipStation's own limit of a bulk call. */
const MAX_JOINED = 100;

interface ShipStationV1Options extends TransportOptions {
  /** The connection's id, which errors name. */
  readonly system: string;
  readonly settings: ShipStationV1Settings;
  readonly secret: ShipStationV1Secret;
  /** Rows of a page of every list. */
  readonly pageSize?: number;
  /** Orders and parcels of all stores are read: another connector's are in another one. */
  readonly takesOver?: boolean;
}

type ShipStationV1 = Provider &
  JoinsSubmissions &
  Cancels &
  Updates &
  Holds &
  ReportsOrders &
  FindsForeignOrders &
  ShowsOtherOrders &
  ListsCatalogue & { close(): Promise<void> };

/** ShipStation through its V1 API. */
export function shipStationV1(options: ShipStationV1Options): ShipStationV1 {
  const { system, settings, now, pageSize = PAGE_SIZE, wait = sleep } = options;
  const { baseUrl, costCurrency } = settings;
  const storeId = options.takesOver === true ? null : settings.storeId;
  const client = shipStationV1Client(shipStationV1Transport({ ...options, baseUrl, wait }), system);
  const submissions = joinedSubmissions<OrderRequest>({
    system,
    getMaxJoined: () => MAX_JOINED,
    getKey: ({ orderKey }) => orderKey,
    getReference: ({ orderNumber }) => orderNumber,
    send: async (begin, reference) => {
      const verdicts = await client.createOrders(begin, reference);
      return ({ orderKey }, attempt) => toVerdict(verdicts, orderKey, attempt);
    },
  });
  const change = orderChanger({ client, settings, system, now });
  const orders = orderReader({ client, storeId, pageSize, wait });
  const collect = shipmentCollector({ client, storeId, costCurrency, pageSize, now });
  const failing = (operation: string, reference: string) => throwUpstreamError(system, operation, reference);

  return {
    joinsSubmissions: true,
    submit(order, isRepeated = false) {
      const request = toOrderRequest(order, settings, toPacificDate(now()));
      return isRepeated ? submissions.submitAlone(request) : submissions.submit(request);
    },
    find: (reference, skus) =>
      findOwn(client, reference, pageSize, skus).then(
        (rows) => rows.map(toAccepted),
        failing('find order', reference),
      ),
    foreignOrders: (reference, skus) =>
      findNumbered(client, reference, pageSize).then(
        (rows) => rows.filter((row) => isForeign(row, reference, skus)).map(({ orderId }) => orderId),
        failing('find order', reference),
      ),
    ordersNumbered: (number) =>
      findNumbered(client, number, pageSize).then(
        (rows) => rows.map(toOtherOrder),
        failing('find order', number),
      ),
    update: (id, order, candidates) =>
      change.update(id, order, candidates).catch(failing('update order', order.reference)),
    cancel: (id, reference) =>
      cancelOrder(id, reference, { client, pageSize, system }).catch(failing('cancel order', reference)),
    hold: (id, reference, until) => change.hold(id, reference, until).catch(failing('hold order', reference)),
    release: (id, reference) => change.release(id, reference).catch(failing('release order', reference)),
    openOrders: () => withUpstreamErrors(orders.openOrders(), system, 'list orders'),
    orderParts: (id, reference) => orders.orderParts(id, reference).catch(failing('find order', reference)),
    shipmentsSince: (cursor) => withUpstreamErrors(collect(cursor), system, 'collect shipments'),
    catalogue: () => withUpstreamErrors(listProducts(client, pageSize), system, 'list products'),
    close: () => client.close(),
  };
}

/** Two verdicts on one order are none. */
function toVerdict(verdicts: readonly OwnVerdict[], orderKey: string, attempt: Attempt): Verdict {
  const [verdict, ...others] = verdicts.filter((one) => one.orderKey === orderKey);
  if (verdict === undefined || others.length > 0) return null;
  if (verdict.refusal !== '') return errorFromVerdict(attempt, verdict.refusal);
  return { providerOrderId: verdict.orderId, cancelled: verdict.isCancelled };
}

function toAccepted({ orderId, orderStatus }: Order): AcceptedOrder {
  return { providerOrderId: orderId, cancelled: orderStatus === 'cancelled' };
}

function toOtherOrder(row: Order): OtherOrder {
  const { orderId, orderStatus, orderNumber, items, shipTo, createDate } = row;
  const goods = items.filter((item) => item.sku !== '' && !isCharge(item));
  return {
    providerOrderId: orderId,
    reference: getReferences(row, items)[0] ?? orderNumber,
    state: getState(orderStatus),
    goods: goods.map(({ sku, quantity }) => ({ sku, quantity: quantity ?? 0 })),
    shipTo: { line1: shipTo?.street1 ?? '', postcode: shipTo?.postalCode ?? '' },
    method: row.requestedShippingService || row.serviceCode,
    createdAt: Number.isNaN(createDate) ? '' : isoTime(createDate),
  };
}

/** Active products. @throws {ChangedList} a product cannot be read, so the list would lack it */
async function* listProducts(client: ShipStationV1Client, pageSize: number): AsyncGenerator<CatalogueItem[]> {
  const query = { sortBy: 'SKU', sortDir: 'ASC', showInactive: false };
  const pages = readList((page, size) => client.products({ ...query, page, pageSize: size }), { pageSize });
  for await (const { rows, unreadable } of pages) {
    if (unreadable.length > 0) throw new ChangedList(`${unreadable.length} products cannot be read`);
    if (rows.length > 0) yield rows.map(({ sku, name }) => ({ sku, name }));
  }
}
