import type { Connection } from '../../lib/domain/connection.ts';
import type { JobResult } from '../../lib/domain/job/job-run.ts';
import type { Action } from '../../lib/domain/order/allowed-actions.ts';
import type { FulfillmentOrder } from '../../lib/domain/order/fulfillment-order.ts';
import type { LogFields } from '../../lib/domain/ports/log.ts';
import type { Sale } from '../../lib/domain/sale/sale.ts';
import type { OrderMessage, SaleEventMessage } from '../../lib/messaging/messages.ts';
import { Catalogues, Fractions } from '../../lib/store/catalogues.ts';
import { Figures } from '../../lib/store/figures.ts';
import { FulfillmentOrders } from '../../lib/store/fulfillment-orders.ts';
import { Cursors, JobRuns } from '../../lib/store/job-runs.ts';
import { Pauses } from '../../lib/store/pauses.ts';
import { SaleContents } from '../../lib/store/sale-contents.ts';
import { Sales } from '../../lib/store/sales.ts';
import { SetAsideNews } from '../../lib/store/set-aside-news.ts';
import { Takeovers } from '../../lib/store/takeovers.ts';
import { actOnOrder } from '../../lib/workflows/act-on-order.ts';
import { checkOrders } from '../../lib/workflows/check-orders.ts';
import { collectShipments, RecordedNews } from '../../lib/workflows/collect-shipments.ts';
import { confirmShipment } from '../../lib/workflows/confirm-shipment.ts';
import { dispatchOrder } from '../../lib/workflows/dispatch-order.ts';
import { refreshCatalogue } from '../../lib/workflows/inventory/refresh-catalogue.ts';
import { type ReconcileSaleDeps, reconcileSale } from '../../lib/workflows/reconcile-sale.ts';
import { refreshTracking } from '../../lib/workflows/refresh-tracking.ts';
import { connection } from '../builders/connection.ts';
import { NOW } from '../builders/order.ts';
import { sale } from '../builders/sale.ts';
import { InMemoryService } from '../contract/in-memory-provider.ts';
import { InMemoryDear } from '../fakes/in-memory-dear.ts';
import { InMemoryLabelFiles } from '../fakes/in-memory-label-files.ts';
import { InMemoryTable } from '../fakes/in-memory-table.ts';
import { RecordingQueue } from '../fakes/recording-queue.ts';

/** The workflows over fakes of all other systems, on a clock that the test moves. */
export class World {
  now = NOW;
  readonly dear: InMemoryDear;
  readonly service = new InMemoryService(() => this.now);
  readonly table = new InMemoryTable();
  readonly fractions = new Fractions(this.table, () => this.now);
  readonly orders = new FulfillmentOrders(this.table, () => this.now, 90);
  readonly sales = new Sales(this.table);
  readonly saleContents = new SaleContents(this.table, () => this.now, 90);
  readonly setAside = new SetAsideNews(this.table, () => this.now, 90);
  readonly cursors = new Cursors(this.table);
  readonly takeovers = new Takeovers(this.table);
  readonly catalogues = new Catalogues(this.table);
  /** Read long ago, as goods, unless a test says otherwise. */
  productKinds: ReconcileSaleDeps['productKinds'] = {
    read: async (ids) => new Map([...ids].map((id) => [id, this.dear.kinds.get(id) ?? 'goods'])),
    save: async () => {},
  };
  readonly saleEvents = new RecordingQueue<SaleEventMessage>();
  readonly pauses = new Pauses(this.table);
  readonly figures = new Figures(this.table, () => this.now);
  /** Lost with the process that keeps it. */
  recorded = new RecordedNews();
  readonly runs = new JobRuns(this.table);
  readonly labelFiles = new InMemoryLabelFiles();
  readonly fulfillment = new RecordingQueue<OrderMessage>();
  readonly confirmations = new RecordingQueue<OrderMessage>();
  readonly lines: [string, LogFields][] = [];
  readonly counted: string[] = [];
  connections: Connection[] = [connection()];
  provider = this.service.provider({ system: 'lantern' });

  constructor(from: Sale = sale()) {
    this.dear = new InMemoryDear(from);
  }

  event(overrides: Partial<SaleEventMessage> = {}): SaleEventMessage {
    const { id, orderNumber } = this.dear.sale;
    return {
      saleId: id,
      saleTaskId: '',
      saleOrderNumber: orderNumber,
      event: 'Sale/OrderAuthorised',
      trackingNumbers: [],
      receivedAt: '',
      ...overrides,
    };
  }

  async reconcile(...events: SaleEventMessage[]): Promise<void> {
    await reconcileSale(events.length > 0 ? events : [this.event()], {
      dear: this.dear,
      orders: this.orders,
      sales: this.sales,
      saleContents: this.saleContents,
      catalogues: this.catalogues,
      cursors: this.cursors,
      productKinds: this.productKinds,
      fulfillment: this.fulfillment,
      confirmations: this.confirmations,
      connections: this.connections,
      ...this.#everyday,
    });
  }

  async dispatch(reference = 'SO-00042-1'): Promise<void> {
    await dispatchOrder(reference, {
      orders: this.orders,
      pauses: this.pauses,
      takeovers: this.takeovers,
      cursors: this.cursors,
      fractions: this.fractions,
      providerFor: async () => this.provider,
      labelFiles: this.labelFiles,
      connections: this.connections,
      confirmations: this.confirmations,
      ...this.#everyday,
    });
  }

  async collect(hasTime = () => true): Promise<JobResult> {
    return collectShipments({ ...this.#job, hasTime, recorded: this.recorded });
  }

  async checkOrders(hasTime = () => true): Promise<JobResult> {
    return checkOrders({ ...this.#job, hasTime, runs: this.runs, unshippedDays: 5 });
  }

  /** The operator's action, as the command line does it. */
  async act(action: Action, reference = 'SO-00042-1'): Promise<void> {
    const { orders, fulfillment, confirmations, saleEvents } = this;
    const deps = { orders, fulfillment, confirmations, saleEvents, ...this.#everyday };
    await actOnOrder(reference, action, 'Ada', { ...deps, abilities: { canCancel: true } });
  }

  async refreshTracking(hasTime = () => true, partSize?: number): Promise<JobResult> {
    return refreshTracking({ ...this.#job, hasTime, ...(partSize !== undefined && { partSize }) });
  }

  async refreshCatalogue(hasTime = () => true): Promise<JobResult> {
    return refreshCatalogue({ ...this.#job, hasTime });
  }

  async confirm(reference = 'SO-00042-1'): Promise<void> {
    await confirmShipment(reference, {
      dear: this.dear,
      labelFiles: this.labelFiles,
      orders: this.orders,
      sales: this.sales,
      connections: this.connections,
      isOwnedByBuiltInIntegration: (error) =>
        error.details.upstreamMessage?.includes('external location') ?? false,
      ...this.#everyday,
    });
  }

  async order(reference = 'SO-00042-1'): Promise<FulfillmentOrder> {
    const order = await this.orders.read(reference);
    if (order === null) throw new Error(`There is no order ${reference}`);
    return await this.orders.withWords(order);
  }

  /** The dependencies of the first connection's jobs. */
  get #job() {
    const [connection] = this.connections;
    if (connection === undefined) throw new Error('There is no connection');
    const { orders, cursors, takeovers, setAside, catalogues, confirmations, saleEvents, provider } = this;
    return {
      connection,
      orders,
      cursors,
      takeovers,
      setAside,
      catalogues,
      confirmations,
      saleEvents,
      provider,
      ...this.#everyday,
    };
  }

  get #everyday() {
    return {
      figures: this.figures,
      now: () => this.now,
      log: (...line: [string, LogFields]) => void this.lines.push(line),
      count: (metric: string) => void this.counted.push(metric),
    };
  }
}
