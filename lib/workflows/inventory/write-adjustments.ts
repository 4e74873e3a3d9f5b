import * as z from 'zod';
import { isoTime } from '../../domain/clock.ts';
import { subtract } from '../../domain/decimal.ts';
import { AmbiguousWrite, Rejected } from '../../domain/errors.ts';
import type { DriftLine } from '../../domain/inventory/stock-drift.ts';
import type { StockWindow } from '../../domain/inventory/stock-movements.ts';
import type { AdjustmentsInDear, StockLine } from '../../domain/ports/stock.ts';
import {
  type LineResults,
  lineKey,
  movedSinceRead,
  requireSettled,
  type StockToWrite,
  toStockLine,
  type WriteStockDeps,
} from './read-stock.ts';

interface WriteAdjustmentsDeps extends WriteStockDeps {
  readonly dear: AdjustmentsInDear;
  readonly hasTime: () => boolean;
}

interface AdjustmentsWritten extends LineResults {
  readonly references: readonly string[];
  /** The last refusal; null if DEAR accepted all. */
  readonly refusal: Rejected | null;
  /** False if time ran out; calling it again with the lines that still differ continues. */
  readonly complete: boolean;
}

const storedProgress = z.object({
  /** When the reading of the first sync began, ISO UTC: the middle part of each reference. */
  began: z.string(),
  /** Lines up to this key are done; '' if none is. */
  after: z.string(),
  /** An adjustment that was begun, the key of its last line, and when it was sent, ISO UTC; null if none is open. */
  open: z.object({ reference: z.string(), upTo: z.string(), at: z.string().default('') }).nullable(),
  /** References of the adjustments that were written, oldest first. */
  done: z.array(z.string()),
  /** The number of adjustments begun. */
  begun: z.number(),
});
type Progress = z.infer<typeof storedProgress>;

interface KeyedLine {
  readonly key: string;
  readonly line: DriftLine;
}

const LINES_AT_ONCE = 500;
/** One refusal is the fault of a line and must not stop the other adjustments. Two have another cause. */
const MAX_REFUSALS = 2;
/** An older position is dropped, and the stock is compared again. DEAR's figures lag by at most a quarter of an hour. */
const RESUMED_FOR_MS = 60 * 60_000;
/** The orders are read again after this time before more is written. */
const RECHECK_MS = 10_000;
const HELD_BY_ORDERS =
  'Orders in DEAR hold more of it than the service has, and this account sets only the stock that no order holds. Correct it in DEAR by hand.';
const EARLIER = 'An earlier part of this sync wrote it, and DEAR may not show that yet.';

/** Whether an earlier sync wrote a part of its adjustments and has to be continued. */
export async function hasUnfinishedAdjustments({
  progress,
  now,
}: Pick<WriteStockDeps, 'progress' | 'now'>): Promise<boolean> {
  return (await readProgress(progress, now())) !== null;
}

/**
 * Sets DEAR's stock on hand of the lines, 500 at a time in the order of their keys. The reference of each adjustment is stored
 * before it is sent, so an unanswered one is looked up, and its lines are sent again only when it can no longer land. Lines
 * that an earlier sync wrote are not written again, although DEAR may not show them for a quarter of an hour.
 *
 * A figure overwrites every movement that DEAR recorded meanwhile. So the orders are read again before each adjustment, and
 * lines that moved since the reading began are left to the next sync.
 * @throws {AmbiguousWrite} the answer of an adjustment was lost, and DEAR does not list it
 * @throws {Deferred} that of an earlier sync may still land: it would overwrite with its older figures what is written now
 */
export async function writeAdjustments(
  stock: StockToWrite,
  window: StockWindow,
  deps: WriteAdjustmentsDeps,
): Promise<AdjustmentsWritten> {
  const stored = (await readProgress(deps.progress, deps.now())) ?? newProgress(window.began);
  const place = await resolveOpenAdjustment(stored, deps);
  return await new AdjustmentWriter(stock, window, deps).write(place);
}

/** Looks up an adjustment whose answer an earlier sync did not get. */
async function resolveOpenAdjustment(place: Progress, deps: WriteAdjustmentsDeps): Promise<Progress> {
  if (place.open === null) return place;
  const { reference, upTo, at } = place.open;
  const isWritten = await isInDear(reference, deps.dear);
  if (!isWritten) requireSettled(reference, at, deps.now());
  const resolved = isWritten
    ? { ...place, open: null, after: upTo, done: [...place.done, reference] }
    : { ...place, open: null };
  await deps.progress.save(JSON.stringify(resolved));
  return resolved;
}

class AdjustmentWriter {
  readonly #stock: StockToWrite;
  readonly #window: StockWindow;
  readonly #deps: WriteAdjustmentsDeps;
  readonly #written = new Set<string>();
  readonly #left = new Map<string, string>();
  readonly #refusals: Rejected[] = [];
  #moved: { readonly at: number; readonly skus: ReadonlyMap<string, string> } | null = null;

  constructor(stock: StockToWrite, window: StockWindow, deps: WriteAdjustmentsDeps) {
    this.#stock = stock;
    this.#window = window;
    this.#deps = deps;
  }

  async write(from: Progress): Promise<AdjustmentsWritten> {
    const keyed = this.#stock.lines.map((line) => ({ key: lineKey(line), line }));
    for (const { key } of keyed) if (key <= from.after) this.#left.set(key, EARLIER);
    const rest = keyed.filter(({ key }) => key > from.after).sort((a, b) => (a.key < b.key ? -1 : 1));
    let place = from;
    for (let at = 0; at < rest.length; at += LINES_AT_ONCE) {
      // At least one adjustment, so that every run makes progress however long the reading takes.
      if (at > 0 && !this.#deps.hasTime()) return this.#result(place, false);
      place = await this.#writeOne(rest.slice(at, at + LINES_AT_ONCE), place);
      if (this.#refusals.length === MAX_REFUSALS) break;
    }
    await this.#deps.progress.save('');
    return this.#result(place, true);
  }

  async #writeOne(chunk: readonly KeyedLine[], place: Progress): Promise<Progress> {
    const upTo = chunk.at(-1)?.key ?? place.after;
    const still = await this.#withoutMoved(chunk);
    if (still.length === 0) return { ...place, after: upTo };
    const begun = place.begun + 1;
    const reference = `${this.#stock.connection} ${place.began} ${begun}`;
    const open = { reference, upTo, at: isoTime(this.#deps.now()) };
    await this.#deps.progress.save(JSON.stringify({ ...place, begun, open } satisfies Progress));
    const isTaken = await this.#adjust(reference, still);
    if (isTaken) for (const { key } of still) this.#written.add(key);
    const done = isTaken ? [...place.done, reference] : place.done;
    const next = { ...place, begun, after: upTo, open: null, done };
    await this.#deps.progress.save(JSON.stringify(next));
    return next;
  }

  /** @returns whether DEAR accepted it */
  async #adjust(reference: string, lines: readonly KeyedLine[]): Promise<boolean> {
    const { dear, now } = this.#deps;
    const { locationId, location, account, getAllocated } = this.#stock;
    const header = { locationId, location, account, reference, effectiveDate: isoTime(now()).slice(0, 10) };
    try {
      const sets = getAllocated === null ? ('on-hand' as const) : ('available' as const);
      await dear.adjust({ ...header, sets, lines: lines.map(({ line }) => this.#toStockLine(line)) });
    } catch (error) {
      if (error instanceof Rejected) {
        this.#refusals.push(error);
        return false;
      }
      const isDone = error instanceof AmbiguousWrite && (await isInDear(reference, dear));
      if (!isDone) throw error;
    }
    return true;
  }

  async #withoutMoved(chunk: readonly KeyedLine[]): Promise<KeyedLine[]> {
    const moved = await this.#movedLately();
    return chunk.filter(({ key, line }) => {
      const why = moved.get(line.sku) ?? this.#whyNotSettable(line);
      if (why !== undefined) this.#left.set(key, why);
      return why === undefined;
    });
  }

  /** If only the available stock can be set, it is the figure less what orders hold. */
  #toStockLine(line: DriftLine): StockLine {
    const wanted = toStockLine(line);
    const allocated = this.#stock.getAllocated?.(line) ?? 0;
    return { ...wanted, quantity: subtract(wanted.quantity, allocated) };
  }

  #whyNotSettable(line: DriftLine): string | undefined {
    return this.#toStockLine(line).quantity < 0 ? HELD_BY_ORDERS : undefined;
  }

  async #movedLately(): Promise<ReadonlyMap<string, string>> {
    const { now } = this.#deps;
    if (this.#moved === null || now() - this.#moved.at > RECHECK_MS) {
      this.#moved = { at: now(), skus: await movedSinceRead(this.#window, this.#deps) };
    }
    return this.#moved.skus;
  }

  #result({ done }: Progress, complete: boolean): AdjustmentsWritten {
    const refusal = this.#refusals.at(-1) ?? null;
    return { references: done, refusal, complete, written: this.#written, left: this.#left };
  }
}

async function isInDear(reference: string, dear: AdjustmentsInDear): Promise<boolean> {
  const found = await dear.findAdjustments(reference);
  const valid = found.find(({ status }) => status !== 'VOIDED');
  if (valid === undefined || valid.status === 'COMPLETED') return valid !== undefined;
  const upstreamMessage = `The adjustment ${valid.number} is ${valid.status} and changes no stock. Complete or void it there.`;
  throw new Rejected({ system: 'DEAR', operation: 'adjust stock', reference, upstreamMessage });
}

function newProgress(began: number): Progress {
  return { began: isoTime(began), after: '', open: null, done: [], begun: 0 };
}

async function readProgress(progress: WriteStockDeps['progress'], now: number): Promise<Progress | null> {
  const stored = await progress.read();
  if (stored === null || stored === '') return null;
  const place = storedProgress.parse(JSON.parse(stored));
  return now - Date.parse(place.began) < RESUMED_FOR_MS ? place : null;
}
