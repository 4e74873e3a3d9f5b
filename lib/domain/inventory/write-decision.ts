import type { Connection, InventoryPolicy } from '../connection.ts';
import type { DriftOutcome, GuardReading } from './drift-report.ts';

/** `leave`: nothing is written, for this reason. */
type WriteDecision =
  | { readonly action: 'write' }
  | { readonly action: 'leave'; readonly outcome: DriftOutcome; readonly reason: string };

export interface SyncFindings {
  readonly connection: Pick<Connection, 'trigger' | 'shipStage'>;
  readonly policy: InventoryPolicy;
  /** Rows that DEAR has at the location. */
  readonly dearRows: number;
  /** Lines that differ, and how many of them may be written. */
  readonly differing: number;
  readonly writable: number;
  readonly guard: GuardReading;
  /** False if a person allowed exceeding the limits, or an earlier part of this sync passed the guard. */
  readonly guarded: boolean;
  /** DEAR's number of a stock take of the bridge that is not completed; ''. */
  readonly openStockTake: string;
}

/** DEAR returns and accepts a stock take only as a whole, at about 1 kB a row: more would exceed the function's memory. */
const MAX_STOCK_TAKE_ROWS = 15_000;

/**
 * Whether a sync may write. The guard limits automatic writes; a stock take that a person completes may always be opened, so that
 * a connection can begin with one.
 */
export function decideWrite(findings: SyncFindings): WriteDecision {
  const { policy, writable, guard, guarded, openStockTake } = findings;
  if (findings.differing === 0) return leave('agreed', '');
  if (writable === 0) return leave('reported', 'None of the differences may be written; each line says why.');
  if (policy.mode === 'report') return leave('reported', 'inventory.mode is report: nothing is written.');
  const obstacle = whyOnlyReported(findings.connection);
  if (obstacle !== null) return leave('reported', obstacle);
  if (policy.mode === 'stocktake' && findings.dearRows > MAX_STOCK_TAKE_ROWS) {
    return leave('refused', tooManyRows(findings.dearRows));
  }
  if (openStockTake !== '') {
    return leave('waiting', `The stock take ${openStockTake} is still open in DEAR: complete or void it.`);
  }
  if (guard.over !== '' && guarded && !waitsForPerson(policy)) return leave('stopped', stopped(guard.over));
  return { action: 'write' };
}

export function waitsForPerson({ mode, completeStocktake }: InventoryPolicy): boolean {
  return mode === 'stocktake' && completeStocktake === 'by-hand';
}

/** Where DEAR's stock does not go down when a shipment is confirmed, it is not known what is in flight. */
function whyOnlyReported({ trigger, shipStage }: SyncFindings['connection']): string | null {
  if (trigger !== 'OrderAuthorised') {
    return `Orders are made by ${trigger}, so DEAR may count goods as gone that are still on the shelf: nothing is written.`;
  }
  if (shipStage === 'DRAFT') {
    return 'Shipments are drafts that a person authorises, so DEAR may count goods that have left: nothing is written.';
  }
  return null;
}

function tooManyRows(rows: number): string {
  return `The location has ${rows} rows, and a stock take carries at most ${MAX_STOCK_TAKE_ROWS}. Set inventory.mode to adjust.`;
}

function stopped(over: string): string {
  return `${over} Nothing is written: look at the report, then raise the limit or open a stock take by hand.`;
}

function leave(outcome: DriftOutcome, reason: string): WriteDecision {
  return { action: 'leave', outcome, reason };
}
