import * as z from 'zod';
import { faultScope } from '../kit/fault-queue.ts';

/** An answer that is no success, with the contract's machine code. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export function errorAnswer({ status, code, message }: ApiError, retryAfter?: number): Response {
  const headers: Record<string, string> =
    retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  return Response.json({ error: { code, message } }, { status, headers });
}

export const faultRequest = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('timeout-before'), ...faultScope }),
  z.strictObject({ kind: z.literal('timeout-after'), ...faultScope }),
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(200).max(599),
    code: z.string().default('unavailable'),
    message: z.string().default('As the test asked for.'),
    retryAfter: z.int().positive().optional(),
    /** In place of the contract's form. */
    body: z.string().optional(),
    ...faultScope,
  }),
]);
export type Fault = z.infer<typeof faultRequest>;
