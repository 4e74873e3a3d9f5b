import type { z } from 'zod';
import { placeOf } from './lookup.ts';
import type { ProductRecord } from './product-state.ts';
import { Refusal } from './refusal.ts';
import type { bulkProductsInput } from './screen-requests.ts';
import { isoNow, type World } from './world.ts';

/**
 * Adds many products at once, with stock at one place: what a benchmark begins with.
 * @returns how many
 * @throws {Refusal} where one of the SKUs exists, or the location does not
 */
export function addProducts(world: World, input: z.infer<typeof bulkProductsInput>): number {
  const { state } = world;
  const { count, prefix, onHand } = input;
  const { id: locationId } = placeOf(state, { Location: input.location });
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
