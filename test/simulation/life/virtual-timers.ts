type Wait = (milliseconds: number) => Promise<void>;

let wait: Wait = async () => {};

/** From now on the code under test waits on this clock. */
export function setWait(wanted: Wait): void {
  wait = wanted;
}

/** In place of `node:timers/promises`: waiting moves the run's clock, not the machine's. */
export async function setTimeout<Value>(milliseconds: number, value: Value): Promise<Value> {
  await wait(milliseconds);
  return value;
}
