import * as z from 'zod';
import type { DearCall } from './call.ts';
import { notDone } from './done.ts';
import { parseAnswer } from './parse-answer.ts';
import { documentsOf, type StockDocument } from './stock-documents.ts';
import { type NewStock, type StockPlace, toDearNewStock } from './stock-lines.ts';
import type { Caller } from './transport.ts';
import { folded, guid, toDearDay } from './wire-values.ts';

export interface StockAdjustment extends StockPlace {
  /** Code of the expense account that takes the difference in value. */
  readonly account: string;
  /** By which `findAdjustments` finds it again: make it unique. */
  readonly reference: string;
  /** `yyyy-mm-dd`. */
  readonly effectiveDate: string;
  /** Whether its quantities are what is on hand, or what of it no order holds. */
  readonly sets: 'on-hand' | 'available';
  /** Only what is to change: DEAR leaves every other row of the location as it is. */
  readonly lines: readonly NewStock[];
}

const created = z.looseObject({ TaskID: guid, Status: folded });

/**
 * Sets the stock on hand of each line to its quantity, at once. That is not a difference, so a movement between reading the
 * stock and this call is overwritten: read right before.
 * @returns its task id
 * @throws {Rejected} DEAR knows no such account, location or product, or a line lacks the batch that its product needs
 * @throws {AmbiguousWrite} look with `findAdjustments` before adjusting again; `NotDone` where the answer is not COMPLETED
 */
export async function adjustStock(client: Caller, adjustment: StockAdjustment): Promise<string> {
  const { account, reference, effectiveDate, sets, lines } = adjustment;
  const body = {
    EffectiveDate: toDearDay(effectiveDate),
    Status: 'COMPLETED',
    Account: account,
    Reference: reference,
    // Without it the quantities are what is available, so what orders hold comes on top.
    ...(sets === 'on-hand' && { UpdateOnHand: true }),
    Lines: lines.map((line) => toDearNewStock(line, adjustment, effectiveDate)),
  };
  const call: DearCall = {
    operation: 'adjust stock',
    method: 'POST',
    path: 'stockadjustment',
    body,
    reference,
  };
  const { TaskID, Status } = parseAnswer(created, await client.transport.send(call), call);
  if (Status !== 'COMPLETED') throw notDone(call, `the answer's status is ${Status || 'missing'}`);
  return TaskID;
}

/** Every adjustment with exactly that reference, voided ones too: what a lost answer is looked up by. */
export function findAdjustments(client: Caller, reference: string): Promise<StockDocument[]> {
  return documentsOf(client, 'stockadjustmentList', reference);
}
