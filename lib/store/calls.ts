import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import * as z from 'zod';
import type { RecordedCall } from '../domain/call/recorded-call.ts';
import { DAY_SECONDS } from '../domain/clock.ts';
import type { CallStore } from '../domain/ports/orders.ts';
import { ItemKind, type OnUnreadable } from './item-kinds.ts';
import { putRecord } from './put-record.ts';
import type { Table } from './table.ts';

export const CALLS = new ItemKind('calls', z.object({ packed64: z.string(), expiresAt: z.number() }));

const side = z.object({ headers: z.record(z.string(), z.string()), body: z.string(), cut: z.number() });
const calls: z.ZodType<RecordedCall[]> = z.array(
  z.object({
    id: z.string(),
    at: z.string(),
    system: z.string(),
    operation: z.string(),
    method: z.string(),
    url: z.string(),
    status: z.number().nullable(),
    durationMs: z.number(),
    credentials: z.array(z.string()),
    fault: z.string(),
    request: side,
    answer: side.nullable(),
  }),
);

/** Of two masked bodies of 4 KB each about 2 KB are left; more would take longer than it saves. */
const PACKING = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };
/** More than an order of a quiet week has; older ones are not shown. */
const MAX_LISTED = 100;

/** Masked calls, in rows that expire; a row has the calls of one write. */
export class Calls implements CallStore {
  readonly #table: Pick<Table, 'read' | 'put' | 'range'>;
  readonly #days: number;
  readonly #onUnreadable: OnUnreadable;

  /** @param days for which a row is kept */
  constructor(
    table: Pick<Table, 'read' | 'put' | 'range'>,
    days: number,
    onUnreadable: OnUnreadable = () => {},
  ) {
    this.#table = table;
    this.#days = days;
    this.#onUnreadable = onUnreadable;
  }

  async add(owner: string, [first, ...others]: readonly RecordedCall[]): Promise<void> {
    if (first === undefined) return;
    const expiresAt = Math.floor(Date.parse(first.at) / 1000) + this.#days * DAY_SECONDS;
    const packed64 = brotliCompressSync(JSON.stringify([first, ...others]), PACKING).toString('base64');
    const key = { pk: toPartition(owner), sk: `${first.at}#${first.id}` };
    await putRecord(this.#table, CALLS, key, { packed64, expiresAt });
  }

  /** Those of the latest 100 rows, latest first. @param now ms: rows that have expired are left out */
  async list(owner: string, now: number): Promise<RecordedCall[]> {
    const rows = await this.#table.range(toPartition(owner), { limit: MAX_LISTED, backwards: true });
    return rows
      .map((row) => CALLS.parseRow(row, this.#onUnreadable, owner))
      .filter((row) => row !== null && row.expiresAt * 1000 > now)
      .flatMap((row) => (row === null ? [] : unpack(row.packed64).reverse()));
  }
}

function toPartition(owner: string): string {
  return `CALLS#${owner}`;
}

function unpack(packed64: string): RecordedCall[] {
  return calls.parse(JSON.parse(brotliDecompressSync(Buffer.from(packed64, 'base64')).toString()));
}
