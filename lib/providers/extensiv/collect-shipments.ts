import type { Clock } from '../../domain/clock.ts';
import { UnexpectedAnswer } from '../../domain/errors.ts';
import type { ReportedShipment, ShippedPart } from '../../domain/shipment/package.ts';
import { BrokenPages } from '../../upstream/paging.ts';
import type { ShipmentPage, UnreadableParcel } from '../provider.ts';
import type { ExtensivClient, ListPage } from './client.ts';
import {
  isDue,
  isGivenUp,
  moveOn,
  type OrderList,
  type Position,
  readCursor,
  setUnread,
  writeCursor,
} from './collection-cursor.ts';
import { getReference } from './order-mapper.ts';
import { hasLeft, isCancelled, isOfCustomer, isOpen, ofCustomer } from './order-reader.ts';
import { readParcels } from './parcels.ts';
import { joinAnd } from './rql.ts';
import type { OrderRow } from './schemas.ts';
import type { ExtensivSettings } from './settings.ts';
import { numberToWall, wallToNumber } from './warehouse-time.ts';

interface CollectionDeps {
  readonly client: Pick<ExtensivClient, 'order' | 'orders'>;
  readonly settings: Pick<ExtensivSettings, 'customerId' | 'timeZone' | 'batchIs'>;
  readonly pageSize: number;
  readonly now: Clock;
}

const SECOND_MS = 1_000;
const MAX_PAGES = 2_000;

/** Of an order that is not confirmed only its number, state and reference matter. */
const LISTS = {
  closed: { operation: 'list closed orders', rql: 'ReadOnly.IsClosed==true', detail: 'All' },
  open: { operation: 'list changed orders', rql: 'ReadOnly.IsClosed==false', detail: 'SavedElements' },
} as const satisfies Record<OrderList, object>;

/**
 * Collects the parcels of confirmed orders, by the time of their last change. Each page begins at the time of the last row of
 * the page before, not at an offset: an order that changes meanwhile moves to the end, and an offset would skip its neighbour.
 * Where a page has only one second, that second is read by order number, which never changes.
 *
 * A confirmation may be taken back, often for minutes to correct something, and what is confirmed then may have other packages
 * or the same. So all packages of a confirmed order are named, and that an order which changed and is not confirmed has none.
 *
 * The last page is empty, and its cursor starts the next pass.
 */
export function shipmentCollector({ client, settings, pageSize, now }: CollectionDeps) {
  const changedOrders = orderLists(client, settings, pageSize);

  return async function* collect(cursor: string | null): AsyncGenerator<ShipmentPage> {
    const began = now();
    let position = readCursor(cursor, began, settings.timeZone);
    const reported = new Set<string>();
    for await (const { page, from } of changedOrders('closed', wallToNumber(position.closed.from))) {
      const put = setAside(position, page, began);
      position = moveOn(put.position, 'closed', from, getTimes(page));
      yield toPage(readRows(page.rows, reported), put.fresh, position);
    }
    for await (const { page, from } of changedOrders('open', wallToNumber(position.open.from))) {
      // An unknown status of an order that is not confirmed is none of a shipment.
      const put = setAside(position, { ...page, rows: [] }, began);
      position = moveOn(put.position, 'open', from, getTimes(page));
      yield toPage(readRows(page.rows, reported), put.fresh, position);
    }
    for (const entry of position.unread.filter(
      (one) => isDue(one, began) && Date.parse(one.readAt) < began,
    )) {
      const tagged = await readAgain(client, entry.id);
      const isOver = isGivenUp(entry, began);
      position = setUnread(position, entry.id, tagged === 'unreadable' && !isOver, began);
      const why = 'not read in a week: given up';
      const lost = tagged === 'unreadable' && isOver ? [{ id: toName(entry.id), why }] : [];
      const rows = tagged === 'unreadable' || tagged === null ? [] : [tagged];
      yield toPage(readRows(rows, new Set()), lost, position);
    }
    yield toPage([], [], { ...position, isUnderWay: false });
  };

  function readRows(rows: readonly OrderRow[], reported: Set<string>): RowNews[] {
    const own = rows.filter((row) => isNew(row, reported) && isOfCustomer(row, settings));
    return own.flatMap((row) => toNews(row, hasLeft(row) ? readParcels(row, settings) : []));
  }
}

interface RowNews {
  readonly shipments: readonly ReportedShipment[];
  readonly part: ShippedPart;
}

/** Nothing is concluded from a status that is not documented, nor from a confirmed order without goods. */
function toNews(row: OrderRow, shipments: readonly ReportedShipment[]): RowNews[] {
  const isBack = isOpen(row) || isCancelled(row);
  if (!isBack && shipments.length === 0) return [];
  const part = {
    reference: getReference(row),
    providerOrderId: String(getId(row)),
    packageIds: shipments.map(({ id }) => id),
    changedAt: row.readOnly.lastModifiedDate,
  };
  return [{ shipments, part }];
}

/** Reads one of the lists to its end, each page with where the next reading has to begin. */
function orderLists(
  client: Pick<ExtensivClient, 'orders'>,
  settings: CollectionDeps['settings'],
  pageSize: number,
) {
  const read = (list: OrderList, rql: string, sort: string) => {
    const { operation, detail } = LISTS[list];
    const all = joinAnd(ofCustomer(settings), LISTS[list].rql, rql);
    return client.orders({ rql: all, sort, detail, page: 1, size: pageSize }, operation);
  };

  async function* readSecond(list: OrderList, from: number): AsyncGenerator<ListPage<OrderRow>> {
    const second = joinAnd(since(from), `ReadOnly.LastModifiedDate=lt=${numberToWall(from + SECOND_MS)}`);
    let after = 0;
    for (let count = 0; count < MAX_PAGES; count += 1) {
      const page = await read(list, joinAnd(second, `ReadOnly.OrderId=gt=${after}`), 'ReadOnly.OrderId');
      yield page;
      if (getSize(page) < pageSize) return;
      const last = Math.max(...page.rows.map(getId), ...page.unreadable.map(({ id }) => Number(id)));
      if (!(last > after)) throw new BrokenPages('orders in another order than asked for');
      after = last;
    }
  }

  return async function* readChanged(
    list: OrderList,
    start: number,
  ): AsyncGenerator<{ page: ListPage<OrderRow>; from: number }> {
    let from = start;
    for (let count = 0; count < MAX_PAGES; count += 1) {
      const page = await read(list, since(from), 'ReadOnly.LastModifiedDate,ReadOnly.OrderId');
      const times = getTimes(page);
      if (times.some((time) => time < from)) throw new BrokenPages('orders from before the time asked for');
      const last = toSecond(Math.max(from, ...times));
      const isLast = getSize(page) < pageSize;
      yield { page, from: last };
      if (isLast) return;
      if (last === from) {
        for await (const one of readSecond(list, from)) yield { page: one, from };
      }
      from = last === from ? from + SECOND_MS : last;
    }
    throw new BrokenPages(`more than ${MAX_PAGES} pages of orders`);
  };
}

/** Notes the rows that cannot be read, or have a status that is not documented. `fresh`: those that were not noted before. */
function setAside(position: Position, { rows, unreadable }: ListPage<OrderRow>, now: number) {
  const odd = rows
    .filter((row) => !hasLeft(row) && !isCancelled(row))
    .map(({ readOnly }) => ({ id: String(readOnly.orderId), where: `status: ${readOnly.status}` }));
  const bad = [...unreadable, ...odd];
  const known = new Set(position.unread.map(({ id }) => id));
  const named = bad.filter(({ id }) => id !== '');
  return {
    position: named.reduce((current, { id }) => setUnread(current, id, true, now), position),
    fresh: bad
      .filter(({ id }) => !known.has(id))
      .map(({ id, where }): UnreadableParcel => ({ id: toName(id), why: where })),
  };
}

async function readAgain(
  client: Pick<ExtensivClient, 'order'>,
  id: string,
): Promise<OrderRow | 'unreadable' | null> {
  try {
    const order = (await client.order(id, `order ${id}`))?.order ?? null;
    return order === null || [hasLeft, isCancelled, isOpen].some((is) => is(order)) ? order : 'unreadable';
  } catch (error) {
    if (error instanceof UnexpectedAnswer) return 'unreadable';
    throw error;
  }
}

/** A page repeats the rows of the second in which the one before ended. */
function isNew(row: OrderRow, reported: Set<string>): boolean {
  const key = `${getId(row)} ${row.readOnly.lastModifiedDate}`;
  if (reported.has(key)) return false;
  reported.add(key);
  return true;
}

function toPage(
  news: readonly RowNews[],
  unreadable: readonly UnreadableParcel[],
  position: Position,
): ShipmentPage {
  return {
    shipments: news.flatMap(({ shipments }) => shipments),
    withdrawn: [],
    returns: [],
    shippedParts: news.map(({ part }) => part),
    unreadable,
    cursor: writeCursor(position),
  };
}

function toName(id: string): string {
  return id === '' ? '' : `order:${id}`;
}

function getId({ readOnly }: OrderRow): number {
  return readOnly.orderId;
}

function getSize({ rows, unreadable }: ListPage<OrderRow>): number {
  return rows.length + unreadable.length;
}

function getTimes({ rows, unreadable }: ListPage<OrderRow>): number[] {
  const texts = [
    ...rows.map(({ readOnly }) => readOnly.lastModifiedDate),
    ...unreadable.map(({ changedAt }) => changedAt),
  ];
  return texts.map(wallToNumber).filter((time) => !Number.isNaN(time));
}

function toSecond(time: number): number {
  return Math.floor(time / SECOND_MS) * SECOND_MS;
}

function since(from: number): string {
  return `ReadOnly.LastModifiedDate=ge=${numberToWall(from)}`;
}
