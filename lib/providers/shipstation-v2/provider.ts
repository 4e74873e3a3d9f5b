import { setTimeout as sleep } from 'node:timers/promises';
import { throwUpstreamError, withUpstreamErrors } from '../../upstream/paging.ts';
import type { TransportOptions } from '../../upstream/transport.ts';
import type {
  AcceptedOrder,
  BuysLabels,
  Cancels,
  FindsForeignOrders,
  Holds,
  ListsCatalogue,
  OtherOrder,
  Provider,
  ReportsOrders,
  ReportsStock,
  ShowsOtherOrders,
  TracksDelivery,
  Updates,
} from '../provider.ts';
import { cancelShipment, shipmentHolder, updateShipment } from './change-shipment.ts';
import { type ShipStationClient, shipStationClient } from './client.ts';
import { deliveryCollector, readCarrierNews } from './collect-deliveries.ts';
import { shipmentCollector } from './collect-shipments.ts';
import { findShipments, findShipmentsUsing, getReference, isForeign } from './find-shipments.ts';
import { inventoryClient, inventoryReader } from './inventory.ts';
import { isAdjustmentItem } from './items.ts';
import { labelBuyer, labelCalls } from './labels.ts';
import { toShipStationOrder } from './order-mapper.ts';
import { parcelReader } from './parcel-reader.ts';
import { getState, orderReader } from './read-orders.ts';
import type { Shipment } from './schemas.ts';
import type { ShipStationV2Settings } from './settings.ts';
import { createTagged, toTags } from './tags.ts';
import { shipStationTransport } from './transport.ts';

const CANCELLED = 'cancelled';
/** ShipStation's default; its maximum is not documented. */
const PAGE_SIZE = 25;
/** As other clients use; the maximum is not documented. A quarter of the calls of ShipStation's default. */
const INVENTORY_PAGE_SIZE = 100;

interface ShipStationV2Options extends TransportOptions {
  /** The connection's id, which errors name. */
  readonly system: string;
  readonly settings: Pick<
    ShipStationV2Settings,
    'baseUrl' | 'warehouseId' | 'storeId' | 'inventoryWarehouseId'
  > &
    Partial<Pick<ShipStationV2Settings, 'tags' | 'boxes'>>;
  /** See `shipmentCollector`. */
  readonly followsReturns?: boolean;
  readonly apiKey: string;
  /** Rows of a page of every list. */
  readonly pageSize?: number;
}

type ShipStationV2 = Provider &
  Cancels &
  Updates &
  BuysLabels &
  ReportsOrders &
  TracksDelivery &
  FindsForeignOrders &
  ShowsOtherOrders &
  Holds &
  ReportsStock &
  ListsCatalogue & { close(): Promise<void> };

/** ShipStation through its V2 API, which calls an order a shipment and a parcel a label. */
export function shipStationV2(options: ShipStationV2Options): ShipStationV2 {
  const { system, settings, now, pageSize = PAGE_SIZE, wait = sleep } = options;
  const { baseUrl } = settings;
  const transport = shipStationTransport({ ...options, baseUrl, wait });
  const client = shipStationClient(transport, system);
  const parcels = parcelReader(client, pageSize);
  const followsReturns = options.followsReturns ?? false;
  const collect = shipmentCollector({ client, parcels, pageSize, now, followsReturns });
  const deliveries = deliveryCollector({ client, pageSize });
  const orders = orderReader({ client, pageSize, wait });
  const calls = labelCalls(transport, system);
  const labels = labelBuyer({ system, settings, calls, client, parcels, pageSize, now });
  const inventory = inventoryReader({
    client: inventoryClient(transport, system),
    system,
    warehouseId: settings.inventoryWarehouseId,
    pageSize: options.pageSize ?? INVENTORY_PAGE_SIZE,
    wait,
  });

  return {
    async submit(order) {
      const tags = toTags(settings.tags ?? [], order);
      const { row, missing } = await createTagged(toShipStationOrder(order, settings), tags, {
        client,
        system,
      });
      const remarks = missing.map((tag) => `ShipStation did not take the tag '${tag}': add it there.`);
      return { ...toAccepted(row), ...(remarks.length > 0 && { remarks }) };
    },
    find: (reference, skus) =>
      findShipments(client, reference, pageSize).then(
        (rows) => rows.filter((row) => !isForeign(row, reference, skus)).map(toAccepted),
        throwUpstreamError(system, 'find shipment', reference),
      ),
    foreignOrders: (reference, skus) =>
      findShipmentsUsing(client, reference, pageSize).then(
        (rows) => rows.filter((row) => isForeign(row, reference, skus)).map(({ shipment_id }) => shipment_id),
        throwUpstreamError(system, 'find shipment', reference),
      ),
    ...showOtherOrders(client, pageSize, system),
    update: (providerOrderId, order, candidates) =>
      updateShipment(providerOrderId, order, candidates, { client, settings, pageSize, system }).catch(
        throwUpstreamError(system, 'update shipment', order.reference),
      ),
    ...shipmentHolder({ client, system, now }),
    openOrders: () => withUpstreamErrors(orders.openOrders(), system, 'list shipments'),
    orderParts: (providerOrderId, reference) =>
      orders
        .orderParts(providerOrderId, reference)
        .catch(throwUpstreamError(system, 'find shipment', reference)),
    shipmentsSince: (cursor) => withUpstreamErrors(collect(cursor), system, 'collect shipments'),
    deliveries: (madeSince, cursor) =>
      withUpstreamErrors(deliveries(madeSince, cursor), system, 'collect deliveries'),
    carrierNews: (packageId) =>
      readCarrierNews(client, packageId).catch(throwUpstreamError(system, 'track label', packageId)),
    stock: () => withUpstreamErrors(inventory.stock(), system, 'list stock'),
    catalogue: () => withUpstreamErrors(inventory.catalogue(), system, 'list catalogue'),
    ...labels,
    cancel: (providerOrderId, reference) => cancelShipment(client, providerOrderId, reference),
    close: () => client.close(),
  };
}

function toAccepted(row: { readonly shipment_id: string; readonly shipment_status: string }): AcceptedOrder {
  return { providerOrderId: row.shipment_id, cancelled: row.shipment_status === CANCELLED };
}

function showOtherOrders(client: ShipStationClient, pageSize: number, system: string): ShowsOtherOrders {
  return {
    ordersNumbered: (number) =>
      findShipmentsUsing(client, number, pageSize).then(
        (rows) => rows.filter(({ is_return }) => !is_return).map(toOtherOrder),
        throwUpstreamError(system, 'find shipment', number),
      ),
  };
}

function toOtherOrder(row: Shipment): OtherOrder {
  const { shipment_id, shipment_status, ship_to, created_at, items } = row;
  const goods = items.filter((item) => item.sku !== '' && !isAdjustmentItem(item));
  return {
    providerOrderId: shipment_id,
    reference: getReference(row),
    state: getState(shipment_status),
    goods: goods.map(({ sku, quantity }) => ({ sku, quantity: quantity ?? 0 })),
    shipTo: { line1: ship_to?.address_line1 ?? '', postcode: ship_to?.postal_code ?? '' },
    method: row.requested_shipment_service || row.service_code,
    createdAt: created_at,
  };
}
