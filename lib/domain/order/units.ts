import Big from 'big.js';
import type { UnitRatio, Units } from '../connection.ts';
import { DEAR_DECIMALS, DEAR_UNIT } from '../decimal.ts';
import { foldSku } from '../sale/catalogue.ts';
import { matchesPattern } from '../sale/deliverable-lines.ts';
import type { OrderedLine } from './fulfillment-order.ts';
import type { ContentLine, OrderContent } from './order-content.ts';

const HALF_OF_DEARS_LAST_DECIMAL = DEAR_UNIT / 2;
/** Enough to convert a fraction back to its four decimals. */
const SENT_DECIMALS = 8;

/** The entry of a SKU, ignoring case and outer blanks. The SKU itself takes precedence over patterns, and a longer pattern over a shorter. */
export function getUnits(sku: string, units: Units): Units[string] | undefined {
  const wanted = foldSku(sku);
  const patterns = Object.keys(units).filter((pattern) => matchesPattern(wanted, pattern.trim()));
  const [best] = patterns.sort((a, b) => getRank(b) - getRank(a));
  return best === undefined ? undefined : units[best];
}

function getRank(pattern: string): number {
  return pattern.includes('*') ? pattern.replaceAll('*', '').length : Number.POSITIVE_INFINITY;
}

/**
 * DEAR's quantity in the service's units: a whole number where it is one to the four decimals that DEAR keeps, else exact to
 * eight decimals.
 */
export function toServiceUnits(quantity: number, ratio: UnitRatio = SAME): number {
  if (isSame(ratio)) return quantity;
  const exact = Big(quantity).times(ratio.provider).div(ratio.dear);
  const whole = exact.round(0);
  return (isWithin(exact.minus(whole), ratio) ? whole : exact.round(SENT_DECIMALS)).toNumber();
}

/** The service's quantity in DEAR's units, to DEAR's four decimals. */
export function toDearUnits(quantity: number, ratio: UnitRatio = SAME): number {
  if (isSame(ratio)) return quantity;
  return Big(quantity).times(ratio.dear).div(ratio.provider).round(DEAR_DECIMALS).toNumber();
}

/** Whether DEAR's quantity is a whole number at the service. */
export function isWholeThere(quantity: number, ratio?: UnitRatio): boolean {
  return Number.isInteger(toServiceUnits(quantity, ratio));
}

/**
 * By how much DEAR's figures may differ and still be the same number of the service's units: half a unit if one unit has more
 * than DEAR's four decimals (a twelfth of a box), else only rounding noise.
 */
export function getRounding(ratio: UnitRatio = SAME): number {
  const one = Big(ratio.dear).div(ratio.provider);
  if (one.round(DEAR_DECIMALS).eq(one)) return HALF_OF_DEARS_LAST_DECIMAL;
  return Math.min(one.toNumber() / 2, 20 * HALF_OF_DEARS_LAST_DECIMAL);
}

const SAME: UnitRatio = { dear: 1, provider: 1 };

function isSame({ dear, provider }: UnitRatio): boolean {
  return dear === provider;
}

/** Whether DEAR's last decimal explains the difference. */
function isWithin(rest: Big, { dear, provider }: UnitRatio): boolean {
  return rest.abs().lte(Big(HALF_OF_DEARS_LAST_DECIMAL).times(provider).div(dear));
}

/**
 * The content in the service's units: quantities, prices and weights, by the ratio that each line of the order was planned
 * with, so that changed settings convert nothing twice.
 */
export function inServiceUnits(content: OrderContent, ordered: readonly OrderedLine[]): OrderContent {
  const units = new Map(ordered.map((line) => [line.key, line.units]));
  const lines = content.lines.map((line) =>
    lineInServiceUnits(line, units.has(line.key) ? units.get(line.key) : line.units),
  );
  return { ...content, lines };
}

function lineInServiceUnits(line: ContentLine, ratio: UnitRatio | undefined): ContentLine {
  if (ratio === undefined || isSame(ratio)) return line;
  const ofOne = (amount: number) => Big(amount).times(ratio.dear).div(ratio.provider).toNumber();
  return {
    ...line,
    quantity: toServiceUnits(line.quantity, ratio),
    unitPrice: ofOne(line.unitPrice),
    weightGrams: ofOne(line.weightGrams),
  };
}

/** Lines whose quantity is not whole at the service: each is sent as one piece with its quantity in the text. */
export function linesInFractions<Line extends OrderedLine>(lines: readonly Line[]): Line[] {
  return lines.filter(({ quantity, units }) => !isWholeThere(quantity, units));
}

/** Log sentences about such lines, with the consequence for stock. */
export function remarksOnFractions(lines: readonly OrderedLine[], connection: string): string[] {
  return linesInFractions(lines).map(({ sku, quantity, units }) => {
    const there = toServiceUnits(quantity, units);
    const amount = there === quantity ? '' : ` (${there} there)`;
    return `${quantity} of ${sku}${amount} is no whole number at ${connection}: it travels as one piece whose Quantity says so, and its stock there is not compared. A factor in units makes it whole.`;
  });
}

/** Units of measure and of packs, which the two sides may count differently. */
const NOT_PIECES = new Set(
  [
    'mm cm dm m km in inch inches ft foot feet yd yds yard yards mtr mtrs lm metre metres meter meters',
    'centimetre centimetres centimeter centimeters millimetre millimetres millimeter millimeters',
    'm2 m² sqm cm2 cm² ft2 ft² sqft acre ha m3 m³ cbm cm3 ft3 ml cl dl l lt ltr ltrs litre litres liter liters',
    'millilitre milliliter gal gallon gallons pt pint pints qt quart quarts floz',
    'mg g gr gm gms gram grams kg kgs kilo kilos kilogram kilograms t tonne tonnes ton tons oz ounce ounces lb lbs pound pounds',
    'box boxes bx carton cartons ctn ctns case cases cs pack packs pk packet packets pkt bundle bundles dozen doz dz gross',
    'pallet pallets plt crate crates tray trays',
  ].flatMap((names) => names.split(' ')),
);

/** Whether a unit of measure is a length, a weight, a volume or a pack, which a service that counts pieces may count differently. */
export function isNoPiece(unitOfMeasure: string): boolean {
  const name = unitOfMeasure.toLowerCase().replaceAll(/[\s.]+/g, '');
  return NOT_PIECES.has(name) || /\d/.test(name.replace(/^1/, ''));
}
