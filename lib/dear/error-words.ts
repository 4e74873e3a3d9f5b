import * as z from 'zod';
import { cutText } from '../domain/text.ts';
import { parseJson } from '../upstream/body.ts';

/** What DEAR says went wrong, whichever of its forms it chose. */
export interface ErrorText {
  /** All its sentences, joined and cut to a length that fits an order's log; '' where it gave none. */
  readonly upstreamMessage: string;
  /** The first `ErrorCode`; need not be the HTTP status. '' where there is none. */
  readonly code: string;
  /** Whether it is DEAR's own error form (`Exception`) and not that of a framework or a gateway before it. */
  readonly isDears: boolean;
}

/** DEAR repeats whole line texts for every bad line; 500 characters hold the first few, which is what a person reads. */
const LONGEST = 500;

const errorEntry = z.looseObject({
  ErrorCode: z.union([z.number(), z.string()]).nullish(),
  Exception: z.string().nullish(),
  Message: z.string().nullish(),
});
type ErrorEntry = z.infer<typeof errorEntry>;

const errorsList = z.looseObject({ Errors: z.array(z.unknown()).min(1) });

/** Reads the body of a refusal: an array or a bare object, with `Exception` or `Message` (both seen live), or plain text. */
export function parseErrorText(text: string): ErrorText {
  const body = parseJson(text);
  if (body === undefined)
    return { upstreamMessage: isMarkup(text) ? '' : cut(text.trim()), code: '', isDears: false };
  return wordsOfEntries(errorsIn(body) ?? toEntries(body));
}

/**
 * The errors that hide in a body whose HTTP status says success: a list under `Errors` (seen live on task endpoints), or
 * the whole body in the form of an error. Undefined where there are none.
 */
export function errorsBehindSuccess(body: unknown): ErrorText | undefined {
  const listed = errorsIn(body);
  if (listed !== undefined) return wordsOfEntries(listed);
  const entries = toEntries(body);
  const isRefusal = entries.length > 0 && entries.every((entry) => entry.ErrorCode && entry.Exception);
  return isRefusal ? wordsOfEntries(entries) : undefined;
}

/** DEAR's site answers a wrong path with a page for people. */
export function isMarkup(text: string): boolean {
  return /^\s*</.test(text);
}

function errorsIn(body: unknown): ErrorEntry[] | undefined {
  const listed = errorsList.safeParse(body);
  return listed.success ? listed.data.Errors.map(toEntry) : undefined;
}

function toEntries(body: unknown): ErrorEntry[] {
  return (Array.isArray(body) ? body : [body]).map(toEntry);
}

function toEntry(value: unknown): ErrorEntry {
  if (typeof value === 'string') return { Exception: value };
  const entry = errorEntry.safeParse(value);
  return entry.success ? entry.data : {};
}

function wordsOfEntries(entries: readonly ErrorEntry[]): ErrorText {
  const sentences = entries.map((entry) => (entry.Exception ?? entry.Message ?? '').trim());
  const code = entries.find((entry) => entry.ErrorCode != null)?.ErrorCode;
  return {
    upstreamMessage: cut([...new Set(sentences)].filter((sentence) => sentence !== '').join('; ')),
    code: code == null ? '' : String(code),
    isDears: entries.some((entry) => entry.Exception != null),
  };
}

function cut(text: string): string {
  return cutText(text, LONGEST, '…');
}
