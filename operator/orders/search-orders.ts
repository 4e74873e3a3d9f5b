import type { FulfillmentOrder } from '../../lib/domain/order/fulfillment-order.ts';
import {
  foldSearch,
  LANES,
  type Lane,
  lanesOfProgress,
  lanesOfWaiting,
  type Reason,
} from '../../lib/domain/order/order-summary.ts';
import { getUpstreamWords } from '../../lib/domain/order/progress.ts';
import type { WaitingFor } from '../../lib/domain/order/transitions.ts';
import type { MadeBetween as Between, ListedOrder } from '../../lib/store/order-search.ts';
import type { Term } from '../../lib/store/terms.ts';
import type { Bridge } from '../bridge.ts';
import { findByCustomer, findByText, READ_AT_ONCE, readAll } from './find-by-text.ts';
import {
  asksForPackages,
  type Match,
  matches,
  matchesSummary,
  sortMatches,
  toMatch,
} from './match-orders.ts';
import type { OrderQuery, WaitingWord } from './order-query.ts';

type SearchDeps = Pick<Bridge, 'orders' | 'sales' | 'search'>;

export interface OrderPage {
  readonly orders: readonly FulfillmentOrder[];
  /** How many match among those that were looked at. */
  readonly total: number;
  /** How many of these wait for each reason, as far as the lists say it; the most frequent first. */
  readonly reasons: ReadonlyMap<Reason, number>;
  /** How often the other system said the same about the first 200 of a list of refused orders; the most frequent first. */
  readonly words: ReadonlyMap<string, number>;
  /** ISO UTC: orders beyond this moment were not looked at; '' where all were. The list goes on from here. */
  readonly lookedTo: string;
}

/** So many entries of lists one page looks at, about 300 KB, and so many orders where lists do not say enough. */
const MAX_LISTED = 1_000;
const MAX_READ = 200;
const FIRST_PAGE = 150;

/**
 * A page of the orders that match, at a cost that does not grow with the orders: it looks at so many entries and says how far it
 * came. @param page from 1 @param limit orders on a page
 */
export async function searchOrders(
  bridge: SearchDeps,
  query: OrderQuery,
  page: number,
  limit: number,
): Promise<OrderPage> {
  const { found, lookedTo } = await findMatches(bridge, query);
  const sorted = sortMatches(found, query.sort);
  const onPage = sorted.slice((page - 1) * limit, page * limit);
  const orders = await readAll(
    bridge,
    onPage.map(({ reference }) => reference),
  );
  const words = asksForRefused(query) ? await countWords(bridge, sorted.slice(0, MAX_READ)) : new Map();
  return {
    orders: orders.filter((order) => matches(order, query)),
    total: sorted.length,
    reasons: countReasons(found),
    words,
    lookedTo,
  };
}

const REFUSED: ReadonlySet<string> = new Set(['failed', 'label', 'cancel-refused', 'confirmation-refused']);

function asksForRefused({ statuses, waiting, reasons }: OrderQuery): boolean {
  const asked = [...statuses.map((status) => status.toLowerCase()), ...waiting, ...reasons];
  return asked.length > 0 && asked.every((word) => REFUSED.has(word));
}

async function countWords(bridge: SearchDeps, found: readonly Match[]): Promise<Map<string, number>> {
  const orders = await readAll(
    bridge,
    found.map(({ reference }) => reference),
  );
  return countAll(orders.map(getUpstreamWords).filter((words) => words !== ''));
}

function countAll<Value>(values: readonly Value[]): Map<Value, number> {
  const counts = new Map<Value, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return new Map([...counts].sort(([, a], [, b]) => b - a));
}

function countReasons(found: readonly Match[]): Map<Reason, number> {
  return countAll(found.flatMap(({ summary }) => summary?.reasons ?? []));
}

/** Every order that matches, however many there are, read in turn, the latest made first. */
export async function* streamOrders(bridge: SearchDeps, query: OrderQuery): AsyncIterable<FulfillmentOrder> {
  const { entries } = await chooseEntries(bridge, query);
  let batch: string[] = [];
  const read = async () => {
    const orders = await readAll(bridge, batch.splice(0));
    return orders.filter((order) => matches(order, query));
  };
  for await (const { reference, summary } of entries(Infinity)) {
    if (summary !== null && !matchesSummary(summary, query)) continue;
    batch = [...batch, reference];
    if (batch.length >= READ_AT_ONCE) yield* await read();
  }
  yield* await read();
}

async function findMatches(
  bridge: SearchDeps,
  query: OrderQuery,
): Promise<{ readonly found: readonly Match[]; readonly lookedTo: string }> {
  const { entries, kind } = await chooseEntries(bridge, query);
  const limit = kind === 'unchecked' ? MAX_READ : MAX_LISTED;
  const found: Match[] = [];
  const unread: Match[] = [];
  const readUnread = async () => {
    const references = unread.splice(0, READ_AT_ONCE).map(({ reference }) => reference);
    const orders = await readAll(bridge, references);
    found.push(...orders.filter((order) => matches(order, query)).map(toMatch));
  };
  let looked = 0;
  let last = '';
  for await (const entry of entries(limit + 1)) {
    looked += 1;
    if (looked > limit) break;
    last = entry.createdAt;
    if (kind === 'matching') found.push(entry);
    else if (entry.summary === null) unread.push(entry);
    else if (matchesSummary(entry.summary, query)) (needsOrders(query) ? unread : found).push(entry);
    if (unread.length >= READ_AT_ONCE) await readUnread();
  }
  // What is on a short list is read, so that the page can say why its orders wait.
  if (kind === 'matching' && found.length <= MAX_READ) unread.push(...found.splice(0));
  while (unread.length > 0) await readUnread();
  return { found, lookedTo: looked > limit ? last : '' };
}

/** Whether only the orders themselves say what is asked for. */
function needsOrders({ said }: OrderQuery): boolean {
  return said !== '';
}

interface Entries {
  /** In the order in which the orders were made. @param atMost that are needed */
  entries(atMost: number): AsyncIterable<ListedOrder>;
  /** Whether each has its summary, has to be read, or matches as it is on the list. */
  readonly kind: 'summarised' | 'unchecked' | 'matching';
}

/** Orders of one customer that are found, the latest made. */
const MAX_OF_A_CUSTOMER = 10_000;

/** The shortest list that holds every order of the query, as far as it can be told beforehand. */
async function chooseEntries(bridge: SearchDeps, query: OrderQuery): Promise<Entries> {
  const { search } = bridge;
  const between = { since: query.since, until: query.until, oldestFirst: query.sort === 'oldest' };
  if (query.text !== '') {
    const entries = (await findByText(bridge, query.text)).map(toMatch);
    return { entries: () => fromList(entries), kind: 'summarised' };
  }
  const lanes = chooseLanes(query);
  const terms = toQueryTerms(query);
  const isAlone =
    terms.length + (query.customer === '' ? 0 : 1) === 1 &&
    lanes.length === LANES.length &&
    isByTime(query) &&
    !isNarrowed(query);
  // Only the list of a customer knows customers, which are not on the orders.
  if (query.customer !== '') {
    const found = await findByCustomer(bridge, query.customer, between, MAX_OF_A_CUSTOMER);
    return { entries: () => fromList(found), kind: isAlone ? 'matching' : 'unchecked' };
  }
  const term = await chooseTerm(bridge, terms, between);
  // What waits for a person is a short list.
  if (term !== undefined && lanes.length > 1) {
    return {
      entries: (atMost) => fromTerm(bridge, term, between, atMost),
      kind: isAlone ? 'matching' : 'unchecked',
    };
  }
  const first = lanes.length === 1 ? MAX_LISTED : FIRST_PAGE;
  const listed = () => lanes.map((lane) => search.listLane(lane, between, first));
  return { entries: () => mergeLanes(listed(), between.oldestFirst), kind: 'summarised' };
}

function isNarrowed(query: OrderQuery): boolean {
  return query.said !== '' || query.waitingSince !== '' || query.methods.length > 0 || asksForPackages(query);
}

function isByTime({ sort, channels, connections }: OrderQuery): boolean {
  return (sort === 'newest' || sort === 'oldest') && channels.length < 2 && connections.length === 0;
}

/** The first that few orders have; otherwise the first. */
async function chooseTerm(
  { search }: SearchDeps,
  terms: readonly Term[],
  between: Between,
): Promise<Term | undefined> {
  if (terms.length < 2) return terms[0];
  const found = await Promise.all(terms.map((term) => search.find(term, between, MAX_READ + 1)));
  return terms.find((_, index) => (found[index]?.length ?? 0) <= MAX_READ) ?? terms[0];
}

async function* fromList(entries: readonly ListedOrder[]): AsyncIterable<ListedOrder> {
  yield* entries;
}

const TERM_PAGE = 1_000;

async function* fromTerm(
  { search }: SearchDeps,
  term: Term,
  between: Between,
  atMost: number,
): AsyncIterable<ListedOrder> {
  let rest = between;
  let seen = new Set<string>();
  for (let yielded = 0; yielded < atMost; ) {
    const page = await search.find(term, rest, Math.min(TERM_PAGE, atMost - yielded + seen.size));
    const fresh = page.filter(({ reference }) => !seen.has(reference));
    yield* fresh;
    yielded += fresh.length;
    const last = page.at(-1)?.createdAt;
    if (fresh.length === 0 || last === undefined) return;
    // Orders of one moment may lie on both pages.
    seen = new Set(page.filter(({ createdAt }) => createdAt === last).map(({ reference }) => reference));
    rest = between.oldestFirst ? { ...rest, since: last } : { ...rest, until: last };
  }
}

/** The rarest first, as far as one can tell. */
function toQueryTerms({ sku, channels }: OrderQuery): Term[] {
  const single = (words: readonly string[]) => (words.length === 1 ? (words[0] ?? '') : '');
  const terms: Term[] = [
    { kind: 'sku', text: sku },
    { kind: 'channel', text: single(channels) },
  ];
  return terms.filter(({ text }) => foldSearch(text) !== '');
}

function chooseLanes({ statuses, waiting, reasons }: OrderQuery): readonly Lane[] {
  const byStatus = statuses.length === 0 ? LANES : statuses.flatMap(lanesOfProgress);
  const byWaiting = waiting.length === 0 ? LANES : waiting.flatMap(lanesOfWord);
  const byReason = reasons.length === 0 ? LANES : reasons.flatMap(lanesOfReason);
  return LANES.filter((lane) => [byStatus, byWaiting, byReason].every((lanes) => lanes.includes(lane)));
}

function lanesOfWord(word: WaitingWord): readonly Lane[] {
  return word === 'shipped' ? lanesOfProgress('Shipped') : lanesOfWaiting(word);
}

function lanesOfReason(reason: Reason): readonly Lane[] {
  const what = WAITING_OF_REASON.get(reason);
  return what === undefined ? ['attention'] : lanesOfWaiting(what);
}

const WAITING_OF_REASON = new Map<Reason, WaitingFor>(
  (['submission', 'update', 'cancellation', 'departure', 'confirmation'] as const).map((what) => [
    what,
    what,
  ]),
);

async function* mergeLanes(
  lanes: ReadonlyArray<AsyncIterable<readonly ListedOrder[]>>,
  oldestFirst: boolean,
): AsyncIterable<ListedOrder> {
  const readers = lanes.map((lane) => createReader(lane));
  await Promise.all(readers.map((reader) => reader.fill()));
  for (;;) {
    const heads = readers.filter((reader) => reader.head() !== undefined);
    const next = heads.reduce<(typeof heads)[number] | undefined>((best, reader) => {
      const isBefore = (one: string, other: string) => (oldestFirst ? one < other : one > other);
      const isFirst = isBefore(reader.head()?.createdAt ?? '', best?.head()?.createdAt ?? '');
      return best === undefined || isFirst ? reader : best;
    }, undefined);
    const entry = next?.head();
    if (next === undefined || entry === undefined) return;
    yield entry;
    await next.advance();
  }
}

/** One lane, of which the next order can be looked at before it is taken. */
function createReader(lane: AsyncIterable<readonly ListedOrder[]>) {
  const pages = lane[Symbol.asyncIterator]();
  let page: readonly ListedOrder[] = [];
  let place = 0;
  const fill = async () => {
    while (place >= page.length) {
      const next = await pages.next();
      if (next.done === true) return;
      page = next.value;
      place = 0;
    }
  };
  return {
    fill,
    head: () => page[place],
    advance: async () => {
      place += 1;
      await fill();
    },
  };
}
