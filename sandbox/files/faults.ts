import * as z from 'zod';
import { faultScope } from '../kit/fault-queue.ts';

/** A fault of a call of SFTP, such as `RENAME`, or of `CONNECT`. A call that times out ends its connection. */
export const faultRequest = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('timeout-before'), ...faultScope }),
  z.strictObject({ kind: z.literal('timeout-after'), ...faultScope }),
  z.strictObject({ kind: z.literal('status'), status: z.int().min(1).max(8), ...faultScope }),
]);
export type Fault = z.infer<typeof faultRequest>;
