import * as z from 'zod';
import { isoTime } from '../../domain/clock.ts';
import type { Connection, InventoryPolicy } from '../../domain/connection.ts';
import { subtract, sumAll } from '../../domain/decimal.ts';
import { NotInPlan } from '../../domain/errors.ts';
import {
  type DriftReport,
  decideWrite,
  GuardCount,
  type GuardReading,
  NOTHING_CHANGED,
} from '../../domain/inventory/drift-report.ts';
import { type DriftLine, getTarget, isWritable } from '../../domain/inventory/stock-drift.ts';
import type { StockSides } from '../../domain/inventory/stock-sides.ts';
import type { JobResult } from '../../domain/job/job-run.ts';
import type { CatalogueStore } from '../../domain/ports/catalogue.ts';
import type { CursorStore } from '../../domain/ports/jobs.ts';
import type { LogEvent } from '../../domain/ports/log.ts';
import type { FractionStore, SentFractions } from '../../domain/ports/orders.ts';
import type { AdjustmentsInDear, StockInDear, StockTakesInDear } from '../../domain/ports/stock.ts';
import { type Provider, reportsStock } from '../../providers/provider.ts';
import {
  type Comparison,
  compareStock,
  type DriftReportDeps,
  saveDriftReport,
  saveRefusal,
} from './compare-stock.ts';
import {
  getConnectionsAt,
  type LineResults,
  lineKey,
  NOTHING_WRITTEN,
  type ReadStockDeps,
  readStock,
  type StockRead,
  type StockReading,
  type StockSource,
  type WriteStockDeps,
} from './read-stock.ts';
import { hasUnfinishedAdjustments } from './write-adjustments.ts';
import { type StockWritten, type WriteStockInDearDeps, writeStock } from './write-stock.ts';
import { openStockTakeNumber } from './write-stock-take.ts';

interface SyncInventoryDeps extends Omit<ReadStockDeps, 'sources' | 'dear'>, DriftReportDeps {
  readonly providerFor: (connection: string) => Promise<Provider>;
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
  /** Only says what it would write: neither DEAR nor what is stored of a stock take or an adjustment changes. */
  readonly dryRun?: boolean;
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
  const sources = await openSources(deps);
  if (typeof sources === 'string') return await sync.refuse(sources);
  const reading = await readStock({ ...deps, sources }).catch(toRefusal);
  if (reading.state === 'behind') return OUT_OF_TIME;
  if (reading.state === 'refused') return await sync.refuse(reading.reason);
  const { units } = deps.connection;
  const ids = sources.map(({ connection }) => connection.id);
  const fractions = addUp(await Promise.all(ids.map((id) => deps.fractions.list(id))));
  const comparison = await compareStock(
    reading.sides,
    { policy: sync.policy, units, fractions },
    { dear: deps.dear, unknownSkus: (skus) => unknownEverywhere(skus, ids, deps) },
  );
  return await sync.compareAndWrite(comparison, reading);
}

/** The providers of all connections of the location, or a sentence why their stock cannot be added up. */
async function openSources({
  connection,
  connections,
  providerFor,
}: SyncInventoryDeps): Promise<StockSource[] | string> {
  const sources: StockSource[] = [];
  for (const one of getConnectionsAt(connection.location, connections)) {
    const provider = await providerFor(one.id);
    if (!reportsStock(provider)) return one.id === connection.id ? NO_STOCK : toMissingStock(one);
    sources.push({ connection: one, provider });
  }
  return sources;
}

function addUp(all: readonly SentFractions[]): SentFractions {
  const sums = new Map<string, { readonly quantity: number; readonly at: string }>();
  for (const [sku, { quantity, at }] of all.flatMap((one) => [...one])) {
    const known = sums.get(sku) ?? { quantity: 0, at: '' };
    const latest = [known.at, at].toSorted().at(-1) ?? at;
    sums.set(sku, { quantity: sumAll([known.quantity, quantity]), at: latest });
  }
  return sums;
}

/** A SKU that one of the providers knows is not missing. */
async function unknownEverywhere(
  skus: readonly string[],
  connections: readonly string[],
  { catalogues }: Pick<SyncInventoryDeps, 'catalogues'>,
): Promise<ReadonlySet<string>> {
  let unknown: ReadonlySet<string> = new Set(skus);
  for (const id of connections) unknown = await catalogues.unknown(id, [...unknown]);
  return unknown;
}

const OUT_OF_TIME = { outcome: 'unfinished', counts: {}, report: null } as const;
const SWITCH_OFF = 'Set inventory.every to off for this connection.';
const NO_STOCK = `The provider does not report its stock. ${SWITCH_OFF}`;

function toMissingStock({ id, location }: Connection): string {
  return `${id} ships from ${location} too and does not report its stock, so the stock of ${location} is not known. ${SWITCH_OFF}`;
}

/** A plan without stock figures is a result to report, and no failure. */
function toRefusal(error: unknown): StockReading {
  if (!(error instanceof NotInPlan)) throw error;
  return { state: 'refused', reason: `${error.details.upstreamMessage ?? error.message} ${SWITCH_OFF}` };
}

class Sync {
  readonly policy: InventoryPolicy;
  readonly #deps: SyncInventoryDeps;
  readonly #guarded: boolean;
  readonly #dryRun: boolean;
  readonly #began: number;

  constructor(deps: SyncInventoryDeps, { policy, guarded = true, dryRun = false }: SyncOptions) {
    this.policy = policy ?? deps.connection.inventory;
    this.#deps = deps;
    this.#guarded = guarded;
    this.#dryRun = dryRun;
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
    const stored = getProgress(this.#deps, policy);
    const progress = this.#dryRun ? { ...stored, save: async () => {} } : stored;
    const deps = { ...this.#deps, policy, progress };
    const resumed = policy.mode === 'adjust' && (await hasUnfinishedAdjustments(deps));
    const mayOpen = policy.mode === 'stocktake' && found.lines.length > 0;
    const openStockTake = mayOpen ? await openStockTakeNumber(deps) : null;
    const guarded = this.#guarded && !resumed;
    const decision = decideWrite({
      connection,
      policy,
      dryRun: this.#dryRun,
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
      stockTake: openStockTake ?? '',
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

/**
 * Whether DEAR heeds `UpdateOnHand`, which no known public client uses. An account that ignores it sets the available stock, so
 * the stock on hand becomes too high by exactly what orders hold, as the next figures show.
 */
const storedTrial = z.object({
  verdict: z.enum(['open', 'heeded', 'ignored']),
  /** The figures written of lots that orders hold a part of, by `lineKey`. */
  written: z.record(z.string(), z.number()),
});
type OnHandTrial = z.infer<typeof storedTrial>;

interface TrialDeps {
  readonly cursors: CursorStore;
  readonly connection: { readonly id: string };
}

const TRIAL_CURSOR = 'sync-inventory/update-on-hand';
const MAX_TRIAL_LINES = 50;

/** Decides the trial by the figures that were just read. Costs no call. */
async function judgeTrial(sides: StockSides, deps: TrialDeps): Promise<OnHandTrial['verdict']> {
  const trial = await readTrial(deps);
  if (trial.verdict !== 'open') return trial.verdict;
  let heeded = 0;
  let ignored = 0;
  for (const [sku, { dear }] of sides) {
    for (const lot of dear) {
      const written = trial.written[lineKey({ ...lot, sku })];
      const allocated = sides.getAllocated(lot);
      if (written === undefined || allocated === 0) continue;
      if (lot.quantity === written) heeded += 1;
      else if (subtract(lot.quantity, allocated) === written) ignored += 1;
    }
  }
  if (heeded + ignored === 0) return 'open';
  const verdict = heeded > 0 ? 'heeded' : 'ignored';
  await saveTrial({ verdict, written: {} }, deps);
  return verdict;
}

/** Stores the figures that were written, to compare them with the next reading. */
async function noteTrial(
  lines: readonly DriftLine[],
  { written }: LineResults,
  sides: StockSides,
  deps: TrialDeps,
): Promise<void> {
  const trial = await readTrial(deps);
  if (trial.verdict !== 'open') return;
  const allocatedLines = lines.filter((line) => written.has(lineKey(line)) && sides.getAllocated(line) !== 0);
  if (allocatedLines.length === 0) return;
  const entries = allocatedLines
    .slice(0, MAX_TRIAL_LINES)
    .map((line) => [lineKey(line), getTarget(line)] as const);
  await saveTrial({ verdict: 'open', written: Object.fromEntries(entries) }, deps);
}

async function readTrial({ cursors, connection }: TrialDeps): Promise<OnHandTrial> {
  const stored = (await cursors.read(TRIAL_CURSOR, connection.id)) ?? '';
  return stored === '' ? { verdict: 'open', written: {} } : storedTrial.parse(JSON.parse(stored));
}

async function saveTrial(trial: OnHandTrial, { cursors, connection }: TrialDeps): Promise<void> {
  await cursors.save(TRIAL_CURSOR, connection.id, JSON.stringify(trial));
}
