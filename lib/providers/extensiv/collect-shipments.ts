import type { Clock } from '../../domain/clock.ts';
import { UnexpectedAnswer } from '../../domain/errors.ts';
import type { ReportedShipment } from '../../domain/shipment/package.ts';
import { BrokenPages } from '../../upstream/paging.ts';
import type { ShipmentPage, UnreadableParcel } from '../provider.ts';
import type { ExtensivClient, ListPage } from './client.ts';
import {
  isDue,
  isGivenUp,
  noteSeen,
  type Position,
  readCursor,
  setUnread,
  writeCursor,
} from './collection-cursor.ts';
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
const OPERATION = 'list closed orders';

/**
 * Collects the parcels of confirmed orders, by the time of their last change. Each page begins at the time of the last row of
 * the page before, not at an offset: an order that changes meanwhile moves to the end, and an offset would skip its neighbour.
 * Where a page has only one second, that second is read by order number, which never changes.
 *
 * The last page is empty, and its cursor starts the next pass.
 */
export function shipmentCollector({ client, settings, pageSize, now }: CollectionDeps) {
  const read = (rql: string, sort: string) =>
    client.orders(
      { rql: joinAnd(ofCustomer(settings), 'ReadOnly.IsClosed==true', rql), sort, page: 1, size: pageSize },
      OPERATION,
    );

  /** Pages of rows, each with where the next reading has to begin. */
  async function* readChanged(start: number): AsyncGenerator<{ page: ListPage<OrderRow>; from: number }> {
    let from = start;
    for (let count = 0; count < MAX_PAGES; count += 1) {
      const page = await read(since(from), 'ReadOnly.LastModifiedDate,ReadOnly.OrderId');
      const times = getTimes(page);
      if (times.some((time) => time < from)) throw new BrokenPages('orders from before the time asked for');
      const last = toSecond(Math.max(from, ...times));
      const isLast = getSize(page) < pageSize;
      yield { page, from: last };
      if (isLast) return;
      if (last === from) {
        for await (const one of readSecond(from)) yield { page: one, from };
      }
      from = last === from ? from + SECOND_MS : last;
    }
    throw new BrokenPages(`more than ${MAX_PAGES} pages of closed orders`);
  }

  async function* readSecond(from: number): AsyncGenerator<ListPage<OrderRow>> {
    const second = joinAnd(since(from), `ReadOnly.LastModifiedDate=lt=${numberToWall(from + SECOND_MS)}`);
    let after = 0;
    for (let count = 0; count < MAX_PAGES; count += 1) {
      const page = await read(joinAnd(second, `ReadOnly.OrderId=gt=${after}`), 'ReadOnly.OrderId');
      yield page;
      if (getSize(page) < pageSize) return;
      const last = Math.max(...page.rows.map(getId), ...page.unreadable.map(({ id }) => Number(id)));
      if (!(last > after)) throw new BrokenPages('orders in another order than asked for');
      after = last;
    }
  }

  return async function* collect(cursor: string | null): AsyncGenerator<ShipmentPage> {
    const began = now();
    let position = readCursor(cursor, began, settings.timeZone);
    const reported = new Set<string>();
    for await (const { page, from } of readChanged(wallToNumber(position.from))) {
      const put = setAside(position, page, began);
      position = getTimes(page).reduce(noteSeen, put.position);
      const fresh = page.rows.filter((row) => isNew(row, reported));
      yield toPage(fresh.flatMap(toParcels), put.fresh, { ...position, from: numberToWall(from) });
    }
    for (const entry of position.unread.filter(
      (one) => isDue(one, began) && Date.parse(one.readAt) < began,
    )) {
      const tagged = await readAgain(client, entry.id);
      const isOver = isGivenUp(entry, began);
      position = setUnread(position, entry.id, tagged === 'unreadable' && !isOver, began);
      const why = 'not read in a week: given up';
      const lost = tagged === 'unreadable' && isOver ? [{ id: toName(entry.id), why }] : [];
      yield toPage(tagged === 'unreadable' || tagged === null ? [] : toParcels(tagged), lost, position);
    }
    yield toPage([], [], { ...position, isUnderWay: false });
  };

  function toParcels(row: OrderRow): ReportedShipment[] {
    return hasLeft(row) && isOfCustomer(row, settings) ? readParcels(row, settings) : [];
  }
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
  shipments: readonly ReportedShipment[],
  unreadable: readonly UnreadableParcel[],
  position: Position,
): ShipmentPage {
  return { shipments, withdrawn: [], returns: [], unreadable, cursor: writeCursor(position) };
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
