/**
 * Keeps the messages in work hidden for a short time only, and renews that while the work goes on. So they come back soon
 * after the worker was killed, however long its time limit is.
 */
export interface Heartbeat {
  readonly hiddenSeconds: number;
  readonly everyMs: number;
  /** Calls again and again until it is told to stop. */
  readonly repeat: (action: () => void, everyMs: number) => () => void;
}

/**
 * Beats at once, and from then on as often as the heartbeat says, one after the other.
 * @returns stops it, and resolves once no beat is on its way
 */
export async function startBeating(
  heartbeat: Heartbeat | undefined,
  beat: () => Promise<void>,
): Promise<() => Promise<void>> {
  if (heartbeat === undefined) return async () => {};
  let latest = beat();
  await latest;
  const stop = heartbeat.repeat(() => {
    latest = latest.then(beat);
  }, heartbeat.everyMs);
  return async () => {
    stop();
    await latest;
  };
}
