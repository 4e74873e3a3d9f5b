import * as z from 'zod';

const method = z.string().toUpperCase();
const match = z
  .strictObject({
    method: z.union([method, z.array(method)]).optional(),
    path: z.string().toLowerCase().optional(),
  })
  .default({});
/** `times`: how many matching calls it spoils before it is spent. `path`: a part of it. */
const common = { match, times: z.int().positive().default(1) };

export const faultRequest = z.discriminatedUnion('kind', [
  z.strictObject({ ...common, kind: z.literal('latency'), ms: z.number().nonnegative() }),
  /** Answered with this status and nothing done. The body is an error body around the code and message, or as given. */
  z.strictObject({
    ...common,
    kind: z.literal('status'),
    status: z.int().min(200).max(599),
    code: z.string().default('unspecified'),
    message: z.string().default('A fault was asked for.'),
    retryAfter: z.int().nonnegative().optional(),
    body: z.string().optional(),
  }),
  /** The socket is closed: before the call is looked at, or after it was done and saved. */
  z.strictObject({ ...common, kind: z.enum(['timeout-before', 'timeout-after']) }),
]);
export type Fault = z.infer<typeof faultRequest>;

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  waiting(): readonly Fault[];
  /** The first fault that fits the call, used up by it. */
  take(method: string, path: string): Fault | null;
}

/** In memory only: a restarted sandbox is a healthy one. */
export function noFaults(): Faults {
  let waiting: Fault[] = [];
  return {
    add: (fault) => {
      waiting.push(fault);
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
    (method === undefined || [method].flat().includes(calledMethod)) &&
    (path === undefined || calledPath.includes(path))
  );
}

function spent(fault: Fault): Fault[] {
  return fault.times === 1 ? [] : [{ ...fault, times: fault.times - 1 }];
}
