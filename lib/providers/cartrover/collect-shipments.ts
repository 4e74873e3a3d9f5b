import { type Clock, isoTime } from '../../domain/clock.ts';
import { UnexpectedAnswer } from '../../domain/errors.ts';
import type { ReportedShipment } from '../../domain/shipment/package.ts';
import { BrokenPages, ChangedList, type UnreadableRow } from '../../upstream/paging.ts';
import type { ShipmentPage, UnreadableParcel } from '../provider.ts';
import type { CartRoverClient, ListName } from './client.ts';
import {
  endPass,
  isDue,
  isGivenUp,
  type Position,
  readCursor,
  type WatchedOrder,
  watch,
  writeCursor,
} from './collection-cursor.ts';
import { isCancelled } from './order-reader.ts';
import { readParcels } from './parcels.ts';
import type { OrderRow } from './schemas.ts';

interface CollectionDeps {
  readonly client: Pick<CartRoverClient, 'order' | 'orders'>;
  readonly pageSize: number;
  readonly now: Clock;
}

/** Rows of a window that are kept in memory until it is read to its end: some 5 KB each. */
const MAX_WINDOW_ROWS = 1_000;
const MAX_PAGES = 200;
/** Dates have whole seconds, and a window of one cannot be divided. */
const MIN_WINDOW_MS = 2_000;

/**
 * Collects the parcels of orders. CartRover has no webhooks and no list of parcels, so each pass reads
 * - the list of orders that left in part: all of it, because a later parcel may not change the time that it is listed by;
 * - the list of shipped orders since the last pass, in windows that are read to their end before any of it is reported, because
 *   the order of its rows is not documented and offset pages of a list that changes skip rows;
 * - orders of earlier passes that are on neither list and have more to come, each by a call, every hour.
 *
 * The last page is empty, and its cursor starts the next pass.
 */
export function shipmentCollector({ client, pageSize, now }: CollectionDeps) {
  return async function* collect(cursor: string | null): AsyncGenerator<ShipmentPage> {
    const began = now();
    let position = readCursor(cursor, began);
    const end = Date.parse(position.passBegan ?? isoTime(began));
    const listed = new Set<string>();
    /** The pages of rows that were read; the last one has the position after them. */
    function* report(
      rows: readonly OrderRow[],
      unreadable: readonly UnreadableRow[],
      after: Partial<Position>,
    ) {
      const put = setAside(position, unreadable, began);
      position = followRows(put.position, rows, began);
      for (const { cust_ref } of rows) listed.add(cust_ref);
      for (const { id } of unreadable) listed.add(id);
      const shipments = rows.flatMap((row) => readParcels(row).shipments).toSorted(byTime);
      const chunks = toChunks(shipments, pageSize);
      for (const [index, chunk] of chunks.entries()) {
        const isLast = index === chunks.length - 1;
        if (isLast) position = { ...position, ...after };
        yield toPage(chunk, index === 0 ? put.fresh : [], position);
      }
    }

    const partial = await readList(client, 'partial', {}, pageSize);
    yield* report(partial.rows, partial.unreadable, {});
    for await (const window of readWindows(client, Date.parse(position.from), end, pageSize)) {
      yield* report(window.rows, window.unreadable, { from: isoTime(window.to) });
    }
    for (const entry of position.watched.filter((one) => needsReading(one, listed, began))) {
      const read = await readWatched(client, entry);
      const isOver = isGivenUp(entry, began);
      if (read === 'unreadable') {
        position = watch(position, entry.reference, isOver ? null : entry.why, began);
        const why = 'not read in a week: given up';
        yield toPage([], isOver ? [{ id: toName(entry.reference), why }] : [], position);
        continue;
      }
      if (read !== null) yield* report([read], [], {});
      if (read === null || isOver) position = watch(position, entry.reference, null, began);
    }
    yield toPage([], [], endPass(position, now()));
  };
}

function toPage(
  shipments: readonly ReportedShipment[],
  unreadable: readonly UnreadableParcel[],
  position: Position,
): ShipmentPage {
  return { shipments, withdrawn: [], returns: [], unreadable, cursor: writeCursor(position) };
}

/** At least one, so that the position is reported too. */
function toChunks<Row>(rows: readonly Row[], size: number): Row[][] {
  const count = Math.max(1, Math.ceil(rows.length / size));
  return Array.from({ length: count }, (_, index) => rows.slice(index * size, (index + 1) * size));
}

function byTime(one: ReportedShipment, other: ReportedShipment): number {
  return one.shippedAt.localeCompare(other.shippedAt) || one.reference.localeCompare(other.reference);
}

/** An order that was on a list in the last pass, and is on none now, has changed. */
function needsReading(entry: WatchedOrder, listed: ReadonlySet<string>, now: number): boolean {
  return !listed.has(entry.reference) && (entry.why === 'partial' || isDue(entry, now));
}

async function readWatched(
  client: Pick<CartRoverClient, 'order'>,
  { reference }: WatchedOrder,
): Promise<OrderRow | 'unreadable' | null> {
  try {
    return await client.order(reference);
  } catch (error) {
    if (error instanceof UnexpectedAnswer) return 'unreadable';
    throw error;
  }
}

function setAside(position: Position, rows: readonly UnreadableRow[], now: number) {
  const known = new Set(
    position.watched.filter(({ why }) => why === 'unreadable').map((one) => one.reference),
  );
  const fresh = rows.filter(({ id }) => !known.has(id));
  const named = fresh.filter(({ id }) => id !== '');
  return {
    position: named.reduce((current, { id }) => watch(current, id, 'unreadable', now), position),
    fresh: fresh.map(({ id, where }): UnreadableParcel => ({ id: toName(id), why: where })),
  };
}

function toName(reference: string): string {
  return reference === '' ? '' : `order:${reference}`;
}

function followRows(position: Position, rows: readonly OrderRow[], now: number): Position {
  return rows.reduce((current, row) => watch(current, row.cust_ref, whyWatch(row), now), position);
}

function whyWatch(row: OrderRow): WatchedOrder['why'] | null {
  if (isCancelled(row) || readParcels(row).isWhole) return null;
  return row.order_status === 'shipped' || row.order_status === 'confirmed' ? 'short' : 'partial';
}

interface ListRead {
  readonly rows: readonly OrderRow[];
  readonly unreadable: readonly UnreadableRow[];
}

interface Window extends ListRead {
  /** ms since the epoch. */
  readonly to: number;
}

/** The shipped orders from one time to another, in windows that are halved until one has few rows. */
async function* readWindows(
  client: Pick<CartRoverClient, 'orders'>,
  from: number,
  to: number,
  pageSize: number,
): AsyncGenerator<Window> {
  const dates = { from: isoTime(from), to: isoTime(to) };
  const first = await client.orders('shipped_or_confirmed', { ...dates, page: 1, limit: pageSize });
  if ((first.total ?? 0) > MAX_WINDOW_ROWS && to - from > MIN_WINDOW_MS) {
    const middle = Math.floor((from + to) / 2_000) * 1_000;
    yield* readWindows(client, from, middle, pageSize);
    // A window ends with a whole second, which the next one has as well.
    yield* readWindows(client, middle, to, pageSize);
    return;
  }
  yield { ...(await readList(client, 'shipped_or_confirmed', dates, pageSize, first)), to };
}

/**
 * A list to its end.
 * @throws {ChangedList} its number of rows changed, or is not that of its pages
 */
async function readList(
  client: Pick<CartRoverClient, 'orders'>,
  list: ListName,
  dates: { readonly from?: string; readonly to?: string },
  limit: number,
  first?: Awaited<ReturnType<CartRoverClient['orders']>>,
): Promise<ListRead> {
  const rows: OrderRow[] = [];
  const unreadable: UnreadableRow[] = [];
  let current = first ?? (await client.orders(list, { ...dates, page: 1, limit }));
  const { total } = current;
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    if (page > 1) current = await client.orders(list, { ...dates, page, limit });
    if (current.total !== total) throw new ChangedList(`${total} rows became ${current.total}`);
    rows.push(...current.rows);
    unreadable.push(...current.unreadable);
    const seen = rows.length + unreadable.length;
    const isLast = current.rows.length + current.unreadable.length < limit || seen === total;
    if (!isLast) continue;
    if (total !== null && seen !== total) throw new ChangedList(`${seen} rows of ${total}`);
    return { rows, unreadable };
  }
  throw new BrokenPages(`more than ${MAX_PAGES} pages of ${list} orders`);
}
