import { manualTimeline, runWhenDue } from 'dear-sandbox/kit';
import { describe, expect, it } from 'vitest';

/** Work that is due by a state, and what of it was run. */
function startWork(run: (id: string) => void | Promise<void> = () => {}) {
  const timeline = manualTimeline();
  const due = new Map<string, number>();
  const ran: string[] = [];
  let wake = () => {};
  const work = runWhenDue<string>({
    timeline,
    onChange: (listener) => {
      wake = listener;
    },
    getDue: () => [...due].map(([id, dueAt]) => ({ id, dueAt })),
    run: (id) => {
      ran.push(id);
      return run(id);
    },
  });
  const set = (id: string, inMs: number | null) => {
    if (inMs === null) due.delete(id);
    else due.set(id, timeline.now() + inMs);
    wake();
  };
  return { timeline, ran, set, wake: () => wake(), work };
}

describe('work that is due by the state', () => {
  it('is run once at its time, however often the state changes', async () => {
    const { timeline, ran, set, wake } = startWork();
    set('a', 1_000);
    wake();
    await timeline.advance(999);
    expect(ran).toEqual([]);
    await timeline.advance(1);
    wake();
    await timeline.advance(5_000);
    expect(ran).toEqual(['a']);
  });

  it('is run at its new time where that changes, and not where it is no longer due', async () => {
    const { timeline, ran, set } = startWork();
    set('a', 1_000);
    set('b', 1_000);
    set('a', 2_000);
    set('b', null);
    await timeline.advance(1_500);
    expect(ran).toEqual([]);
    await timeline.advance(500);
    expect(ran).toEqual(['a']);
  });

  it('is run again where it sets itself another time', async () => {
    const work = startWork((id) => {
      if (work.ran.length < 3) work.set(id, 100);
      else work.set(id, null);
    });
    work.set('a', 0);
    await work.timeline.advance(1_000);
    expect(work.ran).toEqual(['a', 'a', 'a']);
  });

  it('is not run after a stop', async () => {
    const { timeline, ran, set, work } = startWork();
    set('a', 1_000);
    work.stop();
    set('b', 0);
    await timeline.advance(5_000);
    expect(ran).toEqual([]);
  });
});
