import * as z from 'zod';
import { faultScope } from '../fault-queue.ts';
import { THROTTLES } from './rate-limit.ts';

export const faultRequest = z.discriminatedUnion('kind', [
  z.strictObject({ ...faultScope, kind: z.literal('latency'), ms: z.number().nonnegative() }),
  z.strictObject({ ...faultScope, kind: z.enum(THROTTLES), retryAfter: z.string().optional() }),
  /** The socket is closed: before the call is looked at, or after it was done and saved. */
  z.strictObject({ ...faultScope, kind: z.enum(['timeout-before', 'timeout-after']) }),
  z.strictObject({ ...faultScope, kind: z.literal('html') }),
  /** A write is answered with 200 and not done, as live accounts were seen to: with what is there, unchanged. */
  z.strictObject({ ...faultScope, kind: z.literal('ignored') }),
  /**
   * The answer is the true one, but for these places in it: `Order.Lines.0.Quantity`, or `SaleList.*.Updated` of each row. A
   * path that leads nowhere changes nothing.
   */
  z.strictObject({
    ...faultScope,
    kind: z.literal('odd-fields'),
    fields: z.record(z.string().min(1), z.json()),
  }),
  z.strictObject({
    ...faultScope,
    kind: z.literal('status'),
    status: z.int().min(200).max(599),
    body: z.unknown(),
  }),
]);
export type Fault = z.infer<typeof faultRequest>;
