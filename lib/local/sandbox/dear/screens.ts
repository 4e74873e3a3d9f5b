import { Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import * as z from 'zod';
import type { CallLog } from '../call-log.ts';
import type { FaultQueue } from '../fault-queue.ts';
import { type Behaviour, behaviourRequest } from './behaviour.ts';
import { addProducts } from './bulk-products.ts';
import type { DearCall } from './dear-call.ts';
import { type Fault, faultRequest } from './faults.ts';
import { addLocation } from './location-rules.ts';
import { readJson } from './read-json.ts';
import { Refusal } from './refusal.ts';
import { addProduct, setStock } from './screen-reference.ts';
import {
  bulkProductsInput,
  newLocationInput,
  newProductInput,
  parseInput,
  stockInput,
} from './screen-requests.ts';
import { saleScreens } from './screens-sale.ts';
import { stockTakeScreens } from './screens-stock.ts';
import { availability } from './stock.ts';
import type { Store } from './store.ts';
import { availabilityRow, toWireLocation, toWireProduct } from './wire-reference.ts';

export interface ScreenSettings {
  store: Store;
  faults: FaultQueue<Fault>;
  log: CallLog<DearCall>;
  behaviour: Behaviour;
}

/** What a person does in DEAR's screens, and what only a sandbox has: its knobs and its logs. No credentials, no limit. */
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
