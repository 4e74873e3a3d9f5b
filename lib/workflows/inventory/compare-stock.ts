import type { InventoryPolicy, Units } from '../../domain/connection.ts';
import {
  DRIFT_CSV_HEADER,
  type DriftReport,
  DriftTally,
  NOTHING_COUNTED,
  toCsvRow,
} from '../../domain/inventory/drift-report.ts';
import {
  type DriftLine,
  findDrift,
  isWritable,
  needsProduct,
  withProduct,
} from '../../domain/inventory/stock-drift.ts';
import type { SkuStock, StockedProduct } from '../../domain/inventory/stock-lots.ts';
import type { StockSides } from '../../domain/inventory/stock-sides.ts';
import { getUnits } from '../../domain/order/units.ts';
import type { SentFractions } from '../../domain/ports/orders.ts';
import type { DriftReportStore, ReportFileStore, StockInDear } from '../../domain/ports/stock.ts';
import { foldSku } from '../../domain/sale/catalogue.ts';
import { type LineResults, lineKey } from './read-stock.ts';

/** DEAR's longest page. */
const PAGE = 1000;

/**
 * DEAR's products of the SKUs, by one call for each SKU, or by the whole list if that is likely to take fewer calls, read until
 * every SKU is found.
 * @param dearRows the number of rows that DEAR has at the location: it has about as many products
 */
export async function lookUpProducts(
  skus: ReadonlySet<string>,
  dearRows: number,
  dear: Pick<StockInDear, 'products' | 'getProduct'>,
): Promise<Map<string, StockedProduct>> {
  const found = new Map<string, StockedProduct>();
  if (skus.size === 0) return found;
  if (skus.size <= Math.ceil(dearRows / PAGE)) {
    for (const sku of skus) {
      const product = await dear.getProduct(sku);
      if (product !== undefined) found.set(sku, product);
    }
    return found;
  }
  for await (const page of dear.products()) {
    for (const product of page) if (skus.has(product.sku)) found.set(product.sku, product);
    if (found.size === skus.size) break;
  }
  return found;
}

/** Every line of a comparison, computed at each pass, because 100,000 lines would take too much memory. */
export type Comparison = () => Iterable<DriftLine>;

interface CompareStockDeps {
  readonly dear: Pick<StockInDear, 'products' | 'getProduct'>;
  /** The SKUs that the provider's catalogue lacks; none if it was never read. */
  readonly unknownSkus: (skus: readonly string[]) => Promise<ReadonlySet<string>>;
}

interface CountingRules {
  readonly policy: InventoryPolicy;
  readonly units: Units;
  readonly fractions: SentFractions;
}

/** Compares both sides. Looks up DEAR's products for lines that may be written, and the catalogue for SKUs that only DEAR has. */
export async function compareStock(
  sides: StockSides,
  counting: CountingRules,
  { dear, unknownSkus }: CompareStockDeps,
): Promise<Comparison> {
  const products = await lookUpProducts(skusToLookUp(sides, counting), sides.dearRows, dear);
  const unknown = await unknownSkus(skusOfDearAlone(sides));
  return () => getLines(sides, counting, products, unknown);
}

function skusOfDearAlone(sides: StockSides): string[] {
  const skus: string[] = [];
  for (const [sku, { provider }] of sides) if (provider.length === 0) skus.push(sku);
  return skus;
}

/** A difference may be one of units of measure, so the product of every difference is looked up. */
function skusToLookUp(sides: StockSides, counting: CountingRules): Set<string> {
  const skus = new Set<string>();
  for (const [sku, stock] of sides) {
    if (findDrift(sku, withUnits(sku, stock, counting)).some(isWritable)) skus.add(sku);
  }
  return skus;
}

function* getLines(
  sides: StockSides,
  counting: CountingRules,
  products: ReadonlyMap<string, StockedProduct>,
  unknown: ReadonlySet<string>,
): Generator<DriftLine> {
  const { policy } = counting;
  for (const [sku, stock] of sides) {
    const product = products.get(sku);
    const counted = { ...withUnits(sku, stock, counting), isUnknown: unknown.has(sku) };
    for (const line of findDrift(sku, counted, product)) {
      const complete = needsProduct(line, policy) ? withProduct(line, product, policy) : line;
      if (complete !== null) yield complete;
    }
  }
}

function withUnits(sku: string, stock: SkuStock, { units, fractions }: CountingRules): SkuStock {
  const ratio = getUnits(sku, units);
  const sent = fractions.get(foldSku(sku));
  const isSettled = sent === undefined || (ratio !== undefined && sent.at.slice(0, 10) < ratio.correctedOn);
  const fraction = isSettled ? 0 : sent.quantity;
  return { ...stock, units: { fraction, ...(ratio !== undefined && { ratio }) } };
}

export interface DriftReportDeps {
  readonly files: ReportFileStore;
  readonly reports: DriftReportStore;
}

/** The result of a sync, without its lines. */
type SyncSummary = Omit<DriftReport, 'counts' | 'differences' | 'file'>;

/** Rows of one part of the file. As one long text it would take twice the memory. */
const ROWS_AT_ONCE = 1000;

/** Writes every line as CSV, then the summary that points to it. */
export async function saveDriftReport(
  ending: SyncSummary,
  comparison: Comparison,
  results: LineResults,
  { files, reports }: DriftReportDeps,
): Promise<DriftReport> {
  const tally = new DriftTally();
  const parts: Uint8Array[] = [];
  let rows = [DRIFT_CSV_HEADER];
  for (const line of comparison()) {
    const key = lineKey(line);
    const whyNot =
      isWritable(line) && !results.written.has(key) ? (results.left.get(key) ?? ending.reason) : line.whyNot;
    const { productId: _, name: __, unitCost: ___, ...reported } = line;
    tally.add({ ...reported, whyNot }, results.written.has(key));
    rows.push(toCsvRow({ ...reported, whyNot }));
    if (rows.length < ROWS_AT_ONCE) continue;
    parts.push(Buffer.from(rows.join('')));
    rows = [];
  }
  const file = `stock-drift/${ending.connection}/${ending.at}.csv`;
  await files.save(file, [...parts, Buffer.from(rows.join(''))]);
  const report = { ...ending, file, counts: tally.counts, differences: tally.differences };
  await reports.save(report);
  return report;
}

/** Saves the report of a sync that could not compare anything. */
export async function saveRefusal(ending: SyncSummary, { reports }: DriftReportDeps): Promise<DriftReport> {
  const report = { ...ending, file: '', counts: NOTHING_COUNTED, differences: [] };
  await reports.save(report);
  return report;
}
