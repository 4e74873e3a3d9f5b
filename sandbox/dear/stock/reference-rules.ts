import type { z } from 'zod';
import { notFound, Refusal } from '../call.ts';
import { findLocation, locationById } from '../lookup.ts';
import type { LocationRequest } from '../requests.ts';
import type { bulkProductsInput, newLocationInput } from '../screens/screen-inputs.ts';
import { type DearState, isoNow, type LocationRecord, type ProductRecord, type World } from '../state.ts';

/** @throws {Refusal} where a warehouse has that name already */
export function addLocation(world: World, input: z.infer<typeof newLocationInput>): LocationRecord {
  const { name, isDeprecated, ownedByBuiltInIntegration, bins } = input;
  requireFreeName(world.state, name, null);
  const shared = { isDefault: false, isDeprecated, ownedByBuiltInIntegration };
  const location: LocationRecord = { id: world.newId(), name, parentId: null, ...shared };
  const binRecords = bins.map((bin) => ({
    id: world.newId(),
    name: bin,
    parentId: location.id,
    ...shared,
  }));
  world.state.locations.push(location, ...binRecords);
  return location;
}

/** Creates a warehouse or, with a parent, a bin. */
export function createLocation(world: World, request: LocationRequest): LocationRecord {
  const { state, newId } = world;
  const parentId = request.ParentID?.toLowerCase() || null;
  if (parentId !== null && locationById(state, parentId).parentId !== null)
    throw new Refusal('A bin cannot have bins');
  requireFreeName(state, request.Name, parentId);
  const location: LocationRecord = {
    id: newId(),
    name: request.Name,
    isDefault: false,
    isDeprecated: false,
    parentId,
    ownedByBuiltInIntegration: false,
  };
  state.locations.push(location);
  return location;
}

function requireFreeName({ locations }: DearState, name: string, parentId: string | null): void {
  const taken = locations.some(
    (other) => other.parentId === parentId && other.name.toLowerCase() === name.toLowerCase(),
  );
  if (taken) throw new Refusal(`There is a location '${name}' already`);
}

/**
 * Adds many products with stock at one location, for benchmarks.
 * @returns how many
 * @throws {Refusal} where one of the SKUs exists, or the location does not
 */
export function addProducts(world: World, input: z.infer<typeof bulkProductsInput>): number {
  const { state } = world;
  const { count, prefix, onHand } = input;
  const { id: locationId } = findLocation(state, { Location: input.location });
  const taken = new Set(state.products.map(({ sku }) => sku));
  for (let number = 1; number <= count; number += 1) {
    const product = plainProduct(world, `${prefix}-${String(number).padStart(6, '0')}`);
    if (taken.has(product.sku)) throw new Refusal(`There is a product '${product.sku}' already`);
    state.products.push(product);
    state.stock.push({ productId: product.id, locationId, batch: '', expiry: '', onHand });
  }
  return count;
}

function plainProduct(world: World, sku: string): ProductRecord {
  return {
    id: world.newId(),
    sku,
    name: `Goods ${sku}`,
    category: 'Other',
    type: 'Stock',
    costingMethod: 'FIFO',
    barcode: '',
    weight: 100,
    weightUnits: 'g',
    length: 0,
    width: 0,
    height: 0,
    dimensionsUnits: world.state.company.dimensionsUnits,
    price: 10,
    priceTiers: {},
    averageCost: 4,
    customFields: {},
    isDeprecated: false,
    updatedAt: isoNow(world),
  };
}

/** The accounts for stock differences, by code. Invented. */
const EXPENSE_ACCOUNTS: ReadonlyMap<string, string> = new Map([
  ['510', 'Cost of Goods Sold'],
  ['540', 'Stock Differences'],
]);
/** The account that the screens use. */
export const EXPENSE_ACCOUNT = '540';
export const INVENTORY_ACCOUNT = '140: Inventory';

/** @throws {Refusal} an inner 404 where there is no such account */
export function requireExpenseAccount(code: string): void {
  if (!EXPENSE_ACCOUNTS.has(code)) throw notFound(`Account '${code}' was not found in Chart of accounts`);
}

export function accountName(code: string): string {
  return `${code}: ${EXPENSE_ACCOUNTS.get(code) ?? ''}`;
}
