import { createHash } from 'node:crypto';
import * as z from 'zod';
import { DAY_SECONDS } from '../domain/clock.ts';
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

export const ORDER_TERM = new ItemKind(
  'order term',
  z.object({ reference: z.string(), expiresAt: z.number().exactOptional() }),
);

/** `customer`: an e-mail address or a name. `provider-order`: the provider's id of the order. */
export type TermKind = 'sku' | 'channel' | 'connection' | 'customer' | 'provider-order';

/** A word under which orders are found, as a person typed it. */
export interface Term {
  readonly kind: TermKind;
  readonly text: string;
}

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
  shipBy: z.string(),
  createdAt: z.string(),
  waitingSince: z.string(),
  skus: z.array(z.string()).nullable(),
});

const ORDER_PREFIX = 'ORDER#';

/** What puts an order into the index `listed`. The summary is one text, which is cheaper to read than as many attributes. */
export function toLaneEntry(order: FulfillmentOrder) {
  const { reference: _, ...summary } = toSummary(order);
  return { lane: toLane(order), madeAt: order.createdAt, summary: JSON.stringify(summary) };
}

/** The terms under which an order and its content are found. */
export function toTerms(order: FulfillmentOrder, content: OrderContent): Term[] {
  const { connection, channel = '' } = order;
  const people = [content.email, content.customer, content.shipTo.contact].map(foldSearch);
  return [
    { kind: 'connection' as const, text: connection },
    { kind: 'channel' as const, text: channel },
    ...getSkus(order).map((text) => ({ kind: 'sku' as const, text })),
    ...[...new Set(people)].map((text) => ({ kind: 'customer' as const, text })),
  ].filter(({ text }) => text !== '');
}

/** Where the table finds orders that nothing else finds by key, at a cost that does not grow with the orders. */
export class OrderSearch {
  readonly #table: Table;
  readonly #now: () => number;
  readonly #personalDataDays: number;
  readonly #onUnreadable: OnUnreadable;

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
        const item = { reference, ...(term.kind === 'customer' && { expiresAt }) };
        const key = { pk: toPartition(term), sk: `${createdAt}#${reference}` };
        await putRecord(this.#table, ORDER_TERM, key, item, { kind: 'none' });
      }),
    );
  }

  /** The orders under a term, at most so many. Their current state may differ from the term: an edit leaves it. */
  async find(term: Term, between: MadeBetween, limit: number): Promise<ListedOrder[]> {
    const { since, until, oldestFirst } = between;
    const items = await this.#table.range(toPartition(term), {
      ...(since !== '' && { from: since }),
      // After every reference of that moment.
      ...(until !== '' && { until: `${until}#\uffff` }),
      backwards: !oldestFirst,
      limit,
    });
    const found = items.map((item) => {
      const term = ORDER_TERM.parseRow(item, this.#onUnreadable);
      return term === null ? null : { sk: String(item.sk), ...term };
    });
    return found
      .filter((one) => one !== null)
      .filter(({ expiresAt = Infinity }) => expiresAt * 1000 > this.#now())
      .map(({ sk, reference }) => ({ reference, createdAt: sk.split('#')[0] ?? '', summary: null }));
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

/** DynamoDB takes keys of up to 2,048 bytes. */
const MAX_PLAIN = 200;

function toPartition({ kind, text }: Term): string {
  const folded = foldSearch(text);
  const isPlain = kind !== 'customer' && folded.length <= MAX_PLAIN;
  return `TERM#${kind}#${isPlain ? folded : createHash('sha256').update(folded).digest('base64url')}`;
}
