import { startDearSandbox } from 'dear-sandbox/dear';
import { manualTimeline } from 'dear-sandbox/kit';
import { startShipStationSandbox } from 'dear-sandbox/shipstation-v2';
import { onTestFinished } from 'vitest';
import { DearClient } from '../../lib/dear/client.ts';
import { isOwnedByBuiltInIntegration } from '../../lib/dear/reference.ts';
import type { Connection, InventoryPolicy } from '../../lib/domain/connection.ts';
import type { LogFields } from '../../lib/domain/ports/log.ts';
import type { OrderMessage } from '../../lib/messaging/messages.ts';
import { shipStationV2 } from '../../lib/providers/shipstation-v2/provider.ts';
import { stockInDear } from '../../lib/runtime/stock-in-dear.ts';
import { Catalogues, Fractions, ProductKinds } from '../../lib/store/catalogues.ts';
import { DriftReports } from '../../lib/store/drift-reports.ts';
import { FulfillmentOrders } from '../../lib/store/fulfillment-orders.ts';
import { Cursors } from '../../lib/store/job-runs.ts';
import { Pauses } from '../../lib/store/pauses.ts';
import { SaleContents } from '../../lib/store/sale-contents.ts';
import { Sales } from '../../lib/store/sales.ts';
import { SetAsideNews } from '../../lib/store/set-aside-news.ts';
import { Takeovers } from '../../lib/store/takeovers.ts';
import { collectShipments, RecordedNews } from '../../lib/workflows/collect-shipments.ts';
import { confirmShipment } from '../../lib/workflows/confirm-shipment.ts';
import { dispatchOrder } from '../../lib/workflows/dispatch-order.ts';
import { type SyncOptions, syncInventory } from '../../lib/workflows/inventory/sync-inventory.ts';
import { reconcileSale } from '../../lib/workflows/reconcile-sale.ts';
import { connection, inventory } from '../builders/connection.ts';
import { sandboxCaller } from '../contract/sandbox-caller.ts';
import { InMemoryLabelFiles } from '../fakes/in-memory-label-files.ts';
import { InMemoryTable } from '../fakes/in-memory-table.ts';
import { RecordingQueue } from '../fakes/recording-queue.ts';

export const PLACE = 'ShipStation Austin';
const ACCOUNT = { accountId: '0a1b2c3d-1111-4222-8333-444455556666', applicationKey: 'stock-room-key' };
const API_KEY = 'stock-room-key';
const MUG = { sku: 'TRL-MUG-350', quantity: 2 };

/** The sandboxes of DEAR and of one ShipStation, with the workflows between them over a table in memory. */
export async function openStockRoom(policy: Partial<InventoryPolicy> = {}, using: Partial<Connection> = {}) {
  const timeline = manualTimeline();
  const dearSandbox = await startDearSandbox({ port: 0, ...ACCOUNT, timeline, callsPerMinute: 10_000 });
  const shelves = await startShipStationSandbox({
    port: 0,
    apiKey: API_KEY,
    timeline,
    callsPerMinute: 10_000,
  });
  const client = new DearClient({ baseUrl: dearSandbox.url, ...ACCOUNT });
  const settings = { baseUrl: shelves.url, warehouseId: 'se-1001' };
  const provider = shipStationV2({
    system: 'shipstation',
    settings,
    apiKey: API_KEY,
    now: timeline.now,
    pageSize: 2,
  });
  onTestFinished(async () => {
    await Promise.all([client.close(), provider.close()]);
    await Promise.all([dearSandbox.close(), shelves.close()]);
  });
  return new StockRoom({ timeline, dearSandbox, shelves, client, provider }, policy, using);
}

interface Parts {
  readonly timeline: ReturnType<typeof manualTimeline>;
  readonly dearSandbox: Awaited<ReturnType<typeof startDearSandbox>>;
  readonly shelves: Awaited<ReturnType<typeof startShipStationSandbox>>;
  readonly client: DearClient;
  readonly provider: ReturnType<typeof shipStationV2>;
}

export class StockRoom {
  readonly connection: Connection;
  readonly client: DearClient;
  readonly table = new InMemoryTable();
  readonly reports = new DriftReports(this.table);
  readonly cursors = new Cursors(this.table);
  readonly orders: FulfillmentOrders;
  /** Key → text. */
  readonly files = new Map<string, string>();
  readonly counted: string[] = [];
  readonly #parts: Parts;
  readonly #queue = new RecordingQueue<OrderMessage>();

  constructor(parts: Parts, policy: Partial<InventoryPolicy>, using: Partial<Connection>) {
    this.#parts = parts;
    this.client = parts.client;
    const own = { id: 'shipstation', location: PLACE, inventory: inventory({ account: '540', ...policy }) };
    this.connection = connection({ ...own, ...using });
    this.orders = new FulfillmentOrders(this.table, parts.timeline.now, 90);
  }

  get now(): number {
    return this.#parts.timeline.now();
  }

  /** Lets the time pass by which DEAR's figures may lag. */
  async letSettle(): Promise<void> {
    await this.#parts.timeline.advance(16 * 60_000);
  }

  advance(milliseconds: number): Promise<void> {
    return this.#parts.timeline.advance(milliseconds);
  }

  /** Sets the provider's stock to DEAR's, so that both sides agree. */
  async fillShelves(): Promise<void> {
    const sums = new Map<string, number>();
    for (const row of await this.dearRows()) sums.set(row.SKU, (sums.get(row.SKU) ?? 0) + row.OnHand);
    for (const [sku, quantity] of sums) await this.shelve(sku, quantity);
  }

  /** Sets a figure in ShipStation, as a person who counts. */
  async shelve(sku: string, quantity: number): Promise<void> {
    await this.#shipStation('PATCH', '/sandbox/inventory', { sku, quantity });
  }

  async dearRows(): Promise<Array<{ SKU: string; Location: string; Batch: string | null; OnHand: number }>> {
    const rows = await this.screen<Awaited<ReturnType<StockRoom['dearRows']>>>('GET', 'stock');
    return rows.filter(({ Location }) => Location === this.connection.location);
  }

  /** What DEAR has at the location, added up. */
  async onHand(sku: string): Promise<number> {
    const rows = (await this.dearRows()).filter((row) => row.SKU === sku);
    return rows.reduce((sum, row) => sum + row.OnHand, 0);
  }

  /** What a person does in DEAR's screens. */
  async screen<Answer = unknown>(method: string, path: string, body?: object): Promise<Answer> {
    const response = await fetch(`${this.#parts.dearSandbox.origin}/sandbox/${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered with ${response.status}: ${text}`);
    return JSON.parse(text) as Answer;
  }

  /** Spoils one of the next calls of DEAR's API. */
  async spoilDear(fault: object): Promise<void> {
    await this.screen('POST', 'faults', fault);
  }

  async spoilShelves(fault: object): Promise<void> {
    await this.#shipStation('POST', '/sandbox/faults', fault);
  }

  /** `GET ref/productavailability`, for each call of DEAR's API, oldest first. */
  dearCalls(): string[] {
    return this.#parts.dearSandbox.calls().map(({ method, path }) => `${method} ${path}`);
  }

  /** Sells two mugs, has ShipStation take the order, and buys a label for it. */
  async sellAndShip(lines = [MUG]): Promise<string> {
    const input = { location: this.connection.location, lines, authorise: true };
    const sold = await this.screen<{ ID: string; SaleOrderNumber: string }>('POST', 'sales', input);
    const reference = `${sold.SaleOrderNumber}-1`;
    const event = {
      saleId: sold.ID,
      saleTaskId: '',
      saleOrderNumber: sold.SaleOrderNumber,
      event: 'Sale/OrderAuthorised' as const,
      trackingNumbers: [],
      receivedAt: '',
    };
    await reconcileSale([event], { ...this.#everyday, dear: this.client, fulfillment: this.#queue });
    await dispatchOrder(reference, { ...this.#everyday, providerFor: async () => this.#parts.provider });
    const order = await this.orders.read(reference);
    await this.ship(order?.submission.providerOrderId ?? '');
    return reference;
  }

  async ship(providerOrderId: string): Promise<void> {
    await this.#shipStation('POST', `/v2/labels/shipment/${providerOrderId}`);
  }

  async collect(): Promise<boolean> {
    const { provider } = this.#parts;
    const recorded = new RecordedNews();
    const deps = { ...this.#everyday, connection: this.connection, provider, recorded, hasTime: () => true };
    return (await collectShipments(deps)).outcome === 'finished';
  }

  async confirm(reference: string): Promise<void> {
    await confirmShipment(reference, { ...this.#everyday, dear: this.client, isOwnedByBuiltInIntegration });
  }

  sync(choice: SyncOptions = {}, overrides: Partial<Parameters<typeof syncInventory>[0]> = {}) {
    return syncInventory(
      {
        ...this.#everyday,
        connection: this.connection,
        providerFor: async () => this.provider,
        dear: this.dear,
        collect: async () => {
          const finished = await this.collect();
          await this.advance(1);
          return finished;
        },
        reports: this.reports,
        files: { save: async (key, parts) => void this.files.set(key, Buffer.concat(parts).toString()) },
        hasTime: () => true,
        ...overrides,
      },
      choice,
    );
  }

  /** The report of a sync, and its file as rows of cells without their quotes. */
  async syncAndRead(choice: SyncOptions = {}) {
    const { report } = await this.sync(choice);
    if (report === null) throw new Error('There is no report');
    const rows = (this.files.get(report.file) ?? '').trimEnd().split('\r\n').slice(1);
    const toRow = (sku: string) => rows.filter((row) => row.startsWith(`${sku},`));
    return { report, rows, toRow };
  }

  get provider() {
    return this.#parts.provider;
  }

  get dear() {
    return stockInDear(this.client);
  }

  get #everyday() {
    const { timeline } = this.#parts;
    return {
      orders: this.orders,
      sales: new Sales(this.table),
      saleContents: new SaleContents(this.table, () => this.now, 90),
      setAside: new SetAsideNews(this.table, this.#parts.timeline.now, 90),
      catalogues: new Catalogues(this.table),
      fractions: new Fractions(this.table, timeline.now),
      cursors: this.cursors,
      takeovers: new Takeovers(this.table),
      productKinds: new ProductKinds(this.table),
      pauses: new Pauses(this.table),
      figures: { count: async () => {} },
      confirmations: this.#queue,
      connections: [this.connection],
      labelFiles: new InMemoryLabelFiles(),
      now: timeline.now,
      log: (_event: string, _fields: LogFields) => {},
      count: (metric: string) => void this.counted.push(metric),
    };
  }

  get #shipStation() {
    return sandboxCaller(this.#parts.shelves.url, { 'api-key': API_KEY });
  }
}
