import * as z from 'zod';

const method = z.string().toUpperCase();

/** The fields of every fault: the calls that it applies to (`path` is a part of theirs), and how many of them. */
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
  /** Takes the first fault that matches the call, and counts it as used once. */
  take(method: string, path: string): Fault | null;
}

/** In memory only: a restart removes all faults. */
export function createFaultQueue<Fault extends FaultScope>(): FaultQueue<Fault> {
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
      const fault = waiting.find((candidate) => matches(candidate, method, path.toLowerCase()));
      if (fault === undefined) return null;
      waiting = waiting.flatMap((other) => (other === fault ? useUp(other) : [other]));
      return fault;
    },
  };
}

function matches({ match: { method, path } }: FaultScope, calledMethod: string, calledPath: string): boolean {
  return (
    (method === undefined || [method].flat().includes(calledMethod)) &&
    (path === undefined || calledPath.includes(path))
  );
}

function useUp<Fault extends FaultScope>(fault: Fault): Fault[] {
  return fault.times === 1 ? [] : [{ ...fault, times: fault.times - 1 }];
}
