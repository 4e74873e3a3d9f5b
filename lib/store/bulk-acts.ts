import * as z from 'zod';
import { DAY_SECONDS, isoTime } from '../domain/clock.ts';
import { BULK_ACTIONS, type BulkAct, type BulkOutcome } from '../domain/order/bulk-act.ts';
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

const ACT = 'ACT';

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
    await putRecord(this.#table, BULK_ACT, toKey(act.id, ACT), item, { kind: 'none' });
  }

  /** null where there is none, or it has expired. */
  async read(id: string): Promise<BulkAct | null> {
    const item = await this.#table.read(toKey(id, ACT));
    if (item === undefined) return null;
    const { expiresAt, ...act } = BULK_ACT.parse(item);
    return expiresAt * 1000 <= this.#now() ? null : act;
  }

  async record(id: string, reference: string, outcome: Pick<BulkOutcome, 'state' | 'why'>): Promise<void> {
    const item = { reference, ...outcome, at: isoTime(this.#now()), expiresAt: this.#expiry() };
    await putRecord(this.#table, BULK_OUTCOME, toKey(id, `ORDER#${reference}`), item, { kind: 'none' });
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
