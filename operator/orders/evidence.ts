import { createTextMask, getPersonalWords } from '../../lib/domain/call/personal-words.ts';
import { isoTime } from '../../lib/domain/clock.ts';
import type { JobRun } from '../../lib/domain/job/job-run.ts';
import type { FulfillmentOrder } from '../../lib/domain/order/fulfillment-order.ts';
import type { OrderContent } from '../../lib/domain/order/order-content.ts';
import type { SaleRecord } from '../../lib/domain/ports/sales.ts';
import { isTrackingCode } from '../../lib/domain/shipment/package.ts';
import { CONNECTION_JOBS } from '../../lib/messaging/messages.ts';
import type { Bridge } from '../bridge.ts';
import type { LogLine } from '../log-reader.ts';
import { NotFound } from '../user-errors.ts';
import { showSale } from './sale.ts';

const MASK = '[personal]';

/**
 * Masks personal data in a value at any depth: the customer's data from the order's content wherever it is quoted, and
 * anything in the form of an e-mail address or a telephone number.
 * @param contents of every order concerned, as far as they have not expired
 */
export function maskPersonalData<Value>(value: Value, contents: readonly OrderContent[]): Value;
export function maskPersonalData(value: unknown, contents: readonly OrderContent[]): unknown {
  return maskValue(value, createTextMask(contents.flatMap(getPersonalWords), MASK));
}

function maskValue(value: unknown, maskText: (text: string) => string): unknown {
  if (typeof value === 'string') return maskText(value);
  if (Array.isArray(value)) return value.map((item) => maskValue(item, maskText));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, maskValue(item, maskText)]));
}

/**
 * The order with the customer's data masked in the texts of other systems: what they said, and what was typed as a tracking number.
 * @param orders read the content, where there is such a text
 */
export async function maskUpstreamTexts(
  order: FulfillmentOrder,
  orders: Pick<Bridge['orders'], 'readContent'>,
): Promise<FulfillmentOrder> {
  const isTyped = order.packages.some((box) => !box.trackingNumbers.every(isTrackingCode));
  if (!isTyped && order.log.every(({ upstreamMessage = '' }) => upstreamMessage === '')) return order;
  const content = await orders.readContent(order);
  const mask = createTextMask(content === null ? [] : getPersonalWords(content), MASK);
  return {
    ...order,
    log: order.log.map((entry) =>
      entry.upstreamMessage === undefined
        ? entry
        : { ...entry, upstreamMessage: mask(entry.upstreamMessage) },
    ),
    packages: order.packages.map((box) => ({
      ...box,
      trackingNumbers: box.trackingNumbers.map((number) => (isTrackingCode(number) ? number : mask(number))),
    })),
  };
}

/** What a vendor's support has to know of a sale's orders, without the customer's data. */
export interface Evidence {
  readonly madeAt: string;
  readonly bridge: string;
  readonly sale: SaleRecord;
  /** State, submission ledger, packages, ids, what was written to DEAR, and the log with the other systems' messages. */
  readonly orders: readonly FulfillmentOrder[];
  /** The latest run of each job that collects for these orders. */
  readonly jobs: readonly JobRun[];
  /** What the functions logged about them: each attempt with its time, outcome and duration. */
  readonly lines: readonly LogLine[];
}

/** More than any order leaves. */
const MAX_LINES = 1_000;

/**
 * @param what a sale order number, or an order's reference
 * @throws {NotFound}
 */
export async function collectEvidence(bridge: Bridge, what: string): Promise<Evidence> {
  const { record, orders: known } = await showSale(bridge, await findSaleNumber(bridge, what));
  const orders = await Promise.all(known.map((order) => bridge.orders.withWords(order)));
  const contents = await Promise.all(orders.map((order) => bridge.orders.readContent(order)));
  const evidence: Evidence = {
    madeAt: isoTime(bridge.now()),
    bridge: bridge.name,
    sale: record,
    orders,
    jobs: await readJobs(bridge, orders),
    lines: await getLines(bridge, record, orders),
  };
  return maskPersonalData(
    evidence,
    contents.filter((content): content is OrderContent => content !== null),
  );
}

async function findSaleNumber(bridge: Bridge, what: string): Promise<string> {
  const order = await bridge.orders.read(what);
  if (order !== null) return order.saleOrderNumber;
  const sale = await bridge.sales.findByNumber(what);
  if (sale !== null) return what;
  throw new NotFound(
    `The bridge knows neither a sale nor an order ${what}`,
    'Find it: bridge orders list --find TEXT',
  );
}

async function readJobs(bridge: Bridge, orders: readonly FulfillmentOrder[]): Promise<JobRun[]> {
  const connections = [...new Set(orders.map(({ connection }) => connection))];
  const runs = await Promise.all(
    connections.flatMap((connection) => CONNECTION_JOBS.map((job) => bridge.runs.read(job, connection))),
  );
  return runs.filter((run) => run !== null);
}

async function getLines(
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
    limit: MAX_LINES,
  });
}
