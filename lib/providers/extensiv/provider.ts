import { setTimeout as sleep } from 'node:timers/promises';
import { isoTime } from '../../domain/clock.ts';
import { throwUpstreamError, withUpstreamErrors } from '../../upstream/paging.ts';
import type { TransportOptions } from '../../upstream/transport.ts';
import type {
  AcceptedOrder,
  Cancels,
  FindsForeignOrders,
  ListsCatalogue,
  OtherOrder,
  Provider,
  ReportsOrders,
  ReportsStock,
  ShowsOtherOrders,
  Updates,
} from '../provider.ts';
import { orderChanger } from './change-order.ts';
import { extensivClient } from './client.ts';
import { shipmentCollector } from './collect-shipments.ts';
import { getReference, isForeign, toExtensivOrder } from './order-mapper.ts';
import { isCancelled, orderReader, toPart } from './order-reader.ts';
import type { OrderRow } from './schemas.ts';
import type { ExtensivSettings } from './settings.ts';
import { stockReader } from './stock.ts';
import { type Access, extensivTransport } from './transport.ts';
import { fromWarehouseTime } from './warehouse-time.ts';

/** A page of orders with all details; Extensiv's maximum is 1,000. */
const PAGE_SIZE = 200;

interface ExtensivOptions extends Omit<Access, 'settings'>, TransportOptions {
  /** The connection's id, which errors name. */
  readonly system: string;
  readonly settings: ExtensivSettings;
  /** Rows of a page of every list. */
  readonly pageSize?: number;
}

type Extensiv = Provider &
  Cancels &
  Updates &
  ReportsOrders &
  FindsForeignOrders &
  ShowsOtherOrders &
  ReportsStock &
  ListsCatalogue & { close(): Promise<void> };

/** Extensiv 3PL Warehouse Manager, as one of its customers: the warehouse allocates, packs and confirms our orders. */
export function extensiv(options: ExtensivOptions): Extensiv {
  const { system, settings, now, pageSize = PAGE_SIZE, wait = sleep } = options;
  const transport = extensivTransport({ ...options, wait });
  const client = extensivClient(transport, system);
  const orders = orderReader({ client, settings, pageSize, wait });
  const { cancel, update } = orderChanger({ client, system, settings, findParts: findParts });
  const collect = shipmentCollector({ client, settings, pageSize, now });
  const stock = stockReader({ client, settings, pageSize, wait });

  const find = (reference: string) => orders.find(reference).catch(throwUpstreamError(system, 'find order'));

  function findParts(id: string, reference: string): Promise<OrderRow[]> {
    return orders.parts(id, reference).catch(throwUpstreamError(system, 'read order'));
  }

  return {
    async submit(order) {
      const providerOrderId = await client.createOrder(toExtensivOrder(order, settings));
      return { providerOrderId, cancelled: false };
    },
    find: async (reference, skus) =>
      (await find(reference)).filter((row) => !isForeign(row, skus)).map(toAccepted),
    foreignOrders: async (reference, skus) =>
      (await find(reference)).filter((row) => isForeign(row, skus)).map(getId),
    ordersNumbered: async (number) => (await find(number)).map((row) => toOtherOrder(row, settings)),
    cancel,
    update,
    openOrders: () => withUpstreamErrors(orders.openOrders(), system, 'list open orders'),
    orderParts: async (id, reference) => (await findParts(id, reference)).map((row) => toPart(row, settings)),
    shipmentsSince: (cursor) => withUpstreamErrors(collect(cursor), system, 'collect shipments'),
    stock: () => withUpstreamErrors(stock.stock(), system, 'list stock'),
    catalogue: () => withUpstreamErrors(stock.catalogue(), system, 'list catalogue'),
    close: () => transport.close(),
  };
}

function toAccepted(row: OrderRow): AcceptedOrder {
  return { providerOrderId: getId(row), cancelled: isCancelled(row) };
}

function getId({ readOnly }: OrderRow): string {
  return String(readOnly.orderId);
}

function toOtherOrder(row: OrderRow, settings: ExtensivSettings): OtherOrder {
  const { routingInfo, shipTo, readOnly, orderItems } = row;
  const createdAt = fromWarehouseTime(readOnly.creationDate, settings.timeZone);
  return {
    providerOrderId: getId(row),
    reference: getReference(row),
    state: toPart(row, settings).state,
    goods: orderItems.map(({ itemIdentifier: { sku }, qty }) => ({ sku, quantity: qty })),
    shipTo: { line1: shipTo?.address1 ?? '', postcode: shipTo?.zip ?? '' },
    method: [routingInfo.carrier, routingInfo.mode].filter((part) => part !== '').join('/'),
    createdAt: Number.isNaN(createdAt) ? '' : isoTime(createdAt),
  };
}
