import {
  AmbiguousWrite,
  type FailureDetails,
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
import { type CreatedShipment, conflictBody, errorBody } from './schemas.ts';

/** What was attempted. `writes` decides whether silence means "safe to repeat" or "look before you leap". */
export interface Attempt {
  readonly system: string;
  readonly operation: string;
  readonly reference?: string;
  readonly writes: boolean;
}

export interface Answer {
  readonly status: number;
  /** Seconds, per ShipStation's documentation of its rate limit. */
  readonly retryAfter: string | undefined;
  readonly body: string;
}

/** The two identifiers of an order that hold our reference; a conflict may name one of them instead of giving a code. */
const OUR_IDENTIFIERS = new Set(['external_shipment_id', 'shipment_number']);
/** What tells a conflict without a code from an identifier that is too long or has a wrong form. */
const SAYS_TAKEN = /already|in use|taken|exists|conflict|duplicate|unique/i;
const OPERATOR_CODES = new Set([
  'unauthorized',
  'forbidden',
  'subscription_inactive',
  'trial_expired',
  'invalid_billing_plan',
  'order_source_not_active',
]);
const OPERATOR_TYPES = new Set(['account_status', 'security']);
const OPERATOR_STATUSES = new Set([401, 402, 403]);
const REFUSALS = new Set([400, 404, 409, 422]);
/** The limit is counted per minute, so a minute is the longest wait that can help. */
const DEFAULT_WAIT_MS = 60_000;
const LONGEST_WORDS = 1_000;

/** Errors before any byte of the request was sent: the other side cannot have acted. */
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_INVALID_ARG',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** Which class an answer that is not a success belongs to. */
export function failureOfAnswer(attempt: Attempt, answer: Answer): UpstreamError {
  const { type, code, words } = readErrors(answer);
  const details = {
    ...detailsOf(attempt),
    status: answer.status,
    ...(code && { code }),
    ...(words && { words }),
  };
  if (answer.status === 429 || code === 'rate_limit_exceeded') return new Throttled(details, waitOf(answer));
  if (OPERATOR_STATUSES.has(answer.status) || OPERATOR_CODES.has(code) || OPERATOR_TYPES.has(type)) {
    return new OperatorActionNeeded(details);
  }
  const theirFault = answer.status >= 500 || answer.status === 408 || type === 'system';
  if (theirFault) return attempt.writes ? new AmbiguousWrite(details) : new Unavailable(details);
  return REFUSALS.has(answer.status) && words !== '' ? new Rejected(details) : new UnexpectedAnswer(details);
}

/** What an account without the add-on is told, by its code; a key that is not accepted at all is another matter. */
const PLAN_CODES = new Set(['subscription_inactive', 'invalid_billing_plan', 'forbidden']);

/** As `failureOfAnswer`, for the inventory's endpoints: they are an add-on, which an account in good order may lack. */
export function failureOfInventory(attempt: Attempt, answer: Answer): UpstreamError {
  const failure = failureOfAnswer(attempt, answer);
  if (!(failure instanceof OperatorActionNeeded)) return failure;
  const { details } = failure;
  if (answer.status !== 403 && !PLAN_CODES.has(details.code ?? '')) return failure;
  const theirs = details.words === undefined ? '' : ` ShipStation says: ${details.words}`;
  const words = `The account's plan has no Inventory API. Add it at ShipStation, or do without its stock.${theirs}`;
  return new NotInPlan({ ...details, words });
}

/** Which class a request without an answer belongs to. */
export function failureOfSilence(attempt: Attempt, cause: unknown): UpstreamError {
  const code = codeOf(cause);
  const details = { ...detailsOf(attempt), ...(code && { code }), cause };
  if (attempt.writes && !NEVER_SENT.has(code)) return new AmbiguousWrite(details);
  return code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE' ? new UnexpectedAnswer(details) : new Unavailable(details);
}

/**
 * A success that cannot be read. After a write it is ambiguous: something was done, and we cannot tell what.
 * @param where which field is wrong; never its value, which may be personal
 */
export function failureOfForm(attempt: Attempt, status: number, where: string): UpstreamError {
  const details = { ...detailsOf(attempt), status, cause: new Error(where) };
  return attempt.writes ? new AmbiguousWrite(details) : new UnexpectedAnswer(details);
}

/** The row of a create that was refused although the request as a whole was answered with 200. */
export function failureOfRow(attempt: Attempt, row: CreatedShipment): Rejected {
  const words = row.errors.map((error) => (typeof error === 'string' ? error : error.message)).join('; ');
  const code =
    row.errors
      .map((error) => (typeof error === 'string' ? '' : codeOfError(error)))
      .find((one) => one !== '') ?? (words.includes(REFERENCE_TAKEN) ? REFERENCE_TAKEN : '');
  return new Rejected({ ...detailsOf(attempt), status: 200, words: cut(words), ...(code && { code }) });
}

/** What an error of this attempt says about itself. */
export function detailsOf({ system, operation, reference }: Attempt): FailureDetails {
  return { system, operation, ...(reference !== undefined && { reference }) };
}

/** Whether the answer has ShipStation's own form of an error. A gateway's has not, and says nothing about what there is. */
export function isTheirRefusal({ body }: Answer): boolean {
  return errorBody.safeParse(parseJson(body)).success;
}

function readErrors({ status, body }: Answer): { type: string; code: string; words: string } {
  const json = parseJson(body);
  const parsed = errorBody.safeParse(json);
  const [first] = parsed.success ? parsed.data.errors : [];
  if (!parsed.success || first === undefined) return readConflict(status, json);
  const words = parsed.data.errors.map(({ message, error_code }) => message || error_code).join('; ');
  const code = parsed.data.errors.map(codeOfError).find((one) => one === REFERENCE_TAKEN) ?? first.error_code;
  return { type: first.error_type, code, words: cut(words) };
}

/** A conflict may be the whole body, without the list of errors and without a code. */
function readConflict(status: number, json: unknown): { type: string; code: string; words: string } {
  const parsed = conflictBody.safeParse(json);
  if (!REFUSALS.has(status) || !parsed.success) return { type: '', code: '', words: '' };
  return { type: '', code: codeOfError(parsed.data), words: cut(parsed.data.message) };
}

function codeOfError(error: { error_code: string; message: string; field: string }): string {
  if (error.error_code !== '' && error.error_code !== 'unspecified') return error.error_code;
  const isTaken = OUR_IDENTIFIERS.has(error.field) && SAYS_TAKEN.test(error.message);
  return isTaken ? REFERENCE_TAKEN : error.error_code;
}

/** The text as JSON; undefined where it is none. The parser's own error quotes the text, so it is dropped. */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function waitOf(answer: Answer): number {
  const seconds = Number(answer.retryAfter);
  return answer.retryAfter !== undefined && Number.isFinite(seconds) && seconds >= 0
    ? seconds * 1000
    : DEFAULT_WAIT_MS;
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
}

function cut(words: string): string {
  return cutText(words, LONGEST_WORDS, '…');
}
