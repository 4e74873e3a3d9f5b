import {
  AmbiguousWrite,
  OperatorActionNeeded,
  Rejected,
  Throttled,
  Unavailable,
  UnexpectedAnswer,
  type UpstreamError,
} from '../../domain/errors.ts';
import { cutText } from '../../domain/text.ts';
import { type Attempt, toErrorDetails } from '../../upstream/attempt.ts';
import { type HttpAnswer, parseJson } from '../../upstream/body.ts';
import { errorBody } from './schemas.ts';

/** 402: the plan has no API, or the account is suspended. */
const OPERATOR_STATUSES = new Set([401, 402, 403]);
const REFUSALS = new Set([400, 404, 405, 409, 422]);
/** The limit is counted per minute, so a minute is the longest wait that can help. */
const DEFAULT_WAIT_MS = 60_000;
const MAX_MESSAGE = 1_000;

/** The error that an answer means which is not a success. Its body may also be a text or a page of HTML. */
export function errorFromAnswer(attempt: Attempt, answer: HttpAnswer): UpstreamError {
  const { status } = answer;
  const upstreamMessage = readMessage(answer);
  const details = toErrorDetails(attempt, { status, upstreamMessage });
  if (status === 429) return new Throttled(details, answer.retryAfterMs ?? DEFAULT_WAIT_MS);
  if (OPERATOR_STATUSES.has(status)) return new OperatorActionNeeded(details);
  // Also where ShipStation could not process the order: then nothing was stored, which looking it up tells.
  if (status >= 500 || status === 408)
    return attempt.writes ? new AmbiguousWrite(details) : new Unavailable(details);
  return REFUSALS.has(status) && upstreamMessage !== ''
    ? new Rejected(details)
    : new UnexpectedAnswer(details);
}

/** A refusal that is answered with 200. */
export function errorFromVerdict(attempt: Attempt, upstreamMessage: string): Rejected {
  const message = cutText(upstreamMessage, MAX_MESSAGE, '…') || 'ShipStation gave no reason.';
  return new Rejected(toErrorDetails(attempt, { status: 200, upstreamMessage: message }));
}

/** Whether the answer is an error of ShipStation itself. A gateway's answer says nothing about the order. */
export function isShipStationError(answer: HttpAnswer): boolean {
  return readMessage(answer) !== '';
}

function readMessage({ text }: HttpAnswer): string {
  const parsed = errorBody.safeParse(parseJson(text));
  return parsed.success ? cutText(parsed.data, MAX_MESSAGE, '…') : '';
}
