import { Hono } from 'hono';
import { type ApiCall, createCallLog } from '../kit/call-log.ts';
import { createFaultQueue } from '../kit/fault-queue.ts';
import { leakyBucket } from '../kit/rate-limit.ts';
import { type ListenOptions, serve } from '../kit/server.ts';
import { memoryStorage, type SandboxStorage } from '../kit/store.ts';
import { realTimeline, type Timeline } from '../kit/timeline.ts';
import { cartRoverApi, type SandboxEnv, toErrorAnswer } from './api.ts';
import { type Fault, Refusal } from './errors.ts';
import { sandboxScreens } from './screens.ts';
import { type CartRoverState, DEFAULT_SETTINGS, openStore, type SandboxSettings } from './state.ts';
import { getWarehouse, putStock, startAutomaticShipping } from './warehouse-rules.ts';

interface KeyPair {
  readonly user: string;
  readonly key: string;
}

export interface CartRoverSandboxOptions extends ListenOptions {
  readonly cart: KeyPair;
  /** @default the cart's */
  readonly merchant?: KeyPair;
  /** @default in memory */
  readonly storage?: SandboxStorage<CartRoverState>;
  readonly timeline?: Timeline;
  /** @default what `PATCH /sandbox/settings` set last */
  readonly shipsByItself?: SandboxSettings['shipsByItself'];
  /** Names of the warehouses, for a new sandbox. */
  readonly warehouses?: readonly string[];
  /** For a new sandbox; a loaded state has its own. */
  readonly stock?: ReadonlyArray<{
    readonly sku: string;
    readonly quantity: number;
    readonly warehouse: string;
  }>;
  /** @default 100: what CartRover documents */
  readonly callsPerMinute?: number;
}

export interface CartRoverSandbox {
  /** Origin on the loopback interface: what a connection's `baseUrl` is set to. */
  readonly url: string;
  /** Every call of the API, oldest first. */
  calls(): ApiCall[];
  close(): Promise<void>;
}

/** The first order's number is 700001, so that a number is never mistaken for a row number. */
const FIRST_ID = 700_000;

/**
 * A sandbox of CartRover's API at cart level, and of its merchant's stock: strict requests, refusals with 200, the leaky bucket.
 * `/sandbox` is its control API.
 * @throws {PortInUseError}
 */
export async function startCartRoverSandbox(options: CartRoverSandboxOptions): Promise<CartRoverSandbox> {
  const { cart, merchant = cart, shipsByItself } = options;
  const { storage = memoryStorage(), timeline = realTimeline(), callsPerMinute = 100 } = options;
  const store = openStore(storage, () => newState(options, timeline.now()), timeline.now);
  if (shipsByItself !== undefined)
    store.change(({ state }) => void Object.assign(state.settings, { shipsByItself }));
  const calls = createCallLog<ApiCall>();
  const faults = createFaultQueue<Fault>();
  const toText = ({ user, key }: KeyPair) => `${user}:${key}`;

  const app = new Hono<SandboxEnv>()
    .get('/health', (c) => c.json({ healthy: true }))
    .route('/sandbox', sandboxScreens(store, calls, faults))
    .route(
      '/v1',
      cartRoverApi(store, {
        keys: { cart: toText(cart), merchant: toText(merchant) },
        timeline,
        calls,
        faults,
        bucket: leakyBucket({ capacity: callsPerMinute, leakMs: 60_000 / callsPerMinute }),
      }),
    );
  app.onError((error, c) =>
    // Only CartRover's own calls are refused with 200.
    error instanceof Refusal && c.req.path.startsWith('/sandbox')
      ? c.json({ message: error.message }, 409)
      : toErrorAnswer(error, store.state().settings),
  );
  app.notFound((c) =>
    toErrorAnswer(
      new Refusal('Invalid', `The sandbox does not implement ${c.req.method} ${c.req.path}`, 404),
      store.state().settings,
    ),
  );

  const listener = await serve(app.fetch, options);
  const shipping = startAutomaticShipping(store, timeline);
  return {
    url: listener.origin,
    calls: calls.calls,
    close: async () => {
      shipping.stop();
      await listener.close();
    },
  };
}

function newState({ warehouses = [], stock = [] }: CartRoverSandboxOptions, now: number): CartRoverState {
  const state: CartRoverState = {
    nextId: FIRST_ID,
    orders: [],
    warehouses: [],
    stock: [],
    settings: { ...DEFAULT_SETTINGS },
  };
  for (const name of warehouses) getWarehouse(state, name);
  for (const { sku, quantity, warehouse } of stock)
    putStock({ state, now }, { sku, warehouse, onHand: quantity });
  return state;
}
