import { Hono } from 'hono';
import * as z from 'zod';
import type { ApiCall, CallLog } from '../kit/call-log.ts';
import { controlScreens } from '../kit/control-screens.ts';
import type { FaultQueue } from '../kit/fault-queue.ts';
import { parseBody, type SandboxEnv } from './api-middleware.ts';
import { type Fault, faultRequest, parseRequest } from './errors.ts';
import { voidFulfillment } from './fulfillment-rules.ts';
import { heldByHandRequest, holdShipment, releaseShipment } from './hold-rules.ts';
import { countRequest, countStock } from './inventory-rules.ts';
import { voidLabel } from './label-rules.ts';
import {
  deliverFulfillment,
  deliverLabel,
  editFulfillment,
  editLabel,
  markByHand,
  markRequest,
  parcelEdit,
  scanLabel,
  scanRequest,
} from './parcel-edits.ts';
import {
  deleteShipment,
  editRequest,
  editShipment,
  mergeRequest,
  mergeShipments,
  restoreShipment,
  splitRequest,
  splitShipment,
} from './shipment-edits.ts';
import { cancelShipment } from './shipment-rules.ts';
import type { Store } from './state.ts';

const settingsRequest = z.strictObject({
  shipsByItself: z.strictObject({ afterMs: z.number().nonnegative() }).nullable().optional(),
  inventoryPageSize: z.enum(['page_size', 'limit']).optional(),
  rewrites: z.boolean().optional(),
  severalWebhookUrls: z.boolean().optional(),
  refusesUnknownTags: z.boolean().optional(),
  numberInListsOnly: z.boolean().optional(),
  listLagMs: z.number().nonnegative().optional(),
  lookUpLagMs: z.number().nonnegative().optional(),
  labelLagMs: z.number().nonnegative().optional(),
  severalLabels: z.boolean().optional(),
  labelFiles: z.enum(['inline', 'address']).optional(),
  balances: z.record(z.string(), z.number()).optional(),
});

/** Fields of a row in every answer; {} makes it itself again. */
const oddFields = z.record(z.string(), z.unknown());

/** The control API under `/sandbox`: what people do on ShipStation's screens, carriers' scans, faults and settings. */
export function sandboxControls(
  store: Store,
  calls: CallLog<ApiCall>,
  faults: FaultQueue<Fault>,
): Hono<SandboxEnv> {
  return new Hono<SandboxEnv>()
    .route('/shipments', shipmentScreens(store))
    .route('/', parcelScreens(store))
    .patch('/inventory', async (c) => {
      const count = parseRequest(countRequest, await parseBody(c));
      return c.json(store.change((world) => countStock(world, count)));
    })
    .put('/odd-fields/:id', async (c) => {
      const fields = parseRequest(oddFields, await parseBody(c));
      store.change(({ state: { settings } }) => {
        settings.oddFields = { ...settings.oddFields, [c.req.param('id')]: fields };
      });
      return c.body(null, 204);
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

/** What a packer does with shipments on ShipStation's screen. */
function shipmentScreens(store: Store): Hono<SandboxEnv> {
  return new Hono<SandboxEnv>()
    .get('/', (c) => c.json({ shipments: store.state().shipments }))
    .post('/:id/split', async (c) => {
      const split = parseRequest(splitRequest, await parseBody(c));
      return c.json({ shipments: store.change((world) => splitShipment(world, c.req.param('id'), split)) });
    })
    .post('/:id/edit', async (c) => {
      const edit = parseRequest(editRequest, await parseBody(c));
      return c.json(store.change((world) => editShipment(world, c.req.param('id'), edit)));
    })
    .post('/:id/hold', async (c) => {
      const { hold_until_date } = parseRequest(heldByHandRequest, await parseBody(c));
      return c.json(store.change((world) => holdShipment(world, c.req.param('id'), hold_until_date)));
    })
    .post('/:id/cancel', (c) => {
      store.change((world) => cancelShipment(world, c.req.param('id')));
      return c.body(null, 204);
    })
    .post('/:id/restore', (c) => c.json(store.change((world) => restoreShipment(world, c.req.param('id')))))
    .delete('/:id', (c) => {
      store.change((world) => deleteShipment(world, c.req.param('id')));
      return c.body(null, 204);
    })
    .post('/merge', async (c) => {
      const merge = parseRequest(mergeRequest, await parseBody(c));
      return c.json(store.change((world) => mergeShipments(world, merge)));
    })
    .post('/:id/release', (c) => c.json(store.change((world) => releaseShipment(world, c.req.param('id')))))
    .post('/:id/mark-shipped', async (c) => {
      const mark = parseRequest(markRequest, await parseBody(c));
      return c.json(store.change((world) => markByHand(world, c.req.param('id'), mark)));
    });
}

/** What a packer does with parcels, and what a carrier reports of them. */
function parcelScreens(store: Store): Hono<SandboxEnv> {
  return new Hono<SandboxEnv>()
    .get('/labels', (c) => c.json({ labels: store.state().labels }))
    .post('/labels/:id/void', (c) => c.json(store.change((world) => voidLabel(world, c.req.param('id')))))
    .post('/labels/:id/edit', async (c) => {
      const edit = parseRequest(parcelEdit, await parseBody(c));
      return c.json(store.change((world) => editLabel(world, c.req.param('id'), edit)));
    })
    .post('/labels/:id/scan', async (c) => {
      const scan = parseRequest(scanRequest, await parseBody(c));
      return c.json(store.change((world) => scanLabel(world, c.req.param('id'), scan)));
    })
    .post('/fulfillments/:id/edit', async (c) => {
      const edit = parseRequest(parcelEdit, await parseBody(c));
      return c.json(store.change((world) => editFulfillment(world, c.req.param('id'), edit)));
    })
    .post('/labels/:id/deliver', (c) =>
      c.json(store.change((world) => deliverLabel(world, c.req.param('id')))),
    )
    .post('/fulfillments/:id/deliver', (c) =>
      c.json(store.change((world) => deliverFulfillment(world, c.req.param('id')))),
    )
    .post('/fulfillments/:id/void', (c) =>
      c.json(store.change((world) => voidFulfillment(world, c.req.param('id')))),
    );
}
