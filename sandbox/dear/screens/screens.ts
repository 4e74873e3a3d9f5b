import { type Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import * as z from 'zod';
import type { CallLog } from '../../kit/call-log.ts';
import type { FaultQueue } from '../../kit/fault-queue.ts';
import { type Behaviour, behaviourRequest, type Fault, faultRequest } from '../behaviour.ts';
import { type DearCall, Refusal, readJson, readJsonIfAny } from '../call.ts';
import { findLocation, productBySku } from '../lookup.ts';
import { type DearState, isoNow, type ProductRecord, type Store, type World } from '../state.ts';
import { addLocation, addProducts, EXPENSE_ACCOUNT } from '../stock/reference-rules.ts';
import { availability, fillBackorders, stockAt } from '../stock/stock.ts';
import { setOnHand } from '../stock/stock-documents.ts';
import type { StockRecord, StockTakeRecord } from '../stock/stock-records.ts';
import { completeStockTake, openStockTake, voidStockTake } from '../stock/stock-take-rules.ts';
import { availabilityRow, toWireLocation, toWireProduct } from '../stock/wire-reference.ts';
import { toWireStockTake, toWireStockTakeRow } from '../stock/wire-stock.ts';
import {
  bulkProductsInput,
  newLocationInput,
  newProductInput,
  nothing,
  parseInput,
  stockInput,
} from './screen-inputs.ts';
import { saleScreens } from './screens-sale.ts';

function addProduct(world: World, input: z.infer<typeof newProductInput>): ProductRecord {
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

/** Sets the stock on hand. Backordered sales get what becomes free. */
function setStock(world: World, input: z.infer<typeof stockInput>): StockRecord {
  const { state } = world;
  const product = productBySku(state, input.sku);
  if (product.type !== 'Stock')
    throw new Refusal(`'${product.sku}' is of type ${product.type} and has no stock`);
  if (product.costingMethod !== 'FIFO' && input.batch === '')
    throw new Refusal(`'${product.sku}' needs a batch`);
  const place = findLocation(state, { Location: input.location });
  const { batch, expiry, onHand } = input;
  const stock = { productId: product.id, locationId: place.id, batch, expiry, onHand };
  setOnHand(state, stock, onHand);
  fillBackorders(world);
  return stockAt(state, stock) ?? stock;
}

const openTakeInput = z.strictObject({ location: z.string().min(1) });

/** `/stock-takes`: the list, newest first; one with its rows; a new one; its two buttons. */
function stockTakeScreens(store: Store): Hono {
  const app = new Hono();
  app.get('/', (context) => {
    const state = store.state();
    return context.json(state.stockTakes.map((take) => toWireStockTakeRow(state, take)).reverse());
  });
  app.get('/:take', (context) => {
    const state = store.state();
    return context.json(toWireStockTake(state, named(state, context)));
  });
  const button = (click: (world: World, take: StockTakeRecord) => void) => async (context: Context) => {
    parseInput(nothing, await readJsonIfAny(context));
    const shown = store.change((world) => {
      const take = named(world.state, context);
      click(world, take);
      return toWireStockTake(world.state, take);
    });
    return context.json(shown);
  };
  app.post('/', async (context) => {
    const { location } = parseInput(openTakeInput, await readJson(context));
    const opened = store.change((world) => {
      const Account = EXPENSE_ACCOUNT;
      const take = openStockTake(world, { EffectiveDate: isoNow(world), Account, Location: location });
      // Every count begins as the stock on hand.
      for (const row of take.existing) row.adjustment = row.onHand;
      return toWireStockTake(world.state, take);
    });
    return context.json(opened, 201);
  });
  app.post('/:take/complete', button(completeStockTake));
  app.post('/:take/void', button(voidStockTake));
  return app;
}

/** By its id or number. */
function named(state: DearState, context: Context): StockTakeRecord {
  const wanted = (context.req.param('take') ?? '').toLowerCase();
  const take = state.stockTakes.find(
    ({ taskId, number }) => taskId === wanted || number.toLowerCase() === wanted,
  );
  if (take === undefined) throw new Refusal(`There is no stock take '${wanted}'`, 404);
  return take;
}

export interface ScreenSettings {
  store: Store;
  faults: FaultQueue<Fault>;
  log: CallLog<DearCall>;
  behaviour: Behaviour;
}

/** The control API: what a person does in DEAR's screens, and the sandbox's faults, settings and logs. It has no credentials
 * and no rate limit. */
export function screens({ store, faults, log, behaviour }: ScreenSettings): Hono {
  const app = new Hono();
  app.route('/sales', saleScreens(store));
  app.route('/stock-takes', stockTakeScreens(store));
  addReferenceScreens(app, store);
  app.get('/calls', (context) => context.json(log.calls()));
  app.get('/webhook-deliveries', (context) => context.json(store.state().deliveries));
  app.get('/faults', (context) => context.json(faults.waiting()));
  app.post('/faults', async (context) => {
    const body = await readJson(context);
    faults.add(parseInput(z.array(faultRequest), Array.isArray(body) ? body : [body]));
    return context.json(faults.waiting(), 201);
  });
  app.delete('/faults', (context) => {
    faults.clear();
    return context.json(faults.waiting());
  });
  app.get('/behaviour', (context) => context.json(behaviour));
  app.patch('/behaviour', async (context) => {
    Object.assign(behaviour, parseInput(behaviourRequest, await readJson(context)));
    return context.json(behaviour);
  });
  app.all('*', (context) =>
    context.json({ error: `There is no ${context.req.method} ${context.req.path}` }, 404),
  );
  app.onError((error, context) => {
    if (!(error instanceof Refusal)) throw error;
    return context.json({ error: error.message }, error.status as ContentfulStatusCode);
  });
  return app;
}

function addReferenceScreens(app: Hono, store: Store): void {
  app.post('/products', async (context) => {
    const input = parseInput(newProductInput, await readJson(context));
    return context.json(
      store.change((world) => toWireProduct(addProduct(world, input))),
      201,
    );
  });
  app.post('/products/bulk', async (context) => {
    const input = parseInput(bulkProductsInput, await readJson(context));
    return context.json({ added: store.change((world) => addProducts(world, input)) }, 201);
  });
  app.post('/locations', async (context) => {
    const input = parseInput(newLocationInput, await readJson(context));
    const added = store.change((world) => toWireLocation(world.state, addLocation(world, input)));
    return context.json(added, 201);
  });
  app.get('/stock', (context) =>
    context.json(availability(store.state()).map((row) => availabilityRow(store.state(), row))),
  );
  app.patch('/stock', async (context) => {
    const input = parseInput(stockInput, await readJson(context));
    return context.json(store.change((world) => setStock(world, input)));
  });
}
