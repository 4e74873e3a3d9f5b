import { Throttled } from '../../domain/errors.ts';
import type { OrderPart } from '../../domain/order/standstill.ts';
import type { OpenOrder } from '../provider.ts';
import type { Query, ShipStationClient } from './client.ts';
import { findShipmentsByNumber, getReference } from './find-shipments.ts';
import { BrokenPages, type CountedPage } from './paging.ts';
import type { Shipment } from './schemas.ts';

interface OrderReadingDeps {
  readonly client: Pick<ShipStationClient, 'shipment' | 'shipments'>;
  readonly pageSize: number;
  /** How a list that outlasts the rate limit waits, in ms. */
  readonly wait: (milliseconds: number) => Promise<unknown>;
}

/** Statuses in which a shipment is still to be shipped. `processing`: its label is being made. */
const OPEN_STATUSES = ['pending', 'processing', 'on_hold'] as const;
/** 100,000 orders at 25 a page: more means that a filter was ignored. */
const MAX_PAGES = 4_000;

/**
 * How ShipStation's orders stand: one call for each page of those that are not shipped, at least three; and two for one order.
 * A status filter finds what nobody is told of, whether or not ShipStation moves `modified_at` for it.
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
    const parts = new Map(numbered.map((row) => [row.shipment_id, row]));
    if (own !== null) parts.set(own.shipment_id, own);
    return [...parts.values()].map((row) => toPart(row, reference));
  }

  return { openOrders, orderParts };
}

/**
 * The pages of a list that is worked on while it is read. Rows move up as others leave it, so some may be passed over; nothing
 * may be concluded from a row that is not there. A page that is throttled is waited for: it would never be read otherwise.
 */
async function* readChangingPages(
  client: Pick<ShipStationClient, 'shipments'>,
  query: Query,
  wait: (milliseconds: number) => Promise<unknown>,
): AsyncGenerator<readonly Shipment[]> {
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const answer = await patiently(() => client.shipments({ ...query, page }), page > 1, wait);
    yield answer.rows;
    if (page >= answer.pages) return;
  }
  throw new BrokenPages(`more than ${MAX_PAGES} pages of open orders`);
}

async function patiently(
  read: () => Promise<CountedPage<Shipment>>,
  mayWait: boolean,
  wait: (milliseconds: number) => Promise<unknown>,
): Promise<CountedPage<Shipment>> {
  for (;;) {
    try {
      return await read();
    } catch (error) {
      if (!mayWait || !(error instanceof Throttled)) throw error;
      await wait(error.retryAfterMs);
    }
  }
}

function toOpenOrders(row: Shipment): OpenOrder[] {
  return toReferences(row).map((reference) => ({ reference, part: toPart(row, reference) }));
}

/** Several where orders were merged: the items say whose they are. */
function toReferences(row: Shipment): string[] {
  const all = [getReference(row), ...row.items.map(({ external_order_id }) => external_order_id)];
  return [...new Set(all)].filter((reference) => reference !== '');
}

function toPart(row: Shipment, reference: string): OrderPart {
  return {
    providerOrderId: row.shipment_id,
    state: getState(row.shipment_status),
    heldUntil: row.hold_until_date.slice(0, 'yyyy-mm-dd'.length),
    mergedWith: toReferences(row).filter((other) => other !== reference),
    changedAt: row.modified_at,
  };
}

/** A status that nobody has described counts as open: nothing is concluded from it. */
function getState(status: string): OrderPart['state'] {
  switch (status) {
    case 'on_hold':
      return 'held';
    case 'cancelled':
      return 'cancelled';
    case 'label_purchased':
      return 'left';
    default:
      return 'open';
  }
}
