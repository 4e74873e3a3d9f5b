import {
  AmbiguousWrite,
  OperatorActionNeeded,
  Rejected,
  Throttled,
  Unavailable,
  UnexpectedAnswer,
  type UpstreamError,
} from '../domain/errors.ts';
import { parseJson } from '../upstream/body.ts';
import type { HttpAnswer } from '../upstream/client.ts';
import { type DearCall, isWrite, toErrorDetails } from './call.ts';
import { type ErrorText, errorsBehindSuccess, isMarkup, parseErrorText } from './error-words.ts';

export type DearAnswer = HttpAnswer;

type Classified =
  /** `body` is parsed JSON, or null where DEAR has no content to return (204). */
  { readonly done: true; readonly body: unknown } | { readonly done: false; readonly error: UpstreamError };

/** DEAR counts calls per 60 s and mostly sends no `Retry-After` (seen live), so a whole window is the safe wait. */
const WINDOW_MS = 60_000;
/** `You have reached 60 calls per 60 seconds API limit.`, per the help centre; seen live under 503 and 400. */
const RATE_WORDS = /\d+ calls per (\d+ )?(second|minute)/i;
/** `Incorrect credentials!`, seen live. DEAR may put it under 400 with an inner 403, so the words decide. */
const CREDENTIAL_WORDS =
  /\b(incorrect|invalid|wrong|unknown)\b.{0,20}\b(credentials?|account ?id|application ?key)\b/i;

/**
 * Says what an answer of DEAR means, from the answer alone. The status is only the first hint: a refusal by rate comes
 * as 429 (blueprint), 503, 400 with the limit in words, or a passing 403 (all three seen live), and a success may be a
 * web page or a list of errors.
 */
export function classifyAnswer(answer: DearAnswer, call: DearCall): Classified {
  if (answer.status >= 200 && answer.status < 300) return classifySuccess(answer, call);
  return failed(classifyRefusal(answer, parseErrorText(answer.text), call));
}

function classifySuccess(answer: DearAnswer, call: DearCall): Classified {
  if (answer.status === 204) return { done: true, body: null };
  const body = parseJson(answer.text);
  if (body === undefined || !/json/i.test(answer.contentType)) return failed(notAnApiAnswer(answer, call));
  const errors = errorsBehindSuccess(body);
  if (errors === undefined) return { done: true, body };
  return failed(
    throttledByWords(answer, errors, call) ?? new Rejected(toErrorDetails(call, found(answer, errors))),
  );
}

/**
 * A wrong path or base URL gets a web page with status 200 (seen live): nothing there handled the call, not even a write.
 * Anything else that is not JSON may come from DEAR itself, so a write that meets it may have happened.
 */
function notAnApiAnswer(answer: DearAnswer, call: DearCall): UpstreamError {
  const isPage = isMarkup(answer.text) || /html/i.test(answer.contentType);
  const upstreamMessage = isPage
    ? 'a web page came instead of JSON: is the base URL right?'
    : 'the answer is not JSON, or does not say that it is';
  const details = toErrorDetails(call, { status: answer.status, upstreamMessage });
  return isWrite(call) && !isPage ? new AmbiguousWrite(details) : new UnexpectedAnswer(details);
}

function classifyRefusal(answer: DearAnswer, errors: ErrorText, call: DearCall): UpstreamError {
  const { status } = answer;
  const details = toErrorDetails(call, found(answer, errors));
  // 503 is the limit's status of old, and by HTTP's own meaning nothing was handled: safe to repeat, even a write.
  if (status === 429 || status === 503) return new Throttled(details, answer.retryAfterMs ?? WINDOW_MS);
  const throttled = throttledByWords(answer, errors, call);
  if (throttled !== undefined) return throttled;
  if (status >= 500 || status === 408) {
    return isWrite(call) ? new AmbiguousWrite(details) : new Unavailable(details);
  }
  if (status === 401 || status === 402 || CREDENTIAL_WORDS.test(errors.upstreamMessage)) {
    return new OperatorActionNeeded(details);
  }
  // Under load DEAR gives 403 to good credentials (seen live). Wrong ones are told apart by their words, above, so this
  // needs no memory of earlier answers; one that never passes shows as a message that grows old.
  if (status === 403) return new Throttled(details, answer.retryAfterMs ?? WINDOW_MS);
  return isBusinessRefusal(status, errors) ? new Rejected(details) : new UnexpectedAnswer(details);
}

/** A redirect, a missing endpoint or a wrong verb is ours to mend; a 404 in DEAR's own form speaks of the thing asked for. */
function isBusinessRefusal(status: number, errors: ErrorText): boolean {
  if (status < 400 || status === 405) return false;
  return status === 404 ? errors.isDears : errors.upstreamMessage !== '';
}

function throttledByWords(answer: DearAnswer, errors: ErrorText, call: DearCall): Throttled | undefined {
  if (!RATE_WORDS.test(errors.upstreamMessage)) return undefined;
  return new Throttled(toErrorDetails(call, found(answer, errors)), answer.retryAfterMs ?? WINDOW_MS);
}

function found(answer: DearAnswer, errors: ErrorText) {
  return { status: answer.status, upstreamMessage: errors.upstreamMessage, code: errors.code };
}

function failed(error: UpstreamError): Classified {
  return { done: false, error };
}
