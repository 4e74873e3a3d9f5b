import * as z from 'zod';
import { DAY_SECONDS, isoTime } from '../domain/clock.ts';
import { BULK_ACTIONS, type BulkAct, type BulkOutcome, type BulkSummary } from '../domain/order/bulk-act.ts';
import { ItemKind, type OnUnreadable } from './item-kinds.ts';
import { putRecord } from './put-record.ts';
import type { Table } from './table.ts';

export const BULK_ACT = new ItemKind(
  'bulk act',
  z.object({
    id: z.string(),
    action: z.enum(BULK_ACTIONS),
    by: z.string(),
    note: z.string(),
    about: z.string(),
    references: z.array(z.string()),
    leftOut: z.array(z.object({ reference: z.string(), why: z.string() })),
    plannedAt: z.string(),
    startedAt: z.string(),
    expiresAt: z.number(),
  }),
);
export const BULK_OUTCOME = new ItemKind(
  'bulk outcome',
  z.object({
    reference: z.string(),
    state: z.enum(['done', 'left-out']),
    why: z.string(),
    at: z.string(),
    expiresAt: z.number(),
  }),
);
export const BULK_SUMMARY = new ItemKind(
  'bulk summary',
  z.object({
    id: z.string(),
    action: z.enum(BULK_ACTIONS),
    by: z.string(),
    about: z.string(),
    plannedAt: z.string(),
    orders: z.number(),
    pieces: z.number(),
    connections: z.record(z.string(), z.number()),
    causes: z.array(z.object({ reason: z.string(), why: z.string(), orders: z.number() })),
    expiresAt: z.number(),
  }),
);

const ACT = 'ACT';
/** No id of an act, which begins with `B-`. */
const LIST = 'LIST';

/** What people do to many orders at once, and what became of each order. Both expire as personal data does: a note may hold some. */
export class BulkActs {
  readonly #table: Table;
  readonly #now: () => number;
  readonly #keptDays: number;
  readonly #onUnreadable: OnUnreadable;

  constructor(table: Table, now: () => number, keptDays: number, onUnreadable: OnUnreadable = () => {}) {
    this.#table = table;
    this.#now = now;
    this.#keptDays = keptDays;
    this.#onUnreadable = onUnreadable;
  }

  async save(act: BulkAct): Promise<void> {
    const item = { ...act, expiresAt: this.#expiry() };
    await putRecord(this.#table, BULK_ACT, toKey(act.id, ACT), item);
  }

  /** null where there is none, or it has expired. */
  async read(id: string): Promise<BulkAct | null> {
    const item = await this.#table.read(toKey(id, ACT));
    if (item === undefined) return null;
    const { expiresAt, ...act } = BULK_ACT.parse(item);
    return expiresAt * 1000 <= this.#now() ? null : act;
  }

  /** The summary is what lists show of the act, and stays as it was planned. */
  async saveSummary(summary: BulkSummary): Promise<void> {
    const item = { ...summary, expiresAt: this.#expiry() };
    const key = toKey(LIST, `${summary.plannedAt}#${summary.id}`);
    await putRecord(this.#table, BULK_SUMMARY, key, item);
  }

  /** null of an act that was planned before summaries were stored. */
  async readSummary({ plannedAt, id }: Pick<BulkAct, 'plannedAt' | 'id'>): Promise<BulkSummary | null> {
    const item = await this.#table.read(toKey(LIST, `${plannedAt}#${id}`));
    return item === undefined ? null : this.#toSummary(item);
  }

  /** The latest first, those too that were never started. */
  async listSummaries(limit: number): Promise<BulkSummary[]> {
    const found: BulkSummary[] = [];
    for await (const page of this.#table.items(toPartition(LIST))) {
      for (const item of page) {
        const summary = this.#toSummary(item);
        if (summary !== null) found.push(summary);
        if (found.length === limit) return found;
      }
    }
    return found;
  }

  #toSummary(item: Record<string, unknown>): BulkSummary | null {
    const read = BULK_SUMMARY.parseRow(item, this.#onUnreadable);
    if (read === null) return null;
    const { expiresAt, ...summary } = read;
    return expiresAt * 1000 <= this.#now() ? null : summary;
  }

  async record(id: string, reference: string, outcome: Pick<BulkOutcome, 'state' | 'why'>): Promise<void> {
    const item = { reference, ...outcome, at: isoTime(this.#now()), expiresAt: this.#expiry() };
    await putRecord(this.#table, BULK_OUTCOME, toKey(id, `ORDER#${reference}`), item);
  }

  async hasOutcome(id: string, reference: string): Promise<boolean> {
    return (await this.#table.read(toKey(id, `ORDER#${reference}`))) !== undefined;
  }

  /** Of the orders that were acted on so far. */
  async listOutcomes(id: string): Promise<BulkOutcome[]> {
    const outcomes: BulkOutcome[] = [];
    for await (const page of this.#table.items(toPartition(id))) {
      for (const item of page) {
        if (item.sk === ACT) continue;
        const outcome = BULK_OUTCOME.parseRow(item, this.#onUnreadable);
        if (outcome !== null) outcomes.push(outcome);
      }
    }
    return outcomes;
  }

  #expiry(): number {
    return Math.floor(this.#now() / 1000) + this.#keptDays * DAY_SECONDS;
  }
}

function toPartition(id: string): string {
  return `BULK#${id}`;
}

function toKey(id: string, sk: string) {
  return { pk: toPartition(id), sk };
}
