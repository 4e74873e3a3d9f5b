import { createHash } from 'node:crypto';
import * as z from 'zod';
import { seedState } from './seed.ts';
import type { DearState, LocationRecord, ProductRecord } from './state.ts';
import type { StockRecord } from './stock/stock-records.ts';

/** A seed that cannot be read. Its message names what is wrong. */
export class SeedError extends Error {
  override readonly name = 'SeedError';
}

const locationSeed = z.strictObject({
  name: z.string().min(1),
  bins: z.array(z.string().min(1)).default([]),
});
/** What lies in one place: a quantity, or batches. */
const stockSeed = z.union([
  z.number().nonnegative(),
  z.array(
    z.strictObject({
      onHand: z.number().nonnegative(),
      batch: z.string().default(''),
      expiry: z.union([z.literal(''), z.iso.date()]).default(''),
    }),
  ),
]);
const productSeed = z.strictObject({
  sku: z.string().min(1),
  name: z.string().min(1).optional(),
  category: z.string().default('Other'),
  type: z.enum(['Stock', 'Non Inventory', 'Service']).default('Stock'),
  costingMethod: z.string().default('FIFO'),
  barcode: z.string().default(''),
  price: z.number().nonnegative().default(0),
  averageCost: z.number().nonnegative().default(0),
  weight: z.number().nonnegative().default(0),
  weightUnits: z.string().default('g'),
  length: z.number().nonnegative().default(0),
  width: z.number().nonnegative().default(0),
  height: z.number().nonnegative().default(0),
  dimensionsUnits: z.string().default('cm'),
  stock: z.record(z.string(), stockSeed).default({}),
});
type ProductSeed = z.infer<typeof productSeed>;

const seed = z.strictObject({
  company: z
    .strictObject({
      name: z.string().min(1).default('Larkspur Trail Goods'),
      currency: z.string().length(3).default('USD'),
      timeZone: z.string().min(1).default('America/Chicago'),
    })
    .prefault({}),
  locations: z.array(locationSeed).min(1),
  products: z.array(productSeed).default([]),
});

/**
 * @param text JSON: `{"locations": [{"name": "Main", "bins": ["A-1"]}], "products": [{"sku": "MUG", "stock": {"Main: A-1": 5}}]}`
 * @returns the state of a new sandbox. The first location is the default one; ids follow from names.
 * @throws {SeedError}
 */
export function parseSeed(text: string): (now: number) => DearState {
  const result = seed.safeParse(parseJson(text));
  if (!result.success) throw new SeedError(z.prettifyError(result.error));
  const { company, locations, products } = result.data;
  const places = locations.flatMap(toPlaces);
  refuseDuplicates('location', places, ({ fullName }) => fullName.toLowerCase());
  refuseDuplicates('SKU', products, ({ sku }) => sku);
  const stock = products.flatMap((product) => toStock(product, places));
  return (now) => {
    const demo = seedState(now);
    const updatedAt = new Date(now).toISOString();
    return {
      ...demo,
      company: { ...demo.company, ...company },
      locations: places.map(({ location }, index) => ({ ...location, isDefault: index === 0 })),
      products: products.map((product) => toProduct(product, updatedAt)),
      stock,
    };
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SeedError('The file is not JSON.');
  }
}

/** A warehouse, or a bin under the name that DEAR gives it: `Main: A-1`. */
interface Place {
  readonly fullName: string;
  readonly location: LocationRecord;
}

function toPlaces({ name, bins }: z.infer<typeof locationSeed>): Place[] {
  const plain = { isDefault: false, isDeprecated: false, ownedByBuiltInIntegration: false };
  const warehouse = { ...plain, id: toGuid(`location/${name}`), name, parentId: null };
  return [
    { fullName: name, location: warehouse },
    ...bins.map((bin) => {
      const fullName = `${name}: ${bin}`;
      return {
        fullName,
        location: { ...plain, id: toGuid(`location/${fullName}`), name: bin, parentId: warehouse.id },
      };
    }),
  ];
}

function toProduct({ stock: _, ...fields }: ProductSeed, updatedAt: string): ProductRecord {
  return {
    ...fields,
    id: toGuid(`product/${fields.sku}`),
    name: fields.name ?? fields.sku,
    priceTiers: {},
    customFields: {},
    isDeprecated: false,
    updatedAt,
  };
}

/** @throws {SeedError} where a location is not in the seed, or a product cannot lie there */
function toStock({ sku, type, costingMethod, stock }: ProductSeed, places: readonly Place[]): StockRecord[] {
  return Object.entries(stock).flatMap(([locationName, quantity]) => {
    const place = places.find(({ fullName }) => fullName.toLowerCase() === locationName.toLowerCase());
    if (place === undefined)
      throw new SeedError(`${sku} has stock at "${locationName}", which is no location.`);
    if (type !== 'Stock') throw new SeedError(`${sku} is of type ${type}, so it has no stock.`);
    const rows = typeof quantity === 'number' ? [{ onHand: quantity, batch: '', expiry: '' }] : quantity;
    if (costingMethod !== 'FIFO' && rows.some(({ batch }) => batch === ''))
      throw new SeedError(`${sku} is costed by ${costingMethod}, so its stock needs a batch.`);
    return rows.map((row) => ({
      ...row,
      productId: toGuid(`product/${sku}`),
      locationId: place.location.id,
    }));
  });
}

function refuseDuplicates<Item>(what: string, items: readonly Item[], toKey: (item: Item) => string): void {
  const keys = items.map(toKey);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) throw new SeedError(`There are two entries for ${what} "${twice}".`);
}

/** Version 8: made from the name. */
function toGuid(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(12, 15)}`, `8${hex.slice(15, 18)}`];
  return [...parts, hex.slice(18, 30)].join('-');
}
