import { type Clock, DAY_MS } from '../../domain/clock.ts';
import type { OrderPart } from '../../domain/order/standstill.ts';
import { BrokenPages, retryThrottled } from '../../upstream/paging.ts';
import type { OpenOrder } from '../provider.ts';
import type { CartRoverClient, ListName } from './client.ts';
import { readParcels } from './parcels.ts';
import type { OrderRow } from './schemas.ts';

/** The lists of orders that are to be shipped, wholly or in part. An order may be on two of them. */
const OPEN_LISTS: readonly ListName[] = ['new_or_at_wms', 'error', 'partial'];
const LEFT = new Set(['shipped', 'confirmed']);
/**
 * CartRover shows an order as shipped from its first parcel on, and does not say whether more will come. One that is short for
 * this long after its last parcel counts as shipped short, which a person may still undo by waiting.
 */
const MORE_PARCELS_MS = 3 * DAY_MS;
/** Far more than a warehouse has open. */
const MAX_PAGES = 1_000;

interface OrderReadingDeps {
  readonly client: Pick<CartRoverClient, 'order' | 'orders'>;
  readonly pageSize: number;
  readonly now: Clock;
  readonly wait: (milliseconds: number) => Promise<unknown>;
}

/** Reads the state of orders, whatever people at CartRover or the warehouse did with them. */
export function orderReader({ client, pageSize, now, wait }: OrderReadingDeps) {
  async function* openOrders(): AsyncGenerator<OpenOrder[]> {
    for (const list of OPEN_LISTS) {
      for (let page = 1; ; page += 1) {
        if (page > MAX_PAGES) throw new BrokenPages(`more than ${MAX_PAGES} pages of ${list} orders`);
        const read = () => client.orders(list, { page, limit: pageSize });
        const { rows, unreadable } = page === 1 ? await read() : await retryThrottled(read, wait);
        yield rows.flatMap((row) =>
          toParts(row, now())
            .filter(({ state }) => state !== 'left' && state !== 'cancelled')
            .map((part) => ({ reference: row.cust_ref, part })),
        );
        if (rows.length + unreadable.length < pageSize) break;
      }
    }
  }

  return {
    openOrders,
    orderParts: async (reference: string): Promise<OrderPart[]> => {
      const row = await client.order(reference);
      return row === null || row.cust_ref !== reference ? [] : toParts(row, now());
    },
  };
}

export function isCancelled({ order_status, sending_canceled }: OrderRow): boolean {
  return order_status === 'canceled' || (order_status === 'new' && sending_canceled);
}

/** Whether any of it has left. */
export function hasLeft({ order_status, shipments }: OrderRow): boolean {
  return LEFT.has(order_status) || shipments.length > 0;
}

function toParts(row: OrderRow, now: number): OrderPart[] {
  const left = hasLeft(row) ? [toPart(row, 'left')] : [];
  const rest = getRestState(row, now);
  return rest === null ? left : [...left, toPart(row, rest)];
}

/** The state of what has not left; null where nothing more will leave as a part of its own. */
function getRestState(row: OrderRow, now: number): OrderPart['state'] | null {
  if (isCancelled(row)) return 'cancelled';
  const { shipments, isWhole } = readParcels(row);
  if (LEFT.has(row.order_status)) {
    const last = Math.max(...shipments.map(({ shippedAt }) => Date.parse(shippedAt)), 0);
    return isWhole || now - last > MORE_PARCELS_MS ? null : 'unknown';
  }
  if (shipments.length > 0 && isWhole) return null;
  if (row.on_hold || row.order_status === 'error') return 'held';
  return ['new', 'at_wms', 'partial'].includes(row.order_status) ? 'open' : 'unknown';
}

function toPart(row: OrderRow, state: OrderPart['state']): OrderPart {
  const why = [row.error_reason, row.error_code, row.error_msg].filter((part) => part !== '');
  return {
    providerOrderId: row.cust_ref,
    state,
    heldUntil: '',
    mergedWith: [],
    changedAt: row.updated_date_time,
    ...(state === 'held' && row.order_status === 'error' && { error: why.join(': ') || 'not stated' }),
  };
}
