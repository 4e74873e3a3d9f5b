import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import * as z from 'zod';
import { controlScreens } from '../kit/control-screens.ts';
import { runWhenDue } from '../kit/due-work.ts';
import { createFaultQueue, type FaultQueue } from '../kit/fault-queue.ts';
import { type RateLimit, slidingWindow } from '../kit/rate-limit.ts';
import { type ListenOptions, serve } from '../kit/server.ts';
import { memoryStorage, type SandboxStorage } from '../kit/store.ts';
import { realTimeline, type Timeline } from '../kit/timeline.ts';
import { contractApi } from './api.ts';
import { ApiError, errorAnswer, type Fault, faultRequest } from './errors.ts';
import { MessageSender } from './messages.ts';
import { findSignatureProblem } from './signature.ts';
import {
  putStock,
  setStatus,
  ship,
  shipRequest,
  statusRequest,
  stockRequest,
  voidParcel,
} from './staff-rules.ts';
import { openWarehouse, type Warehouse, type WarehouseSettings, type WarehouseState } from './state.ts';

interface WarehouseOptions extends ListenOptions {
  readonly signingSecret: string;
  /** Where the bridge takes messages. */
  readonly messagesUrl: string;
  /** @default in memory */
  readonly storage?: SandboxStorage<WarehouseState>;
  readonly timeline?: Timeline;
  /** Of a new sandbox. */
  readonly stock?: ReadonlyArray<{ readonly sku: string; readonly quantity: number }>;
  readonly shipsByItself?: WarehouseSettings['shipsByItself'];
  /** @default 120 */
  readonly callsPerMinute?: number;
}

interface RunningWarehouse {
  /** Origin on the loopback interface; the contract's paths are below `/bridge`. */
  readonly url: string;
  close(): Promise<void>;
}

type SandboxEnv = { Bindings: HttpBindings };

/**
 * A sandbox of a warehouse that keeps the bridge's HTTP contract to the letter. What its staff do is under `/sandbox`.
 * @throws {PortInUseError}
 */
export async function startWarehouseSandbox(options: WarehouseOptions): Promise<RunningWarehouse> {
  const { signingSecret: secret, messagesUrl: url, shipsByItself, stock = [] } = options;
  const { storage = memoryStorage(), timeline = realTimeline(), callsPerMinute = 120 } = options;
  const warehouse = openWarehouse(storage, stock);
  if (shipsByItself !== undefined)
    warehouse.change(({ settings }) => void Object.assign(settings, { shipsByItself }));
  const sender = new MessageSender({ warehouse, timeline, secret, url });
  const faults = createFaultQueue<Fault>();
  const rateLimit = slidingWindow({ callsPerMinute, countsRefused: false });
  const app = new Hono<SandboxEnv>()
    .get('/health', (c) => c.json({ healthy: true }))
    .route('/sandbox', screens({ warehouse, timeline, sender, faults }))
    .use('/bridge/*', guard({ secret, timeline, faults, rateLimit }))
    .route('/bridge', contractApi(warehouse, timeline));
  app.onError(toErrorAnswer);
  const listener = await serve(app.fetch, options);
  const stopShipping = startAutomaticShipping({ warehouse, timeline, sender, faults });
  void sender.resume();
  return {
    url: listener.origin,
    close: async () => {
      stopShipping();
      await listener.close();
    },
  };
}

function toErrorAnswer(error: unknown): Response {
  if (error instanceof ApiError) return errorAnswer(error);
  if (error instanceof z.ZodError)
    return errorAnswer(new ApiError(400, 'invalid_message', z.prettifyError(error)));
  console.error('The sandbox of a warehouse failed', error);
  return errorAnswer(new ApiError(500, 'failed', 'The sandbox itself failed; its console says why.'));
}

interface GuardOptions {
  readonly secret: string;
  readonly timeline: Timeline;
  readonly faults: FaultQueue<Fault>;
  readonly rateLimit: RateLimit;
}

/** Faults, signature and rate limit, before every call. */
function guard({ secret, timeline, faults, rateLimit }: GuardOptions): MiddlewareHandler<SandboxEnv> {
  return async (c, next) => {
    const fault = faults.take(c.req.method, c.req.path);
    if (fault?.kind === 'timeout-before') return closeSocket(c);
    if (fault?.kind === 'status') return faultAnswer(fault);
    const body = await c.req.text();
    const code = findSignatureProblem((name) => c.req.header(name), body, secret, timeline.now());
    if (code !== null) return errorAnswer(new ApiError(401, code, 'The signature is not valid.'));
    const seconds = rateLimit.admit(timeline.now());
    if (seconds !== null) return errorAnswer(new ApiError(429, 'rate_limited', 'Too many calls.'), seconds);
    await next();
    return fault?.kind === 'timeout-after' ? closeSocket(c) : undefined;
  };
}

function faultAnswer({ status, code, message, retryAfter, body }: Fault & { kind: 'status' }): Response {
  if (body !== undefined) return new Response(body, { status });
  return errorAnswer(new ApiError(status, code, message), retryAfter);
}

function closeSocket(c: Context<SandboxEnv>): Response {
  c.env.incoming.socket.destroy();
  return new Response(null, { status: 204 });
}

interface Sandbox {
  readonly warehouse: Warehouse;
  readonly timeline: Timeline;
  readonly sender: MessageSender;
  readonly faults: FaultQueue<Fault>;
}

const settingsRequest = z.strictObject({
  shipsByItself: z.strictObject({ afterMs: z.number().nonnegative() }).nullable().optional(),
  refusesNextCancellation: z.boolean().optional(),
  isStockClosed: z.boolean().optional(),
});

function screens(sandbox: Sandbox): Hono {
  const { warehouse, timeline, sender, faults } = sandbox;
  return new Hono()
    .route('/orders', orderScreens(sandbox))
    .get('/shipments', (c) => c.json({ shipments: warehouse.state().shipments }))
    .post('/parcels/:number/void', async (c) => {
      const row = warehouse.change((state) => voidParcel(state, c.req.param('number'), timeline.now()));
      await sender.send('shipment.updated', row);
      return c.json(row);
    })
    .put('/stock', async (c) => {
      const row = stockRequest.parse(await c.req.json());
      warehouse.change((state) => putStock(state, row));
      return c.json(row);
    })
    .get('/messages', (c) => c.json({ messages: warehouse.state().messages }))
    .post('/messages/repeat', async (c) => {
      await sender.repeatAll();
      return c.json({});
    })
    .put('/odd-fields/:id', async (c) => {
      const fields = z.record(z.string(), z.unknown()).parse(await c.req.json());
      warehouse.change((state) => {
        state.settings.oddFields[c.req.param('id')] = fields;
        const row = state.shipments.find(({ id }) => id === c.req.param('id'));
        if (row !== undefined) row.changedAt = new Date(timeline.now()).toISOString();
      });
      return c.json({});
    })
    .route(
      '/',
      controlScreens({
        faults,
        faultRequest,
        settingsRequest,
        getSettings: () => warehouse.state().settings,
        changeSettings: (changes) =>
          warehouse.change(({ settings }) => void Object.assign(settings, changes)),
      }),
    );
}

function orderScreens({ warehouse, timeline, sender }: Sandbox): Hono {
  return new Hono()
    .get('/', (c) => c.json({ orders: warehouse.state().orders }))
    .post('/:reference/ship', async (c) => {
      const request = shipRequest.parse(await c.req.json());
      const reference = c.req.param('reference');
      const row = warehouse.change((state) => ship(state, reference, request, timeline.now()));
      await sender.send('shipment.updated', row);
      return c.json(row);
    })
    .post('/:reference/status', async (c) => {
      const request = statusRequest.parse(await c.req.json());
      const reference = c.req.param('reference');
      const row = warehouse.change((state) => setStatus(state, reference, request, timeline.now()));
      await sender.send('order.updated', { reference });
      return c.json(row);
    })
    .delete('/:reference', async (c) => {
      const reference = c.req.param('reference');
      warehouse.change((state) => {
        state.orders = state.orders.filter((row) => row.reference !== reference);
      });
      await sender.send('order.updated', { reference });
      return c.json({});
    });
}

/** Ships each open order the set time after its last change. */
function startAutomaticShipping({ warehouse, timeline, sender }: Sandbox): () => void {
  return runWhenDue({
    timeline,
    onChange: warehouse.onChange,
    getDue: () => {
      const { shipsByItself } = warehouse.state().settings;
      if (shipsByItself === null) return [];
      return warehouse
        .state()
        .orders.filter(({ status }) => status === 'open')
        .map(({ reference: id, changedAt }) => ({
          id,
          dueAt: Date.parse(changedAt) + shipsByItself.afterMs,
        }));
    },
    run: async (reference) => {
      const row = warehouse.change((state) => ship(state, reference, shipRequest.parse({}), timeline.now()));
      await sender.send('shipment.updated', row);
    },
  }).stop;
}
