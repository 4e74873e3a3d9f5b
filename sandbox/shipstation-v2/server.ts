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
import { releaseDue } from './hold-rules.ts';
import { type OpeningStock, openingRecords } from './inventory-rules.ts';
import { startAutomaticShipping } from './parcel-edits.ts';
import { openStore, type SandboxSettings, type ShipStationState } from './state.ts';
import { getSigningKey, publicKeys, startWebhookDelivery } from './webhooks.ts';

export interface ShipStationSandboxOptions extends ListenOptions {
  readonly apiKey: string;
  /** Further keys of the same account. */
  readonly otherKeys?: readonly string[];
  /** @default in memory. The signing key is part of the state. */
  readonly storage?: SandboxStorage<ShipStationState>;
  readonly timeline?: Timeline;
  /** @default what `PATCH /sandbox/settings` set last */
  readonly shipsByItself?: SandboxSettings['shipsByItself'];
  /** For a new sandbox; a loaded state has its own. */
  readonly stock?: readonly OpeningStock[];
  /** @default 200: what ShipStation documents for an account */
  readonly callsPerMinute?: number;
}

export interface ShipStationSandbox {
  /** Origin on the loopback interface: what a connection's `baseUrl` is set to. */
  readonly url: string;
  /** Every call of the API, oldest first. */
  calls(): ApiCall[];
  close(): Promise<void>;
}

/** The first id is `se-100001`, so that an id is never mistaken for a row number. */
const FIRST_ID = 100_000;

/**
 * A sandbox of ShipStation's V2 API: strict requests, signed webhooks, the real rate limit. `/sandbox` is its control API.
 * @throws {PortInUseError}
 */
export async function startShipStationSandbox(
  options: ShipStationSandboxOptions,
): Promise<ShipStationSandbox> {
  const { apiKey, otherKeys = [], shipsByItself, stock = [] } = options;
  const { storage = memoryStorage(), timeline = realTimeline(), callsPerMinute = 200 } = options;
  let origin = '';
  const store = openStore(
    storage,
    () => newState(stock),
    timeline.now,
    () => origin,
  );
  if (shipsByItself !== undefined)
    store.change(({ state }) => void Object.assign(state.settings, { shipsByItself }));
  const calls = createCallLog<ApiCall>();
  const faults = createFaultQueue<Fault>();
  let keys: ReturnType<typeof publicKeys> | undefined;

  const app = new Hono<SandboxEnv>()
    .get('/health', (c) => c.json({ healthy: true }))
    .get('/jwks', (c) => {
      keys ??= publicKeys(getSigningKey(store));
      return c.json(keys);
    })
    .route('/sandbox', sandboxControls(store, calls, faults))
    .use(
      '/v2/*',
      apiMiddleware({
        apiKeys: [apiKey, ...otherKeys],
        timeline,
        calls,
        faults,
        rateLimit: slidingWindow({ callsPerMinute, countsRefused: false }),
      }),
    )
    .use('/v2/*', async (_, next) => {
      releaseDue(store);
      await next();
    })
    .route('/v2', shipStationApi(store));
  app.onError(toErrorAnswer);
  app.notFound((c) => toErrorAnswer(notFound('path', c.req.path)));

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

function newState(stock: readonly OpeningStock[]): ShipStationState {
  return {
    nextId: FIRST_ID,
    shipments: [],
    labels: [],
    fulfillments: [],
    stock: openingRecords(stock),
    taken: [],
    webhooks: [],
    deliveries: [],
    settings: { shipsByItself: null },
  };
}
