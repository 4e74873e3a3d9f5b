import * as z from 'zod';
import { isoTime } from '../domain/clock.ts';
import type { CursorStore } from '../domain/ports/jobs.ts';

/** The changes that one run reads, and the cursors to store at its end. */
interface SweepWindow {
  /** ms since the epoch, without the overlap. */
  readonly since: number;
  /** To be stored when every change since then was read and queued. */
  readonly next: string;
  /** To be stored instead if a change between two pages may have been missed. */
  readonly nextIfIncomplete: string;
}

const SWEEP = 'sweep-sales';
/** Since when webhooks did not arrive. Written by `check-webhooks` alone. */
const SILENCE = 'silence';

/** Written by the sweep alone. */
const sweepCursor = z.object({
  /** ISO UTC: every change until then has been seen. */
  until: z.string(),
  /** The silence that was last read through; ''. */
  silence: z.string(),
  /** The same of a reading that may have missed a change; null if the last one was complete. */
  doubtful: z.object({ until: z.string(), silence: z.string() }).nullable().default(null),
});
type SweepCursor = z.infer<typeof sweepCursor>;
const storedSilence = z.object({ since: z.string(), notedAt: z.string() });

/**
 * Opens the window at the start of the last finished run, or earlier if webhooks were silent. The first run ever starts at its
 * own beginning, because sales that were authorised before the bridge was deployed were shipped by other means. That moment is
 * stored at once: otherwise a first run that fails would make the next one start later.
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
  const isCovered = silence === '' || silence === last.silence;
  const silent = isCovered ? until : Date.parse(storedSilence.parse(JSON.parse(silence)).since);
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
 * Makes the next run read the same changes once more; changes that two readings covered count as read. In an account that
 * changes every second no reading of several pages is certain to be complete, and a window that waited for one would grow
 * until it cannot be read at all.
 */
export async function repeatWindow(cursors: CursorStore, { nextIfIncomplete }: SweepWindow): Promise<void> {
  await cursors.save(SWEEP, '', nextIfIncomplete);
}

/**
 * Makes the next sweep read every change since then again. A sweep may be running meanwhile, so this is an entry of its own,
 * which that sweep does not overwrite.
 * @param since ms since the epoch
 * @param now ms since the epoch
 */
export async function noteSilence(cursors: CursorStore, since: number, now: number): Promise<void> {
  const silence: z.infer<typeof storedSilence> = { since: isoTime(since), notedAt: isoTime(now) };
  await cursors.save(SWEEP, SILENCE, JSON.stringify(silence));
}
