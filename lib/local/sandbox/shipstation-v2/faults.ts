import * as z from 'zod';
import { faultScope } from '../fault-queue.ts';
import { ERROR_CODES } from './error-codes.ts';

export const faultRequest = z.discriminatedUnion('kind', [
  z.strictObject({ ...faultScope, kind: z.literal('latency'), ms: z.number().nonnegative() }),
  /** Answered with this status and nothing done. The body is an error body around the code and message, or as given. */
  z.strictObject({
    ...faultScope,
    kind: z.literal('status'),
    status: z.int().min(200).max(599),
    code: z.enum(ERROR_CODES).default('unspecified'),
    message: z.string().default('A fault was asked for.'),
    retryAfter: z.int().nonnegative().optional(),
    body: z.string().optional(),
  }),
  /** The socket is closed: before the call is looked at, or after it was done and saved. */
  z.strictObject({ ...faultScope, kind: z.enum(['timeout-before', 'timeout-after']) }),
]);
export type Fault = z.infer<typeof faultRequest>;
