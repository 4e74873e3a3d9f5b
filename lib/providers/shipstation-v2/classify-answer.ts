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
import { type CreatedShipment, conflictBody, errorBody } from './schemas.ts';

/** The two unique fields of an order that hold our reference; a conflict may name one of them instead of a code. */
const OUR_IDENTIFIERS = new Set(['external_shipment_id', 'shipment_number']);
/** Distinguishes a conflict without a code from an identifier that is too long or malformed. */
const TAKEN_TEXT = /already|in use|taken|exists|conflict|duplicate|unique/i;
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
const MAX_MESSAGE = 1_000;

/** The error that an answer means which is not a success. */
export function errorFromAnswer(attempt: Attempt, answer: HttpAnswer): UpstreamError {
  const { type, code, upstreamMessage } = readErrors(answer);
  const details = {
    ...toErrorDetails(attempt),
    status: answer.status,
    ...(code && { code }),
    ...(upstreamMessage && { upstreamMessage }),
  };
  if (answer.status === 429 || code === 'rate_limit_exceeded')
    return new Throttled(details, answer.retryAfterMs ?? DEFAULT_WAIT_MS);
  if (OPERATOR_STATUSES.has(answer.status) || OPERATOR_CODES.has(code) || OPERATOR_TYPES.has(type)) {
    return new OperatorActionNeeded(details);
  }
  const isServerError = answer.status >= 500 || answer.status === 408 || type === 'system';
  if (isServerError) return attempt.writes ? new AmbiguousWrite(details) : new Unavailable(details);
  return REFUSALS.has(answer.status) && upstreamMessage !== ''
    ? new Rejected(details)
    : new UnexpectedAnswer(details);
}

/** The codes for an account without the add-on. Other codes concern the API key. */
const PLAN_CODES = new Set(['subscription_inactive', 'invalid_billing_plan', 'forbidden']);

/** As `errorFromAnswer`, for the inventory's endpoints: they are an add-on, which a valid account may lack. */
export function errorFromInventoryAnswer(attempt: Attempt, answer: HttpAnswer): UpstreamError {
  const failure = errorFromAnswer(attempt, answer);
  if (!(failure instanceof OperatorActionNeeded)) return failure;
  const { details } = failure;
  if (answer.status !== 403 && !PLAN_CODES.has(details.code ?? '')) return failure;
  const theirs = details.upstreamMessage === undefined ? '' : ` ShipStation says: ${details.upstreamMessage}`;
  const upstreamMessage = `The account's plan has no Inventory API. Add it at ShipStation, or turn the stock comparison off.${theirs}`;
  return new NotInPlan({ ...details, upstreamMessage });
}

/** The codes of a refusal that a person puts right with the carrier or its balance: the API key is valid. */
const LABEL_CODES = new Set([
  'insufficient_funds',
  'meter_failure',
  'carrier_not_connected',
  'carrier_disconnected',
  'terms_not_accepted',
  'auto_fund_not_supported',
  'confirmation_not_supported',
]);

/** As `errorFromAnswer`, for the purchase of a label: one order waits for a person there, and the others go on. */
export function errorFromLabelAnswer(attempt: Attempt, answer: HttpAnswer): UpstreamError {
  const failure = errorFromAnswer(attempt, answer);
  const { details } = failure;
  const isRefusal = answer.status < 500 && LABEL_CODES.has(details.code ?? '');
  return isRefusal ? new Rejected(details) : failure;
}

/** For a row of a create that was refused although the request was answered with 200. */
export function errorFromRow(attempt: Attempt, row: CreatedShipment): Rejected {
  const upstreamMessage = row.errors
    .map((error) => (typeof error === 'string' ? error : error.message))
    .join('; ');
  const code =
    row.errors
      .map((error) => (typeof error === 'string' ? '' : getErrorCode(error)))
      .find((one) => one !== '') ?? (upstreamMessage.includes(REFERENCE_TAKEN) ? REFERENCE_TAKEN : '');
  return new Rejected({
    ...toErrorDetails(attempt),
    status: 200,
    upstreamMessage: cut(upstreamMessage),
    ...(code && { code }),
  });
}

/** Whether the answer is an error of ShipStation itself. A gateway's answer says nothing about the record. */
export function isShipStationError({ text }: HttpAnswer): boolean {
  return errorBody.safeParse(parseJson(text)).success;
}

function readErrors({ status, text }: HttpAnswer): { type: string; code: string; upstreamMessage: string } {
  const json = parseJson(text);
  const parsed = errorBody.safeParse(json);
  if (!parsed.success) return readConflict(status, json);
  const { errors } = parsed.data;
  const [first] = errors;
  const upstreamMessage = errors.map(({ message, error_code }) => message || error_code).join('; ');
  const code = errors.map(getErrorCode).find((one) => one === REFERENCE_TAKEN) ?? first.error_code;
  return { type: first.error_type, code, upstreamMessage: cut(upstreamMessage) };
}

/** A conflict may be the whole body, without the list of errors and without a code. */
function readConflict(
  status: number,
  json: unknown,
): { type: string; code: string; upstreamMessage: string } {
  const parsed = conflictBody.safeParse(json);
  if (!REFUSALS.has(status) || !parsed.success) return { type: '', code: '', upstreamMessage: '' };
  return { type: '', code: getErrorCode(parsed.data), upstreamMessage: cut(parsed.data.message) };
}

function getErrorCode(error: { error_code: string; message: string; field: string }): string {
  if (error.error_code !== '' && error.error_code !== 'unspecified') return error.error_code;
  const isTaken = OUR_IDENTIFIERS.has(error.field) && TAKEN_TEXT.test(error.message);
  return isTaken ? REFERENCE_TAKEN : error.error_code;
}

function cut(upstreamMessage: string): string {
  return cutText(upstreamMessage, MAX_MESSAGE, '…');
}
