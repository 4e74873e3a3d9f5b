import { isoTime } from '../lib/domain/clock.ts';
import { findReason, type Reason, toReasonCode } from '../lib/domain/order/order-summary.ts';
import { PROGRESS, type Progress } from '../lib/domain/order/progress.ts';
import { WAITING_FOR } from '../lib/domain/order/transitions.ts';

export const SORTS = ['newest', 'oldest', 'waiting', 'ship-by'] as const;
export type Sort = (typeof SORTS)[number];

/** What an order waits for, or that it is on its way to the customer. */
export const WAITING_WORDS = [...WAITING_FOR, 'shipped'] as const;
export type WaitingWord = (typeof WAITING_WORDS)[number];

/** What a text is compared with, for people who search. */
export const FOUND_BY =
  'order, sale (7 finds SO-00007), tracking number, e-mail address, words of a name (three letters or more), SKU, or the service’s id';

/** What a person asks for. An empty list or text: any. Texts are compared in any case. */
export interface OrderQuery {
  readonly statuses: readonly Progress[];
  readonly waiting: readonly WaitingWord[];
  readonly reasons: readonly Reason[];
  /** Ids. */
  readonly connections: readonly string[];
  readonly channels: readonly string[];
  /** When it was made, ISO UTC. */
  readonly since: string;
  readonly until: string;
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
  since: '',
  until: '',
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
  goods: 'Goods',
  'ship-by': 'Ship by',
  tracking: 'Tracking',
  'service-id': 'Id at the service',
  waiting: 'Waiting',
  made: 'Made',
  age: 'Age',
  customer: 'Customer',
  'deliver-to': 'Deliver to',
} as const;
export type Column = keyof typeof COLUMNS;
/** They are read from each order's content, which expires. */
export const PERSONAL_COLUMNS: ReadonlySet<Column> = new Set<Column>(['customer', 'deliver-to']);
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
  'shipping-method': 'Shipping method not mapped',
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

/** The label of a reason that was stored, perhaps by another version. */
export function getReasonLabel(reason: string): string {
  const known = findReason(reason);
  return known === undefined ? reason : REASON_LABELS[known];
}

const MAX_TEXT = 200;

/** Reads the address of a list. Words that it does not know are left out, so an old bookmark shows more rather than nothing. */
export function readListAddress(params: URLSearchParams, now: number): ListAddress {
  const all = (name: string) => params.getAll(name).filter((word) => word !== '');
  const text = (name: string) => (params.get(name) ?? '').trim().slice(0, MAX_TEXT);
  const isAmong =
    <Word extends string>(words: readonly Word[]) =>
    (one: string) =>
      words.filter((word) => word.toLowerCase() === one.toLowerCase());
  const page = Number(params.get('page') ?? '1');
  const waiting = all('waiting').flatMap(isAmong(WAITING_WORDS));
  const columns = all('column').flatMap(isAmong(Object.keys(COLUMNS) as Column[]));
  const query: OrderQuery = {
    ...ANY_ORDER,
    statuses: all('status').flatMap(isAmong(PROGRESS)),
    waiting,
    reasons: all('reason')
      .map(findReason)
      .filter((reason) => reason !== undefined),
    connections: all('connection'),
    channels: all('channel').map((channel) => channel.slice(0, MAX_TEXT)),
    since: toMoment(text('since'), 'T00:00:00.000Z') || toRecent(all('waiting'), now),
    until: toMoment(text('until'), 'T23:59:59.999Z'),
    sku: text('sku'),
    customer: text('customer'),
    text: text('q'),
    sort: SORTS.find((sort) => sort === params.get('sort')) ?? (waiting.length > 0 ? 'waiting' : 'newest'),
  };
  return {
    query,
    columns: columns.length === 0 ? DEFAULT_COLUMNS : columns,
    page: Number.isSafeInteger(page) && page > 0 ? page : 1,
  };
}

/** The row of the board that is no word that orders wait for. */
function toRecent(waiting: readonly string[], now: number): string {
  return waiting.includes('recent') ? `${isoTime(now - 86_400_000).slice(0, 10)}T00:00:00.000Z` : '';
}

/** ISO UTC. @param typed a date, or a moment from a link; anything else is none */
function toMoment(typed: string, timeOfDay: string): string {
  const moment = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(typed) ? `${typed}${timeOfDay}` : typed);
  return Number.isNaN(moment) || !/^\d{4}-/.test(typed) ? '' : isoTime(moment);
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
  add('since', [query.since]);
  add('until', [query.until]);
  add('sku', [query.sku]);
  add('customer', [query.customer]);
  add('q', [query.text]);
  add('sort', [query.sort]);
  if (columns.join() !== DEFAULT_COLUMNS.join()) add('column', columns);
  return params;
}
