import { type Clock, formatAge, HOUR_MS, isoTime } from '../../domain/clock.ts';
import { OperatorActionNeeded, UnexpectedAnswer } from '../../domain/errors.ts';
import type { StockReport } from '../../domain/inventory/stock-sides.ts';
import { UnreadableFile } from './csv.ts';
import { isShortened, parseNumber, parseOptionalTime } from './fields.ts';
import { getFormat, type STOCK_FIELDS } from './format.ts';
import { findFiles, type IncomingFile, putAway, readFile } from './incoming.ts';
import type { FilesSettings, StockSettings } from './settings.ts';
import type { Transfer } from './transfer.ts';

interface StockDeps {
  readonly system: string;
  readonly settings: Pick<FilesSettings, 'format'> & { readonly stock: StockSettings };
  readonly now: Clock;
  readonly wait: (milliseconds: number) => Promise<unknown>;
}

/** Between two looks at a file that may still be written. */
const LOOK_MS = 10_000;
const OPERATION = 'read the stock file';

/**
 * The stock of the newest file, which stays where it is until the next: it is compared again and again. Older ones are moved to
 * the archive. A row that cannot be read at all fails the whole, as its goods would be written off.
 * @throws {OperatorActionNeeded} there is no file, or it is too old
 * @throws {UnexpectedAnswer}
 */
export async function readStock(transfer: Transfer, deps: StockDeps): Promise<StockReport[]> {
  const { system, settings, now } = deps;
  const section = settings.stock;
  const files = await findWhole(transfer, deps);
  const newest = files.at(-1);
  const refusal = (summary: string) => new OperatorActionNeeded({ system, operation: OPERATION }, summary);
  if (newest === undefined) throw refusal(`has no stock file in ${section.folder}`);
  const age = now() - newest.changedAt;
  if (age > section.maxAgeHours * HOUR_MS)
    throw refusal(`has no stock file newer than ${newest.name}, which is ${formatAge(age)} old`);
  const reports = await readReports(transfer, newest, deps);
  for (const file of files.slice(0, -1))
    await putAway(transfer, section, file, section.archive, `${file.size}-${file.changedAt}`);
  return reports;
}

async function findWhole(
  transfer: Transfer,
  { settings, wait }: StockDeps,
): Promise<readonly IncomingFile[]> {
  const section = settings.stock;
  const first = await findFiles(transfer, section, {});
  if (section.complete !== 'unchanged' || Object.keys(first.looks).length === 0) return first.ready;
  await wait(LOOK_MS);
  return (await findFiles(transfer, section, first.looks)).ready;
}

async function readReports(
  transfer: Transfer,
  file: IncomingFile,
  { system, settings }: StockDeps,
): Promise<StockReport[]> {
  const section = settings.stock;
  const format = getFormat(settings, section);
  const fail = (why: string) =>
    new UnexpectedAnswer({ system, operation: OPERATION, upstreamMessage: `${file.name}: ${why}` });
  try {
    const read = await readFile(transfer, file, section, settings);
    if (read === null) throw fail('it changed while it was read');
    const [problem] = read.table.problems;
    if (problem !== undefined) throw fail(`line ${problem.line}: ${problem.why}`);
    const takenAt = isoTime(file.changedAt);
    return read.table.rows.map((row) => {
      const get = (field: (typeof STOCK_FIELDS)[number]) => row.get(section.columns[field] ?? '');
      const sku = get('sku');
      const batch = get('batch');
      if (sku === '') throw fail(`line ${row.line}: it names no SKU`);
      // Goods of the true SKU would count as 0.
      if (isShortened(sku) || isShortened(batch))
        throw fail(`line ${row.line}: a spreadsheet shortened a number`);
      const onHand = parseNumber(get('onHand'), format.decimalMark);
      const expiry = parseOptionalTime(get('expiry'), format.dates);
      return {
        sku,
        onHand: expiry === null ? null : onHand,
        batch,
        expiry: expiry?.slice(0, 10) ?? '',
        takenAt,
      };
    });
  } catch (error) {
    throw error instanceof UnreadableFile ? fail(error.message) : error;
  }
}
