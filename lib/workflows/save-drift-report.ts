import {
  DRIFT_CSV_HEADER,
  type DriftReport,
  DriftTally,
  NOTHING_COUNTED,
  toCsvRow,
} from '../domain/inventory/drift-report.ts';
import { isWritable } from '../domain/inventory/stock-drift.ts';
import type { DriftReportStore, ReportFileStore } from '../domain/ports/stock.ts';
import type { Comparison } from './compare-stock.ts';
import { type LineResults, lineKey } from './read-stock.ts';

export interface DriftReportDeps {
  readonly files: ReportFileStore;
  readonly reports: DriftReportStore;
}

/** The result of a sync, without its lines. */
type SyncSummary = Omit<DriftReport, 'counts' | 'differences' | 'file'>;

/** Rows of one part of the file. As one long text it would take twice the memory. */
const ROWS_AT_ONCE = 1000;

/** Writes every line as CSV, then the summary that points to it. */
export async function saveDriftReport(
  ending: SyncSummary,
  comparison: Comparison,
  results: LineResults,
  { files, reports }: DriftReportDeps,
): Promise<DriftReport> {
  const tally = new DriftTally();
  const parts: Uint8Array[] = [];
  let rows = [DRIFT_CSV_HEADER];
  for (const line of comparison()) {
    const key = lineKey(line);
    const whyNot =
      isWritable(line) && !results.written.has(key) ? (results.left.get(key) ?? ending.reason) : line.whyNot;
    const { productId: _, name: __, unitCost: ___, ...reported } = line;
    tally.add({ ...reported, whyNot }, results.written.has(key));
    rows.push(toCsvRow({ ...reported, whyNot }));
    if (rows.length < ROWS_AT_ONCE) continue;
    parts.push(Buffer.from(rows.join('')));
    rows = [];
  }
  const file = `stock-drift/${ending.connection}/${ending.at}.csv`;
  await files.save(file, [...parts, Buffer.from(rows.join(''))]);
  const report = { ...ending, file, counts: tally.counts, differences: tally.differences };
  await reports.save(report);
  return report;
}

/** Saves the report of a sync that could not compare anything. */
export async function saveRefusal(ending: SyncSummary, { reports }: DriftReportDeps): Promise<DriftReport> {
  const report = { ...ending, file: '', counts: NOTHING_COUNTED, differences: [] };
  await reports.save(report);
  return report;
}
