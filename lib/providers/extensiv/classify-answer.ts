import * as z from 'zod';
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
import { toOneForm } from './representation.ts';

/** Codes of refusals that the provider distinguishes. */
export const NOT_FOUND = 'not_found';
/** The order changed after it was read: nothing was written. */
export const STALE = 'stale_etag';
const FORBIDDEN = 'forbidden';

const DEFAULT_WAIT_MS = 10_000;
const MAX_MESSAGE = 1_000;

const text = z.string().nullish().catch(null);
/** Of every refusal; the fields depend on the kind of exception. Names are in Pascal case, also in HAL. */
const refusalBody = z
  .looseObject({
    $type: text,
    errorCode: text,
    hint: text,
    message: text,
    actionName: text,
    properties: z
      .array(z.looseObject({ name: text }))
      .nullish()
      .catch(null),
  })
  .refine(({ errorCode, hint, message }) => [errorCode, hint, message].some((one) => one));
type Refusal = z.infer<typeof refusalBody>;

/** The error that an answer means; null for a success. */
export function errorFromAnswer(attempt: Attempt, answer: HttpAnswer): UpstreamError | null {
  if (answer.status < 300) return null;
  const parsed = refusalBody.safeParse(toOneForm(parseJson(answer.text)));
  return toError(attempt, answer, parsed.success ? parsed.data : null);
}

function toError(attempt: Attempt, answer: HttpAnswer, refusal: Refusal | null): UpstreamError {
  const { status } = answer;
  const details = toErrorDetails(attempt, { status, upstreamMessage: describe(refusal) });
  if (status === 429) return new Throttled(details, answer.retryAfterMs ?? DEFAULT_WAIT_MS);
  if (status === 401 || status === 402) return new OperatorActionNeeded(details);
  if (status === 403) return errorFromForbidden(attempt, details, refusal);
  if (status === 404 && isExtensivs(answer)) return new Rejected({ ...details, code: NOT_FOUND });
  if (status === 412) return new Rejected({ ...details, code: STALE });
  // Our own fault: the call lacks the tag, and was not carried out.
  if (status === 428) return new UnexpectedAnswer(details);
  if (status === 400 && refusal !== null) return errorFromRefusal(attempt, details, refusal);
  if (attempt.writes) return new AmbiguousWrite(details);
  return status >= 500 || status === 408 ? new Unavailable(details) : new UnexpectedAnswer(details);
}

/** Its own answer has no body, or one of JSON; a page is a gateway's, and says nothing about the order. */
function isExtensivs({ text }: HttpAnswer): boolean {
  return text.trim() === '' || parseJson(text) !== undefined;
}

type Details = ReturnType<typeof toErrorDetails>;

/** A missing role, or an operation that the order's state forbids. */
function errorFromForbidden(attempt: Attempt, details: Details, refusal: Refusal | null): UpstreamError {
  if (refusal !== null && attempt.writes && isOfOperation(refusal))
    return new Rejected({ ...details, code: refusal.errorCode ?? 'refused' });
  const upstreamMessage = [
    details.upstreamMessage,
    'The credentials lack a role: ask the warehouse to add it.',
  ];
  return new OperatorActionNeeded({
    ...details,
    code: FORBIDDEN,
    upstreamMessage: upstreamMessage.filter((part) => part !== undefined).join(' '),
  });
}

function isOfOperation({ $type, actionName }: Refusal): boolean {
  return Boolean($type?.includes('OperationException') || actionName);
}

function errorFromRefusal(attempt: Attempt, details: Details, refusal: Refusal): UpstreamError {
  if (!attempt.writes) return new UnexpectedAnswer(details);
  const isReference = refusal.properties?.some(({ name }) => name?.toLowerCase().includes('reference'));
  const isTaken = refusal.errorCode === 'Duplicate' && isReference;
  return new Rejected({ ...details, ...(isTaken && { code: REFERENCE_TAKEN }) });
}

/** `Duplicate (ReferenceNum): …` */
function describe(refusal: Refusal | null): string {
  if (refusal === null) return '';
  const names = refusal.properties?.flatMap(({ name }) => (name ? [name] : [])) ?? [];
  const code = refusal.errorCode ?? '';
  const what = names.length === 0 ? code : `${code} (${names.join(', ')})`.trim();
  const why = refusal.hint || refusal.message || '';
  return cutText([what, why].filter((part) => part !== '').join(': '), MAX_MESSAGE, '…');
}

/** As the error of a list of stock or products, whose role the credentials may lack. */
export function errorFromOptionalCall(error: unknown, role: string): unknown {
  if (!(error instanceof OperatorActionNeeded) || error.details.code !== FORBIDDEN) return error;
  const upstreamMessage = `The credentials may not read it: ask the warehouse to add the role ${role} (Support Portal → Manage Credentials).`;
  return new NotInPlan({ ...error.details, upstreamMessage });
}
