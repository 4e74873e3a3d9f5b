import type { z } from 'zod';
import { placeOf, productBySku } from './lookup.ts';
import { Refusal } from './refusal.ts';
import type { newLocationInput, newProductInput, stockInput } from './screen-requests.ts';
import type { LocationRecord, ProductRecord, StockRecord } from './state.ts';
import { fillBackorders, stockAt } from './stock.ts';
import { isoNow, type World } from './world.ts';

export function addProduct(world: World, input: z.infer<typeof newProductInput>): ProductRecord {
  const { state, newId } = world;
  if (state.products.some(({ sku }) => sku === input.sku))
    throw new Refusal(`There is a product '${input.sku}' already`);
  const product: ProductRecord = {
    ...input,
    id: newId(),
    name: input.name ?? input.sku,
    length: 0,
    width: 0,
    height: 0,
    dimensionsUnits: state.company.dimensionsUnits,
    updatedAt: isoNow(world),
  };
  state.products.push(product);
  return product;
}

export function addLocation(
  { state, newId }: World,
  input: z.infer<typeof newLocationInput>,
): LocationRecord {
  const { name, isDeprecated, ownedByBuiltInIntegration, bins } = input;
  const taken = state.locations.some(
    (other) => other.parentId === null && other.name.toLowerCase() === name.toLowerCase(),
  );
  if (taken) throw new Refusal(`There is a location '${name}' already`);
  const shared = { isDefault: false, isDeprecated, ownedByBuiltInIntegration };
  const location: LocationRecord = { id: newId(), name, parentId: null, ...shared };
  const binRecords = bins.map((bin) => ({ id: newId(), name: bin, parentId: location.id, ...shared }));
  state.locations.push(location, ...binRecords);
  return location;
}

/** Sets what lies there; what comes free goes to the orders that wait for it. */
export function setStock(world: World, input: z.infer<typeof stockInput>): StockRecord {
  const { state } = world;
  const product = productBySku(state, input.sku);
  if (product.type === 'Service') throw new Refusal(`'${product.sku}' is a service and lies on no shelf`);
  if (product.costingMethod !== 'FIFO' && input.batch === '')
    throw new Refusal(`'${product.sku}' needs a batch`);
  const place = placeOf(state, { Location: input.location });
  const { batch, expiry, onHand } = input;
  const stock = { productId: product.id, locationId: place.id, batch, expiry, onHand };
  const existing = stockAt(state, stock);
  if (existing === undefined) state.stock.push(stock);
  else Object.assign(existing, { onHand, expiry: expiry || existing.expiry });
  fillBackorders(world);
  return stockAt(state, stock) ?? stock;
}
