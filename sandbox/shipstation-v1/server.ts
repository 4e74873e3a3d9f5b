import { Hono } from 'hono';
import { type ApiCall, createCallLog } from '../kit/call-log.ts';
import { createFaultQueue } from '../kit/fault-queue.ts';
import { slidingWindow } from '../kit/rate-limit.ts';
import { type ListenOptions, serve } from '../kit/server.ts';
import { memoryStorage, type SandboxStorage } from '../kit/store.ts';
import { realTimeline, type Timeline } from '../kit/timeline.ts';
import { shipStationApi } from './api.ts';
import { apiMiddleware, type SandboxEnv, toErrorAnswer } from './api-middleware.ts';
import { sandboxControls } from './control.ts';
import { type Fault, notFound } from './errors.ts';
import { startAutomaticShipping } from './staff.ts';
import { openStore, type SandboxSettings, type ShipStationState } from './state.ts';
import { startWebhookDelivery } from './webhooks.ts';

interface ApiPair {
  readonly apiKey: string;
  readonly apiSecret: string;
}

export interface ShipStationV1SandboxOptions extends ListenOptions, ApiPair {
  /** A second pair of the same account. */
  readonly otherPair?: ApiPair;
  /** @default in memory */
  readonly storage?: SandboxStorage<ShipStationState>;
  readonly timeline?: Timeline;
  /** @default what `PATCH /sandbox/settings` set last */
  readonly shipsByItself?: SandboxSettings['shipsByItself'];
  /** SKUs of the account's products; a loaded state has its own. */
  readonly products?: readonly string[];
  /** @default 40: what ShipStation documents for a pair of keys */
  readonly callsPerMinute?: number;
}

export interface ShipStationV1Sandbox {
  /** Origin on the loopback interface: what a connection's `baseUrl` is set to. */
  readonly url: string;
  /** Every call of the API, oldest first. */
  calls(): ApiCall[];
  close(): Promise<void>;
}

/** The first id is 100001, so that an id is never mistaken for a row number. */
const FIRST_ID = 100_000;

/**
 * A sandbox of ShipStation's V1 API: Basic auth, 40 calls a minute, Pacific wall times, orders that are replaced by their key.
 * `/sandbox` is its control API.
 * @throws {PortInUseError}
 */
export async function startShipStationV1Sandbox(
  options: ShipStationV1SandboxOptions,
): Promise<ShipStationV1Sandbox> {
  const { shipsByItself, products = [], callsPerMinute = 40 } = options;
  const { storage = memoryStorage(), timeline = realTimeline() } = options;
  let origin = '';
  const store = openStore(
    storage,
    () => newState(products),
    timeline.now,
    () => origin,
  );
  if (shipsByItself !== undefined)
    store.change(({ state }) => void Object.assign(state.settings, { shipsByItself }));
  const calls = createCallLog<ApiCall>();
  const faults = createFaultQueue<Fault>();
  const pairs = [options, options.otherPair].filter((pair) => pair !== undefined);

  const app = new Hono<SandboxEnv>()
    .get('/health', (c) => c.json({ healthy: true }))
    .route('/sandbox', sandboxControls(store, calls, faults))
    .use(
      '/*',
      apiMiddleware({
        credentials: pairs.map(({ apiKey, apiSecret }) => `${apiKey}:${apiSecret}`),
        callsPerMinute,
        rateLimit: slidingWindow({ callsPerMinute, countsRefused: false }),
        timeline,
        calls,
        faults,
      }),
    )
    .route('/', shipStationApi(store));
  app.onError(toErrorAnswer);
  app.notFound((c) => toErrorAnswer(notFound('Path', c.req.path)));

  const listener = await serve(app.fetch, options);
  origin = listener.origin;
  const workers = [startWebhookDelivery(store, timeline), startAutomaticShipping(store, timeline)];
  return {
    url: origin,
    calls: calls.calls,
    close: async () => {
      for (const worker of workers) worker.stop();
      await listener.close();
    },
  };
}

function newState(skus: readonly string[]): ShipStationState {
  const products = skus.map((sku, index) => ({ productId: index + 1, sku, name: sku, active: true }));
  return {
    nextId: FIRST_ID,
    orders: [],
    shipments: [],
    fulfillments: [],
    products,
    tags: [{ tagId: 1, name: 'Rush', color: '#FF0000' }],
    webhooks: [],
    deliveries: [],
    settings: {
      shipsByItself: null,
      listLagMs: 0,
      lockedAnswer: 'echo',
      timeFilters: 'wall',
      saysNoPages: false,
      partsKeepKey: true,
    },
  };
}
