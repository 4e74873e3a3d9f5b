import { isoTime } from '../domain/clock.ts';
import type { InventoryPolicy } from '../domain/connection.ts';
import { NotInPlan } from '../domain/errors.ts';
import {
  type DriftReport,
  decideWrite,
  GuardCount,
  type GuardReading,
  NOTHING_CHANGED,
} from '../domain/inventory/drift-report.ts';
import { type DriftLine, isWritable } from '../domain/inventory/stock-drift.ts';
import type { JobResult } from '../domain/job/job-run.ts';
import type { CatalogueStore } from '../domain/ports/catalogue.ts';
import type { CursorStore } from '../domain/ports/jobs.ts';
import type { LogEvent } from '../domain/ports/log.ts';
import type { FractionStore } from '../domain/ports/orders.ts';
import type { AdjustmentsInDear, StockInDear, StockTakesInDear } from '../domain/ports/stock.ts';
import { type Provider, reportsStock } from '../providers/provider.ts';
import { type Comparison, compareStock } from './compare-stock.ts';
import { judgeTrial, noteTrial } from './on-hand-trial.ts';
import {
  NOTHING_WRITTEN,
  type ReadStockDeps,
  readStock,
  type StockRead,
  type StockReading,
  type WriteStockDeps,
} from './read-stock.ts';
import { type DriftReportDeps, saveDriftReport, saveRefusal } from './save-drift-report.ts';
import { hasUnfinishedAdjustments } from './write-adjustments.ts';
import { type StockWritten, type WriteStockInDearDeps, writeStock } from './write-stock.ts';
import { openStockTakeNumber } from './write-stock-take.ts';

interface SyncInventoryDeps extends Omit<ReadStockDeps, 'provider' | 'dear'>, DriftReportDeps {
  readonly provider: Provider;
  readonly dear: StockInDear & AdjustmentsInDear & StockTakesInDear;
  readonly catalogues: Pick<CatalogueStore, 'unknown'>;
  readonly fractions: Pick<FractionStore, 'list'>;
  readonly cursors: CursorStore;
  readonly log: LogEvent;
  readonly count: (metric: 'StockGuardStopped') => void;
}

export interface SyncOptions {
  /** Instead of the connection's own: an initial stock take is a sync in mode `stocktake`. */
  readonly policy?: InventoryPolicy;
  /** False if a person has read the report and confirmed what the guard would stop. */
  readonly guarded?: boolean;
}

export interface SyncResult extends JobResult {
  /** null if there was no time to make one. */
  readonly report: DriftReport | null;
}

/**
 * Compares the provider's stock with DEAR's at the connection's location, writes the differences as the connection's mode
 * says, and stores a report of every line. If a page cannot be read, nothing is written.
 * @returns `unfinished` if time ran out; the next run continues
 */
export async function syncInventory(deps: SyncInventoryDeps, choice: SyncOptions = {}): Promise<SyncResult> {
  const sync = new Sync(deps, choice);
  const { provider } = deps;
  if (!reportsStock(provider)) return await sync.refuse(NO_STOCK);
  const reading = await readStock({ ...deps, provider }).catch(toRefusal);
  if (reading.state === 'behind') return OUT_OF_TIME;
  if (reading.state === 'refused') return await sync.refuse(reading.reason);
  const { id, units } = deps.connection;
  const fractions = await deps.fractions.list(id);
  const comparison = await compareStock(
    reading.sides,
    { policy: sync.policy, units, fractions },
    { dear: deps.dear, unknownSkus: (skus) => deps.catalogues.unknown(id, skus) },
  );
  return await sync.compareAndWrite(comparison, reading);
}

const OUT_OF_TIME = { outcome: 'unfinished', counts: {}, report: null } as const;
const SWITCH_OFF = 'Set inventory.every to off for this connection.';
const NO_STOCK = `The provider does not report its stock. ${SWITCH_OFF}`;

/** A plan without stock figures is a result to report, and no failure. */
function toRefusal(error: unknown): StockReading {
  if (!(error instanceof NotInPlan)) throw error;
  return { state: 'refused', reason: `${error.details.upstreamMessage ?? error.message} ${SWITCH_OFF}` };
}

class Sync {
  readonly policy: InventoryPolicy;
  readonly #deps: SyncInventoryDeps;
  readonly #guarded: boolean;
  readonly #began: number;

  constructor(deps: SyncInventoryDeps, { policy, guarded = true }: SyncOptions) {
    this.policy = policy ?? deps.connection.inventory;
    this.#deps = deps;
    this.#guarded = guarded;
    this.#began = deps.now();
  }

  async refuse(reason: string): Promise<SyncResult> {
    const ending = { ...this.#heading(NOTHING_CHANGED), outcome: 'refused', reason } as const;
    return this.#finish(await saveRefusal({ ...ending, stockTake: '', adjustments: [] }, this.#deps));
  }

  async compareAndWrite(comparison: Comparison, reading: StockRead): Promise<SyncResult> {
    const found = findDrift(comparison, this.policy);
    const written = await this.#decideAndWrite(found, reading);
    if (!written.complete) return { ...OUT_OF_TIME, counts: { written: written.results.written.size } };
    const { results, complete: _, ...ending } = written;
    const report = { ...this.#heading(found.guard), ...ending };
    return this.#finish(await saveDriftReport(report, comparison, results, this.#deps));
  }

  async #decideAndWrite(found: Drift, { sides, window }: StockRead): Promise<StockWritten> {
    const { connection, count } = this.#deps;
    const { policy } = this;
    const deps = { ...this.#deps, policy, progress: getProgress(this.#deps, policy) };
    const resumed = policy.mode === 'adjust' && (await hasUnfinishedAdjustments(deps));
    const mayOpen = policy.mode === 'stocktake' && found.lines.length > 0;
    const openStockTake = mayOpen ? await openStockTakeNumber(deps) : '';
    const guarded = this.#guarded && !resumed;
    const decision = decideWrite({
      connection,
      policy,
      guarded,
      openStockTake,
      dearRows: sides.stockedRows,
      differing: found.differing,
      writable: found.lines.length,
      guard: found.guard,
    });
    if (decision.action === 'write') return await this.#write(found, { sides, window }, deps);
    if (decision.outcome === 'stopped') count('StockGuardStopped');
    const { outcome, reason } = decision;
    return {
      outcome,
      reason,
      stockTake: openStockTake,
      adjustments: [],
      results: NOTHING_WRITTEN,
      complete: true,
    };
  }

  async #write(
    { lines }: Drift,
    { sides, window }: Pick<StockRead, 'sides' | 'window'>,
    deps: WriteStockInDearDeps,
  ): Promise<StockWritten> {
    if (this.policy.mode !== 'adjust') return await writeStock(lines, window, deps);
    const verdict = await judgeTrial(sides, this.#deps);
    const getAllocated = verdict === 'ignored' ? (line: DriftLine) => sides.getAllocated(line) : null;
    const written = await writeStock(lines, window, deps, getAllocated);
    await noteTrial(lines, written.results, sides, this.#deps);
    return written;
  }

  #heading(guard: GuardReading) {
    const { connection } = this.#deps;
    const at = isoTime(this.#began);
    return { connection: connection.id, location: connection.location, at, mode: this.policy.mode, guard };
  }

  #finish(report: DriftReport): SyncResult {
    const { connection, mode, outcome, file } = report;
    this.#deps.log('inventory.compared', { connection, mode, result: outcome, file });
    const counts = { ...report.counts, ...(outcome === 'refused' && { refused: 1 }) };
    return { outcome: 'finished', counts, report };
  }
}

/** Each mode has a cursor of its own, so that a change of mode forgets no unfinished write. */
function getProgress(
  { cursors, connection }: Pick<SyncInventoryDeps, 'cursors' | 'connection'>,
  { mode }: InventoryPolicy,
): WriteStockDeps['progress'] {
  const job = `sync-inventory/${mode}`;
  return {
    read: () => cursors.read(job, connection.id),
    save: (position) => cursors.save(job, connection.id, position),
  };
}

interface Drift {
  /** The lines that may be written. */
  readonly lines: readonly DriftLine[];
  readonly differing: number;
  readonly guard: GuardReading;
}

function findDrift(comparison: Comparison, { guard }: InventoryPolicy): Drift {
  const count = new GuardCount();
  const lines: DriftLine[] = [];
  let differing = 0;
  for (const line of comparison()) {
    count.add(line);
    if (line.action !== 'none') differing += 1;
    if (isWritable(line)) lines.push(line);
  }
  return { lines, differing, guard: count.read(guard) };
}
