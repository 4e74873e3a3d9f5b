const WINDOW_MS = 60_000;

export interface RateLimit {
  /** @returns null where the call is within the limit; otherwise the whole seconds until one more would be */
  admit(now: number): number | null;
}

interface RateLimitOptions {
  readonly callsPerMinute: number;
  /** Whether a refused call counts too, so that a client that keeps calling stays refused. */
  readonly countsRefused: boolean;
}

/** A sliding window of 60 seconds. */
export function slidingWindow({ callsPerMinute, countsRefused }: RateLimitOptions): RateLimit {
  let counted: number[] = [];
  return {
    admit: (now) => {
      counted = counted.filter((at) => at > now - WINDOW_MS);
      const isOver = counted.length >= callsPerMinute;
      const oldest = counted[0] ?? now;
      if (!isOver || countsRefused) counted.push(now);
      return isOver ? Math.ceil((oldest + WINDOW_MS - now) / 1000) : null;
    },
  };
}
