import * as z from 'zod';
import { DAY_MS, DAY_SECONDS } from '../domain/clock.ts';
import type { FulfillmentOrder } from '../domain/order/fulfillment-order.ts';
import type { OrderContent } from '../domain/order/order-content.ts';
import {
  foldSearch,
  getSkus,
  type Lane,
  type OrderSummary,
  REASONS,
  toLane,
  toSummary,
} from '../domain/order/order-summary.ts';
import { PROGRESS } from '../domain/order/progress.ts';
import { WAITING_FOR } from '../domain/order/transitions.ts';
import { ItemKind, type OnUnreadable } from './item-kinds.ts';
import type { ItemKey } from './large-items.ts';
import { putRecord } from './put-record.ts';
import type { Table } from './table.ts';
import { isPersonal, type Term, toCustomerTerms, toTermKey, toTermRanges } from './terms.ts';

export const ORDER_TERM = new ItemKind(
  'order term',
  z.object({ reference: z.string(), expiresAt: z.number().exactOptional() }),
);

/** A channel that orders have. */
export const SEEN_VALUE = new ItemKind('seen value', z.object({ text: z.string(), expiresAt: z.number() }));

const CHANNELS = 'SEEN#channel';

/** Which orders, by when they were made (ISO UTC; '': any), and from which end. */
export interface MadeBetween {
  readonly since: string;
  readonly until: string;
  readonly oldestFirst: boolean;
}

/** An order on a list; `summary` is null where only the order itself says what it is. */
export interface ListedOrder {
  readonly reference: string;
  readonly createdAt: string;
  readonly summary: OrderSummary | null;
}

const storedSummary = z.object({
  progress: z.enum(PROGRESS),
  waitingFor: z.enum(['', ...WAITING_FOR]),
  reasons: z.array(z.enum(REASONS)),
  connection: z.string(),
  channel: z.string(),
  method: z.string().exactOptional(),
  shipBy: z.string(),
  createdAt: z.string(),
  waitingSince: z.string(),
  skus: z.array(z.string()).nullable(),
  left: z.object({ first: z.string(), last: z.string(), carriers: z.array(z.string()) }).exactOptional(),
});

const ORDER_PREFIX = 'ORDER#';
/** DynamoDB takes sort keys of up to 1,024 bytes. */
const MAX_SEEN = 250;

/** What puts an order into the index `listed`. The summary is one text, which is cheaper to read than as many attributes. */
export function toLaneEntry(order: FulfillmentOrder) {
  const { reference: _, ...summary } = toSummary(order);
  return { lane: toLane(order), madeAt: order.createdAt, summary: JSON.stringify(summary) };
}

/** The terms under which an order and its content are found. */
export function toTerms(order: FulfillmentOrder, content: OrderContent): Term[] {
  const { channel = '' } = order;
  return [
    { kind: 'channel' as const, text: channel },
    ...getSkus(order).map((text) => ({ kind: 'sku' as const, text })),
    ...toCustomerTerms(content.email, content.customer, content.shipTo.contact),
  ].filter(({ text }) => text !== '');
}

/** Where the table finds orders that nothing else finds by key, at a cost that does not grow with the orders. */
export class OrderSearch {
  readonly #table: Table;
  readonly #now: () => number;
  readonly #personalDataDays: number;
  readonly #onUnreadable: OnUnreadable;
  /** What this process noted today. */
  readonly #noted = new Set<string>();

  constructor(
    table: Table,
    now: () => number,
    personalDataDays: number,
    onUnreadable: OnUnreadable = () => {},
  ) {
    this.#onUnreadable = onUnreadable;
    this.#table = table;
    this.#now = now;
    this.#personalDataDays = personalDataDays;
  }

  /**
   * Makes the order found under each term. What is found under a customer expires as the content does: a hash of an address
   * can be guessed, so it is personal data.
   */
  async add({ reference, createdAt }: FulfillmentOrder, terms: readonly Term[]): Promise<void> {
    const expiresAt = Math.floor(this.#now() / 1000) + this.#personalDataDays * DAY_SECONDS;
    await Promise.all(
      terms.map(async (term) => {
        const item = { reference, ...(isPersonal(term) && { expiresAt }) };
        const key = toTermKey('TERM', term, createdAt, reference);
        await putRecord(this.#table, ORDER_TERM, key, item);
      }),
    );
  }

  /** Notes that orders have the channel: one write a day and process, however many have it. */
  async seeChannel(channel: string): Promise<void> {
    const folded = foldSearch(channel).slice(0, MAX_SEEN);
    const noted = `${folded} ${Math.floor(this.#now() / DAY_MS)}`;
    if (channel === '' || this.#noted.has(noted)) return;
    this.#noted.add(noted);
    const expiresAt = Math.floor(this.#now() / 1000) + this.#personalDataDays * DAY_SECONDS;
    const key = { pk: CHANNELS, sk: folded };
    await putRecord(this.#table, SEEN_VALUE, key, { text: channel, expiresAt });
  }

  /** The channels of orders of the last `personalDataDays`, at most 500. */
  async listChannels(): Promise<string[]> {
    const items = await this.#table.range(CHANNELS, { limit: 500 });
    const found = items.flatMap((item) => SEEN_VALUE.parseRow(item, this.#onUnreadable) ?? []);
    return found.filter(({ expiresAt }) => expiresAt * 1000 > this.#now()).map(({ text }) => text);
  }

  /** The orders under a term, at most so many. Their current state may differ from the term: an edit leaves it. */
  async find(term: Term, between: MadeBetween, limit: number): Promise<ListedOrder[]> {
    const ranges = toTermRanges('TERM', term);
    const isByName = term.kind === 'name';
    const found = await Promise.all(
      ranges.map(({ partition, range }) =>
        isByName
          ? this.#findByName(partition, range, between, limit)
          : this.#findByTime(partition, between, limit),
      ),
    );
    return found.flat();
  }

  async #findByTime(
    partition: string,
    { since, until, oldestFirst }: MadeBetween,
    limit: number,
  ): Promise<ListedOrder[]> {
    const items = await this.#table.range(partition, {
      ...(since !== '' && { from: since }),
      // After every reference of that moment.
      ...(until !== '' && { until: `${until}#\uffff` }),
      backwards: !oldestFirst,
      limit,
    });
    return this.#toListed(items, 0);
  }

  /** By the beginning of a name; those of the same name are together, so times are compared afterwards. */
  async #findByName(
    partition: string,
    range: { readonly from?: string; readonly until?: string },
    { since, until }: MadeBetween,
    limit: number,
  ): Promise<ListedOrder[]> {
    const items = await this.#table.range(partition, { ...range, limit, backwards: true });
    return this.#toListed(items, 1).filter(
      ({ createdAt }) => (since === '' || createdAt >= since) && (until === '' || createdAt <= until),
    );
  }

  /** @param place of the time among the parts of the sort key */
  #toListed(items: ReadonlyArray<Record<string, unknown>>, place: number): ListedOrder[] {
    return items.flatMap((item) => {
      const term = ORDER_TERM.parseRow(item, this.#onUnreadable);
      const isThere = term !== null && (term.expiresAt ?? Infinity) * 1000 > this.#now();
      const createdAt = String(item.sk).split('#')[place] ?? '';
      return isThere ? [{ reference: term.reference, createdAt, summary: null }] : [];
    });
  }

  /** Pages of a lane's orders in the order in which they were made. @param firstPage orders in the first page */
  async *listLane(
    lane: Lane,
    { since, until, oldestFirst }: MadeBetween,
    firstPage: number,
  ): AsyncIterable<readonly ListedOrder[]> {
    const range = {
      ...(since !== '' && { from: since }),
      ...(until !== '' && { until }),
      backwards: !oldestFirst,
      firstPage,
    };
    for await (const page of this.#table.list('listed', lane, range)) {
      yield page.map(({ summary, ...key }) => toListedOrder(key, summary));
    }
  }
}

function toListedOrder({ pk }: ItemKey, text: string | undefined): ListedOrder {
  const reference = pk.slice(ORDER_PREFIX.length);
  const raw: unknown = JSON.parse(text ?? '{}');
  const { data } = storedSummary.safeParse(raw);
  const made = z.object({ createdAt: z.string() }).safeParse(raw).data?.createdAt ?? '';
  return { reference, createdAt: made, summary: data === undefined ? null : { ...data, reference } };
}
