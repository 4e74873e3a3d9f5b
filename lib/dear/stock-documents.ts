import * as z from 'zod';
import { UnexpectedAnswer } from '../domain/errors.ts';
import { type DearCall, detailsOf } from './call.ts';
import { readableOf, readList, type WholeRow, wholeRowPageOf } from './list.ts';
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
const page = wholeRowPageOf(['StockAdjustmentList', 'StockTakeList'], row);

/**
 * Those whose reference equals `reference` exactly, after a look at all: DEAR has no search for it. A row that cannot be read
 * is passed over where its reference shows that it is another's.
 * @param path `stockTakeList` or `stockadjustmentList`
 * @throws {UnexpectedAnswer} none was found, and a row that cannot be read may be it: it must not be written again
 */
export async function documentsOf(client: Caller, path: string, reference: string): Promise<StockDocument[]> {
  const call: DearCall = { operation: 'find stock document', method: 'GET', path, reference };
  const found: StockDocument[] = [];
  let isComplete = true;
  for await (const rows of readList(client, call, page)) {
    found.push(...readableOf(rows, () => {}).filter((one) => one.reference === reference));
    if (rows.some((one) => mayBeOf(one, reference))) isComplete = false;
  }
  if (found.length > 0 || isComplete) return found;
  throw new UnexpectedAnswer(detailsOf(call, { words: 'a row of the list cannot be read, and may be it' }));
}

/** Those that are in progress. DEAR ignores a filter that it does not take without a word, so the rows are looked at too. */
export async function inProgress(client: Caller, path: string): Promise<StockDocument[]> {
  const query = { Status: 'IN PROGRESS' };
  const call: DearCall = { operation: 'find open stock takes', method: 'GET', path, query, reference: path };
  const found: StockDocument[] = [];
  for await (const rows of readList(client, call, page)) {
    found.push(...readableOf(rows, () => {}).filter(({ status }) => status === 'IN PROGRESS'));
  }
  return found;
}

const referenced = z.looseObject({ Reference: text });

function mayBeOf(row: WholeRow<StockDocument>, reference: string): boolean {
  if (row.isRead) return false;
  const { success, data } = referenced.safeParse(row.raw);
  return !success || data.Reference === reference;
}
