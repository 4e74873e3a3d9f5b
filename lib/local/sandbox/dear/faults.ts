import * as z from 'zod';
import { THROTTLES } from './rate-limit.ts';

const match = z
  .strictObject({ method: z.string().toUpperCase().optional(), path: z.string().toLowerCase().optional() })
  .default({});
/** `times`: how many matching calls it spoils before it is spent. */
const common = { match, times: z.int().positive().default(1) };

export const faultRequest = z.discriminatedUnion('kind', [
  z.strictObject({ ...common, kind: z.literal('latency'), ms: z.number().nonnegative() }),
  z.strictObject({ ...common, kind: z.enum(THROTTLES) }),
  /** The socket is closed: before the call is looked at, or after it was done and saved. */
  z.strictObject({ ...common, kind: z.enum(['timeout-before', 'timeout-after']) }),
  z.strictObject({ ...common, kind: z.literal('html') }),
  z.strictObject({
    ...common,
    kind: z.literal('status'),
    status: z.int().min(200).max(599),
    body: z.unknown(),
  }),
]);
export type Fault = z.infer<typeof faultRequest>;

export interface Faults {
  add(faults: readonly Fault[]): void;
  clear(): void;
  waiting(): readonly Fault[];
  /** The first fault that fits the call, used up by it. */
  take(method: string, path: string): Fault | null;
}

/** In memory only: a restarted sandbox is a healthy one. */
export function noFaults(): Faults {
  let waiting: Fault[] = [];
  return {
    add: (faults) => {
      waiting.push(...faults);
    },
    clear: () => {
      waiting = [];
    },
    waiting: () => waiting,
    take: (method, path) => {
      const fault = waiting.find((candidate) => fits(candidate, method, path.toLowerCase()));
      if (fault === undefined) return null;
      waiting = waiting.flatMap((other) => (other === fault ? spent(other) : [other]));
      return fault;
    },
  };
}

function fits({ match: { method, path } }: Fault, calledMethod: string, calledPath: string): boolean {
  return (
    (method === undefined || method === calledMethod) && (path === undefined || calledPath.includes(path))
  );
}

function spent(fault: Fault): Fault[] {
  return fault.times === 1 ? [] : [{ ...fault, times: fault.times - 1 }];
}
