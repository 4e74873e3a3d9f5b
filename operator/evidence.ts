import { isoTime } from '../lib/domain/clock.ts';
import type { JobRun } from '../lib/domain/job/job-run.ts';
import type { FulfillmentOrder } from '../lib/domain/order/fulfillment-order.ts';
import type { OrderContent } from '../lib/domain/order/order-content.ts';
import type { SaleRecord } from '../lib/domain/ports/sales.ts';
import { CONNECTION_JOBS } from '../lib/messaging/messages.ts';
import type { Bridge } from './bridge.ts';
import type { LogLine } from './log-reader.ts';
import { showSale } from './sale.ts';
import { NotFound } from './user-errors.ts';

const MASK = '[personal]';
/** A shorter word is as likely part of something else, and says little about anybody. */
const SHORTEST = 3;
/** Digits of a telephone number without its area. */
const SHORTEST_NUMBER = 7;
/** Digits of one with it. */
const NATIONAL = 10;

const E_MAIL = /[^\s@"'<>,;:]+@[^\s@"'<>,;:]+\.[a-z]{2,}/gi;
/** Seven or more digits as people write a telephone number: with a plus, or with blanks, dashes or brackets between them. */
const TELEPHONE = /\+\d[\d\s().-]{6,}\d|\(?\d{3}\)?[\s.-]\d{3}[\s.-]\d{4}/g;

/**
 * Takes personal data out of whatever was collected about an order, at any depth: what its content says of the customer,
 * wherever it is quoted, and anything that looks like an e-mail address or a telephone number.
 * @param contents of every order concerned, as far as they have not expired
 */
export function maskPersonalData<Value>(value: Value, contents: readonly OrderContent[]): Value;
export function maskPersonalData(value: unknown, contents: readonly OrderContent[]): unknown {
  const words = contents.flatMap(personalWords).sort((a, b) => b.length - a.length);
  return masked(value, [...words.map(toPattern), ...contents.flatMap(telephonePattern)]);
}

function masked(value: unknown, words: readonly RegExp[]): unknown {
  if (typeof value === 'string') return maskedText(value, words);
  if (Array.isArray(value)) return value.map((item) => masked(item, words));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, masked(item, words)]));
}

function maskedText(text: string, words: readonly RegExp[]): string {
  const without = words.reduce((rest, word) => rest.replaceAll(word, MASK), text);
  return without.replaceAll(E_MAIL, MASK).replaceAll(TELEPHONE, MASK);
}

/**
 * Whatever the case: a provider may print an address in capitals. Not within a word with dashes, which is a SKU or an id
 * more often than a name.
 */
function toPattern(word: string): RegExp {
  return wholeWord(word.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
}

/**
 * The customer's own number, whatever stands between its digits, and without its country where it has more than a national
 * number's ten: a provider may quote it in a form of its own.
 */
function telephonePattern({ phone }: OrderContent): RegExp[] {
  const digits = phone.replaceAll(/\D/g, '');
  if (digits.length < SHORTEST_NUMBER) return [];
  const spread = (part: string) => [...part].map((digit) => `${digit}[\\s().-]*`).join('');
  const national = digits.slice(-NATIONAL);
  const rest = `${spread(national.slice(0, -1))}${national.slice(-1)}`;
  return [wholeWord(`\\+?(?:${spread(digits.slice(0, -NATIONAL))})?${rest}`)];
}

function wholeWord(pattern: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}_-])${pattern}(?![\\p{L}\\p{N}_-])`, 'giu');
}

/** Everything that a customer or somebody about a customer typed. The country is shared by too many to name anybody. */
function personalWords(content: OrderContent): string[] {
  const { shipTo, billTo } = content;
  const fields = [
    content.customer,
    content.email,
    content.phone,
    content.customerReference,
    content.customerNotes,
    content.internalNotes,
    content.giftMessage,
    shipTo.company,
    shipTo.contact,
    ...[shipTo, billTo].flatMap((address) => [
      address.line1,
      address.line2,
      address.city,
      address.postcode,
      address.displayLine1,
      address.displayLine2,
    ]),
  ];
  const names = [content.customer, shipTo.contact].flatMap((name) => name.split(/\s+/));
  return [...new Set([...fields, ...names].map((text) => text.trim()))].filter(
    (text) => text.length >= SHORTEST,
  );
}

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
    `The bridge knows neither a sale nor an order ${what}. Find it: bridge orders list --find TEXT`,
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
