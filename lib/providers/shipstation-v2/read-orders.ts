import { isoTime } from '../../domain/clock.ts';
import type { OrderPart } from '../../domain/order/standstill.ts';
import { BrokenPages, retryThrottled } from '../../upstream/paging.ts';
import type { OpenOrder } from '../provider.ts';
import type { Query, ShipStationClient } from './client.ts';
import { findShipmentsByNumber, getReference, readShipments } from './find-shipments.ts';
import type { Shipment } from './schemas.ts';

interface OrderReadingDeps {
  readonly client: Pick<ShipStationClient, 'shipment' | 'shipments'>;
  readonly pageSize: number;
  /** How a list that outlasts the rate limit waits, in ms. */
  readonly wait: (milliseconds: number) => Promise<unknown>;
}

/** Statuses of unshipped shipments. `processing`: the label is being made. */
const OPEN_STATUSES = ['pending', 'processing', 'on_hold'] as const;
/** 100,000 orders at 25 a page: more means that a filter was ignored. */
const MAX_PAGES = 4_000;

/**
 * Reads the state of ShipStation's orders: one call for each page of unshipped orders, at least three, and two calls for one
 * order, and one for each further part of it. Filtering by status finds changes without a notification, whether or not they change `modified_at`.
 */
export function orderReader({ client, pageSize, wait }: OrderReadingDeps) {
  async function* openOrders(): AsyncGenerator<OpenOrder[]> {
    for (const shipment_status of OPEN_STATUSES) {
      const oldestFirst = { sort_by: 'created_at', sort_dir: 'asc', page_size: pageSize };
      for await (const rows of readChangingPages(client, { ...oldestFirst, shipment_status }, wait)) {
        yield rows.filter((row) => row.shipment_status === shipment_status).flatMap(toOpenOrders);
      }
    }
  }

  async function orderParts(providerOrderId: string, reference: string): Promise<OrderPart[]> {
    const own = await client.shipment(providerOrderId);
    const numbered = await findShipmentsByNumber(client, reference, pageSize);
    // The list may still show what was just changed or deleted: a part is as it is by its id.
    const others = await readShipments(
      client,
      numbered.filter(({ shipment_id }) => shipment_id !== providerOrderId),
    );
    return [...(own === null ? [] : [own]), ...others].map((row) => toPart(row, reference));
  }

  return { openOrders, orderParts };
}

/**
 * The pages of a list that people work on while it is read. Rows move up as others leave it, so some may be skipped: an absent
 * row proves nothing. After the first page, a rate limit is waited for: a long list would never be read otherwise.
 */
async function* readChangingPages(
  client: Pick<ShipStationClient, 'shipments'>,
  query: Query,
  wait: (milliseconds: number) => Promise<unknown>,
): AsyncGenerator<readonly Shipment[]> {
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const read = () => client.shipments({ ...query, page });
    const answer = page === 1 ? await read() : await retryThrottled(read, wait);
    yield answer.rows;
    if (page >= answer.pages) return;
  }
  throw new BrokenPages(`more than ${MAX_PAGES} pages of open orders`);
}

function toOpenOrders(row: Shipment): OpenOrder[] {
  return toReferences(row).map((reference) => ({ reference, part: toPart(row, reference) }));
}

/** Several where orders were merged: each item has its order's reference. */
function toReferences(row: Shipment): string[] {
  const all = [getReference(row), ...row.items.map(({ external_order_id }) => external_order_id)];
  return [...new Set(all)].filter((reference) => reference !== '');
}

function toPart(row: Shipment, reference: string): OrderPart {
  const changedAt = Date.parse(row.modified_at);
  return {
    providerOrderId: row.shipment_id,
    state: getState(row.shipment_status),
    heldUntil: row.hold_until_date.slice(0, 'yyyy-mm-dd'.length),
    mergedWith: toReferences(row).filter((other) => other !== reference),
    changedAt: Number.isNaN(changedAt) ? '' : isoTime(changedAt),
  };
}

export function getState(status: string): OrderPart['state'] {
  switch (status) {
    case 'pending':
    case 'processing':
      return 'open';
    case 'on_hold':
      return 'held';
    case 'cancelled':
      return 'cancelled';
    case 'label_purchased':
      return 'left';
    default:
      return 'unknown';
  }
}
