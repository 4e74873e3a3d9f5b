import * as z from 'zod';
import { faultScope } from '../kit/fault-queue.ts';

export interface ApiProblem {
  readonly error_source: 'ShipStation';
  readonly error_type: 'account_status' | 'business_rules' | 'validation' | 'security' | 'system';
  readonly error_code: ErrorCode;
  readonly message: string;
}

/** An answer by which ShipStation refuses a call. Rules throw it, so a refused write changes nothing. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly problems: readonly ApiProblem[];

  constructor(status: number, problems: readonly ApiProblem[]) {
    super(problems.map(({ message }) => message).join('; '));
    this.status = status;
    this.problems = problems;
  }
}

export function problem(type: ApiProblem['error_type'], code: ErrorCode, message: string): ApiProblem {
  return { error_source: 'ShipStation', error_type: type, error_code: code, message };
}

export function notFound(what: string, id: string): ApiError {
  return new ApiError(404, [problem('business_rules', 'invalid_identifier', `There is no ${what} ${id}.`)]);
}

export function refuse(code: ErrorCode, message: string): ApiError {
  return new ApiError(400, [problem('business_rules', code, message)]);
}

/** @throws {ApiError} naming every field that is wrong */
export function parseRequest<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const result = schema.safeParse(body, { reportInput: true });
  if (result.success) return result.data;
  throw new ApiError(400, result.error.issues.map(toProblem));
}

function toProblem(issue: z.core.$ZodIssue): ApiProblem {
  const field = issue.path.join('.') || 'the request';
  return problem('validation', toCode(issue), `${field}: ${issue.message}`);
}

function toCode(issue: z.core.$ZodIssue): ErrorCode {
  if (issue.code === 'invalid_type' && issue.input === undefined) return 'field_value_required';
  const isLength = (issue.code === 'too_big' || issue.code === 'too_small') && issue.origin === 'string';
  return isLength ? 'invalid_string_length' : 'invalid_field_value';
}

/** The error codes of ShipStation's V2 description that the sandbox returns or a fault may name. There is none for "not found". */
const ERROR_CODES = [
  'field_conflict',
  'field_value_required',
  'forbidden',
  'identifier_conflict',
  'identifiers_must_match',
  'insufficient_funds',
  'invalid_address',
  'invalid_billing_plan',
  'invalid_field_value',
  'invalid_identifier',
  'invalid_status',
  'invalid_string_length',
  'order_source_not_active',
  'rate_limit_exceeded',
  'request_body_required',
  'subscription_inactive',
  'trial_expired',
  'unauthorized',
  'unknown',
  'unspecified',
  'webhook_event_type_conflict',
] as const;
type ErrorCode = (typeof ERROR_CODES)[number];

export const faultRequest = z.discriminatedUnion('kind', [
  z.strictObject({ ...faultScope, kind: z.literal('latency'), ms: z.number().nonnegative() }),
  /** Answered with this status; the call is not carried out. The body is an error body of code and message, or `body`. */
  z.strictObject({
    ...faultScope,
    kind: z.literal('status'),
    status: z.int().min(200).max(599),
    code: z.enum(ERROR_CODES).default('unspecified'),
    message: z.string().default('A fault of the sandbox.'),
    retryAfter: z.int().nonnegative().optional(),
    body: z.string().optional(),
  }),
  /** The connection is closed, before the call is carried out or after it was saved. */
  z.strictObject({ ...faultScope, kind: z.enum(['timeout-before', 'timeout-after']) }),
]);
export type Fault = z.infer<typeof faultRequest>;
