import type { z } from 'zod';
import { placeOf, productBySku } from './lookup.ts';
import type { ProductRecord, StockRecord } from './product-state.ts';
import { Refusal } from './refusal.ts';
import type { newProductInput, stockInput } from './screen-requests.ts';
import { fillBackorders, stockAt } from './stock.ts';
import { setOnHand } from './stock-rows.ts';
import { isoNow, type World } from './world.ts';

export function addProduct(world: World, input: z.infer<typeof newProductInput>): ProductRecord {
  const { state, newId } = world;
  if (state.products.some(({ sku }) => sku === input.sku))
    throw new Refusal(`There is a product '${input.sku}' already`);
  const { components, ...fields } = input;
  const made = components.map(({ sku, quantity }) => ({ productId: productBySku(state, sku).id, quantity }));
  const product: ProductRecord = {
    ...fields,
    ...(made.length > 0 && { components: made }),
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

/** Sets what lies there; what comes free goes to the orders that wait for it. */
export function setStock(world: World, input: z.infer<typeof stockInput>): StockRecord {
  const { state } = world;
  const product = productBySku(state, input.sku);
  if (product.type !== 'Stock')
    throw new Refusal(`'${product.sku}' is of type ${product.type} and lies on no shelf`);
  if (product.costingMethod !== 'FIFO' && input.batch === '')
    throw new Refusal(`'${product.sku}' needs a batch`);
  const place = placeOf(state, { Location: input.location });
  const { batch, expiry, onHand } = input;
  const stock = { productId: product.id, locationId: place.id, batch, expiry, onHand };
  setOnHand(state, stock, onHand);
  fillBackorders(world);
  return stockAt(state, stock) ?? stock;
}
