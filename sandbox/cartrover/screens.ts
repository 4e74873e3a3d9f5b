import { Hono } from 'hono';
import * as z from 'zod';
import type { ApiCall, CallLog } from '../kit/call-log.ts';
import { controlScreens } from '../kit/control-screens.ts';
import type { FaultQueue } from '../kit/fault-queue.ts';
import { readBody, type SandboxEnv } from './api.ts';
import { type Fault, faultRequest, parseRequest } from './errors.ts';
import { importOrder, orderBy } from './order-rules.ts';
import type { Store } from './state.ts';
import {
  cancelAtWarehouse,
  deleteOrder,
  errorRequest,
  loadAgainRequest,
  loadShipmentAgain,
  putStock,
  restoreOrder,
  sendToWarehouse,
  setError,
  setOnHold,
  shipOrder,
  shipRequest,
  stockRequest,
} from './warehouse-rules.ts';

const settingsRequest = z.strictObject({
  shipsByItself: z.strictObject({ afterMs: z.number().nonnegative() }).nullable().optional(),
  warehouseCancels: z.enum(['at-once', 'later', 'refused']).optional(),
  partialStatus: z.enum(['at_wms', 'partial', 'shipped']).optional(),
  shippedDate: z.enum(['first', 'last']).optional(),
  numbersAsText: z.boolean().optional(),
  shipsUnder: z.enum(['ordered-sku', 'own-code']).optional(),
  rewritesAddresses: z.boolean().optional(),
  cartKeysReadStock: z.boolean().optional(),
  messageField: z.enum(['message', 'status_message']).optional(),
  refusedKeysStatus: z.literal([200, 401]).optional(),
  countsRows: z.boolean().optional(),
  listOrder: z.enum(['newest-first', 'oldest-first']).optional(),
  listLagMs: z.number().nonnegative().optional(),
});

/** Makes the order's answers unlike the documented ones, or like them again. */
const spoilRequest = z.strictObject({
  oddStatus: z.string().nullable().optional(),
  isCorrupt: z.boolean().optional(),
});

/** The control API under `/sandbox`: what people do at CartRover and at the warehouse, faults and settings. */
export function sandboxScreens(
  store: Store,
  calls: CallLog<ApiCall>,
  faults: FaultQueue<Fault>,
): Hono<SandboxEnv> {
  return new Hono<SandboxEnv>()
    .route('/orders', orderScreens(store))
    .patch('/stock', async (c) => {
      const count = parseRequest(stockRequest, await readBody(c));
      return c.json(store.change((world) => putStock(world, count)));
    })
    .route(
      '/',
      controlScreens<SandboxEnv, Fault>({
        calls,
        faults,
        faultRequest,
        settingsRequest,
        getSettings: () => store.state().settings,
        changeSettings: (changes) => store.change(({ state }) => void Object.assign(state.settings, changes)),
        readRequest: async (c, schema) => parseRequest(schema, await readBody(c)),
      }),
    );
}

function orderScreens(store: Store): Hono<SandboxEnv> {
  return new Hono<SandboxEnv>()
    .get('/', (c) => c.json({ orders: store.state().orders }))
    .post('/', async (c) => {
      const body = await readBody(c);
      return c.json(store.change((world) => importOrder(world, 'DEAR', body)));
    })
    .post('/:reference/send', (c) =>
      c.json(store.change((world) => sendToWarehouse(world, c.req.param('reference')))),
    )
    .post('/:reference/ship', async (c) => {
      const request = parseRequest(shipRequest, await readBody(c));
      return c.json(store.change((world) => shipOrder(world, c.req.param('reference'), request)));
    })
    .post('/:reference/load-again', async (c) => {
      const request = parseRequest(loadAgainRequest, await readBody(c));
      return c.json(store.change((world) => loadShipmentAgain(world, c.req.param('reference'), request)));
    })
    .post('/:reference/cancel', (c) =>
      c.json(store.change((world) => cancelAtWarehouse(world, c.req.param('reference')))),
    )
    .post('/:reference/restore', (c) =>
      c.json(store.change((world) => restoreOrder(world, c.req.param('reference')))),
    )
    .post('/:reference/hold', (c) =>
      c.json(store.change((world) => setOnHold(world, c.req.param('reference'), true))),
    )
    .post('/:reference/release', (c) =>
      c.json(store.change((world) => setOnHold(world, c.req.param('reference'), false))),
    )
    .post('/:reference/error', async (c) => {
      const request = parseRequest(errorRequest, await readBody(c));
      return c.json(store.change((world) => setError(world, c.req.param('reference'), request)));
    })
    .post('/:reference/spoil', async (c) => {
      const spoiled = parseRequest(spoilRequest, await readBody(c));
      return c.json(
        store.change(({ state }) => Object.assign(orderBy(state, c.req.param('reference')), spoiled)),
      );
    })
    .delete('/:reference', (c) => {
      store.change((world) => deleteOrder(world, c.req.param('reference')));
      return c.body(null, 204);
    });
}
