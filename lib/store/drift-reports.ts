import * as z from 'zod';
import { DAY_SECONDS } from '../domain/clock.ts';
import { DRIFT_OUTCOMES, type DriftReport } from '../domain/inventory/drift-report.ts';
import type { DriftReportStore, ReportFileStore } from '../domain/ports/stock.ts';
import type { FileBucket } from './bucket.ts';
import { ItemKind, type OnUnreadable } from './item-kinds.ts';
import { putRecord } from './put-record.ts';
import type { Table } from './table.ts';

const storedReport: z.ZodType<DriftReport> = z.object({
  connection: z.string(),
  location: z.string(),
  at: z.string(),
  mode: z.enum(['report', 'stocktake', 'adjust']),
  outcome: z.enum(DRIFT_OUTCOMES),
  reason: z.string(),
  counts: z.object({
    lines: z.number(),
    matching: z.number(),
    differing: z.number(),
    onlyProvider: z.number(),
    onlyDear: z.number(),
    quantityDifference: z.number(),
    written: z.number(),
  }),
  guard: z.object({ lines: z.number(), quantity: z.number(), over: z.string() }),
  stockTake: z.string(),
  adjustments: z.array(z.string()),
  file: z.string(),
  differences: z.array(
    z.object({
      sku: z.string(),
      batch: z.string(),
      expiry: z.string(),
      provider: z.number().nullable(),
      dear: z.number().nullable(),
      inFlight: z.number(),
      difference: z.number(),
      action: z.enum(['none', 'adjust', 'add', 'report']),
      whyNot: z.string(),
    }),
  ),
});

export const DRIFT_REPORT = new ItemKind('drift report', storedReport);

/** How each connection's stock stood when it was last compared: one item each, written over at every sync. */
export class DriftReports implements DriftReportStore {
  readonly #table: Table;
  readonly #personalDataDays: number;
  readonly #onUnreadable: OnUnreadable;

  /**
   * @param personalDataDays after which a report expires: why a sync was refused is said in DEAR's or the service's words
   * @param onUnreadable receives each report that cannot be read, and counts as none
   */
  constructor(table: Table, personalDataDays = 90, onUnreadable: OnUnreadable = () => {}) {
    this.#onUnreadable = onUnreadable;
    this.#table = table;
    this.#personalDataDays = personalDataDays;
  }

  /** null where the connection's stock was never compared. */
  async read(connection: string): Promise<DriftReport | null> {
    const item = await this.#table.read(toKey(connection));
    return item === undefined ? null : DRIFT_REPORT.parseRow(item, this.#onUnreadable);
  }

  async save(report: DriftReport): Promise<void> {
    const expiresAt = Math.floor(Date.parse(report.at) / 1000) + this.#personalDataDays * DAY_SECONDS;
    await putRecord(
      this.#table,
      DRIFT_REPORT,
      toKey(report.connection),
      { ...report, expiresAt },
      {
        kind: 'none',
      },
    );
  }
}

function toKey(connection: string) {
  return { pk: `DRIFT#${connection}`, sk: 'LATEST' };
}

/** Files that people download, in the reports bucket, which deletes them after 90 days. */
export class ReportFiles implements ReportFileStore {
  readonly #bucket: FileBucket;

  constructor(bucket: FileBucket) {
    this.#bucket = bucket;
  }

  /** Stores a CSV file under the key, over what is there. Resolves once S3 has all of it. */
  save(key: string, parts: readonly Uint8Array[]): Promise<void> {
    return this.#bucket.put(key, Buffer.concat(parts), 'text/csv; charset=utf-8');
  }
}
