import * as z from 'zod';
import { DAY_MS, isoTime } from '../../lib/domain/clock.ts';
import { findReason, REASONS, type Reason, toReasonCode } from '../../lib/domain/order/order-summary.ts';
import { PROGRESS, type Progress } from '../../lib/domain/order/progress.ts';
import { WAITING_FOR } from '../../lib/domain/order/transitions.ts';
import { UsageError } from '../user-errors.ts';

export const SORTS = ['newest', 'oldest', 'waiting', 'ship-by', 'left'] as const;
export type Sort = (typeof SORTS)[number];

/** What an order waits for, or that it is on its way to the customer. */
export const WAITING_WORDS = [...WAITING_FOR, 'shipped'] as const;
export type WaitingWord = (typeof WAITING_WORDS)[number];

/** What sales wait for that are no orders yet. */
export const GOODS = 'goods';

/** What a text is compared with, for people who search. */
export const FOUND_BY =
  'order, sale (7 finds SO-00007), tracking number, e-mail address, a name or its words (three letters or more, as “van Dijk”), SKU, or the service’s id';

/** What a person asks for. An empty list or text: any. Texts are compared in any case. */
export interface OrderQuery {
  readonly statuses: readonly Progress[];
  readonly waiting: readonly WaitingWord[];
  readonly reasons: readonly Reason[];
  /** Ids. */
  readonly connections: readonly string[];
  readonly channels: readonly string[];
  /** Services that shipping methods are mapped to, or `unmapped`. */
  readonly methods: readonly string[];
  /** When it was made, ISO UTC. */
  readonly since: string;
  readonly until: string;
  /** ISO UTC: those that have waited since then or longer. */
  readonly waitingSince: string;
  /** When a package left, `yyyy-mm-dd` in UTC, both included. */
  readonly leftSince: string;
  readonly leftUntil: string;
  readonly carrier: string;
  /** The other system's words about it, as they are. They may be personal data. */
  readonly said: string;
  readonly sku: string;
  /** An e-mail address or a name. Personal data. */
  readonly customer: string;
  /** What names orders: see `findByText`. */
  readonly text: string;
  readonly sort: Sort;
}

export const ANY_ORDER: OrderQuery = {
  statuses: [],
  waiting: [],
  reasons: [],
  connections: [],
  channels: [],
  methods: [],
  since: '',
  until: '',
  waitingSince: '',
  leftSince: '',
  leftUntil: '',
  carrier: '',
  said: '',
  sku: '',
  customer: '',
  text: '',
  sort: 'newest',
};

/** Columns that a list may show beside an order's reference and status. */
export const COLUMNS = {
  reason: 'Reason',
  connection: 'Connection',
  channel: 'Channel',
  method: 'Shipping method',
  goods: 'Goods',
  'ship-by': 'Ship by',
  tracking: 'Tracking',
  'service-id': 'Id at the service',
  waiting: 'Waiting',
  'waiting-since': 'Waiting since',
  left: 'Left',
  carrier: 'Carrier',
  made: 'Made',
  age: 'Age',
  'sale-method': 'Method of the sale',
  customer: 'Customer',
  'deliver-to': 'Deliver to',
} as const;
export type Column = keyof typeof COLUMNS;
/** They are read from each order's content, which expires. */
export const PERSONAL_COLUMNS: ReadonlySet<Column> = new Set<Column>([
  'sale-method',
  'customer',
  'deliver-to',
]);
const DEFAULT_COLUMNS: readonly Column[] = ['reason', 'connection', 'channel', 'goods', 'ship-by', 'age'];

/** What the address of a list says. */
export interface ListAddress {
  readonly query: OrderQuery;
  readonly columns: readonly Column[];
  /** From 1. */
  readonly page: number;
}

/** What a person reads for each reason. */
export const REASON_LABELS: Readonly<Record<Reason, string>> = {
  shadow: 'In shadow mode',
  'cut-over': 'Waits for the cut-over',
  takeover: 'Perhaps sent by the connector before',
  address: 'Address incomplete or doubtful',
  payment: 'Not paid',
  'shipping-method': 'Held: shipping method not mapped',
  'unknown-sku': 'SKU unknown to the service',
  unreadable: 'A part of the sale is unreadable',
  edited: 'Edited, to be released',
  person: 'Held by a person',
  service: 'Held at the service',
  test: 'Test sale, never sent',
  submission: 'Being sent',
  update: 'Change being sent',
  cancellation: 'Cancellation being sent',
  departure: 'Has not left yet',
  label: 'No label bought',
  standstill: 'The service ships no more',
  confirmation: 'Being written to DEAR',
  failed: 'Refused by the service',
  'cancel-refused': 'Ships after its cancellation',
  'confirmation-refused': 'Refused by DEAR',
  'stock-take': 'Stock take in DEAR',
  'to-process': 'To be processed by a person',
};

/** What a person reads for what an order waits for. */
export const WAITING_LABELS: Readonly<Record<WaitingWord, string>> = {
  ...REASON_LABELS,
  hold: 'On Hold',
  person: REASON_LABELS['to-process'],
  shipped: 'Nothing: on its way to the customer',
};

/** The label of a reason that was stored, perhaps by another version. */
export function getReasonLabel(reason: string): string {
  const known = findReason(reason);
  return known === undefined ? reason : REASON_LABELS[known];
}

const MAX_TEXT = 200;

/**
 * Reads the address of a list. A column that it does not know is left out.
 * @throws {UsageError} a word or a date is none: the list would show something else than it was asked for
 */
export function readListAddress(params: URLSearchParams, now: number): ListAddress {
  const all = (name: string) => params.getAll(name).filter((word) => word !== '');
  const text = (name: string) => (params.get(name) ?? '').trim().slice(0, MAX_TEXT);
  const page = Number(params.get('page') ?? '1');
  const rows = all('waiting');
  if (rows.includes(GOODS)) throw ofNoOrder();
  const waiting = rows
    .filter((word) => word !== RECENT)
    .map((word) => toWord('wait for', WAITING_WORDS, word));
  const columns = (Object.keys(COLUMNS) as Column[]).filter((column) => all('column').includes(column));
  const sort = text('sort');
  const query: OrderQuery = {
    ...ANY_ORDER,
    statuses: all('status').map((word) => toWord('status', PROGRESS, word)),
    waiting,
    reasons: all('reason').map(toReason),
    connections: all('connection'),
    channels: all('channel').map((channel) => channel.slice(0, MAX_TEXT)),
    methods: all('method').map((method) => method.slice(0, MAX_TEXT)),
    since: toMoment(text('since'), 'T00:00:00.000Z') || (rows.includes(RECENT) ? toRecent(now) : ''),
    until: toMoment(text('until'), LAST_MOMENT),
    waitingSince: toMoment(text('waitingSince'), LAST_MOMENT),
    leftSince: toMoment(text('leftSince'), '').slice(0, 'yyyy-mm-dd'.length),
    leftUntil: toMoment(text('leftUntil'), '').slice(0, 'yyyy-mm-dd'.length),
    carrier: text('carrier'),
    said: (params.get('said') ?? '').slice(0, MAX_SAID),
    sku: text('sku'),
    customer: text('customer'),
    text: text('q'),
    sort: sort === '' ? (waiting.length > 0 ? 'waiting' : 'newest') : toWord('order of lists', SORTS, sort),
  };
  return {
    query,
    columns: columns.length === 0 ? DEFAULT_COLUMNS : columns,
    page: Number.isSafeInteger(page) && page > 0 ? page : 1,
  };
}

function ofNoOrder(): UsageError {
  return new UsageError(
    'Sales that wait for goods are no orders yet, so no filter and no CSV of orders has them',
    `See them at /orders?waiting=${GOODS}, or: bridge orders list --waiting ${GOODS} --json`,
  );
}

const MAX_SAID = 2_000;
/** The row of the board that is no word that orders wait for. */
const RECENT = 'recent';
const LAST_MOMENT = 'T23:59:59.999Z';

function toWord<Word extends string>(what: string, words: readonly Word[], typed: string): Word {
  const found = words.find((word) => word.toLowerCase() === typed.trim().toLowerCase());
  if (found !== undefined) return found;
  throw new UsageError(`There is no ${what} ${typed.slice(0, MAX_TEXT)}`, `Known are: ${words.join(', ')}`);
}

/** @throws {UsageError} it is no reason */
export function toReason(typed: string): Reason {
  const reason = findReason(typed);
  if (reason !== undefined) return reason;
  throw new UsageError(
    `There is no reason ${typed.slice(0, MAX_TEXT)}`,
    `Reasons: ${REASONS.map(toReasonCode).join(', ')}`,
  );
}

function toRecent(now: number): string {
  return `${isoTime(now - DAY_MS).slice(0, 10)}T00:00:00.000Z`;
}

/**
 * ISO UTC; '' where nothing was typed. @param typed a date, or a moment from a link
 * @throws {UsageError} it is neither
 */
function toMoment(typed: string, timeOfDay: string): string {
  if (typed === '') return '';
  const isDate = z.iso.date().safeParse(typed).success;
  if (isDate && timeOfDay === '') return typed;
  if (isDate || z.iso.datetime().safeParse(typed).success)
    return isoTime(Date.parse(isDate ? `${typed}${timeOfDay}` : typed));
  throw new UsageError(`There is no date ${typed}`, 'A date is written as 2026-02-03, and taken in UTC');
}

/** The query as parameters of an address; `readListAddress` reads them again. */
export function toParams({ query, columns }: Pick<ListAddress, 'query' | 'columns'>): URLSearchParams {
  const params = new URLSearchParams();
  const add = (name: string, words: readonly string[]) => {
    for (const word of words) if (word !== '') params.append(name, word);
  };
  add('status', query.statuses);
  add('waiting', query.waiting);
  add('reason', query.reasons.map(toReasonCode));
  add('connection', query.connections);
  add('channel', query.channels);
  add('method', query.methods);
  add('since', [query.since]);
  add('until', [query.until]);
  for (const name of ['waitingSince', 'leftSince', 'leftUntil', 'carrier', 'said'] as const)
    add(name, [query[name]]);
  add('sku', [query.sku]);
  add('customer', [query.customer]);
  add('q', [query.text]);
  add('sort', [query.sort]);
  if (columns.join() !== DEFAULT_COLUMNS.join()) add('column', columns);
  return params;
}
