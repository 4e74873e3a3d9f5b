import * as z from 'zod';
import type { DearCall } from './call.ts';
import { pageOf, readList } from './list.ts';
import type { Caller } from './transport.ts';
import { folded, guid, text } from './wire-values.ts';

/** A stock take or stock adjustment, as DEAR's lists show it: they share one form and one series of numbers. */
export interface StockDocument {
  readonly taskId: string;
  /** `ST-00041` */
  readonly number: string;
  /** Upper-cased: `DRAFT`, `IN PROGRESS`, `COMPLETED`, `VOIDED`. */
  readonly status: string;
  readonly reference: string;
  /** Of a stock take; ''. */
  readonly location: string;
}

const row = z
  .looseObject({ TaskID: guid, StocktakeNumber: text, Status: folded, Reference: text, Location: text })
  .transform(
    (raw): StockDocument => ({
      taskId: raw.TaskID,
      number: raw.StocktakeNumber,
      status: raw.Status,
      reference: raw.Reference,
      location: raw.Location,
    }),
  );
/** The blueprint shows the list of stock takes under the key of the adjustments; nobody has said which it is. */
const page = pageOf(['StockAdjustmentList', 'StockTakeList'], row);

/**
 * Those whose reference equals `reference` exactly, after a look at all: DEAR has no search for it.
 * @param path `stockTakeList` or `stockadjustmentList`
 */
export async function documentsOf(client: Caller, path: string, reference: string): Promise<StockDocument[]> {
  const call: DearCall = { operation: 'find stock document', method: 'GET', path, reference };
  const found: StockDocument[] = [];
  for await (const rows of readList(client, call, page)) {
    found.push(...rows.filter((one) => one.reference === reference));
  }
  return found;
}

/** Those that are in progress. DEAR ignores a filter that it does not take without a word, so the rows are looked at too. */
export async function inProgress(client: Caller, path: string): Promise<StockDocument[]> {
  const query = { Status: 'IN PROGRESS' };
  const call: DearCall = { operation: 'find open stock takes', method: 'GET', path, query, reference: path };
  const found: StockDocument[] = [];
  for await (const rows of readList(client, call, page)) {
    found.push(...rows.filter(({ status }) => status === 'IN PROGRESS'));
  }
  return found;
}
