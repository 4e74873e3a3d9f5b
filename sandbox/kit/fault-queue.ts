import * as z from 'zod';

const method = z.string().toUpperCase();

/** What every fault says: which calls it spoils (`path` is a part of theirs), and how many before it is spent. */
export const faultScope = {
  match: z
    .strictObject({
      method: z.union([method, z.array(method)]).optional(),
      path: z.string().toLowerCase().optional(),
    })
    .default({}),
  times: z.int().positive().default(1),
};
type FaultScope = z.infer<z.ZodObject<typeof faultScope>>;

export interface FaultQueue<Fault> {
  add(faults: readonly Fault[]): void;
  clear(): void;
  waiting(): readonly Fault[];
  /** The first fault that fits the call, used up by it. */
  take(method: string, path: string): Fault | null;
}

/** In memory only: a restarted sandbox is a healthy one. */
export function faultQueue<Fault extends FaultScope>(): FaultQueue<Fault> {
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

function fits({ match: { method, path } }: FaultScope, calledMethod: string, calledPath: string): boolean {
  return (
    (method === undefined || [method].flat().includes(calledMethod)) &&
    (path === undefined || calledPath.includes(path))
  );
}

function spent<Fault extends FaultScope>(fault: Fault): Fault[] {
  return fault.times === 1 ? [] : [{ ...fault, times: fault.times - 1 }];
}
