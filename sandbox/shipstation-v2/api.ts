import { Hono } from 'hono';
import { type ApiContext, listAnswer, parseBody, type SandboxEnv, shown } from './api-middleware.ts';
import { WAREHOUSES } from './catalogue.ts';
import { ApiError, notFound, parseRequest, problem } from './errors.ts';
import { fulfillmentRequest, markShipped } from './fulfillment-rules.ts';
import { holdRequest, holdShipment, releaseShipment } from './hold-rules.ts';
import { inventoryPaths } from './inventory-lists.ts';
import {
  buyLabel,
  buyLabelByRate,
  labelById,
  labelByRateRequest,
  labelRequest,
  returnLabel,
  toPdf,
  voidUnused,
  withFile,
} from './label-rules.ts';
import { listFulfillments, listLabels, listShipments } from './lists.ts';
import { trackLabel } from './parcel-edits.ts';
import { listCarriers, quoteRates, ratesRequest } from './rate-rules.ts';
import { createRequest, replaceRequest } from './shipment-request.ts';
import {
  cancelShipment,
  createShipments,
  replaceShipment,
  shipmentById,
  tagShipment,
} from './shipment-rules.ts';
import type { ShipmentRow, Store } from './state.ts';
import {
  addWebhook,
  addWebhookRequest,
  removeWebhook,
  replaceWebhook,
  replaceWebhookRequest,
  webhookById,
} from './webhooks.ts';

/** The paths under `/v2`. */
export function shipStationApi(store: Store): Hono<SandboxEnv> {
  return new Hono<SandboxEnv>()
    .route('/shipments', shipmentPaths(store))
    .route('/labels', labelPaths(store))
    .route('/fulfillments', fulfillmentPaths(store))
    .route('/environment/webhooks', webhookPaths(store))
    .route('/', inventoryPaths(store))
    .get('/carriers', (c) => c.json({ carriers: listCarriers(store.state()) }))
    .post('/rates', async (c) => {
      const request = parseRequest(ratesRequest, await parseBody(c));
      return c.json(store.change((world) => quoteRates(world, request)));
    })
    .get('/downloads/10/:id/label.pdf', (c) => {
      const pdf = toPdf(labelById(store.state(), c.req.param('id')));
      return c.body(new Uint8Array(pdf), 200, { 'content-type': 'application/pdf' });
    })
    .get('/warehouses', (c) => c.json({ warehouses: WAREHOUSES }));
}

function shipmentPaths(store: Store): Hono<SandboxEnv> {
  return new Hono<SandboxEnv>()
    .post('/', async (c) => {
      const request = parseRequest(createRequest, await parseBody(c));
      return c.json(store.change((world) => createShipments(world, request)));
    })
    .get('/', (c) => {
      const indexed = store.lagging(store.state().settings.listLagMs);
      const rows = listShipments(indexed, c.req.query());
      return listAnswer(
        c,
        'shipments',
        rows.map((row) => shown(store, row)),
      );
    })
    .get('/external_shipment_id/:id', (c) => {
      const id = c.req.param('id');
      const { shipments } = store.lagging(store.state().settings.lookUpLagMs);
      const row = shipments.find(({ external_shipment_id }) => external_shipment_id === id);
      if (row === undefined) throw notFound('shipment with external id', id);
      return c.json(alone(store, row));
    })
    .get('/:id', (c) => c.json(alone(store, shipmentById(store.state(), c.req.param('id')))))
    .put('/:id', async (c) => {
      const request = parseRequest(replaceRequest, await parseBody(c));
      return c.json(store.change((world) => replaceShipment(world, c.req.param('id'), request)));
    })
    .put('/:id/hold', async (c) => {
      const { hold_until_date } = parseRequest(holdRequest, await parseBody(c));
      return c.json(store.change((world) => holdShipment(world, c.req.param('id'), hold_until_date)));
    })
    .put('/:id/restore', async (c) => {
      await requireBody(c);
      return c.json(store.change((world) => releaseShipment(world, c.req.param('id'))));
    })
    .post('/:id/tags/:name', (c) => {
      const { shipment_id } = store.change((world) =>
        tagShipment(world, c.req.param('id'), c.req.param('name')),
      );
      return c.json({ shipment_id, tag: { name: c.req.param('name') } });
    })
    .put('/:id/cancel', async (c) => {
      await requireBody(c);
      store.change((world) => cancelShipment(world, c.req.param('id')));
      return c.body(null, 204);
    });
}

/** A shipment that is read by itself. */
function alone(store: Store, row: ShipmentRow): object {
  const { shipment_number, ...rest } = row;
  return shown(store, store.state().settings.numberInListsOnly ? rest : row);
}

function labelPaths(store: Store): Hono<SandboxEnv> {
  return new Hono<SandboxEnv>()
    .get('/', (c) => {
      const rows = listLabels(store.state(), c.req.query(), store.now());
      return listAnswer(
        c,
        'labels',
        rows.map((row) => shown(store, row)),
      );
    })
    .post('/shipment/:id', async (c) => {
      const request = parseRequest(labelRequest, await parseBody(c));
      return c.json(store.change((world) => buyLabel(world, c.req.param('id'), request)));
    })
    .post('/rates/:id', async (c) => {
      const { label_download_type } = parseRequest(labelByRateRequest, await parseBody(c));
      const id = c.req.param('id');
      const label = store.change((world) => withFile(buyLabelByRate(world, id), world, label_download_type));
      return c.json(label);
    })
    .get('/external_shipment_id/:id', (c) => {
      const id = c.req.param('id');
      const row = store.state().labels.find(({ external_shipment_id }) => external_shipment_id === id);
      if (row === undefined) throw notFound('label with external id', id);
      return c.json(
        shown(
          store,
          store.change((world) => withFile(row, world, undefined)),
        ),
      );
    })
    .get('/:id', (c) => {
      const asked = c.req.query('label_download_type');
      const label = labelById(store.state(), c.req.param('id'));
      return c.json(
        shown(
          store,
          store.change((world) => withFile(label, world, asked)),
        ),
      );
    })
    .get('/:id/track', (c) => c.json(trackLabel(store.state(), c.req.param('id'))))
    .post('/:id/return', (c) => c.json(store.change((world) => returnLabel(world, c.req.param('id')))))
    .put('/:id/void', (c) => c.json(store.change((world) => voidUnused(world, c.req.param('id')))));
}

function fulfillmentPaths(store: Store): Hono<SandboxEnv> {
  return new Hono<SandboxEnv>()
    .get('/', (c) => {
      const rows = listFulfillments(store.state(), c.req.query());
      return listAnswer(
        c,
        'fulfillments',
        rows.map((row) => shown(store, row)),
      );
    })
    .post('/', async (c) => {
      const { fulfillments } = parseRequest(fulfillmentRequest, await parseBody(c));
      return c.json(store.change((world) => markShipped(world, fulfillments)));
    });
}

function webhookPaths(store: Store): Hono<SandboxEnv> {
  return new Hono<SandboxEnv>()
    .get('/', (c) => c.json(store.state().webhooks))
    .post('/', async (c) => {
      const request = parseRequest(addWebhookRequest, await parseBody(c));
      return c.json(store.change((world) => addWebhook(world, request)));
    })
    .get('/:id', (c) => c.json(webhookById(store.state(), c.req.param('id'))))
    .put('/:id', async (c) => {
      const request = parseRequest(replaceWebhookRequest, await parseBody(c));
      store.change((world) => replaceWebhook(world, c.req.param('id'), request));
      return c.body(null, 204);
    })
    .delete('/:id', (c) => {
      store.change((world) => removeWebhook(world, c.req.param('id')));
      return c.body(null, 204);
    });
}

/** Seen live, not documented: a cancel without a body is refused for its missing length. */
async function requireBody(c: ApiContext): Promise<void> {
  if ((await c.req.text()) !== '') return;
  throw new ApiError(411, [problem('validation', 'field_value_required', 'A Content-Length is required.')]);
}
