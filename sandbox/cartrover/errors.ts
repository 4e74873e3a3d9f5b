import * as z from 'zod';
import { faultScope } from '../kit/fault-queue.ts';

const ERROR_CODES = ['Invalid', 'Failure', 'RateLimit'] as const;
type ErrorCode = (typeof ERROR_CODES)[number];

/** An answer by which CartRover refuses a call. Rules throw it, so a refused write changes nothing. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: ErrorCode;
  /** Refusals have 200, unless the service itself broke. */
  readonly status: number;

  constructor(code: ErrorCode, message: string, status = 200) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

export function invalid(message: string): Refusal {
  return new Refusal('Invalid', message);
}

export function noSuchOrder(reference: string): Refusal {
  return new Refusal('Failure', `Order not found: ${reference}`);
}

/** @throws {Refusal} naming every field that is wrong */
export function parseRequest<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const result = schema.safeParse(body, { reportInput: true });
  if (result.success) return result.data;
  const { issues } = result.error;
  const missing = issues.filter((issue) => issue.code === 'invalid_type' && issue.input === undefined);
  if (missing.length > 0)
    throw invalid(`Order missing required field(s): ${missing.map(({ path }) => path.join('.')).join(', ')}`);
  throw invalid(issues.map(({ path, message }) => `${path.join('.') || 'the order'}: ${message}`).join('; '));
}

export const faultRequest = z.discriminatedUnion('kind', [
  z.strictObject({ ...faultScope, kind: z.literal('latency'), ms: z.number().nonnegative() }),
  /** Answered so, and the call is not carried out. The body is a refusal of code and message, or `body`. */
  z.strictObject({
    ...faultScope,
    kind: z.literal('answer'),
    status: z.int().min(200).max(599).default(200),
    code: z.enum(ERROR_CODES).default('Failure'),
    message: z.string().default('A fault of the sandbox.'),
    retryAfter: z.int().nonnegative().optional(),
    body: z.string().optional(),
  }),
  /** The connection is closed, before the call is carried out or after it was saved. */
  z.strictObject({ ...faultScope, kind: z.enum(['timeout-before', 'timeout-after']) }),
]);
export type Fault = z.infer<typeof faultRequest>;
