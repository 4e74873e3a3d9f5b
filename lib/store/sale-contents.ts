import * as z from 'zod';
import { DAY_MS, DAY_SECONDS } from '../domain/clock.ts';
import type { SaleContent, SaleContentStore } from '../domain/ports/sales.ts';
import { ItemKind, type OnUnreadable } from './item-kinds.ts';
import { putRecord } from './put-record.ts';
import type { Table } from './table.ts';
import { type Term, toCustomerTerms, toTermKey, toTermRanges } from './terms.ts';

const storedContent = {
  customer: z.string(),
  contact: z.string(),
  email: z.string(),
  customerReference: z.string(),
  channel: z.string(),
  skus: z.array(z.string()),
} as const;

export const SALE_CONTENT = new ItemKind(
  'sale content',
  z.object({ ...storedContent, expiresAt: z.number() }),
);
export const SALE_TERM = new ItemKind('sale term', z.object({ saleId: z.string(), expiresAt: z.number() }));

/** What sales without an order ask for, and the terms under which they are found. All of it expires, as an order's content does. */
export class SaleContents implements SaleContentStore {
  readonly #table: Table;
  readonly #now: () => number;
  readonly #personalDataDays: number;
  readonly #onUnreadable: OnUnreadable;

  /** @param onUnreadable receives each row that is left out */
  constructor(
    table: Table,
    now: () => number,
    personalDataDays: number,
    onUnreadable: OnUnreadable = () => {},
  ) {
    this.#table = table;
    this.#now = now;
    this.#personalDataDays = personalDataDays;
    this.#onUnreadable = onUnreadable;
  }

  /** null once it has expired. */
  async read(saleId: string): Promise<SaleContent | null> {
    return (await this.#readStored(saleId))?.content ?? null;
  }

  async #readStored(saleId: string) {
    const item = await this.#table.read(toKey(saleId));
    const stored = item === undefined ? null : SALE_CONTENT.parseRow(item, this.#onUnreadable, saleId);
    if (stored === null || stored.expiresAt * 1000 <= this.#now()) return null;
    const { expiresAt, ...content } = stored;
    return { content: z.object(storedContent).parse(content), expiresAt };
  }

  /**
   * Stores the content and makes the sale found by it. A sale that waits is read every four hours, so what is stored already is
   * written again only once half of its time has passed.
   */
  async save(saleId: string, content: SaleContent): Promise<void> {
    const before = await this.#readStored(saleId);
    const isFresh =
      before !== null && before.expiresAt * 1000 - this.#now() > (this.#personalDataDays * DAY_MS) / 2;
    if (isFresh && JSON.stringify(before.content) === JSON.stringify(pick(content))) return;
    const expiresAt = Math.floor(this.#now() / 1000) + this.#personalDataDays * DAY_SECONDS;
    const terms = toTerms(content).map((term) => toTermKey('SALE-TERM', term, '', saleId));
    await Promise.all(terms.map((key) => putRecord(this.#table, SALE_TERM, key, { saleId, expiresAt })));
    const item = { ...pick(content), expiresAt };
    await putRecord(this.#table, SALE_CONTENT, toKey(saleId), item);
  }

  /** Ids of the sales under a term, each once, in no order. A sale may have changed, or have orders by now. */
  async find(term: Term, limit: number): Promise<string[]> {
    const lists = await Promise.all(
      toTermRanges('SALE-TERM', term).map(({ partition, range }) =>
        this.#table.range(partition, { ...range, limit }),
      ),
    );
    const items = lists.flat();
    const found = items.flatMap((item) => SALE_TERM.parseRow(item, this.#onUnreadable) ?? []);
    const there = found.filter(({ expiresAt }) => expiresAt * 1000 > this.#now());
    return [...new Set(there.map(({ saleId }) => saleId))];
  }
}

function toKey(saleId: string) {
  return { pk: `SALE#${saleId}`, sk: 'CONTENT' };
}

function pick({ customer, contact, email, customerReference, channel, skus }: SaleContent) {
  return { customer, contact, email, customerReference, channel, skus };
}

/** An order may have hundreds of SKUs; each costs one write unit. */
const MAX_SKUS = 50;

function toTerms({ email, customer, contact, channel, skus }: SaleContent): Term[] {
  const terms: Term[] = [
    { kind: 'channel', text: channel },
    ...skus.slice(0, MAX_SKUS).map((text) => ({ kind: 'sku' as const, text })),
    ...toCustomerTerms(email, customer, contact),
  ];
  return terms.filter(({ text }) => text.trim() !== '');
}
