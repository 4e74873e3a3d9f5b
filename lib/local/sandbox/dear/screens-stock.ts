import { type Context, Hono } from 'hono';
import * as z from 'zod';
import { EXPENSE_ACCOUNT } from './accounts.ts';
import { nothing } from './hand-inputs.ts';
import { readJson, readJsonIfAny } from './read-json.ts';
import { Refusal } from './refusal.ts';
import { parseInput } from './screen-requests.ts';
import type { DearState } from './state.ts';
import type { StockTakeRecord } from './stock-document-state.ts';
import { completeStockTake, openStockTake, voidStockTake } from './stock-take-rules.ts';
import type { Store } from './store.ts';
import { toWireStockTake, toWireStockTakeRow } from './wire-stock.ts';
import { isoNow, type World } from './world.ts';

const openTakeInput = z.strictObject({ location: z.string().min(1) });

/** `/stock-takes` and all below it: the list, newest first, one with its rows, a new one, and its two buttons. */
export function stockTakeScreens(store: Store): Hono {
  const app = new Hono();
  app.get('/', (context) => {
    const state = store.state();
    return context.json(state.stockTakes.map((take) => toWireStockTakeRow(state, take)).reverse());
  });
  app.get('/:take', (context) => {
    const state = store.state();
    return context.json(toWireStockTake(state, named(state, context)));
  });
  const button = (press: (world: World, take: StockTakeRecord) => void) => async (context: Context) => {
    parseInput(nothing, await readJsonIfAny(context));
    const shown = store.change((world) => {
      const take = named(world.state, context);
      press(world, take);
      return toWireStockTake(world.state, take);
    });
    return context.json(shown);
  };
  app.post('/', async (context) => {
    const { location } = parseInput(openTakeInput, await readJson(context));
    const opened = store.change((world) => {
      const Account = EXPENSE_ACCOUNT;
      const take = openStockTake(world, { EffectiveDate: isoNow(world), Account, Location: location });
      // As a person begins: every row counted as it stands.
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
