import type { Connection, InventoryGuard, InventoryPolicy } from '../connection.ts';
import { toDecimal } from '../decimal.ts';
import { type DriftLine, isWritable } from './stock-drift.ts';

/**
 * `agreed`: nothing to write. `reported`: differences that are only reported. `written`: DEAR has the new figures. `opened`: a
 * stock take waits for a person. `waiting`: one from an earlier sync still does. `stopped`: the guard's limit was exceeded.
 * `refused`: the location or the connection cannot be synchronised, or DEAR did not accept all of it.
 */
export const DRIFT_OUTCOMES = [
  'agreed',
  'reported',
  'written',
  'opened',
  'waiting',
  'stopped',
  'refused',
] as const;
export type DriftOutcome = (typeof DRIFT_OUTCOMES)[number];

/** What the latest sync of a connection found and did. */
export interface DriftReport {
  readonly connection: string;
  readonly location: string;
  /** When reading began, ISO UTC. */
  readonly at: string;
  readonly mode: InventoryPolicy['mode'];
  readonly outcome: DriftOutcome;
  /** Why it ended so, with what to do next; '' if there is nothing to add. */
  readonly reason: string;
  readonly counts: DriftCounts;
  readonly guard: GuardReading;
  /** DEAR's number of the stock take; ''. */
  readonly stockTake: string;
  /** References of the adjustments. */
  readonly adjustments: readonly string[];
  /** Key of the whole report in the bucket; '' if there is none. */
  readonly file: string;
  /** The first differences; the file has all. */
  readonly differences: readonly ReportedLine[];
}

interface DriftCounts {
  readonly lines: number;
  readonly matching: number;
  readonly differing: number;
  readonly onlyProvider: number;
  readonly onlyDear: number;
  /** Sum of all differences, each without its sign. */
  readonly quantityDifference: number;
  readonly written: number;
}

type ReportedLine = Omit<DriftLine, 'productId' | 'name' | 'unitCost'>;

export const NOTHING_COUNTED: DriftCounts = {
  lines: 0,
  matching: 0,
  differing: 0,
  onlyProvider: 0,
  onlyDear: 0,
  quantityDifference: 0,
  written: 0,
};
export const NOTHING_CHANGED: GuardReading = { lines: 0, quantity: 0, over: '' };

const LINES_KEPT = 200;

/** Adds up a report's lines and writes them as CSV, one at a time. */
export class DriftTally {
  readonly #counts: { -readonly [Name in keyof DriftCounts]: number } = { ...NOTHING_COUNTED };
  readonly #differences: ReportedLine[] = [];

  /** @param written whether DEAR has it now */
  add(line: ReportedLine, written: boolean): void {
    this.#counts.lines += 1;
    if (line.action === 'none') this.#counts.matching += 1;
    else {
      this.#counts.differing += 1;
      if (this.#differences.length < LINES_KEPT) this.#differences.push(line);
    }
    if (line.dear === null && line.provider) this.#counts.onlyProvider += 1;
    if (line.provider === null && line.dear) this.#counts.onlyDear += 1;
    this.#counts.quantityDifference += Math.abs(line.difference);
    if (written) this.#counts.written += 1;
  }

  get counts(): DriftCounts {
    const quantityDifference = toDecimal(this.#counts.quantityDifference);
    return { ...this.#counts, quantityDifference };
  }

  get differences(): readonly ReportedLine[] {
    return this.#differences;
  }
}

export const DRIFT_CSV_HEADER = 'sku,batch,expiry,provider,dear,in_flight,difference,action,why_not\r\n';

/** One row with its line end (RFC 4180). A figure that a side does not have is empty. */
export function toCsvRow(line: ReportedLine): string {
  const { sku, batch, expiry, provider, dear, inFlight, difference, action, whyNot } = line;
  const texts = [sku, batch, expiry].map(csvText);
  const numbers = [provider ?? '', dear ?? '', inFlight, difference];
  return `${[...texts, ...numbers, action, csvText(whyNot)].join(',')}\r\n`;
}

/** A spreadsheet runs a cell that begins like a formula; an apostrophe before it makes it text. */
function csvText(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** How much of a location's stock a sync would change. Shares: 0 is nothing, 1 all of it. */
export interface GuardReading {
  readonly lines: number;
  readonly quantity: number;
  /** Which limit would be exceeded, as a sentence; ''. */
  readonly over: string;
}

/** Adds up what a sync would change, line by line. */
export class GuardCount {
  #lines = 0;
  #changed = 0;
  #quantity = 0;
  #changedQuantity = 0;

  /** A line without stock on either side does not count: an account may have thousands. */
  add({ action, dear, provider, inFlight, difference }: DriftLine): void {
    if (!dear && !provider && inFlight === 0) return;
    this.#lines += 1;
    this.#quantity += Math.max(0, dear ?? 0);
    if (!isWritable({ action })) return;
    this.#changed += 1;
    this.#changedQuantity += Math.abs(difference);
  }

  /** At a location without stock, any change is a change of all of it. */
  read(limits: InventoryGuard): GuardReading {
    const lines = getShare(this.#changed, this.#lines);
    const quantity = getShare(this.#changedQuantity, this.#quantity);
    return { lines, quantity, over: toSentence({ lines, quantity }, limits) };
  }
}

function getShare(part: number, whole: number): number {
  if (part === 0) return 0;
  return whole === 0 ? 1 : toDecimal(part / whole);
}

function toSentence(shares: Pick<GuardReading, 'lines' | 'quantity'>, limits: InventoryGuard): string {
  if (shares.lines > limits.lines) {
    return `It would change ${percent(shares.lines)} of the lines; guard.lines allows ${percent(limits.lines)}.`;
  }
  if (shares.quantity > limits.quantity) {
    return `It would change ${percent(shares.quantity)} of the quantity on hand; guard.quantity allows ${percent(limits.quantity)}.`;
  }
  return '';
}

function percent(share: number): string {
  return `${toDecimal(share * 100, 1)} %`;
}

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
  /** Whether only to say what would be written. */
  readonly dryRun: boolean;
  /** False if a person allowed exceeding the limits, or an earlier part of this sync passed the guard. */
  readonly guarded: boolean;
  /** DEAR's number of a stock take of the bridge that is not completed; null if there is none. */
  readonly openStockTake: string | null;
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
  const obstacle = whyOnlyReported(findings.connection, policy);
  if (obstacle !== null) return leave('reported', obstacle);
  if (policy.mode === 'stocktake' && findings.dearRows > MAX_STOCK_TAKE_ROWS) {
    return leave('refused', tooManyRows(findings.dearRows));
  }
  if (openStockTake !== null) {
    return leave('waiting', `The stock take ${openStockTake} is still open in DEAR: complete or void it.`);
  }
  if (guard.over !== '' && guarded && !waitsForPerson(policy)) return leave('stopped', stopped(guard.over));
  if (findings.dryRun) {
    const lines = writable === 1 ? '1 line' : `${writable} lines`;
    return leave('reported', `This is a dry run: a sync would write ${lines} to DEAR.`);
  }
  return { action: 'write' };
}

export function waitsForPerson({ mode, completeStocktake }: InventoryPolicy): boolean {
  return mode === 'stocktake' && completeStocktake === 'by-hand';
}

/**
 * Why the settings never let a sync write to DEAR; null where they do. Where DEAR's stock does not go down when a shipment is
 * confirmed, it is not known what is in flight.
 */
export function whyOnlyReported(
  { trigger, shipStage }: SyncFindings['connection'],
  { mode }: Pick<InventoryPolicy, 'mode'>,
): string | null {
  if (mode === 'report')
    return 'The settings ask for a report only (inventory.mode), so nothing is written to DEAR.';
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
