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
/** A shorter word is as likely part of something else, and identifies no person. */
const MIN_WORD_LENGTH = 3;
/** Digits of a telephone number without its area. */
const MIN_PHONE_DIGITS = 7;
/** Digits of a telephone number with its area. */
const NATIONAL_PHONE_DIGITS = 10;

const E_MAIL = /[^\s@"'<>,;:]+@[^\s@"'<>,;:]+\.[a-z]{2,}/gi;
/** Seven or more digits in the form of a telephone number: with a plus, or with blanks, dashes or brackets between them. */
const TELEPHONE = /\+\d[\d\s().-]{6,}\d|\(?\d{3}\)?[\s.-]\d{3}[\s.-]\d{4}/g;

/**
 * Masks personal data in a value at any depth: the customer's data from the order's content wherever it is quoted, and
 * anything in the form of an e-mail address or a telephone number.
 * @param contents of every order concerned, as far as they have not expired
 */
export function maskPersonalData<Value>(value: Value, contents: readonly OrderContent[]): Value;
export function maskPersonalData(value: unknown, contents: readonly OrderContent[]): unknown {
  const words = contents.flatMap(getPersonalWords).sort((a, b) => b.length - a.length);
  return maskValue(value, [...words.map(toWordPattern), ...contents.flatMap(toPhonePatterns)]);
}

function maskValue(value: unknown, words: readonly RegExp[]): unknown {
  if (typeof value === 'string') return maskText(value, words);
  if (Array.isArray(value)) return value.map((item) => maskValue(item, words));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, maskValue(item, words)]));
}

function maskText(text: string, words: readonly RegExp[]): string {
  const without = words.reduce((rest, word) => rest.replaceAll(word, MASK), text);
  return without.replaceAll(E_MAIL, MASK).replaceAll(TELEPHONE, MASK);
}

/**
 * In any case, because a provider may print an address in capitals. Not within a word with dashes, which is a SKU or an id
 * more often than a name.
 */
function toWordPattern(word: string): RegExp {
  return wholeWord(word.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
}

/**
 * The customer's number with any separators, with or without its country code: a provider may quote it in another form.
 */
function toPhonePatterns({ phone }: OrderContent): RegExp[] {
  const digits = phone.replaceAll(/\D/g, '');
  if (digits.length < MIN_PHONE_DIGITS) return [];
  const spread = (part: string) => [...part].map((digit) => `${digit}[\\s().-]*`).join('');
  const national = digits.slice(-NATIONAL_PHONE_DIGITS);
  const rest = `${spread(national.slice(0, -1))}${national.slice(-1)}`;
  return [wholeWord(`\\+?(?:${spread(digits.slice(0, -NATIONAL_PHONE_DIGITS))})?${rest}`)];
}

function wholeWord(pattern: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}_-])${pattern}(?![\\p{L}\\p{N}_-])`, 'giu');
}

/** Every text that a customer typed, or that was typed about one. A country identifies no person. */
function getPersonalWords(content: OrderContent): string[] {
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
    (text) => text.length >= MIN_WORD_LENGTH,
  );
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
