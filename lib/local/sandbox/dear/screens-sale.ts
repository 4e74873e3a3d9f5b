import { type Context, Hono } from 'hono';
import type * as z from 'zod';
import { addFulfilment } from './fulfilment-rules.ts';
import { creditByHand, invoiceByHand } from './hand-billing.ts';
import {
  handPackInput,
  handPickInput,
  handShipInput,
  nothing,
  paymentInput,
  trackingInput,
  undoInput,
} from './hand-inputs.ts';
import { packByHand, pickByHand } from './hand-pick-pack.ts';
import { editTracking, shipByHand } from './hand-ship.ts';
import { saleByName } from './lookup.ts';
import { receivePayment } from './payment-rules.ts';
import { readJson, readJsonIfAny } from './read-json.ts';
import { authoriseSale, createSale, editSale, undoSale, voidSale } from './sale-rules.ts';
import { newSaleInput, parseInput, type SaleChangesInput, saleChangesInput } from './screen-requests.ts';
import { blankSale, typedChanges } from './screen-sales.ts';
import { undoStage } from './stage-undo.ts';
import type { DearState, SaleRecord } from './state.ts';
import type { Store } from './store.ts';
import { taskPast } from './task-at.ts';
import { toWireSale, toWireSaleRow } from './wire-sale.ts';
import type { World } from './world.ts';

type Action = (world: World, sale: SaleRecord, body: unknown) => void;

/** The buttons of a sale's screen. What each takes besides the sale is in its schema; no body is as good as `{}`. */
const ACTIONS: Readonly<Record<string, Action>> = {
  authorise: button(nothing, authoriseSale),
  void: button(nothing, voidSale),
  undo: button(undoInput, (world, sale, { stage, fulfilment }) =>
    stage === 'order' ? undoSale(world, sale) : undoStage(world, taskPast(sale, stage, fulfilment), stage),
  ),
  fulfilment: button(nothing, addFulfilment),
  pick: button(handPickInput, pickByHand),
  pack: button(handPackInput, packByHand),
  ship: button(handShipInput, shipByHand),
  tracking: button(trackingInput, editTracking),
  invoice: button(nothing, invoiceByHand),
  payment: button(paymentInput, (world, sale, { amount }) => receivePayment(world, sale, amount)),
  creditnote: button(nothing, creditByHand),
};

function button<Schema extends z.ZodType>(
  schema: Schema,
  action: (world: World, sale: SaleRecord, typed: z.infer<Schema>) => void,
): Action {
  return (world, sale, body) => action(world, sale, parseInput(schema, body));
}

/** `/sales` and all below it. */
export function saleScreens(store: Store): Hono {
  const app = new Hono();
  app.get('/', (context) => {
    const state = store.state();
    return context.json(state.sales.map((sale) => toWireSaleRow(state, sale)).reverse());
  });
  app.get('/:sale', (context) => {
    const sale = saleByName(store.state(), context.req.param('sale'));
    return context.json(shown(store.state(), sale));
  });
  app.post('/', async (context) => {
    const { authorise, type, orderNumber, ...typed } = parseInput(newSaleInput, await readJson(context));
    const sale = store.change((world) => {
      const made = newSale(world, type, typed);
      if (orderNumber !== undefined) made.orderNumber = orderNumber;
      if (authorise) authoriseSale(world, made);
      return shown(world.state, made);
    });
    return context.json(sale, 201);
  });
  app.patch('/:sale', async (context) => {
    const typed = parseInput(saleChangesInput, await readJson(context));
    const edit: Action = (world, sale) => editSale(world, sale, typedChanges(world, sale, typed));
    return changed(context, store, edit, undefined);
  });
  for (const [name, action] of Object.entries(ACTIONS)) {
    app.post(`/:sale/${name}`, async (context) =>
      changed(context, store, action, await readJsonIfAny(context)),
    );
  }
  return app;
}

function newSale(world: World, type: SaleRecord['type'], typed: SaleChangesInput): SaleRecord {
  const form = blankSale(world.state, type);
  return createSale(world, { ...form, ...typedChanges(world, form, typed) });
}

function changed(context: Context, store: Store, action: Action, body: unknown): Response {
  const answer = store.change((world) => {
    const sale = saleByName(world.state, context.req.param('sale') ?? '');
    action(world, sale, body);
    return shown(world.state, sale);
  });
  return context.json(answer);
}

function shown(state: DearState, sale: SaleRecord) {
  return { SaleOrderNumber: sale.orderNumber, ...toWireSale(state, sale) };
}
