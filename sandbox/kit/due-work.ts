import type { Timeline } from './timeline.ts';

interface DueWork<Id> {
  readonly timeline: Timeline;
  /** Of the sandbox's store. */
  readonly onChange: (listener: () => void) => void;
  /** What waits now, and from when on it is due: ms since the epoch. */
  readonly getDue: () => ReadonlyArray<{ readonly id: Id; readonly dueAt: number }>;
  /** Is run once for each `dueAt`. */
  readonly run: (id: Id) => void | Promise<void>;
}

/**
 * Runs what the state says is due: orders that are shipped by themselves, webhooks that are sent. It works from the state alone,
 * so it continues after a restart and follows every change.
 */
export function runWhenDue<Id>({ timeline, onChange, getDue, run }: DueWork<Id>): { stop(): void } {
  /** `cancel` is null once it runs or has run. */
  const timers = new Map<Id, { readonly dueAt: number; readonly cancel: (() => void) | null }>();
  let isStopped = false;

  const start = async (id: Id, dueAt: number): Promise<void> => {
    timers.set(id, { dueAt, cancel: null });
    await run(id);
    wake();
  };

  function wake(): void {
    if (isStopped) return;
    const due = new Map(getDue().map(({ id, dueAt }) => [id, dueAt]));
    for (const [id, timer] of timers)
      if (due.get(id) !== timer.dueAt) {
        timer.cancel?.();
        timers.delete(id);
      }
    for (const [id, dueAt] of due) {
      if (timers.has(id)) continue;
      const cancel = timeline.after(Math.max(0, dueAt - timeline.now()), () => start(id, dueAt));
      timers.set(id, { dueAt, cancel });
    }
  }

  onChange(wake);
  wake();
  return {
    stop: () => {
      isStopped = true;
      for (const { cancel } of timers.values()) cancel?.();
    },
  };
}
