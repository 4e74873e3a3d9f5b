import type { InventoryPolicy } from '../connection.ts';
import { subtract, sumAll, toDecimal } from '../decimal.ts';
import { getRounding } from '../order/units.ts';
import {
  alignLotNames,
  type ComparableStock,
  type DearLot,
  hasUnclearExpiry,
  inDearUnits,
  type SkuStock,
  type StockedProduct,
  type StockLot,
  sumByLot,
} from './stock-lots.ts';

/** `none`: both sides agree. `report`: they differ, and nothing may be written. */
type DriftAction = 'none' | 'adjust' | 'add' | 'report';

/** One lot, as DEAR names it where DEAR has it. */
export interface DriftLine {
  readonly sku: string;
  readonly batch: string;
  readonly expiry: string;
  /** In DEAR's units; null: not reported. */
  readonly provider: number | null;
  /** null: no row at the location. */
  readonly dear: number | null;
  readonly inFlight: number;
  /** provider + in flight − DEAR; 0 if the two sides count in different units. */
  readonly difference: number;
  readonly action: DriftAction;
  /** Why nothing may be written, as a sentence; ''. */
  readonly whyNot: string;
  /** '' until known, like the name. */
  readonly productId: string;
  readonly name: string;
  /** Of one unit; 0 until known. */
  readonly unitCost: number;
}

/** Why a difference may not be written. */
interface Reason {
  readonly code: keyof typeof REASONS | 'unsettled' | 'units-differ';
  /** A sentence or more. */
  readonly text: string;
}

const REASONS = {
  unknown:
    'The service does not know the SKU: its catalogue does not have it. Correct it there or in DEAR, or write it off in DEAR by hand.',
  silent:
    'The service does not report it, and a SKU that is not reported is never set to zero. Count it there, or write it off in DEAR by hand.',
  'no-lots': 'DEAR tracks it by batch, and the service reports no batches.',
  'unclear-expiry':
    'One of its batches has several expiry dates, and some of it none, so it is not clear which one is meant.',
  'several-rows': 'DEAR has several rows of it at the location, and the service one quantity.',
  'no-lot-in-flight':
    'Some of it has left, and the service does not say of which batch. Once DEAR shows the shipment it is compared again.',
  negative: 'The service reports a negative quantity. Count it there.',
  settling:
    'A shipment of it was confirmed to DEAR within the last 15 minutes, and DEAR may not show that yet.',
} as const;

function toReason(code: keyof typeof REASONS): Reason {
  return { code, text: REASONS[code] };
}

/**
 * Compares a SKU's stock on both sides, lot by lot. If one side has no lots, the totals are compared, and a difference may be
 * written only if DEAR is the side without lots.
 * @param product of DEAR, if it was read: shows whether DEAR keeps lots of a SKU without a row
 */
export function findDrift(sku: string, counted: SkuStock, product?: StockedProduct): DriftLine[] {
  const stock = inDearUnits(sku, counted, product);
  const providerKeepsLots = stock.provider.some(({ batch }) => batch !== '');
  if (!dearKeepsLots(stock, product, providerKeepsLots))
    return [compareTotals(sku, stock, stock.dear.length > 1 ? toReason('several-rows') : null)];
  if (!providerKeepsLots && stock.dear.some(({ batch }) => batch !== ''))
    return [compareTotals(sku, stock, toReason('no-lots'))];
  return compareLots(sku, stock);
}

/** The figure that DEAR should have. */
export function getTarget({ provider, inFlight }: Pick<DriftLine, 'provider' | 'inFlight'>): number {
  return sumAll([provider ?? 0, inFlight]);
}

function dearKeepsLots(stock: SkuStock, product: StockedProduct | undefined, otherwise: boolean): boolean {
  if (stock.dear.length > 0) return stock.dear.some(({ batch }) => batch !== '');
  return product === undefined ? otherwise : product.costingMethod !== 'FIFO';
}

/** @param obstacle why the sum cannot be written; null where it can */
function compareTotals(sku: string, stock: ComparableStock, obstacle: Reason | null): DriftLine {
  const [first] = stock.dear;
  const dear = first === undefined ? null : { ...first, quantity: total(stock.dear) };
  const { batch, expiry } = obstacle === null ? (first ?? NO_LOT) : NO_LOT;
  const provider = stock.provider.length === 0 ? null : total(stock.provider);
  const sides = { sku, batch, expiry, provider, dear, inFlight: total(stock.inFlight) };
  return toDriftLine(sides, stock, obstacle);
}

const NO_LOT = { batch: '', expiry: '' };

function compareLots(sku: string, stock: ComparableStock): DriftLine[] {
  const named = alignLotNames(stock);
  const provider = sumByLot(named.provider);
  const inFlight = sumByLot(named.inFlight);
  const dear = new Map([...sumByLot(stock.dear)].map(([key, { lot }]) => [key, lot]));
  const obstacle = obstacleOfLots(stock, named.inFlight);
  return [...new Set([...dear.keys(), ...provider.keys(), ...inFlight.keys()])].map((key) => {
    const { batch, expiry } = dear.get(key) ?? provider.get(key)?.lot ?? inFlight.get(key)?.lot ?? NO_LOT;
    return toDriftLine(
      {
        sku,
        batch,
        expiry,
        provider: provider.get(key)?.quantity ?? null,
        dear: dear.get(key) ?? null,
        inFlight: inFlight.get(key)?.quantity ?? 0,
      },
      stock,
      obstacle,
    );
  });
}

interface BothSides extends Pick<DriftLine, 'sku' | 'batch' | 'expiry' | 'provider' | 'inFlight'> {
  readonly dear: DearLot | null;
}

function toDriftLine(sides: BothSides, stock: ComparableStock, obstacle: Reason | null): DriftLine {
  const { dear, ...line } = sides;
  const difference = subtract(getTarget(line), dear?.quantity ?? 0);
  const agree = Math.abs(difference) < getRounding(stock.units?.ratio);
  const whyNot = agree ? null : (whyNotWritten(sides, difference, stock) ?? obstacle);
  // DEAR treats a row at zero as new stock.
  const action = (dear?.quantity ?? 0) === 0 ? 'add' : 'adjust';
  return {
    ...line,
    dear: dear === null ? null : toDecimal(dear.quantity),
    inFlight: toDecimal(line.inFlight),
    difference: agree || whyNot?.code === 'units-differ' ? 0 : difference,
    action: agree ? 'none' : whyNot === null ? action : 'report',
    whyNot: whyNot?.text ?? '',
    productId: dear?.productId ?? '',
    name: '',
    unitCost: 0,
  };
}

function whyNotWritten(sides: BothSides, difference: number, stock: ComparableStock): Reason | null {
  if (stock.unsettled !== null) return { code: 'unsettled', text: stock.unsettled };
  const { settling, isUnknown, units } = stock;
  if (sides.provider === null) return toReason(isUnknown ? 'unknown' : 'silent');
  if (stock.whyUnitsDiffer !== null) return { code: 'units-differ', text: stock.whyUnitsDiffer };
  if (difference < 0 && -difference <= settling + getRounding(units?.ratio)) return toReason('settling');
  return getTarget(sides) < 0 ? toReason('negative') : null;
}

function obstacleOfLots({ provider, dear, inFlight }: SkuStock, named: readonly StockLot[]): Reason | null {
  if (provider.some(({ batch }) => batch === '')) return toReason('no-lots');
  if (named.some(({ batch }) => batch === '')) return toReason('no-lot-in-flight');
  return hasUnclearExpiry([...provider, ...dear, ...inFlight]) ? toReason('unclear-expiry') : null;
}

function total(lots: readonly StockLot[]): number {
  return sumAll(lots.map(({ quantity }) => quantity));
}

/** Whether the line's target may be written to DEAR. */
export function isWritable({ action }: Pick<DriftLine, 'action'>): boolean {
  return action === 'adjust' || action === 'add';
}

/** Whether the product has to be read from DEAR before the line can be written: for the id of a new line, or the cost in an adjustment. */
export function needsProduct({ action }: DriftLine, { mode }: Pick<InventoryPolicy, 'mode'>): boolean {
  return action === 'add' || (action === 'adjust' && mode === 'adjust');
}

/**
 * The line with the product's id and unit cost, or as `report` with what is missing. The cost is the average cost, else the
 * price in the connection's tier.
 * @param product undefined if DEAR has none with the SKU
 * @returns null for a service, which has no stock
 */
export function withProduct(
  line: DriftLine,
  product: StockedProduct | undefined,
  { unitCostTier }: Pick<InventoryPolicy, 'unitCostTier'>,
): DriftLine | null {
  if (product === undefined) return { ...line, action: 'report', whyNot: NOT_IN_DEAR };
  if (product.type === 'service') return null;
  const unitCost = getUnitCost(product, unitCostTier);
  const whyNot = findObstacle(line, product, unitCost, unitCostTier);
  if (whyNot !== null) return { ...line, action: 'report', whyNot };
  return { ...line, productId: product.productId, name: product.name, unitCost };
}

const NOT_IN_DEAR =
  'DEAR has no product with this SKU, or it is deprecated there. Create it in DEAR, or correct the SKU at the service.';

function getUnitCost({ averageCost, priceTiers }: StockedProduct, tier: string): number {
  return averageCost > 0 ? averageCost : (priceTiers[tier] ?? 0);
}

function findObstacle(
  line: DriftLine,
  product: StockedProduct,
  unitCost: number,
  tier: string,
): string | null {
  if (product.costingMethod !== 'FIFO' && line.batch === '') {
    return `DEAR costs it by ${product.costingMethod}, and the service names no batch of it.`;
  }
  if (unitCost > 0) return null;
  const where = tier === '' ? 'no price tier is named in the settings' : `no price in the tier ${tier}`;
  return `DEAR has no average cost of it, and ${where}, so it has no unit cost.`;
}
