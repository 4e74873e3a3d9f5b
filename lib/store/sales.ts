import * as z from 'zod';
import type { SaleRecord, SaleStore } from '../domain/ports/sales.ts';
import type { IndexName } from './indexes.ts';
import { ItemKind, type OnUnreadable } from './item-kinds.ts';
import { putRecord } from './put-record.ts';
import { storedSale } from './schemas.ts';
import type { Table } from './table.ts';

export const SALE = new ItemKind('sale', storedSale, [
  // Version 2 added `waitsFor`, which may be left out.
  (sale) => sale,
]);
export const SALE_NUMBER = new ItemKind('sale number', z.object({ saleId: z.string() }));

/** What sales wait for in the index `waiting`, beside what orders wait for. */
const GOODS = 'goods';

/** What became of each sale that we ever looked at: no sale vanishes, ignored ones least of all. */
export class Sales implements SaleStore {
  readonly #table: Table;
  readonly #onUnreadable: OnUnreadable;

  /** @param onUnreadable receives each sale that a list leaves out */
  constructor(table: Table, onUnreadable: OnUnreadable = () => {}) {
    this.#table = table;
    this.#onUnreadable = onUnreadable;
  }

  async read(saleId: string): Promise<SaleRecord | null> {
    const item = await this.#table.read(toKey(saleId));
    return item === undefined ? null : toRecord(SALE.parse(item, saleId));
  }

  /** The same for lists, which go on without it: null, and reported, where the record cannot be read. */
  async readListed(saleId: string): Promise<SaleRecord | null> {
    const item = await this.#table.read(toKey(saleId));
    const record = item === undefined ? null : SALE.parseRow(item, this.#onUnreadable, saleId);
    return record === null ? null : toRecord(record);
  }

  /** @param saleOrderNumber as DEAR shows it: `SO-00042` */
  async findByNumber(saleOrderNumber: string): Promise<SaleRecord | null> {
    const item = await this.#table.read(toNumberKey(saleOrderNumber));
    return item === undefined ? null : await this.read(SALE_NUMBER.parse(item, saleOrderNumber).saleId);
  }

  /** The sales whose order numbers end with it: `7` and `00007` find `SO-00007`. A company may have changed its prefix. */
  async findByDigits(typed: string): Promise<SaleRecord[]> {
    if (!/^\d{1,15}$/.test(typed)) return [];
    const items = await this.#table.range(toDigitsPartition(toDigits(typed)), { limit: MAX_PREFIXES });
    const records = await Promise.all(items.map((item) => this.readListed(SALE_NUMBER.parse(item).saleId)));
    return records.filter((record) => record !== null);
  }

  /**
   * Also makes the sale known by its order number; first, so that no sale that is known cannot be found.
   * @param before the record as it was read, which spares that write; null where there is none
   */
  async save(record: SaleRecord, before: SaleRecord | null): Promise<void> {
    const { saleId, saleOrderNumber } = record;
    if (saleOrderNumber !== '' && saleOrderNumber !== before?.saleOrderNumber) {
      await putRecord(this.#table, SALE_NUMBER, toNumberKey(saleOrderNumber), { saleId });
      const digits = toDigits(saleOrderNumber);
      const key = { pk: toDigitsPartition(digits), sk: saleOrderNumber };
      if (digits !== '') await putRecord(this.#table, SALE_NUMBER, key, { saleId });
    }
    const item = { ...record, outcome: toStored(record.outcome), ...toListing(record) };
    await putRecord(this.#table, SALE, toKey(saleId), item);
  }

  /** How many sales wait for goods, by the index alone; `atMost` where there are as many or more. */
  async countAwaitingGoods(atMost: number): Promise<number> {
    let count = 0;
    for await (const page of this.#table.list('waiting', GOODS)) {
      count += page.length;
      if (count >= atMost) return atMost;
    }
    return count;
  }

  /** The sales that wait for goods on backorder, longest first, each as it is when its turn comes. @param skip of the first ones */
  async *listAwaitingGoods(skip = 0): AsyncIterable<SaleRecord> {
    for await (const record of this.#list('waiting', GOODS, skip))
      if (record.goodsAwaitedSince !== '') yield record;
  }

  /** The sales that were ignored at their latest reading on a day in UTC, latest first. @param skip of the first ones */
  async *listIgnoredOn(day: string, skip = 0): AsyncIterable<SaleRecord> {
    for await (const record of this.#list('recent', toIgnoredOn(day), skip, true))
      if (record.outcome === 'ignored') yield record;
  }

  async *#list(
    index: IndexName,
    partition: string,
    skip: number,
    backwards = false,
  ): AsyncIterable<SaleRecord> {
    let toSkip = skip;
    for await (const page of this.#table.list(index, partition, { backwards })) {
      const first = Math.min(toSkip, page.length);
      toSkip -= first;
      for (const key of page.slice(first)) {
        const record = await this.readListed(key.pk.slice(SALE_PREFIX.length));
        if (record !== null) yield record;
      }
    }
  }
}

/** Earlier versions read `ignored` of a sale that waits, and refuse an outcome that they do not know. */
function toStored(outcome: SaleRecord['outcome']): SaleRecord['outcome'] {
  return outcome === 'waiting' ? 'ignored' : outcome;
}

function toRecord(stored: SaleRecord): SaleRecord {
  const isWaiting = stored.outcome === 'ignored' && stored.goodsAwaitedSince !== '';
  return isWaiting ? { ...stored, outcome: 'waiting' } : stored;
}

const SALE_PREFIX = 'SALE#';
const MAX_PREFIXES = 20;

function toKey(saleId: string) {
  return { pk: `${SALE_PREFIX}${saleId}`, sk: 'SALE' };
}

/** An ignored sale is listed on the day of its latest reading. */
function toListing({ goodsAwaitedSince, outcome, at }: SaleRecord) {
  return {
    ...(goodsAwaitedSince !== '' && { waitingFor: GOODS, waitingSince: goodsAwaitedSince }),
    ...(outcome === 'ignored' && { madeOn: toIgnoredOn(at.slice(0, 'yyyy-mm-dd'.length)), createdAt: at }),
  };
}

/** Beside the days of orders in the index `recent`. */
function toIgnoredOn(day: string): string {
  return `ignored#${day}`;
}

/** The number at the end, without zeros before it; '' where there is none. */
function toDigits(saleOrderNumber: string): string {
  const [digits = ''] = /\d{1,15}$/.exec(saleOrderNumber) ?? [];
  return digits.replace(/^0+(?=\d)/, '');
}

function toDigitsPartition(digits: string): string {
  return `SALE-DIGITS#${digits}`;
}

function toNumberKey(saleOrderNumber: string) {
  return { pk: `SALE-NUMBER#${saleOrderNumber}`, sk: 'SALE' };
}
