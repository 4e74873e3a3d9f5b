import * as z from 'zod';
import { isoTime } from '../domain/clock.ts';
import type { CursorStore } from '../domain/ports/jobs.ts';

/** What one run looks at, and what it leaves behind once it is through. */
interface SweepWindow {
  /** ms since the epoch; to be widened by whoever reads. */
  readonly since: number;
  /** To be stored when every change since then has been read and queued. */
  readonly next: string;
  /** To be stored when that was done, and a change may have slipped through between two pages. */
  readonly nextIfIncomplete: string;
}

const SWEEP = 'sweep-sales';
/** Under the same job, as there is no connection: since when webhooks were silent. Written by `check-webhooks` alone. */
const SILENCE = 'silence';

/** Written by the sweep alone. */
const sweepCursor = z.object({
  /** ISO UTC: every change until then has been seen. */
  until: z.string(),
  /** The silence that was last looked through; ''. */
  silence: z.string(),
  /** The same of a reading through which something may have slipped; null where the last one is beyond doubt. */
  doubtful: z.object({ until: z.string(), silence: z.string() }).nullable().default(null),
});
type SweepCursor = z.infer<typeof sweepCursor>;
const storedSilence = z.object({ since: z.string(), notedAt: z.string() });

/**
 * From where the last run that came to its end began; further back where webhooks turned out to have been silent. The very
 * first run begins with itself: what was authorised before the bridge was there was given to somebody else. That moment is
 * kept at once, or a first run that fails would have the next one begin later.
 * @param now ms since the epoch: when this run began
 */
export async function openWindow(cursors: CursorStore, now: number): Promise<SweepWindow> {
  const last = (await readCursor(cursors)) ?? (await saveBeginning(cursors, now));
  const silence = (await cursors.read(SWEEP, SILENCE)) ?? '';
  const here = { until: isoTime(now), silence };
  const next = JSON.stringify({ ...here, doubtful: null } satisfies SweepCursor);
  const nextIfIncomplete = JSON.stringify({
    ...(last.doubtful ?? last),
    doubtful: here,
  } satisfies SweepCursor);
  const until = Date.parse(last.until);
  const isLookedThrough = silence === '' || silence === last.silence;
  const silent = isLookedThrough ? until : Date.parse(storedSilence.parse(JSON.parse(silence)).since);
  return { since: Math.min(until, silent), next, nextIfIncomplete };
}

async function readCursor(cursors: CursorStore): Promise<SweepCursor | null> {
  const stored = await cursors.read(SWEEP, '');
  return stored === null ? null : sweepCursor.parse(JSON.parse(stored));
}

async function saveBeginning(cursors: CursorStore, now: number): Promise<SweepCursor> {
  const beginning = { until: isoTime(now), silence: '', doubtful: null };
  await cursors.save(SWEEP, '', JSON.stringify(beginning));
  return beginning;
}

export async function completeWindow(cursors: CursorStore, { next }: SweepWindow): Promise<void> {
  await cursors.save(SWEEP, '', next);
}

/**
 * Has the next run read the same changes again, and no more than once: what two readings covered is taken for seen. In a
 * shop where something changes every second no reading of several pages is beyond doubt, and a window that waited for one
 * would grow until it cannot be read at all.
 */
export async function repeatWindow(cursors: CursorStore, { nextIfIncomplete }: SweepWindow): Promise<void> {
  await cursors.save(SWEEP, '', nextIfIncomplete);
}

/**
 * Has the next sweep look at everything since then again. The sweep may be running meanwhile, so this is an entry of its
 * own, which a sweep that does not know it cannot write over.
 * @param since ms since the epoch
 * @param now ms since the epoch
 */
export async function noteSilence(cursors: CursorStore, since: number, now: number): Promise<void> {
  const silence: z.infer<typeof storedSilence> = { since: isoTime(since), notedAt: isoTime(now) };
  await cursors.save(SWEEP, SILENCE, JSON.stringify(silence));
}
