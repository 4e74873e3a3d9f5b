const WINDOW_MS = 60_000;
/** Per ShipStation's documentation, for an account. */
const CALLS_PER_WINDOW = 200;

export interface RateLimit {
  /** null where the call may be made, and is counted; else how many whole seconds to wait. */
  admit(now: number): number | null;
}

/** A sliding window. Refused calls do not count, so whoever waits as long as it was told gets in. */
export function slidingWindow(callsPerWindow = CALLS_PER_WINDOW): RateLimit {
  let admitted: number[] = [];
  return {
    admit: (now) => {
      admitted = admitted.filter((at) => at > now - WINDOW_MS);
      const oldest = admitted[0];
      if (oldest !== undefined && admitted.length >= callsPerWindow) {
        return Math.ceil((oldest + WINDOW_MS - now) / 1000);
      }
      admitted.push(now);
      return null;
    },
  };
}
