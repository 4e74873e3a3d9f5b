import { isoTime } from '../domain/clock.ts';
import type { FulfillmentOrder, OrderContent } from '../domain/fulfillment-order.ts';
import type { JobRun } from '../domain/job-run.ts';
import { CONNECTION_JOBS } from '../messaging/messages.ts';
import type { SaleRecord } from '../store/schemas.ts';
import type { Bridge } from './bridge.ts';
import type { LogLine } from './log-reader.ts';
import { maskPersonalData } from './mask.ts';
import { NotFound } from './refusals.ts';
import { showSale } from './sale.ts';

/** Everything that a vendor's support has to know of a sale's orders, without a word about the customer. */
export interface Evidence {
  readonly madeAt: string;
  readonly bridge: string;
  readonly sale: SaleRecord;
  /** State, submission ledger, packages, ids, what DEAR was told, and the log with the other side's own words. */
  readonly orders: readonly FulfillmentOrder[];
  /** How the jobs stand that collect for these orders. */
  readonly jobs: readonly JobRun[];
  /** What the functions logged of them: each attempt with its time, outcome and duration. */
  readonly lines: readonly LogLine[];
}

/** More lines than an order ever left. */
const MOST_LINES = 1_000;

/**
 * @param what a sale order number, or an order's reference
 * @throws {NotFound}
 */
export async function collectEvidence(bridge: Bridge, what: string): Promise<Evidence> {
  const { record, orders: known } = await showSale(bridge, await saleNumberOf(bridge, what));
  const orders = await Promise.all(known.map((order) => bridge.orders.withWords(order)));
  const contents = await Promise.all(orders.map((order) => bridge.orders.readContent(order)));
  const evidence: Evidence = {
    madeAt: isoTime(bridge.now()),
    bridge: bridge.name,
    sale: record,
    orders,
    jobs: await jobsOf(bridge, orders),
    lines: await linesOf(bridge, record, orders),
  };
  return maskPersonalData(
    evidence,
    contents.filter((content): content is OrderContent => content !== null),
  );
}

async function saleNumberOf(bridge: Bridge, what: string): Promise<string> {
  const order = await bridge.orders.read(what);
  if (order !== null) return order.saleOrderNumber;
  const sale = await bridge.sales.findByNumber(what);
  if (sale !== null) return what;
  throw new NotFound(
    `The bridge knows neither a sale nor an order ${what}. Find it: bridge orders list --find TEXT`,
  );
}

async function jobsOf(bridge: Bridge, orders: readonly FulfillmentOrder[]): Promise<JobRun[]> {
  const connections = [...new Set(orders.map(({ connection }) => connection))];
  const runs = await Promise.all(
    connections.flatMap((connection) => CONNECTION_JOBS.map((job) => bridge.runs.read(job, connection))),
  );
  return runs.filter((run) => run !== null);
}

async function linesOf(
  bridge: Bridge,
  record: SaleRecord,
  orders: readonly FulfillmentOrder[],
): Promise<LogLine[]> {
  const begun = orders[0]?.createdAt ?? record.at;
  return await bridge.logs.read({
    since: isoTime(Date.parse(begun) - 3_600_000),
    until: isoTime(bridge.now()),
    about: [record.saleId, record.saleOrderNumber].filter((text) => text !== ''),
    service: '',
    limit: MOST_LINES,
  });
}
