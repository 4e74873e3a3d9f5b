import * as z from 'zod';
import { subtract } from '../domain/decimal.ts';
import { type DriftLine, getTarget } from '../domain/inventory/stock-drift.ts';
import type { StockSides } from '../domain/inventory/stock-sides.ts';
import type { CursorStore } from '../domain/ports/jobs.ts';
import { type LineResults, lineKey } from './read-stock.ts';

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

const CURSOR = 'sync-inventory/update-on-hand';
const MAX_LINES = 50;

/** Decides the trial by the figures that were just read. Costs no call. */
export async function judgeTrial(sides: StockSides, deps: TrialDeps): Promise<OnHandTrial['verdict']> {
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
  await save({ verdict, written: {} }, deps);
  return verdict;
}

/** Stores the figures that were written, to compare them with the next reading. */
export async function noteTrial(
  lines: readonly DriftLine[],
  { written }: LineResults,
  sides: StockSides,
  deps: TrialDeps,
): Promise<void> {
  const trial = await readTrial(deps);
  if (trial.verdict !== 'open') return;
  const allocatedLines = lines.filter((line) => written.has(lineKey(line)) && sides.getAllocated(line) !== 0);
  if (allocatedLines.length === 0) return;
  const entries = allocatedLines.slice(0, MAX_LINES).map((line) => [lineKey(line), getTarget(line)] as const);
  await save({ verdict: 'open', written: Object.fromEntries(entries) }, deps);
}

async function readTrial({ cursors, connection }: TrialDeps): Promise<OnHandTrial> {
  const stored = (await cursors.read(CURSOR, connection.id)) ?? '';
  return stored === '' ? { verdict: 'open', written: {} } : storedTrial.parse(JSON.parse(stored));
}

async function save(trial: OnHandTrial, { cursors, connection }: TrialDeps): Promise<void> {
  await cursors.save(CURSOR, connection.id, JSON.stringify(trial));
}
