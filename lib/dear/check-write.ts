import * as z from 'zod';
import { NotDone } from '../domain/errors.ts';
import { toErrorDetails } from '../upstream/attempt.ts';
import { type DearCall, toAttempt } from './transport.ts';
import { text, toContentsKey, upperCased } from './wire-values.ts';

/**
 * Live accounts answer 200 and ignore a write. So a write counts as done only if its answer shows the change. Anything else
 * (another status, `Success: false`, an empty list, null) leaves it open, and the sale has to be read.
 */
const stage = z.looseObject({
  Success: z.boolean().nullish(),
  Status: upperCased,
  Lines: toContentsKey(z.looseObject({ TrackingNumber: text })),
});

/** @throws {NotDone} unless the stage's answer has the status */
export function requireStage(call: DearCall, body: unknown, status: 'AUTHORISED' | 'DRAFT'): void {
  const answer = stage.safeParse(body);
  if (!answer.success) throw notDoneError(call, 'the answer is no stage');
  const { Success, Status, Lines } = answer.data;
  if (Success === false) throw notDoneError(call, 'the answer says Success: false');
  if (Status !== status) throw notDoneError(call, `the answer's status is ${Status || 'missing'}`);
  // A draft that was ignored has the status DRAFT as well, and no lines.
  if (status === 'DRAFT' && Lines.length === 0) throw notDoneError(call, 'the answer has no lines');
}

/** @throws {NotDone} unless the shipment's answer shows each tracking number */
export function requireTracking(call: DearCall, body: unknown, numbers: readonly string[]): void {
  requireStage(call, body, 'AUTHORISED');
  const shown = stage.parse(body).Lines.map(({ TrackingNumber }) => TrackingNumber);
  const isShown = (number: string) => shown.some((one) => one.includes(number));
  if (!numbers.every(isShown)) throw notDoneError(call, 'the answer lacks a tracking number');
}

const bills = z.looseObject({
  Invoices: toContentsKey(z.looseObject({ Memo: text, Status: upperCased })),
  CreditNotes: toContentsKey(z.looseObject({ Memo: text, Status: upperCased })),
});

/** @throws {NotDone} unless the answer shows an invoice or a credit note of the sale with the memo and one of the statuses */
export function requireBill(call: DearCall, body: unknown, memo: string, statuses: readonly string[]): void {
  const answer = bills.safeParse(body);
  const rows = answer.success ? [...answer.data.Invoices, ...answer.data.CreditNotes] : [];
  const isDone = rows.some(({ Memo, Status }) => Memo.trim() === memo.trim() && statuses.includes(Status));
  if (!isDone) throw notDoneError(call, 'the answer does not show it');
}

/** For a write that DEAR seems to have ignored although it answered with success. */
export function notDoneError(call: DearCall, upstreamMessage: string): NotDone {
  return new NotDone(toErrorDetails(toAttempt(call), { status: 200, upstreamMessage }));
}
