import { randomUUID } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { createCallLog } from '../kit/call-log.ts';
import { createFaultQueue } from '../kit/fault-queue.ts';
import { slidingWindow } from '../kit/rate-limit.ts';
import { type ListenOptions, serve } from '../kit/server.ts';
import { memoryStorage, type SandboxStorage } from '../kit/store.ts';
import { realTimeline, type Timeline } from '../kit/timeline.ts';
import { type ApiSettings, answerApi, BASE, pageNotFound } from './api.ts';
import type { Behaviour, Fault } from './behaviour.ts';
import type { DearCall } from './call.ts';
import { publishStockChanges } from './events.ts';
import { allRoutes } from './routes.ts';
import { type ScreenSettings, screens } from './screens/screens.ts';
import { seedState } from './seed.ts';
import { type DearState, openStore } from './state.ts';
import { startWebhookDelivery } from './webhooks.ts';

/** DEAR's API, the screens beside it, and `/health`. Paths are looked up in lower case, as DEAR does. */
function dearApp(api: ApiSettings, screenSettings: ScreenSettings): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>({
    getPath: (request) => new URL(request.url).pathname.toLowerCase(),
  });
  app.get('/health', (context) => context.json({ status: 'ok' }));
  app.route('/sandbox', screens(screenSettings));
  app.all(`${BASE}*`, answerApi(api));
  app.notFound(() => pageNotFound());
  app.onError((error, context) => {
    console.error(error);
    return context.json([{ ErrorCode: 500, Exception: 'The sandbox failed; its console says why' }], 500);
  });
  return app;
}

export interface DearSandboxOptions extends ListenOptions {
  accountId: string;
  applicationKey: string;
  /** Sales, stock, webhooks and their pending deliveries live here; the call log, faults and knobs only in memory. */
  storage?: SandboxStorage<DearState>;
  /** The state of a new sandbox; one that is loaded has its own. @default `seedState` */
  seed?: (now: number) => DearState;
  timeline?: Timeline;
  callsPerMinute?: number;
  /** Without it the subscription has no webhooks. */
  automationModule?: boolean;
  /** How long a webhook's receiver may take, in real ms. */
  deliveryTimeoutMs?: number;
}

export interface DearSandbox {
  /** The base of DEAR's API, with a slash at its end. */
  url: string;
  origin: string;
  calls(): DearCall[];
  close(): Promise<void>;
}

/**
 * A sandbox of DEAR Inventory's External API v2 for one account. It refuses what DEAR refuses. `/sandbox` is its control API.
 * @throws {PortInUseError}
 */
export async function startDearSandbox(options: DearSandboxOptions): Promise<DearSandbox> {
  const { accountId, applicationKey, storage = memoryStorage<DearState>(), seed = seedState } = options;
  const { timeline = realTimeline(), callsPerMinute = 60, automationModule = true } = options;
  const derive = publishStockChanges;
  const store = openStore({ storage, now: () => timeline.now(), newId: randomUUID, seed, derive });
  const behaviour: Behaviour = {
    errors: 'array',
    throttle: 'rotate',
    automationModule,
    webhookForm: 'json',
    severalOrganisations: false,
    locksApi: true,
    ignores: [],
  };
  const faults = createFaultQueue<Fault>();
  const log = createCallLog<DearCall>();
  const api = {
    accountId,
    applicationKey,
    routes: allRoutes(store, () => behaviour),
    state: () => store.state(),
    timeline,
    limit: slidingWindow({ callsPerMinute, countsRefused: true }),
    behaviour: () => behaviour,
    faults,
    log,
  };
  const app = dearApp(api, { store, faults, log, behaviour });
  const { origin, close } = await serve(app.fetch, options);
  const courier = startWebhookDelivery({
    store,
    timeline,
    timeoutMs: options.deliveryTimeoutMs ?? 30_000,
    form: () => behaviour.webhookForm,
  });
  return {
    url: `${origin}/ExternalApi/v2/`,
    origin,
    calls: () => log.calls(),
    close: async () => {
      courier.stop();
      await close();
    },
  };
}
