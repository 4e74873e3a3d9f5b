import { Hono } from 'hono';
import { type ApiCall, createCallLog } from '../kit/call-log.ts';
import { createFaultQueue } from '../kit/fault-queue.ts';
import { slidingWindow } from '../kit/rate-limit.ts';
import { type ListenOptions, serve } from '../kit/server.ts';
import { memoryStorage, type SandboxStorage } from '../kit/store.ts';
import { realTimeline, type Timeline } from '../kit/timeline.ts';
import { type Credentials, extensivApi, type SandboxEnv, toErrorAnswer } from './api.ts';
import { type Fault, Refusal } from './errors.ts';
import { sandboxScreens } from './screens.ts';
import {
  type CustomerRecord,
  DEFAULT_SETTINGS,
  type ExtensivState,
  newId,
  openStore,
  type SandboxSettings,
} from './state.ts';
import { putStock, startAutomaticShipping, stockRequest } from './warehouse-rules.ts';
import { newSigningKey, startWebhookDelivery } from './webhooks.ts';

export interface ExtensivSandboxOptions extends ListenOptions {
  readonly credentials: Credentials;
  /** @default in memory */
  readonly storage?: SandboxStorage<ExtensivState>;
  readonly timeline?: Timeline;
  /** @default what `PATCH /sandbox/settings` set last */
  readonly shipsByItself?: SandboxSettings['shipsByItself'];
  /** For a new sandbox; a loaded state has its own. */
  readonly customers?: readonly CustomerRecord[];
  readonly stock?: ReadonlyArray<{
    readonly sku: string;
    readonly quantity: number;
    readonly customerId: number;
    readonly facilityId: number;
  }>;
  /** Addresses that the warehouse has entered for events. */
  readonly webhooks?: readonly string[];
  /** @default no limit: Extensiv publishes none */
  readonly callsPerMinute?: number;
}

export interface ExtensivSandbox {
  readonly url: string;
  /** Every call of the API, oldest first. */
  calls(): ApiCall[];
  close(): Promise<void>;
}

/** The first number is 900001, so that a number is never mistaken for a row number. */
const FIRST_ID = 900_000;

/**
 * A sandbox of Extensiv 3PL Warehouse Manager: tokens, two forms of answers, tags on every change, RQL, stock by lots, signed
 * webhooks. `/sandbox` is its control API.
 * @throws {PortInUseError}
 */
export async function startExtensivSandbox(options: ExtensivSandboxOptions): Promise<ExtensivSandbox> {
  const { storage = memoryStorage(), timeline = realTimeline(), shipsByItself, callsPerMinute } = options;
  const store = openStore(storage, () => newState(options, timeline.now()), timeline.now);
  if (shipsByItself !== undefined)
    store.change(({ state }) => void Object.assign(state.settings, { shipsByItself }));
  const calls = createCallLog<ApiCall>();
  const faults = createFaultQueue<Fault>();
  const limit = callsPerMinute === undefined ? null : slidingWindow({ callsPerMinute, countsRefused: false });

  const app = new Hono<SandboxEnv>()
    .get('/health', (c) => c.json({ healthy: true }))
    .route('/sandbox', sandboxScreens(store, calls, faults))
    .route('/', extensivApi(store, { credentials: options.credentials, timeline, calls, faults, limit }));
  app.onError((error, c) =>
    error instanceof Refusal && c.req.path.startsWith('/sandbox')
      ? c.json({ message: error.message }, 409)
      : toErrorAnswer(error),
  );
  app.notFound(() => toErrorAnswer(new Refusal(404, null)));

  const listener = await serve(app.fetch, options);
  const running = [startAutomaticShipping(store, timeline), startWebhookDelivery(store, timeline)];
  return {
    url: listener.origin,
    calls: calls.calls,
    close: async () => {
      for (const one of running) one.stop();
      await listener.close();
    },
  };
}

function newState(
  { customers = [], stock = [], webhooks = [] }: ExtensivSandboxOptions,
  now: number,
): ExtensivState {
  const state: ExtensivState = {
    nextId: FIRST_ID,
    orders: [],
    customers: structuredClone([...customers]),
    items: [],
    receipts: [],
    webhooks: [],
    deliveries: [],
    signingKey: newSigningKey(),
    settings: { ...DEFAULT_SETTINGS },
  };
  for (const { quantity: onHand, ...row } of stock)
    putStock({ state, now }, stockRequest.parse({ ...row, onHand }));
  for (const url of webhooks) state.webhooks.push({ id: newId(state), url });
  return state;
}
