import { manualTimeline } from 'dear-sandbox/kit';
import { expect, it } from 'vitest';

it('counts whole milliseconds on a manual clock, and wakes no waiting before its end', async () => {
  const timeline = manualTimeline(1_000);
  const wokenAt: number[] = [];
  timeline.after(1.2, () => void wokenAt.push(timeline.now()));
  await timeline.advance(1);
  expect(wokenAt).toEqual([]);
  await timeline.advance(9);
  expect(wokenAt).toEqual([1_002]);
});
