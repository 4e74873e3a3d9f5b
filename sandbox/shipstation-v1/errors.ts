import * as z from 'zod';
import { faultScope } from '../kit/fault-queue.ts';

/** An answer by which ShipStation refuses a call. Rules throw it, so a refused write changes nothing. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** In one of the three forms of V1's errors. */
  readonly body: object;

  constructor(status: number, message: string, body: object = { message }) {
    super(message);
    this.status = status;
    this.body = body;
  }
}

export function notFound(what: string, id: string | number): ApiError {
  return new ApiError(404, `${what} ${id} was not found.`);
}

export function refuse(message: string): ApiError {
  return new ApiError(400, message);
}

/** The form of an exception of the server, as for a payload that it cannot process. */
export function serverError(message: string): ApiError {
  return new ApiError(500, message, {
    Message: 'An error has occurred.',
    ExceptionMessage: message,
    ExceptionType: 'System.NullReferenceException',
  });
}

/** @throws {ApiError} naming every field that is wrong, in the form of ASP.NET's model state */
export function parseRequest<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw modelError(result.error);
}

export function modelError(error: z.ZodError): ApiError {
  const ModelState = Object.fromEntries(
    error.issues.map(({ path, message }) => [`apiOrder.${path.map(String).join('.')}`, [message]]),
  );
  return new ApiError(400, describe(error), { Message: 'The request is invalid.', ModelState });
}

/** The wrong fields in one sentence, for a row of a bulk call. */
export function describe(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`).join('; ');
}

export const faultRequest = z.discriminatedUnion('kind', [
  z.strictObject({ ...faultScope, kind: z.literal('latency'), ms: z.number().nonnegative() }),
  /** Answered with this status; the call is not carried out. The body is `{ message }`, or `body`. */
  z.strictObject({
    ...faultScope,
    kind: z.literal('status'),
    status: z.int().min(200).max(599),
    message: z.string().default('A fault of the sandbox.'),
    /** The value of `X-Rate-Limit-Reset`, in seconds. */
    reset: z.int().nonnegative().optional(),
    body: z.string().optional(),
  }),
  /** Some rows of a bulk answer are left out, although the orders were stored. */
  z.strictObject({ ...faultScope, kind: z.literal('missing-rows'), rows: z.int().positive().default(1) }),
  /** The connection is closed, before the call is carried out or after it was saved. */
  z.strictObject({ ...faultScope, kind: z.enum(['timeout-before', 'timeout-after']) }),
]);
export type Fault = z.infer<typeof faultRequest>;
