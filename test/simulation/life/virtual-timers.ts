import type { Timeline } from 'dear-sandbox/kit';

type Wait = (milliseconds: number) => Promise<void>;

let wait: Wait = async () => {};
let timeline: Timeline = { now: () => 0, after: () => () => {} };

/** From now on the code under test waits on this clock. */
export function setClock(wanted: Timeline, wantedWait: Wait): void {
  timeline = wanted;
  wait = wantedWait;
}

/** In place of `node:timers/promises`: waiting moves the run's clock, not the machine's. */
export async function setTimeout<Value>(milliseconds: number, value: Value): Promise<Value> {
  await wait(milliseconds);
  return value;
}

/** In place of the globals, in a module that measures its own pauses. */
export const VirtualDate = { now: () => timeline.now() };

export function setVirtualTimeout(task: () => void, milliseconds: number): { unref(): object } {
  const timer = { cancel: timeline.after(milliseconds, task), unref: () => timer };
  return timer;
}

export function clearVirtualTimeout(timer?: { cancel?: () => void }): void {
  timer?.cancel?.();
}
