import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Hono } from 'hono';
import ssh2 from 'ssh2';
import * as z from 'zod';
import { controlScreens } from '../kit/control-screens.ts';
import { createFaultQueue, type FaultQueue } from '../kit/fault-queue.ts';
import { type ListenOptions, serve } from '../kit/server.ts';
import { memoryStorage, type SandboxStorage } from '../kit/store.ts';
import { realTimeline, type Timeline } from '../kit/timeline.ts';
import { type Fault, faultRequest } from './faults.ts';
import { Folders } from './folders.ts';
import { csvLayout, xmlLayout } from './layout.ts';
import { startSftpServer } from './sftp-server.ts';
import { openWarehouse, type Warehouse, type WarehouseSettings, type WarehouseState } from './state.ts';
import { cancelByHand, RefusedByWarehouse, ship, shipRequest, voidParcel } from './warehouse-rules.ts';

interface FilesSandboxOptions extends ListenOptions {
  /** '': the user needs none. */
  readonly password: string;
  /** Whether it takes and gives XML. @default CSV */
  readonly writesXml?: boolean;
  /** @default in memory */
  readonly storage?: SandboxStorage<WarehouseState>;
  /** The folder that is shared. @default a new one, removed at the end */
  readonly directory?: string | undefined;
  readonly timeline?: Timeline;
  /** Of a new sandbox. */
  readonly stock?: ReadonlyArray<{ readonly sku: string; readonly quantity: number }>;
  readonly shipsByItself?: WarehouseSettings['shipsByItself'];
}

interface RunningFilesSandbox {
  /** Origin of its screens on the loopback interface. */
  readonly url: string;
  /** `sftp://bridge@127.0.0.1:4022` */
  readonly server: string;
  /** Fingerprint: `SHA256:…` */
  readonly hostKey: string;
  /** The folder that is shared. */
  readonly directory: string;
  close(): Promise<void>;
}

const USERNAME = 'bridge';

/**
 * A sandbox of a warehouse that takes and gives files over SFTP. It reads an order file as soon as it is renamed, or on demand.
 * What its staff do is under `/sandbox`.
 * @throws {PortInUseError}
 */
export async function startFilesSandbox(options: FilesSandboxOptions): Promise<RunningFilesSandbox> {
  const { storage = memoryStorage(), timeline = realTimeline(), stock = [], shipsByItself } = options;
  const root = options.directory ?? mkdtempSync(join(tmpdir(), 'warehouse-'));
  const warehouse = openWarehouse(storage, stock, makeHostKey);
  if (shipsByItself !== undefined)
    warehouse.change(({ settings }) => void Object.assign(settings, { shipsByItself }));
  const layout = options.writesXml === true ? xmlLayout : csvLayout;
  const folders = new Folders({ root, warehouse, timeline, layout });
  const faults = createFaultQueue<Fault>();
  const { hostKey } = warehouse.state();
  const sftp = await startSftpServer({
    root,
    hostKey,
    username: USERNAME,
    password: options.password,
    faults,
    onRenamed: () => folders.readOrders(),
  });
  const sandbox = { warehouse, timeline, folders, faults };
  const app = new Hono().get('/health', (c) => c.json({ healthy: true })).route('/sandbox', screens(sandbox));
  app.onError(toErrorAnswer);
  const listener = await serve(app.fetch, options);
  folders.reportStock();
  const stopShipping = startAutomaticShipping(sandbox);
  return {
    url: listener.origin,
    server: `sftp://${USERNAME}@127.0.0.1:${sftp.port}`,
    hostKey: toFingerprint(hostKey),
    directory: root,
    close: async () => {
      stopShipping();
      await listener.close();
      await sftp.close();
      if (options.directory === undefined) rmSync(root, { recursive: true, force: true });
    },
  };
}

/** The library cannot read every key that it makes itself (1.17.0), so this one is made by Node. */
function makeHostKey(): string {
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'prime256v1',
    privateKeyEncoding: { type: 'sec1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return privateKey;
}

function toFingerprint(privateKey: string): string {
  const parsed = ssh2.utils.parseKey(privateKey);
  const key = parsed.getPublicSSH();
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

function toErrorAnswer(error: unknown): Response {
  if (error instanceof RefusedByWarehouse) return Response.json({ error: error.message }, { status: 409 });
  if (error instanceof z.ZodError) return Response.json({ error: z.prettifyError(error) }, { status: 400 });
  console.error('The sandbox of a warehouse of files failed', error);
  return Response.json({ error: 'The sandbox itself failed; its console says why.' }, { status: 500 });
}

interface Sandbox {
  readonly warehouse: Warehouse;
  readonly timeline: Timeline;
  readonly folders: Folders;
  readonly faults: FaultQueue<Fault>;
}

const stockRequest = z.strictObject({
  sku: z.string().min(1),
  onHand: z.number(),
  place: z.enum(['first', 'second', 'elsewhere']).default('first'),
});
const settingsRequest = z.strictObject({
  shipsByItself: z.strictObject({ afterMs: z.number().nonnegative() }).nullable().optional(),
  refusesNextCancellation: z.boolean().optional(),
  lateMs: z.number().nonnegative().optional(),
  slowMs: z.number().nonnegative().nullable().optional(),
  deliversTwice: z.boolean().optional(),
});
const fileRequest = z.strictObject({ folder: z.string(), name: z.string(), base64: z.base64() });

function screens(sandbox: Sandbox): Hono {
  const { warehouse, timeline, folders, faults } = sandbox;
  return new Hono()
    .get('/orders', (c) => c.json({ orders: warehouse.state().orders }))
    .get('/parcels', (c) => c.json({ parcels: warehouse.state().parcels }))
    .post('/orders/read', (c) => {
      folders.readOrders();
      return c.json({});
    })
    .post('/orders/:reference/ship', async (c) => {
      const request = shipRequest.parse(await c.req.json());
      const parcel = pack(sandbox, c.req.param('reference'), request);
      return c.json(parcel);
    })
    .post('/orders/:reference/cancel', (c) => {
      const answer = warehouse.change((state) =>
        cancelByHand(state, c.req.param('reference'), timeline.now()),
      );
      folders.answer([answer]);
      return c.json(answer);
    })
    .post('/parcels/repeat', (c) => {
      for (const parcel of warehouse.state().parcels.toReversed()) folders.reportParcel(parcel);
      return c.json({});
    })
    .post('/parcels/:number/void', (c) => {
      const parcel = warehouse.change((state) => voidParcel(state, c.req.param('number'), timeline.now()));
      folders.reportParcel(parcel);
      folders.reportStock();
      return c.json(parcel);
    })
    .put('/stock', async (c) => {
      const row = stockRequest.parse(await c.req.json());
      warehouse.change(({ stock }) => {
        const known = stock.find(({ sku, place }) => sku === row.sku && place === row.place);
        if (known === undefined) stock.push(row);
        else known.onHand = row.onHand;
      });
      folders.reportStock();
      return c.json(row);
    })
    .put('/files', async (c) => {
      const { folder, name, base64 } = fileRequest.parse(await c.req.json());
      folders.put(folder, name, Buffer.from(base64, 'base64'));
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

function pack(
  { warehouse, timeline, folders }: Sandbox,
  reference: string,
  request: z.infer<typeof shipRequest>,
) {
  const parcel = warehouse.change((state) => ship(state, reference, request, timeline.now()));
  folders.reportParcel(parcel);
  folders.reportStock();
  return parcel;
}

/** Ships each open order the set time after its last change, from the state alone, so that it goes on after a restart. */
function startAutomaticShipping(sandbox: Sandbox): () => void {
  const { warehouse, timeline } = sandbox;
  const timers = new Map<string, () => void>();
  const wake = () => {
    const { settings, orders } = warehouse.state();
    if (settings.shipsByItself === null) return;
    for (const { reference, status, changedAt } of orders) {
      if (status !== 'open' || timers.has(reference)) continue;
      const wait = Date.parse(changedAt) + settings.shipsByItself.afterMs - timeline.now();
      const packOne = () => {
        timers.delete(reference);
        const isOpen = warehouse
          .state()
          .orders.some((row) => row.reference === reference && row.status === 'open');
        if (isOpen) pack(sandbox, reference, shipRequest.parse({}));
      };
      timers.set(reference, timeline.after(Math.max(0, wait), packOne));
    }
  };
  warehouse.onChange(wake);
  wake();
  return () => {
    for (const stop of timers.values()) stop();
  };
}
