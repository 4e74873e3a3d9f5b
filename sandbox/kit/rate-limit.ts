const WINDOW_MS = 60_000;

export interface RateLimit {
  /** @returns null where the call is within the limit; otherwise the whole seconds until one more would be */
  admit(now: number): number | null;
  /** For headers: how many more calls are within the limit now, and the whole seconds until the oldest counts no more. */
  standing(now: number): { readonly remaining: number; readonly resetSeconds: number };
}

interface RateLimitOptions {
  readonly callsPerMinute: number;
  /** Whether a refused call counts too, so that a client that keeps calling stays refused. */
  readonly countsRefused: boolean;
}

/** A sliding window of 60 seconds. */
export function slidingWindow({ callsPerMinute, countsRefused }: RateLimitOptions): RateLimit {
  let counted: number[] = [];
  const getReset = (now: number) => Math.ceil(((counted[0] ?? now) + WINDOW_MS - now) / 1000);
  const forgetOld = (now: number) => {
    counted = counted.filter((at) => at > now - WINDOW_MS);
  };
  return {
    admit: (now) => {
      forgetOld(now);
      const isOver = counted.length >= callsPerMinute;
      const reset = getReset(now);
      if (!isOver || countsRefused) counted.push(now);
      return isOver ? reset : null;
    },
    standing: (now) => {
      forgetOld(now);
      return { remaining: Math.max(0, callsPerMinute - counted.length), resetSeconds: getReset(now) };
    },
  };
}

/** Each call fills a bucket by one, and it drains steadily: `capacity` calls at once, then one every `leakMs`. */
export function leakyBucket({ capacity, leakMs }: { capacity: number; leakMs: number }): RateLimit {
  let level = 0;
  let seenAt = 0;
  const drain = (now: number) => {
    level = Math.max(0, level - Math.max(0, now - seenAt) / leakMs);
    seenAt = now;
  };
  return {
    admit: (now) => {
      drain(now);
      if (level + 1 > capacity) return Math.ceil(((level + 1 - capacity) * leakMs) / 1000);
      level += 1;
      return null;
    },
    standing: (now) => {
      drain(now);
      return {
        remaining: Math.floor(capacity - level),
        resetSeconds: Math.ceil((level * leakMs) / 1000),
      };
    },
  };
}
