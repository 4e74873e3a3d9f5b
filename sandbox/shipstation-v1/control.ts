import { Hono } from 'hono';
import * as z from 'zod';
import type { ApiCall, CallLog } from '../kit/call-log.ts';
import { controlScreens } from '../kit/control-screens.ts';
import type { FaultQueue } from '../kit/fault-queue.ts';
import { readId } from './api.ts';
import { parseBody, type SandboxEnv } from './api-middleware.ts';
import { type Fault, faultRequest, parseRequest } from './errors.ts';
import { deleteOrder, holdOrder, orderById, restoreFromHold, toWireOrder } from './order-rules.ts';
import {
  fulfillmentById,
  markAsShipped,
  returnLabel,
  shipmentById,
  toWireFulfillment,
  toWireShipment,
  voidFulfillment,
  voidLabel,
} from './parcel-rules.ts';
import {
  editOrder,
  editRequest,
  mergeOrders,
  mergeRequest,
  setCancelled,
  setStatus,
  shipOrder,
  shipRequest,
  splitOrder,
  splitRequest,
  statusRequest,
} from './staff.ts';
import { newId, type Store } from './state.ts';

const settingsRequest = z.strictObject({
  shipsByItself: z.strictObject({ afterMs: z.number().nonnegative() }).nullable().optional(),
  listLagMs: z.number().nonnegative().optional(),
  lockedAnswer: z.enum(['echo', 'stored', 'error']).optional(),
  timeFilters: z.enum(['wall', 'daylight', 'standard']).optional(),
  saysNoPages: z.boolean().optional(),
  partsKeepKey: z.boolean().optional(),
});

/** The control API under `/sandbox`: what people do on ShipStation's screens, faults and settings. */
export function sandboxControls(
  store: Store,
  calls: CallLog<ApiCall>,
  faults: FaultQueue<Fault>,
): Hono<SandboxEnv> {
  return new Hono<SandboxEnv>()
    .route('/orders', orderScreens(store))
    .route('/', parcelScreens(store))
    .post('/products', async (c) => {
      const { sku, name, active } = parseRequest(productRequest, await parseBody(c));
      const product = store.change(({ state }) => {
        const added = { productId: newId(state), sku, name, active };
        state.products.push(added);
        return added;
      });
      return c.json(product);
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
        readRequest: async (c, schema) => parseRequest(schema, await parseBody(c)),
      }),
    );
}

const productRequest = z.strictObject({
  sku: z.string().min(1),
  name: z.string().default(''),
  active: z.boolean().default(true),
});
const untilRequest = z.strictObject({ until: z.iso.date() });
const markByHand = z.strictObject({
  trackingNumber: z.string().default(''),
  carrierCode: z.string().min(1).default('Other'),
});

/** What a packer does with orders on ShipStation's screen. */
function orderScreens(store: Store): Hono<SandboxEnv> {
  return new Hono<SandboxEnv>()
    .get('/', (c) => {
      const active = store.state().orders.filter(({ isInactive }) => !isInactive);
      return c.json({ orders: active.map(toWireOrder) });
    })
    .post('/merge', async (c) => {
      const merge = parseRequest(mergeRequest, await parseBody(c));
      return c.json(store.change((world) => toWireOrder(mergeOrders(world, merge))));
    })
    .post('/:id/ship', async (c) => {
      const ship = parseRequest(shipRequest, await parseBody(c));
      return c.json(store.change((world) => toWireShipment(shipOrder(world, readId(c), ship), true)));
    })
    .post('/:id/split', async (c) => {
      const split = parseRequest(splitRequest, await parseBody(c));
      return c.json({
        orders: store.change((world) => splitOrder(world, readId(c), split).map(toWireOrder)),
      });
    })
    .post('/:id/edit', async (c) => {
      const edit = parseRequest(editRequest, await parseBody(c));
      return c.json(store.change((world) => toWireOrder(editOrder(world, readId(c), edit))));
    })
    .post('/:id/hold', async (c) => {
      const { until } = parseRequest(untilRequest, await parseBody(c));
      return c.json(store.change((world) => holdOrder(world, { orderId: readId(c), holdUntilDate: until })));
    })
    .post('/:id/release', (c) =>
      c.json(store.change((world) => restoreFromHold(world, { orderId: readId(c) }))),
    )
    .post('/:id/cancel', (c) =>
      c.json(store.change((world) => toWireOrder(setCancelled(world, readId(c), true)))),
    )
    .post('/:id/restore', (c) =>
      c.json(store.change((world) => toWireOrder(setCancelled(world, readId(c), false)))),
    )
    .post('/:id/status', async (c) => {
      const status = parseRequest(statusRequest, await parseBody(c));
      return c.json(store.change((world) => toWireOrder(setStatus(world, readId(c), status))));
    })
    .post('/:id/mark-shipped', async (c) => {
      const mark = parseRequest(markByHand, await parseBody(c));
      return c.json(
        store.change((world) => toWireFulfillment(markAsShipped(world, { orderId: readId(c), ...mark }))),
      );
    })
    .post('/:id/corrupt', (c) => {
      store.change(({ state }) => {
        orderById(state, readId(c)).isCorrupt = true;
      });
      return c.body(null, 204);
    })
    .post('/:id/repair', (c) => {
      store.change(({ state }) => {
        orderById(state, readId(c)).isCorrupt = false;
      });
      return c.body(null, 204);
    })
    .delete('/:id', (c) => c.json(store.change((world) => deleteOrder(world, readId(c)))));
}

const corruptRequest = z.strictObject({ isCorrupt: z.boolean() });

/** What a packer does with parcels. */
function parcelScreens(store: Store): Hono<SandboxEnv> {
  return new Hono<SandboxEnv>()
    .get('/shipments', (c) => c.json({ shipments: store.state().shipments }))
    .get('/fulfillments', (c) => c.json({ fulfillments: store.state().fulfillments }))
    .post('/shipments/:id/void', (c) =>
      c.json(store.change((world) => voidLabel(world, { shipmentId: readId(c) }))),
    )
    .post('/shipments/:id/return', (c) =>
      c.json(store.change((world) => toWireShipment(returnLabel(world, readId(c)), true))),
    )
    .patch('/shipments/:id', async (c) => {
      const { isCorrupt } = parseRequest(corruptRequest, await parseBody(c));
      store.change(({ state }) => {
        shipmentById(state, readId(c)).isCorrupt = isCorrupt;
      });
      return c.body(null, 204);
    })
    .post('/fulfillments/:id/void', (c) =>
      c.json(store.change((world) => toWireFulfillment(voidFulfillment(world, readId(c))))),
    )
    .patch('/fulfillments/:id', async (c) => {
      const edit = parseRequest(fulfillmentEdit, await parseBody(c));
      return c.json(
        store.change((world) =>
          toWireFulfillment(Object.assign(fulfillmentById(world.state, readId(c)), edit)),
        ),
      );
    });
}

const fulfillmentEdit = z.strictObject({ trackingNumber: z.string() });
