import {
  AmbiguousWrite,
  NotInPlan,
  OperatorActionNeeded,
  REFERENCE_TAKEN,
  Rejected,
  Throttled,
  Unavailable,
  UnexpectedAnswer,
  type UpstreamError,
} from '../../domain/errors.ts';
import { cutText } from '../../domain/text.ts';
import { type Attempt, toErrorDetails } from '../../upstream/attempt.ts';
import { type HttpAnswer, parseJson } from '../../upstream/body.ts';
import { envelope } from './schemas.ts';

/** The header by which CartRover's support finds a call. */
export const PROCESS_ID_HEADER = 'x-cartrover-process-id';

/** The code of a refused read of one order that CartRover does not have. */
export const NOT_FOUND = 'not_found';
/** The code of a refusal of the endpoint, by keys that are valid. */
const FORBIDDEN = 'forbidden';

/** The bucket drains one call in 0.6 s: ten calls, so that the next refusal is not the next call. */
const DEFAULT_WAIT_MS = 6_000;
const OPERATOR_STATUSES = new Set([401, 402, 403]);
const MAX_MESSAGE = 1_000;

/** Texts are documented for duplicates, missing fields and the limit only; the others are recognised by their words. */
const DUPLICATE = /duplicate|already exists/i;
const OVER_LIMIT = /over api limit|slow down/i;
const MISSING = /not found|no such|does not exist|doesn't exist|no order|unknown order/i;
const ABOUT_KEYS = /\bapi[ _-]?(user|key)|credential|authenticat|unauthori[sz]ed/i;
const ABOUT_PERMISSION = /permission|not allowed|access/i;

/**
 * The error that an answer means; null for a success. The body decides, and the HTTP status only where there is no body of
 * CartRover's: it refuses with 200 (two clients).
 */
export function errorFromAnswer(attempt: Attempt, answer: HttpAnswer): UpstreamError | null {
  const parsed = envelope.safeParse(parseJson(answer.text));
  if (parsed.success && parsed.data.success_code && answer.status < 400) return null;
  const refusal = parsed.success && !parsed.data.success_code ? parsed.data : null;
  return refusal === null
    ? errorFromStatus(attempt, answer)
    : errorFromRefusal(attempt, answer, {
        code: refusal.error_code.toLowerCase(),
        message: [refusal.message || refusal.status_message, describe(refusal.error_response)]
          .filter((part) => part !== '')
          .join(': '),
      });
}

function errorFromRefusal(
  attempt: Attempt,
  answer: HttpAnswer,
  { code, message }: { readonly code: string; readonly message: string },
): UpstreamError {
  const details = { ...toDetails(attempt, answer, message), ...(code !== '' && { code }) };
  if (code === 'ratelimit' || OVER_LIMIT.test(message) || answer.status === 429)
    return new Throttled(details, answer.retryAfterMs ?? DEFAULT_WAIT_MS);
  if (OPERATOR_STATUSES.has(answer.status) || ABOUT_KEYS.test(message)) {
    const isForbidden = answer.status === 403 || ABOUT_PERMISSION.test(message);
    return new OperatorActionNeeded({ ...details, ...(isForbidden && { code: FORBIDDEN }) });
  }
  if (code !== 'invalid' && code !== 'failure') return errorFromStatus(attempt, answer, message);
  if (MISSING.test(message)) return new Rejected({ ...details, code: NOT_FOUND });
  if (!attempt.writes) return new UnexpectedAnswer(details);
  return new Rejected(DUPLICATE.test(message) ? { ...details, code: REFERENCE_TAKEN } : details);
}

/** The error of one order of a batch whose answer is a success. */
export function errorFromFailedRow(attempt: Attempt, answer: HttpAnswer, message: string): UpstreamError {
  return errorFromRefusal(attempt, answer, { code: 'failure', message });
}

/** For an answer that is not CartRover's own, or names no known code. */
function errorFromStatus(attempt: Attempt, answer: HttpAnswer, message = ''): UpstreamError {
  const { status } = answer;
  const details = toDetails(attempt, answer, message);
  if (status === 429) return new Throttled(details, answer.retryAfterMs ?? DEFAULT_WAIT_MS);
  if (OPERATOR_STATUSES.has(status)) return new OperatorActionNeeded(details);
  if (attempt.writes) return new AmbiguousWrite(details);
  return status >= 500 || status === 408 ? new Unavailable(details) : new UnexpectedAnswer(details);
}

/** The process id stands behind the text, so that it is in the order's log where support asks for it. */
function toDetails(attempt: Attempt, answer: HttpAnswer, message: string) {
  const id = answer.headers?.[PROCESS_ID_HEADER];
  const named = id === undefined ? '' : `(X-CartRover-Process-ID ${id})`;
  const room = MAX_MESSAGE - named.length - 1;
  const upstreamMessage = [cutText(message, room, '…'), named].filter((part) => part !== '').join(' ');
  return toErrorDetails(attempt, { status: answer.status, upstreamMessage });
}

/** `error_response` has no documented form. */
function describe(value: unknown): string {
  const detail = value ?? '';
  return typeof detail === 'string' ? detail : JSON.stringify(detail);
}

/** As the error of a call for stock: valid keys of a cart may lack the right to read it. */
export function errorFromStockCall(error: unknown): unknown {
  if (!(error instanceof OperatorActionNeeded) || error.details.code !== FORBIDDEN) return error;
  const upstreamMessage = [MERCHANT_KEYS, error.details.upstreamMessage]
    .filter((part) => part !== undefined)
    .join(' CartRover says: ');
  return new NotInPlan({ ...error.details, upstreamMessage });
}

const MERCHANT_KEYS =
  "The keys of the cart may not read the stock. Add merchantUser and merchantKey to the connection's secret (CartRover: Merchants → Merchant API Keys).";
