import { listLocations } from '../../lib/dear/reference.ts';
import { type SaleChange, saleChanges } from '../../lib/dear/sale-list.ts';
import { DAY_MS, isoTime } from '../../lib/domain/clock.ts';
import type { FulfillmentOrder } from '../../lib/domain/order/fulfillment-order.ts';
import type { SaleRecord } from '../../lib/domain/ports/sales.ts';
import { warehouseNamed } from '../../lib/domain/sale/location.ts';
import { toReconcileMessage } from '../../lib/workflows/act-on-order.ts';
import { readListedOrders } from '../../lib/workflows/find-sale.ts';
import type { Bridge } from '../bridge.ts';
import { type Operator, recordAct } from '../record-act.ts';
import { NotFound, Refused } from '../user-errors.ts';
import { findSales } from './find-by-text.ts';
import { toRowNote } from './left-out-rows.ts';

export interface IgnoredSales {
  /** Latest reading first. */
  readonly sales: readonly SaleRecord[];
  readonly more: boolean;
}

/**
 * Sales that were ignored at their latest reading, and why: no connection ships them, or the settings exclude them. Days are read
 * from the last one back, until there are enough.
 * @param since ISO UTC @param until ISO UTC
 */
export async function listIgnoredSales(
  { sales }: Pick<Bridge, 'sales'>,
  { since, until }: { readonly since: string; readonly until: string },
  limit: number,
): Promise<IgnoredSales> {
  const found: SaleRecord[] = [];
  for (let day = Date.parse(until.slice(0, 10)); day >= Date.parse(since.slice(0, 10)); day -= DAY_MS) {
    for await (const sale of sales.listIgnoredOn(isoTime(day).slice(0, 10))) {
      if (sale.at > until || sale.at < since) continue;
      if (found.length === limit) return { sales: found, more: true };
      found.push(sale);
    }
  }
  return { sales: found, more: false };
}

/** What the bridge stores of a sale. */
export interface KnownSale {
  readonly record: SaleRecord;
  /** Oldest first. */
  readonly orders: readonly FulfillmentOrder[];
}

/**
 * @param typed its number in any case, its last digits, or its id
 * @throws {NotFound} the bridge has never read such a sale
 * @throws {Refused} the digits are of several sales
 */
export async function showSale(bridge: Pick<Bridge, 'sales' | 'orders'>, typed: string): Promise<KnownSale> {
  const found = await findSales(bridge, typed);
  const record = found.find(({ saleOrderNumber }) => saleOrderNumber === typed.trim()) ?? found[0];
  if (record === undefined) throw unknownSale(typed);
  if (found.length > 1 && record.saleOrderNumber !== typed.trim()) {
    const numbers = found.map(({ saleOrderNumber }) => saleOrderNumber).join(', ');
    throw new Refused(`${typed} may be any of several sales`, `Name one of them: ${numbers}`);
  }
  const orders = await readListedOrders(record, bridge);
  return { record, orders: await Promise.all(orders.map((order) => bridge.orders.withWords(order))) };
}

/**
 * Queues the sale to be read again, as if DEAR had sent an event. Safe at any time: nothing is written twice.
 * @throws {Refused} the number is empty
 * @throws {NotFound} neither the bridge nor DEAR has such a sale
 */
export async function reconcileSale(bridge: Bridge, saleOrderNumber: string, by: Operator): Promise<void> {
  if (saleOrderNumber.trim() === '')
    throw new Refused('The sale order number is missing', 'For example: SO-00042');
  const saleId = await findSaleId(bridge, saleOrderNumber);
  await queueReconcile(bridge, { saleId, saleOrderNumber }, by);
}

/** One call of DEAR's for a sale that the bridge has never read. */
export async function findSaleId(
  bridge: Pick<Bridge, 'sales' | 'dear'>,
  saleOrderNumber: string,
): Promise<string> {
  const record = await bridge.sales.findByNumber(saleOrderNumber);
  const saleId = record?.saleId ?? (await (await bridge.dear()).findSaleId(saleOrderNumber));
  if (saleId !== null) return saleId;
  throw new NotFound(`DEAR has no sale ${saleOrderNumber}`, 'A sale order number looks like SO-00042');
}

/**
 * The same for a sale that the bridge knows, which may have no order number yet.
 * @throws {NotFound} the bridge has never read it
 */
export async function reconcileKnownSale(bridge: Bridge, saleId: string, by: Operator): Promise<void> {
  const record = await bridge.sales.read(saleId);
  if (record === null) throw new NotFound('The bridge has never read this sale');
  await queueReconcile(bridge, record, by);
}

async function queueReconcile(
  bridge: Bridge,
  { saleId, saleOrderNumber }: Pick<SaleRecord, 'saleId' | 'saleOrderNumber'>,
  by: Operator,
): Promise<void> {
  await bridge.saleEvents.publish(toReconcileMessage(saleId, saleOrderNumber, bridge.now()));
  // A number that DEAR has not given may be any text that was typed.
  const wording = saleId === '' ? 'typed' : 'ours';
  await recordAct(bridge, by, 'queued it to be read again in DEAR', saleOrderNumber || saleId, wording);
}

function unknownSale(number: string): NotFound {
  return new NotFound(
    `The bridge has never read a sale ${number}`,
    `Read it: bridge sale reconcile ${number}`,
  );
}

/** A sale that a replay would read again. */
export interface ReplayedSale {
  readonly saleId: string;
  readonly saleOrderNumber: string;
  /** ISO UTC. */
  readonly updatedAt: string;
  /** DEAR's status: `AUTHORISED`, `VOIDED`. */
  readonly orderStatus: string;
  readonly known: boolean;
}

export interface ReplayWindow {
  /** ISO UTC. */
  readonly since: string;
  readonly until: string;
}

/**
 * The sales that changed in DEAR in a window and may concern a connection. Costs DEAR one call for each 1,000 changed sales,
 * and one for its locations.
 * @throws {UpstreamError}
 */
export async function planReplay(bridge: Bridge, { since, until }: ReplayWindow): Promise<ReplayedSale[]> {
  const dear = await bridge.dear();
  const concerns = await getConcern(bridge);
  const found = new Map<string, SaleChange>();
  for await (const page of saleChanges(dear, since, until, toRowNote('sales', bridge.leftOut))) {
    for (const row of page) {
      if (row.orderNumber !== '' && row.updatedAt <= until && concerns(row)) found.set(row.saleId, row);
    }
  }
  return await Promise.all(
    [...found.values()].map(async (row) => ({
      saleId: row.saleId,
      saleOrderNumber: row.orderNumber,
      updatedAt: row.updatedAt,
      orderStatus: row.orderStatus,
      known: (await bridge.sales.read(row.saleId)) !== null,
    })),
  );
}

/** Queues each of the sales to be read again. @param onSent called with the number queued so far */
export async function replay(
  bridge: Bridge,
  sales: readonly ReplayedSale[],
  { since, until }: ReplayWindow,
  by: Operator,
  onSent: (count: number) => void = () => {},
): Promise<void> {
  let sent = 0;
  try {
    for (const { saleId, saleOrderNumber } of sales) {
      await bridge.saleEvents.publish(toReconcileMessage(saleId, saleOrderNumber, bridge.now()));
      onSent(++sent);
    }
  } finally {
    const of = sent < sales.length ? ` of ${sales.length}` : '';
    if (sent > 0) await recordAct(bridge, by, `replayed ${sent}${of} sales`, `${since} to ${until}`);
  }
}

/** With a trigger later than the order stage, goods may leave a connected location although the sale is at another. */
async function getConcern(bridge: Bridge): Promise<(row: SaleChange) => boolean> {
  const { connections } = bridge.settings;
  if (connections.some(({ trigger }) => trigger !== 'OrderAuthorised')) return () => true;
  const locations = await listLocations(await bridge.dear(), toRowNote('locations', bridge.leftOut));
  const ids = new Set(connections.map(({ location }) => warehouseNamed(location, locations)?.id));
  return ({ locationId }) => locationId === '' || ids.has(locationId);
}
