/** A sandbox's clock and timers. Tests use a manual one. */
export interface Timeline {
  /** ms since the Unix epoch. */
  now(): number;
  /** Runs the task after that many ms. A task that runs for longer returns a promise.
   * @returns a function that cancels it
   */
  after(milliseconds: number, task: () => void | Promise<void>): () => void;
}

/**
 * The real clock.
 * @param compression how many ms of waiting pass in one real ms: at 60 a minute's wait takes a second. `now` is not compressed.
 */
export function realTimeline(compression = 1): Timeline {
  return {
    now: Date.now,
    after: (milliseconds, task) => {
      const timer = setTimeout(task, milliseconds / compression);
      timer.unref();
      return () => clearTimeout(timer);
    },
  };
}

interface ManualTimeline extends Timeline {
  /** Advances the clock. Tasks run in the order in which they fall due, each to its end and at its own time. */
  advance(milliseconds: number): Promise<void>;
}

export function manualTimeline(start = Date.UTC(2026, 0, 5)): ManualTimeline {
  let current = start;
  const due = new Set<{ at: number; task: () => void | Promise<void> }>();
  const next = () => [...due].sort((a, b) => a.at - b.at)[0];
  return {
    now: () => current,
    after: (milliseconds, task) => {
      // In whole ms, as a real clock counts: a time with a fraction is one that no store accepts.
      const entry = { at: current + Math.ceil(milliseconds), task };
      due.add(entry);
      return () => due.delete(entry);
    },
    advance: async (milliseconds) => {
      const end = current + milliseconds;
      for (let entry = next(); entry !== undefined && entry.at <= end; entry = next()) {
        due.delete(entry);
        current = entry.at;
        await entry.task();
        await new Promise((resolve) => setImmediate(resolve));
      }
      current = end;
    },
  };
}
