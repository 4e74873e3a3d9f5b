import { Hono } from 'hono';
import * as z from 'zod';
import { runWhenDue } from '../kit/due-work.ts';
import { type ListenOptions, serve } from '../kit/server.ts';
import { memoryStorage, type SandboxStorage } from '../kit/store.ts';
import { realTimeline, type Timeline } from '../kit/timeline.ts';
import type { StatusLists } from './import-orders.ts';
import {
  cancel,
  edit,
  editRequest,
  merge,
  orderById,
  Refusal,
  ship,
  shipRequest,
  split,
  splitRequest,
  voidLabel,
} from './order-actions.ts';
import { type NoticeRow, openStore, type Store, type StoreSettings, type StoreState } from './state.ts';
import { type StoreAccess, StoreCaller } from './store-caller.ts';
import { StoreImports } from './store-imports.ts';

export interface ShipStationStoreSandboxOptions extends ListenOptions {
  /** What the merchant entered in the form of the store. */
  readonly access: StoreAccess;
  /** @default paid, unpaid, on_hold, shipped and cancelled, each for the status of its name */
  readonly statuses?: StatusLists;
  /** @default in memory */
  readonly storage?: SandboxStorage<StoreState>;
  readonly timeline?: Timeline;
  /** For a new sandbox; a loaded state has its own. */
  readonly settings?: Partial<StoreSettings>;
}

export interface ShipStationStoreSandbox {
  /** Origin on the loopback interface. */
  readonly url: string;
  close(): Promise<void>;
}

const STATUSES: StatusLists = {
  awaiting_payment: ['unpaid'],
  awaiting_shipment: ['paid'],
  on_hold: ['on_hold'],
  shipped: ['shipped'],
  cancelled: ['cancelled'],
};

const SETTINGS: StoreSettings = {
  importEveryMs: null,
  overlapMinutes: 0,
  shipsByItself: null,
  noticeBody: 'xml',
};

/** After an unsuccessful answer, ms. Then people have to send the notice again. */
const NOTICE_WAITS = [5_000, 60_000];

interface Sandbox {
  readonly store: Store;
  readonly imports: StoreImports;
  readonly caller: StoreCaller;
  readonly timeline: Timeline;
}

/**
 * A sandbox of ShipStation with a custom store: it imports orders from the store's address, and posts a notice of each parcel. All
 * that people do on its screens is under `/sandbox`.
 * @throws {PortInUseError}
 */
export async function startShipStationStoreSandbox(
  options: ShipStationStoreSandboxOptions,
): Promise<ShipStationStoreSandbox> {
  const { access, statuses = STATUSES, storage = memoryStorage(), timeline = realTimeline() } = options;
  const store = openStore(storage, { ...SETTINGS, ...options.settings });
  const caller = new StoreCaller(access);
  const imports = new StoreImports({ store, caller, statuses, timeline });
  const sandbox: Sandbox = { store, imports, caller, timeline };
  const app = new Hono().get('/health', (c) => c.json({ healthy: true })).route('/sandbox', screens(sandbox));
  app.onError((error, c) => {
    if (error instanceof Refusal) return c.json({ message: error.message }, 409);
    if (error instanceof z.ZodError) return c.json({ message: z.prettifyError(error) }, 400);
    throw error;
  });
  const listener = await serve(app.fetch, options);
  imports.schedule();
  const stopShipping = startAutomaticShipping(sandbox);
  return {
    url: listener.origin,
    close: async () => {
      imports.stop();
      stopShipping();
      await listener.close();
    },
  };
}

const settingsRequest = z.strictObject({
  importEveryMs: z.number().positive().nullable().optional(),
  overlapMinutes: z.int().nonnegative().optional(),
  shipsByItself: z.strictObject({ afterMs: z.number().nonnegative() }).nullable().optional(),
  noticeBody: z.enum(['xml', 'empty', 'unreadable']).optional(),
});

function screens(sandbox: Sandbox): Hono {
  const { store, imports, timeline } = sandbox;
  return new Hono()
    .route('/orders', orderScreens(sandbox))
    .route('/notices', noticeScreens(sandbox))
    .post('/import', async (c) => c.json(await imports.run()))
    .get('/imports', (c) => c.json({ imports: store.state().imports }))
    .get('/parcels', (c) => c.json({ parcels: store.state().parcels }))
    .post('/labels/:number/void', (c) => {
      store.change((state) => voidLabel(state, c.req.param('number'), timeline.now()));
      return c.body(null, 204);
    })
    .get('/settings', (c) => c.json(store.state().settings))
    .patch('/settings', async (c) => {
      const changes = settingsRequest.parse(await c.req.json());
      store.change(({ settings }) => void Object.assign(settings, changes));
      imports.schedule();
      return c.json(store.state().settings);
    });
}

function orderScreens(sandbox: Sandbox): Hono {
  const { store, timeline } = sandbox;
  return new Hono()
    .get('/', (c) => c.json({ orders: store.state().orders }))
    .post('/merge', async (c) => {
      const { ids } = z.strictObject({ ids: z.array(z.string()) }).parse(await c.req.json());
      return c.json(store.change((state) => merge(state, ids, timeline.now())));
    })
    .post('/:id/ship', async (c) => {
      const request = shipRequest.parse(await c.req.json());
      return c.json(await shipAndNotify(sandbox, c.req.param('id'), request));
    })
    .post('/:id/split', async (c) => {
      const request = splitRequest.parse(await c.req.json());
      const orders = store.change((state) => split(state, c.req.param('id'), request, timeline.now()));
      return c.json({ orders });
    })
    .post('/:id/edit', async (c) => {
      const request = editRequest.parse(await c.req.json());
      return c.json(store.change((state) => edit(state, c.req.param('id'), request, timeline.now())));
    })
    .post('/:id/cancel', (c) =>
      c.json(store.change((state) => cancel(state, c.req.param('id'), timeline.now()))),
    )
    .delete('/:id', (c) => {
      store.change((state) => {
        const { id } = orderById(state, c.req.param('id'));
        state.orders = state.orders.filter((order) => order.id !== id);
      });
      return c.body(null, 204);
    });
}

function noticeScreens(sandbox: Sandbox): Hono {
  const { store } = sandbox;
  return (
    new Hono()
      .get('/', (c) => c.json({ notices: store.state().notices }))
      /** Sends every notice again, the latest first. */
      .post('/send-again', async (c) => {
        for (const { id } of store.state().notices.toReversed()) await notify(sandbox, id);
        return c.json({ notices: store.state().notices });
      })
  );
}

async function shipAndNotify(sandbox: Sandbox, id: string, request: z.infer<typeof shipRequest>) {
  const { store, timeline } = sandbox;
  const { parcel, notice } = store.change((state) => ship(state, id, request, timeline.now()));
  await notify(sandbox, notice.id);
  return parcel;
}

/** Sends a notice, and twice more after a while where the store does not accept it. */
async function notify(sandbox: Sandbox, id: string): Promise<void> {
  const { store, caller, timeline } = sandbox;
  const find = (state: StoreState): NoticeRow | undefined => state.notices.find((notice) => notice.id === id);
  const notice = find(store.state());
  if (notice === undefined) return;
  const { status } = await caller.notify(notice);
  store.change((state) => void Object.assign(find(state) ?? {}, { status, attempts: notice.attempts + 1 }));
  const wait = NOTICE_WAITS[notice.attempts];
  const isAccepted = status !== null && status >= 200 && status < 300;
  if (!isAccepted && wait !== undefined) timeline.after(wait, () => notify(sandbox, id));
}

/** Ships each order the set time after its last change. */
function startAutomaticShipping(sandbox: Sandbox): () => void {
  const { store, timeline } = sandbox;
  return runWhenDue({
    timeline,
    onChange: store.onChange,
    getDue: () => {
      const { shipsByItself } = store.state().settings;
      if (shipsByItself === null) return [];
      return store
        .state()
        .orders.filter(({ status }) => status === 'awaiting_shipment')
        .map(({ id, modifiedAt }) => ({ id, dueAt: modifiedAt + shipsByItself.afterMs }));
    },
    run: async (id) => void (await shipAndNotify(sandbox, id, {})),
  }).stop;
}
