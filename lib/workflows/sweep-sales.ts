import * as z from 'zod';
import { type Clock, isoTime } from '../domain/clock.ts';
import type { JobResult } from '../domain/job/job-run.ts';
import type { ReferenceInDear } from '../domain/ports/catalogue.ts';
import type { CursorStore } from '../domain/ports/jobs.ts';
import type { Publisher } from '../domain/ports/queues.ts';
import type { SaleRecord, SaleStore, SalesInDear } from '../domain/ports/sales.ts';
import {
  type ChangedSale,
  type ConnectedLocation,
  classifyChange,
  isMissedEvent,
} from '../domain/sale/reasons-to-read.ts';
import type { SaleEventMessage } from '../messaging/messages.ts';
import { type LocationDeps, readConnectedLocations } from './read-reference-books.ts';

interface SweepSalesDeps extends LocationDeps {
  readonly dear: Pick<ReferenceInDear, 'listLocations'> & Pick<SalesInDear, 'changedSales'>;
  readonly sales: Pick<SaleStore, 'readListed' | 'listAwaitingGoods'>;
  readonly cursors: CursorStore;
  readonly saleEvents: Publisher<SaleEventMessage>;
  /** `off`: DEAR sends no webhooks at all. */
  readonly webhooks: 'on' | 'off';
  /** Whether there is time for another page. */
  readonly hasTime: () => boolean;
  /** ms since the epoch: when this run was due, which may be long before it began. */
  readonly dueSince: number;
  readonly now: Clock;
  readonly count: (metric: 'MissedWebhook') => void;
}

/** Each window overlaps the last one: a change may become visible late, and clocks may differ. Costs no call. */
const OVERLAP_MS = 5 * 60_000;
/** DEAR sends a webhook a minute after its event. A later change is left to its webhook and to the next sweep. */
const WEBHOOK_COMES_WITHIN_MS = 2 * 60_000;
/** The list need not show that goods on backorder arrived, so a sale that waits for them is read at least this often. */
const AWAITED_EVERY_MS = 4 * 3_600_000;

/**
 * Finds changes that no webhook reported: edits, for which DEAR has no event, events that never fired or got lost, and all
 * changes while webhooks are off. Queues each sale that has to be read; a sale that was read since, or that is irrelevant,
 * costs DEAR no call. The window advances only when every page was read and queued, and is read twice if a row may have been
 * missed.
 * @returns `unfinished` if time ran out; the next run begins the window again
 */
export async function sweepSales(deps: SweepSalesDeps): Promise<JobResult> {
  const began = deps.now();
  const window = await openWindow(deps.cursors, began, deps.dueSince);
  const tally = emptyTally();
  const sweep: Sweep = {
    began,
    locations: await readConnectedLocations(deps, began),
    tally,
    seen: new Set(),
  };
  for await (const page of deps.dear.changedSales(isoTime(window.since - OVERLAP_MS))) {
    for (const row of page) await checkRow(row, sweep, deps);
    tally.pages += 1;
    if (!deps.hasTime()) return { outcome: 'unfinished', counts: tally };
  }
  await queueAwaited(sweep, deps);
  await (isComplete(sweep) ? completeWindow : repeatWindow)(deps.cursors, window);
  return { outcome: 'finished', counts: tally };
}

interface Sweep {
  /** ms since the epoch. */
  readonly began: number;
  readonly locations: readonly ConnectedLocation[];
  readonly tally: ReturnType<typeof emptyTally>;
  /** Ids of the sales that were listed. */
  readonly seen: Set<string>;
}

function emptyTally() {
  return {
    pages: 0,
    rows: 0,
    queued: 0,
    known: 0,
    complete: 0,
    irrelevant: 0,
    tooRecent: 0,
    awaitedGoods: 0,
    missedWebhooks: 0,
  };
}

/**
 * A sale that changes while the pages are read moves to the end of the list and is listed twice. Another sale may then have
 * moved to a page that was read already, so the next run reads the same window again.
 */
function isComplete({ tally, seen }: Sweep): boolean {
  return tally.pages <= 1 || seen.size === tally.rows;
}

async function checkRow(row: ChangedSale, sweep: Sweep, deps: SweepSalesDeps): Promise<void> {
  const { tally, began, locations, seen } = sweep;
  tally.rows += 1;
  seen.add(row.saleId);
  const isFresh = began - Date.parse(row.updatedAt) < WEBHOOK_COMES_WITHIN_MS;
  if (deps.webhooks === 'on' && isFresh) {
    tally.tooRecent += 1;
    return;
  }
  const record = await deps.sales.readListed(row.saleId);
  switch (classifyChange(row, record, locations)) {
    case 'known':
      tally.known += 1;
      return;
    case 'complete':
      tally.complete += 1;
      return;
    case 'irrelevant':
      tally.irrelevant += 1;
      return;
    case 'news':
      return queueNews(row, record, tally, deps);
  }
}

async function queueNews(
  row: ChangedSale,
  record: SaleRecord | null,
  tally: Sweep['tally'],
  deps: SweepSalesDeps,
): Promise<void> {
  const { saleId, orderNumber: saleOrderNumber, updatedAt } = row;
  await deps.saleEvents.publish({
    ...toSweepEvent({ saleId, saleOrderNumber }, deps),
    ...(updatedAt !== '' && { updatedAt }),
  });
  tally.queued += 1;
  if (deps.webhooks === 'off' || !isMissedEvent(row, record)) return;
  tally.missedWebhooks += 1;
  deps.count('MissedWebhook');
}

async function queueAwaited({ began, tally }: Sweep, deps: SweepSalesDeps): Promise<void> {
  for await (const record of deps.sales.listAwaitingGoods()) {
    if (began - Date.parse(record.readAt) < AWAITED_EVERY_MS) continue;
    await deps.saleEvents.publish(toSweepEvent(record, deps));
    tally.awaitedGoods += 1;
  }
}

function toSweepEvent(
  { saleId, saleOrderNumber }: Pick<SaleRecord, 'saleId' | 'saleOrderNumber'>,
  { now }: SweepSalesDeps,
): SaleEventMessage {
  const receivedAt = isoTime(now());
  return { saleId, saleOrderNumber, saleTaskId: '', event: 'sweep', trackingNumbers: [], receivedAt };
}

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

/** The first run is due one period after its schedule was created. */
const PERIOD_MS = 15 * 60_000;

/**
 * Opens the window at the start of the last finished run, or earlier if webhooks were silent. The first run ever reads since its
 * schedule was created: sales that were authorised before were shipped by other means, and what came later is read although the
 * first run was late or its process was killed. That moment is stored at once: otherwise a first run that fails would make the
 * next one start later.
 * @param now ms since the epoch: when this run began
 * @param dueSince ms since the epoch: when it was due, or `now`
 */
export async function openWindow(cursors: CursorStore, now: number, dueSince: number): Promise<SweepWindow> {
  const created = dueSince < now ? dueSince - PERIOD_MS + OVERLAP_MS : now;
  const last = (await readCursor(cursors)) ?? (await saveBeginning(cursors, created));
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

async function saveBeginning(cursors: CursorStore, at: number): Promise<SweepCursor> {
  const beginning = { until: isoTime(at), silence: '', doubtful: null };
  await cursors.save(SWEEP, '', JSON.stringify(beginning));
  return beginning;
}

async function completeWindow(cursors: CursorStore, { next }: SweepWindow): Promise<void> {
  await cursors.save(SWEEP, '', next);
}

/**
 * Makes the next run read the same changes once more; changes that two readings covered count as read. In an account that
 * changes every second no reading of several pages is certain to be complete, and a window that waited for one would grow
 * until it cannot be read at all.
 */
async function repeatWindow(cursors: CursorStore, { nextIfIncomplete }: SweepWindow): Promise<void> {
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
