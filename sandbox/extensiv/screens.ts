import { type Context, Hono } from 'hono';
import * as z from 'zod';
import type { ApiCall, CallLog } from '../kit/call-log.ts';
import { controlScreens } from '../kit/control-screens.ts';
import type { FaultQueue } from '../kit/fault-queue.ts';
import { readBody, type SandboxEnv } from './api.ts';
import { type Fault, faultRequest, parseRequest } from './errors.ts';
import { orderBy } from './order-rules.ts';
import { newId, type Store } from './state.ts';
import {
  cancelByStaff,
  holdOrder,
  holdRequest,
  itemRequest,
  putItem,
  putStock,
  removeOrder,
  reopenOrder,
  shipOrder,
  shipRequest,
  splitOrder,
  splitRequest,
  stockRequest,
  substitute,
  substituteRequest,
  unconfirmOrder,
} from './warehouse-rules.ts';
import { toSignature } from './webhooks.ts';

const settingsRequest = z.strictObject({
  shipsByItself: z.strictObject({ afterMs: z.number().nonnegative() }).nullable().optional(),
  form: z.enum(['as-asked', 'plain']).optional(),
  putLines: z.enum(['replace', 'merge']).optional(),
  keepsSavedElements: z.boolean().optional(),
  packs: z.enum(['with-contents', 'without-contents', 'no-packages']).optional(),
  loginField: z.enum(['user_login', 'user_login_id']).optional(),
  tokenLifetime: z.number().positive().optional(),
  timeZone: z.string().optional(),
  unconfirm: z.enum(['removes-packages', 'keeps-packages']).optional(),
  keyIsPublic: z.boolean().optional(),
  roles: z.array(z.string()).optional(),
});

/** Makes the order's answers unlike the documented ones, or like them again. */
const spoilRequest = z.strictObject({ status: z.int().optional(), isCorrupt: z.boolean().optional() });
const webhookRequest = z.strictObject({ url: z.url({ protocol: /^https?$/ }) });

/** The control API under `/sandbox`: what people do at the warehouse, faults and settings. */
export function sandboxScreens(
  store: Store,
  calls: CallLog<ApiCall>,
  faults: FaultQueue<Fault>,
): Hono<SandboxEnv> {
  return new Hono<SandboxEnv>()
    .route('/orders', orderScreens(store))
    .patch('/stock', async (c) => {
      const count = parseRequest(stockRequest, await readBody(c));
      store.change((world) => putStock(world, count));
      return c.json({ receipts: store.state().receipts });
    })
    .patch('/items', async (c) => {
      const item = parseRequest(itemRequest, await readBody(c));
      store.change((world) => putItem(world, item));
      return c.json({ items: store.state().items });
    })
    .get('/webhooks', (c) => c.json({ webhooks: store.state().webhooks }))
    .post('/webhooks', async (c) => {
      const { url } = parseRequest(webhookRequest, await readBody(c));
      store.change(({ state }) => void state.webhooks.push({ id: newId(state), url }));
      return c.json({ webhooks: store.state().webhooks });
    })
    .post('/sign', async (c) => c.json({ signature: toSignature(store.state(), await c.req.text()) }))
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
  const getId = (c: Context) => Number(c.req.param('id'));
  return new Hono<SandboxEnv>()
    .get('/', (c) => c.json({ orders: store.state().orders }))
    .post('/:id/ship', async (c) => {
      const request = parseRequest(shipRequest, await readBody(c));
      return c.json({ trackingNumber: store.change((world) => shipOrder(world, getId(c), request)) });
    })
    .post('/:id/split', async (c) => {
      const { skus } = parseRequest(splitRequest, await readBody(c));
      return c.json({ id: store.change((world) => splitOrder(world, getId(c), skus).id) });
    })
    .post('/:id/cancel', (c) => {
      store.change((world) => cancelByStaff(world, getId(c)));
      return c.body(null, 204);
    })
    .post('/:id/reopen', (c) => c.json(store.change((world) => reopenOrder(world, getId(c)))))
    .post('/:id/unconfirm', (c) => c.json(store.change((world) => unconfirmOrder(world, getId(c)))))
    .post('/:id/hold', async (c) => {
      const request = parseRequest(holdRequest, await readBody(c));
      return c.json(store.change((world) => holdOrder(world, getId(c), request)));
    })
    .post('/:id/substitute', async (c) => {
      const request = parseRequest(substituteRequest, await readBody(c));
      return c.json(store.change((world) => substitute(world, getId(c), request)));
    })
    .post('/:id/spoil', async (c) => {
      const spoiled = parseRequest(spoilRequest, await readBody(c));
      return c.json(store.change(({ state }) => Object.assign(orderBy(state, getId(c)), spoiled)));
    })
    .delete('/:id', (c) => {
      store.change((world) => removeOrder(world, getId(c)));
      return c.body(null, 204);
    });
}
