import type { NotDone, Rejected } from './errors.ts';
import type { LogEntry } from './fulfillment-order.ts';

/** A machine's code; anything longer or with blanks is a sentence, and may quote a person. */
const CODE = /^[\w.-]{1,64}$/;

/**
 * A refusal in the other side's own words, for a log entry. The words may quote personal data and expire; the code stays.
 * @param why a refusal, a write that was ignored, or words
 */
export function quotationOf(why: Rejected | NotDone | string): Pick<LogEntry, 'words' | 'code'> {
  if (typeof why === 'string') return { words: why };
  const { words = why.message, code, status } = why.details;
  if (code !== undefined && CODE.test(code)) return { words, code };
  return status === undefined ? { words } : { words, code: `HTTP ${status}` };
}
