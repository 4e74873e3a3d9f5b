import { isoTime } from '../../domain/clock.ts';
import type { OrderPart } from '../../domain/order/standstill.ts';
import { retryThrottled } from '../../upstream/paging.ts';
import type { OpenOrder } from '../provider.ts';
import type { ShipStationV1Client } from './client.ts';
import { findParts } from './find-orders.ts';
import { readList } from './list-pages.ts';
import { getReferences } from './order-key.ts';
import type { Order } from './schemas.ts';

interface OrderReadingDeps {
  readonly client: Pick<ShipStationV1Client, 'order' | 'orders'>;
  /** null: of all stores. */
  readonly storeId: number | null;
  readonly pageSize: number;
  /** How a list that outlasts the rate limit waits, in ms. */
  readonly wait: (milliseconds: number) => Promise<unknown>;
}

const OPEN_STATUSES = ['awaiting_shipment', 'on_hold', 'awaiting_payment', 'pending_fulfillment'] as const;

/** Reads the state of the store's orders: one call for each page of each open status; two calls for one order, and one for each further part. */
export function orderReader({ client, storeId, pageSize, wait }: OrderReadingDeps) {
  async function* openOrders(): AsyncGenerator<OpenOrder[]> {
    for (const orderStatus of OPEN_STATUSES) {
      const query = {
        ...(storeId !== null && { storeId }),
        orderStatus,
        sortBy: 'CreateDate',
        sortDir: 'ASC',
      };
      const read = (page: number, size: number) => {
        const call = () => client.orders({ ...query, page, pageSize: size });
        // After the first page a rate limit is waited for: a long list would never be read otherwise.
        return page === 1 ? call() : retryThrottled(call, wait);
      };
      for await (const { rows } of readList(read, { pageSize, mayShrink: true })) {
        yield rows.filter((row) => row.orderStatus === orderStatus).flatMap(toOpenOrders);
      }
    }
  }

  async function orderParts(providerOrderId: string, reference: string): Promise<OrderPart[]> {
    const parts = await findParts(client, providerOrderId, reference, pageSize);
    return parts.map((row) => toPart(row, reference));
  }

  return { openOrders, orderParts };
}

function toOpenOrders(row: Order): OpenOrder[] {
  return getReferences(row, row.items).map((reference) => ({ reference, part: toPart(row, reference) }));
}

function toPart(row: Order, reference: string): OrderPart {
  const { orderId, modifyDate } = row;
  const state = getState(row.orderStatus);
  return {
    providerOrderId: orderId,
    state,
    heldUntil: state === 'held' ? row.holdUntilDate.slice(0, 'yyyy-mm-dd'.length) : '',
    mergedWith: getReferences(row, row.items).filter((other) => other !== reference),
    changedAt: Number.isNaN(modifyDate) ? '' : isoTime(modifyDate),
  };
}

/** `rejected_fulfillment` and any status that is not documented say nothing about whether goods leave. */
export function getState(status: string): OrderPart['state'] {
  switch (status) {
    case 'awaiting_payment':
    case 'awaiting_shipment':
    case 'pending_fulfillment':
      return 'open';
    case 'on_hold':
      return 'held';
    case 'cancelled':
      return 'cancelled';
    case 'shipped':
      return 'left';
    default:
      return 'unknown';
  }
}
