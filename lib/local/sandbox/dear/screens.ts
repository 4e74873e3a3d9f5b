import { type Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import * as z from 'zod';
import { type Behaviour, behaviourRequest } from './behaviour.ts';
import type { CallLog } from './call-log.ts';
import { type Faults, faultRequest } from './faults.ts';
import { saleByName } from './lookup.ts';
import { Refusal } from './refusal.ts';
import { authoriseSale, createSale, editSale, undoSale, voidSale } from './sale-rules.ts';
import { addLocation, addProduct, setStock } from './screen-reference.ts';
import {
  newLocationInput,
  newProductInput,
  newSaleInput,
  parseInput,
  type SaleChangesInput,
  saleChangesInput,
  stockInput,
} from './screen-requests.ts';
import { blankSale, typedChanges } from './screen-sales.ts';
import type { DearState, SaleRecord } from './state.ts';
import { availability } from './stock.ts';
import type { Store } from './store.ts';
import { availabilityRow, toWireLocation, toWireProduct } from './wire-reference.ts';
import { toWireSale, toWireSaleRow } from './wire-sale.ts';
import type { World } from './world.ts';

export interface ScreenSettings {
  store: Store;
  faults: Faults;
  log: CallLog;
  behaviour: Behaviour;
}

/** What a person does in DEAR's screens, and what only a sandbox has: its knobs and its logs. No credentials, no limit. */
export function screens({ store, faults, log, behaviour }: ScreenSettings): Hono {
  const app = new Hono();
  addSaleScreens(app, store);
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

const ACTIONS = { authorise: authoriseSale, void: voidSale, undo: undoSale } as const;

function addSaleScreens(app: Hono, store: Store): void {
  app.get('/sales', (context) =>
    context.json(
      store
        .state()
        .sales.map((sale) => toWireSaleRow(store.state(), sale))
        .reverse(),
    ),
  );
  app.get('/sales/:sale', (context) => {
    const sale = saleByName(store.state(), context.req.param('sale'));
    return context.json(shown(store.state(), sale));
  });
  app.post('/sales', async (context) => {
    const { authorise, type, ...typed } = parseInput(newSaleInput, await readJson(context));
    const sale = store.change((world) => {
      const made = newSale(world, type, typed);
      if (authorise) authoriseSale(world, made);
      return shown(world.state, made);
    });
    return context.json(sale, 201);
  });
  app.patch('/sales/:sale', async (context) => {
    const typed = parseInput(saleChangesInput, await readJson(context));
    const edit = (world: World, sale: SaleRecord) => editSale(world, sale, typedChanges(world, sale, typed));
    return context.json(changed(store, context.req.param('sale'), edit));
  });
  for (const [name, action] of Object.entries(ACTIONS)) {
    app.post(`/sales/:sale/${name}`, (context) =>
      context.json(changed(store, context.req.param('sale'), action)),
    );
  }
}

function newSale(world: World, type: SaleRecord['type'], typed: SaleChangesInput): SaleRecord {
  const form = blankSale(world.state, type);
  return createSale(world, { ...form, ...typedChanges(world, form, typed) });
}

function changed(store: Store, name: string, action: (world: World, sale: SaleRecord) => void) {
  return store.change((world) => {
    const sale = saleByName(world.state, name);
    action(world, sale);
    return shown(world.state, sale);
  });
}

function shown(state: DearState, sale: SaleRecord) {
  return { SaleOrderNumber: sale.orderNumber, ...toWireSale(state, sale) };
}

function addReferenceScreens(app: Hono, store: Store): void {
  app.post('/products', async (context) => {
    const input = parseInput(newProductInput, await readJson(context));
    return context.json(
      store.change((world) => toWireProduct(addProduct(world, input))),
      201,
    );
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

async function readJson(context: Context): Promise<unknown> {
  try {
    return await context.req.json();
  } catch {
    throw new Refusal('The body is not JSON');
  }
}
