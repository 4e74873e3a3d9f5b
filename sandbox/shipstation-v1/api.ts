import { Hono } from 'hono';
import { CARRIERS, listServices, STORES, WAREHOUSES } from './account.ts';
import { type ApiContext, parseBody, type SandboxEnv } from './api-middleware.ts';
import { notFound, parseRequest, refuse, serverError } from './errors.ts';
import { listFulfillments, listOrders, listProducts, listShipments } from './lists.ts';
import { bulkRequest } from './order-request.ts';
import {
  deleteOrder,
  holdOrder,
  holdRequest,
  orderById,
  orderIdRequest,
  putOrder,
  putOrders,
  restoreFromHold,
  tagOrder,
  tagRequest,
  toWireOrder,
} from './order-rules.ts';
import {
  createLabel,
  labelRequest,
  markAsShipped,
  markRequest,
  voidLabel,
  voidRequest,
} from './parcel-rules.ts';
import type { Store } from './state.ts';
import { subscribe, subscribeRequest, toWireWebhook, unsubscribe } from './webhooks.ts';

/** Every path of the API. */
export function shipStationApi(store: Store): Hono<SandboxEnv> {
  return new Hono<SandboxEnv>()
    .route('/orders', orderPaths(store))
    .route('/shipments', shipmentPaths(store))
    .route('/webhooks', webhookPaths(store))
    .get('/fulfillments', (c) => c.json(listFulfillments(store.state(), c.req.query(), store.now())))
    .get('/products', (c) => c.json(listProducts(store.state(), c.req.query())))
    .get('/accounts/listtags', (c) => c.json(store.state().tags))
    .get('/carriers', (c) => c.json(CARRIERS.map(({ code, name }) => ({ code, name, primary: true }))))
    .get('/carriers/listservices', (c) => c.json(listServices(c.req.query('carrierCode') ?? '')))
    .get('/stores', (c) => c.json(STORES))
    .get('/warehouses', (c) => c.json(WAREHOUSES));
}

function orderPaths(store: Store): Hono<SandboxEnv> {
  return new Hono<SandboxEnv>()
    .post('/createorder', async (c) => {
      const body = await parseBody(c);
      return c.json(store.change((world) => putOrder(world, body)));
    })
    .post('/createorders', async (c) => {
      const parsed = bulkRequest.safeParse(await parseBody(c));
      if (!parsed.success) throw refuse('The body has to be an array of 1 to 100 orders.');
      const { results, hasErrors } = store.change((world) => putOrders(world, parsed.data));
      return c.json({ hasErrors, results: results.slice(c.get('missingRows')) });
    })
    .post('/holduntil', async (c) => {
      const request = parseRequest(holdRequest, await parseBody(c));
      return c.json(store.change((world) => holdOrder(world, request)));
    })
    .post('/restorefromhold', async (c) => {
      const request = parseRequest(orderIdRequest, await parseBody(c));
      return c.json(store.change((world) => restoreFromHold(world, request)));
    })
    .post('/markasshipped', async (c) => {
      const request = parseRequest(markRequest, await parseBody(c));
      const { orderId, orderNumber } = store.change((world) => markAsShipped(world, request));
      return c.json({ orderId, orderNumber });
    })
    .post('/addtag', async (c) => {
      const request = parseRequest(tagRequest, await parseBody(c));
      return c.json(store.change((world) => tagOrder(world, request, true)));
    })
    .post('/removetag', async (c) => {
      const request = parseRequest(tagRequest, await parseBody(c));
      return c.json(store.change((world) => tagOrder(world, request, false)));
    })
    .post('/createlabelfororder', async (c) => {
      const request = parseRequest(labelRequest, await parseBody(c));
      return c.json(store.change((world) => createLabel(world, request)));
    })
    .get('/', (c) => c.json(listOrders(store.state(), c.req.query(), store.now())))
    .get('/:id', (c) => {
      const order = orderById(store.state(), readId(c));
      if (order.isCorrupt) throw serverError('Object reference not set to an instance of an object.');
      return c.json(toWireOrder(order));
    })
    .delete('/:id', (c) => c.json(store.change((world) => deleteOrder(world, readId(c)))));
}

function shipmentPaths(store: Store): Hono<SandboxEnv> {
  return new Hono<SandboxEnv>()
    .get('/', (c) => c.json(listShipments(store.state(), c.req.query(), store.now())))
    .post('/voidlabel', async (c) => {
      const request = parseRequest(voidRequest, await parseBody(c));
      return c.json(store.change((world) => voidLabel(world, request)));
    });
}

function webhookPaths(store: Store): Hono<SandboxEnv> {
  return new Hono<SandboxEnv>()
    .get('/', (c) => c.json({ webhooks: store.state().webhooks.map(toWireWebhook) }))
    .post('/subscribe', async (c) => {
      const request = parseRequest(subscribeRequest, await parseBody(c));
      return c.json(
        store.change((world) => subscribe(world, request)),
        201,
      );
    })
    .delete('/:id', (c) => {
      store.change((world) => unsubscribe(world, readId(c)));
      return c.body(null, 204);
    });
}

/** @throws {ApiError} 404 for what is no number: no path of that name exists */
export function readId(c: ApiContext): number {
  const text = c.req.param('id') ?? '';
  if (!/^\d+$/.test(text)) throw notFound('Path', text);
  return Number(text);
}
