import { LRUCache } from 'lru-cache';
import { type Clock, HOUR_MS, isoTime, MINUTE_MS } from '../../domain/clock.ts';
import { OperatorActionNeeded, Throttled } from '../../domain/errors.ts';
import type { ReportedNews, ReportedShipment, WithdrawnPackage } from '../../domain/shipment/package.ts';
import type { ShipmentPage, UnreadableParcel } from '../provider.ts';
import type { ShipStationV1Client } from './client.ts';
import {
  addGap,
  endPass,
  type Gap,
  getReachedTime,
  getReviewFrom,
  getVoidsFrom,
  isDue,
  isGivenUp,
  overlaps,
  readCursor,
  type Window,
  writeCursor,
} from './collection-cursor.ts';
import { type ListPage, readList } from './list-pages.ts';
import { toPacificBound } from './pacific-time.ts';
import {
  fromFulfillment,
  fromReturnLabel,
  fromShipment,
  fromVoided,
  toFulfillmentPackageId,
  toLabelPackageId,
} from './parcel-mapper.ts';
import type { Fulfillment, Order, Shipment } from './schemas.ts';

interface CollectionDeps {
  readonly client: Pick<ShipStationV1Client, 'order' | 'orders' | 'shipments' | 'fulfillments'>;
  /** null: of all stores. */
  readonly storeId: number | null;
  readonly costCurrency: string;
  readonly pageSize: number;
  readonly now: Clock;
}

/** A page of one of the lists, as news of our orders. */
interface Report extends ReportedNews {
  readonly unreadable: readonly UnreadableParcel[];
}
const NOTHING: Report = { shipments: [], withdrawn: [], returns: [], unreadable: [] };
/** A row of this time or earlier is in a window that ends now. */
const WINDOW_MARGIN_MS = 1_000;

/** From a wall time's first moment to its second, and from there to the bound of it, which may be an hour early. */
const END_MARGIN_MS = 2 * HOUR_MS;
/** An order that is not there this long after it was marked as shipped is gone: a list may show its parcel first. */
const GONE_AFTER_MS = 30 * MINUTE_MS;

/**
 * Collects labels, then fulfillments, each oldest first and to the end, then labels that were voided since the last pass,
 * which no webhook reports. Fulfillments may be voided or get a tracking number later: each pass reads those of a day again,
 * and one pass a day those of a month.
 *
 * What cannot be read is noted with the time in which it was listed; later passes read that time again, and the cursor moves
 * on.
 * @throws {BrokenPages} the pages do not add up
 */
export function shipmentCollector(deps: CollectionDeps) {
  const { now } = deps;
  const lists = parcelLists(deps);
  const reports = parcelReports(deps);

  return async function* collect(cursor: string | null): AsyncGenerator<ShipmentPage> {
    const began = now();
    let position = readCursor(cursor, began);
    const toPage = (report: Report): ShipmentPage => ({ ...report, cursor: writeCursor(position) });
    /** Only what is unreadable for the first time is reported: the overlap of two passes lists a row twice. */
    const setAside = (report: Report, window: Window): Report => {
      if (report.unreadable.length === 0) return report;
      const isKnown = position.gaps.some((gap) => overlaps(gap, window));
      position = { ...position, gaps: addGap(position.gaps, window, began) };
      return isKnown ? { ...report, unreadable: [] } : report;
    };

    for (const gap of position.gaps.filter((one) => isDue(one, began))) {
      position = { ...position, gaps: position.gaps.filter((one) => one !== gap) };
      const report = await readAgain(gap);
      const isFailing = report.unreadable.length > 0;
      const isOver = isGivenUp(gap, began);
      // Reported when it was set aside, and again when it is given up.
      if (isFailing && !isOver)
        position = { ...position, gaps: [...position.gaps, { ...gap, tried: isoTime(began) }] };
      yield toPage({ ...report, unreadable: isFailing && isOver ? report.unreadable : [] });
    }
    for await (const page of lists.shipments(position.shipments)) {
      const from = position.shipments;
      position = { ...position, shipments: getReachedTime(from, page.rows) };
      const window = { list: 'shipments' as const, from, to: getEnd(page.rows, began) };
      yield toPage(setAside(await reports.ofShipments(page), window));
    }
    for await (const page of lists.fulfillments(position.fulfillments)) {
      const from = position.fulfillments;
      position = { ...position, fulfillments: getReachedTime(from, page.rows) };
      const window = { list: 'fulfillments' as const, from, to: getEnd(page.rows, began) };
      yield toPage(setAside(await reports.ofFulfillments(page), window));
    }
    for await (const page of lists.voids(getVoidsFrom(position, began))) {
      const withdrawn = await reports.ofVoided(page.rows);
      if (withdrawn.length > 0) yield toPage({ ...NOTHING, withdrawn });
    }
    const reviewFrom = getReviewFrom(position, began);
    if (reviewFrom !== null) {
      for await (const page of lists.fulfillments(reviewFrom))
        yield toPage({ ...(await reports.ofFulfillments(page)), unreadable: [] });
      position = { ...position, reviewed: isoTime(began) };
    }
    position = endPass(position, began);
    yield toPage(NOTHING);
  };

  async function readAgain({ list, from, to }: Gap): Promise<Report> {
    const found: Report[] = [];
    if (list === 'shipments')
      for await (const page of lists.shipments(from, to)) found.push(await reports.ofShipments(page));
    else
      for await (const page of lists.fulfillments(from, to)) found.push(await reports.ofFulfillments(page));
    return {
      shipments: found.flatMap(({ shipments }) => shipments),
      withdrawn: found.flatMap(({ withdrawn }) => withdrawn),
      returns: found.flatMap(({ returns }) => returns),
      unreadable: found.flatMap(({ unreadable }) => unreadable),
    };
  }
}

/** The end of the time in which a page's rows were created, ISO UTC. */
function getEnd(rows: ReadonlyArray<{ readonly createDate: number }>, now: number): string {
  const last = rows.at(-1)?.createDate ?? Number.NaN;
  return isoTime((Number.isNaN(last) ? now : last) + WINDOW_MARGIN_MS);
}

/** ShipStation's lists of parcels from a time on (ISO UTC), oldest first. */
function parcelLists({ client, storeId, pageSize }: CollectionDeps) {
  const oldestFirst = { sortBy: 'CreateDate', sortDir: 'ASC' };
  const between = (from: string, to?: string) => ({
    createDateStart: toPacificBound(from),
    ...(to !== undefined && { createDateEnd: toPacificBound(isoTime(Date.parse(to) + END_MARGIN_MS)) }),
  });
  const withItems = { ...(storeId !== null && { storeId }), includeShipmentItems: true };
  return {
    shipments: (from: string, to?: string) => {
      const query = { ...withItems, ...oldestFirst, ...between(from, to) };
      return readList((page, size) => client.shipments({ ...query, page, pageSize: size }), { pageSize });
    },
    voids: (from: string) => {
      const query = { ...withItems, ...oldestFirst, voidDateStart: toPacificBound(from) };
      return readList((page, size) => client.shipments({ ...query, page, pageSize: size }), {
        pageSize,
        mayShrink: true,
      });
    },
    fulfillments: (from: string, to?: string) => {
      const query = { ...oldestFirst, ...between(from, to) };
      return readList((page, size) => client.fulfillments({ ...query, page, pageSize: size }), { pageSize });
    },
  };
}

/** Turns the rows of ShipStation's lists into the news of our orders. */
function parcelReports(deps: CollectionDeps) {
  const { costCurrency } = deps;
  const orders = orderMemory(deps);

  async function ofVoided(rows: readonly Shipment[]): Promise<WithdrawnPackage[]> {
    const withdrawn: WithdrawnPackage[] = [];
    for (const row of rows.filter(({ voided, isReturnLabel }) => voided && !isReturnLabel)) {
      const order = row.shipmentItems.length > 0 ? null : await orders.readVoided(row);
      withdrawn.push(...fromVoided(row, order));
    }
    return withdrawn;
  }

  async function ofShipments({ rows, unreadable }: ListPage<Shipment>): Promise<Report> {
    const valid = rows.filter(({ voided }) => !voided);
    return {
      shipments: valid
        .filter(({ isReturnLabel }) => !isReturnLabel)
        .flatMap((row) => fromShipment(row, costCurrency)),
      withdrawn: await ofVoided(rows),
      returns: valid.filter(({ isReturnLabel }) => isReturnLabel).flatMap(fromReturnLabel),
      unreadable: unreadable.map(({ id, where }) => ({
        id: id === '' ? '' : toLabelPackageId({ shipmentId: id }),
        why: where,
      })),
    };
  }

  /** The list of fulfillments has no filter by store. */
  function isOfOtherStore(order: Order | null | 'failed'): boolean {
    if (order === null || order === 'failed') return false;
    const { storeId } = order.advancedOptions ?? {};
    return deps.storeId !== null && storeId !== undefined && storeId !== null && storeId !== deps.storeId;
  }

  /** Whether the order may still be shown. Later its parcel counts as the rest of the order. */
  function isTooEarly({ createDate }: Fulfillment): boolean {
    return deps.now() - createDate < GONE_AFTER_MS;
  }

  async function ofFulfillments({ rows, unreadable }: ListPage<Fulfillment>): Promise<Report> {
    await orders.prepare(rows);
    const shipments: ReportedShipment[] = [];
    const withdrawn: WithdrawnPackage[] = [];
    const failed: UnreadableParcel[] = [];
    for (const row of rows) {
      const order = await orders.read(row);
      if (isOfOtherStore(order)) continue;
      if (order === 'failed' || (order === null && isTooEarly(row))) {
        failed.push({
          id: toFulfillmentPackageId(row),
          why: order === null ? 'its order is not there' : 'its order cannot be read',
        });
        continue;
      }
      const parcels = fromFulfillment(row, order, costCurrency);
      if (!row.voided) shipments.push(...parcels);
      else
        withdrawn.push(...parcels.map(({ reference, id }) => ({ reference, id, cause: 'voided' as const })));
    }
    const bad = unreadable.map(({ id, where }) => ({
      id: id === '' ? '' : toFulfillmentPackageId({ fulfillmentId: id }),
      why: where,
    }));
    return { shipments, withdrawn, returns: [], unreadable: [...bad, ...failed] };
  }

  return { ofShipments, ofFulfillments, ofVoided };
}

/** About a day of a warehouse that marks 1,000 orders. */
const MAX_ORDERS = 1_000;
/** From this number on, a list is cheaper than a call for each order. */
const MIN_FOR_LIST = 3;
/** An order is changed when it is marked as shipped; clocks and a fraction of a second may differ. */
const LOOK_BACK_MS = 60_000;

/**
 * Reads the orders of fulfillments, whose rows have no goods and no store, and keeps them by the fulfillment, as an order
 * does not change while that is valid. Those of a page are read by the store's list of orders that were shipped since.
 */
function orderMemory({ client, storeId, pageSize }: CollectionDeps) {
  const byFulfillment = new LRUCache<string, Order>({ max: MAX_ORDERS });

  async function readOrder(orderId: string): Promise<Order | null | 'failed'> {
    try {
      return orderId === '' ? null : await client.order(orderId);
    } catch (error) {
      if (error instanceof Throttled || error instanceof OperatorActionNeeded) throw error;
      return 'failed';
    }
  }

  return {
    async prepare(rows: readonly Fulfillment[]): Promise<void> {
      const unknown = rows.filter(({ fulfillmentId }) => !byFulfillment.has(fulfillmentId));
      const times = unknown.map(({ createDate }) => createDate).filter((time) => !Number.isNaN(time));
      if (unknown.length < MIN_FOR_LIST || times.length === 0) return;
      const modifyDateStart = toPacificBound(isoTime(Math.min(...times) - LOOK_BACK_MS));
      const query = {
        ...(storeId !== null && { storeId }),
        orderStatus: 'shipped',
        modifyDateStart,
        sortBy: 'ModifyDate',
        sortDir: 'ASC',
      };
      const read = (page: number, size: number) => client.orders({ ...query, page, pageSize: size });
      for await (const page of readList(read, { pageSize, mayShrink: true })) {
        const found = new Map(page.rows.map((order) => [order.orderId, order]));
        for (const { fulfillmentId, orderId } of unknown) {
          const order = found.get(orderId);
          if (order !== undefined) byFulfillment.set(fulfillmentId, order);
        }
        // Most of the list are orders with labels: reading the others one by one takes fewer calls.
        if ((page.total ?? 0) > pageSize * unknown.length) return;
      }
    },
    async read({ fulfillmentId, orderId }: Fulfillment): Promise<Order | null | 'failed'> {
      const known = byFulfillment.get(fulfillmentId);
      if (known !== undefined) return known;
      const order = await readOrder(orderId);
      if (order !== null && order !== 'failed') byFulfillment.set(fulfillmentId, order);
      return order;
    },
    async readVoided({ orderId }: Shipment): Promise<Order | null> {
      const order = await readOrder(orderId);
      return order === 'failed' ? null : order;
    },
  };
}
