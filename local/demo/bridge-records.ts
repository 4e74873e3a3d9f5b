import type { OrderEdit } from '../../lib/domain/order/actions.ts';
import type { Action } from '../../lib/domain/order/allowed-actions.ts';
import type { FulfillmentOrder } from '../../lib/domain/order/fulfillment-order.ts';
import type { SaleRecord } from '../../lib/domain/ports/sales.ts';
import type { ConnectionJob } from '../../lib/messaging/messages.ts';
import { jobsPublisher, ordersPublisher, saleEventsPublisher } from '../../lib/messaging/publishers.ts';
import { FulfillmentOrders } from '../../lib/store/fulfillment-orders.ts';
import { Sales } from '../../lib/store/sales.ts';
import { DynamoDbTable } from '../../lib/store/table.ts';
import { actOnOrder, toReconcileMessage } from '../../lib/workflows/act-on-order.ts';
import type { Host } from '../host.ts';

/** The bridge's records, and the operator's actions on them. */
export class BridgeRecords {
  readonly #orders: FulfillmentOrders;
  readonly #sales: Sales;
  readonly #fulfillment: ReturnType<typeof ordersPublisher>;
  readonly #confirmations: ReturnType<typeof ordersPublisher>;
  readonly #saleEvents: ReturnType<typeof saleEventsPublisher>;
  readonly #jobs: ReturnType<typeof jobsPublisher>;

  constructor({ clients, tableName, queues }: Pick<Host, 'clients' | 'tableName' | 'queues'>) {
    const table = new DynamoDbTable(clients.dynamoDb, tableName);
    this.#orders = new FulfillmentOrders(table, Date.now, 90);
    this.#sales = new Sales(table);
    this.#fulfillment = ordersPublisher(clients.sqs, queues.fulfillment?.url ?? '');
    this.#confirmations = ordersPublisher(clients.sqs, queues.confirmations?.url ?? '');
    this.#saleEvents = saleEventsPublisher(clients.sqs, queues['sale-events']?.url ?? '');
    this.#jobs = jobsPublisher(clients.sqs, queues.jobs?.url ?? '');
  }

  /** With the providers' messages of refusals, which are stored separately and expire. */
  async order(reference: string): Promise<FulfillmentOrder | null> {
    const order = await this.#orders.read(reference);
    return order === null ? null : await this.#orders.withWords(order);
  }

  async sale(id: string): Promise<SaleRecord | null> {
    return this.#sales.read(id);
  }

  /** Reconciles the sale, as `bridge sale reconcile` does. */
  async reconcile(saleId: string, saleOrderNumber: string): Promise<void> {
    await this.#saleEvents.publish(toReconcileMessage(saleId, saleOrderNumber, Date.now()));
  }

  /** Runs a job now, as its schedule does. */
  async startJob(job: ConnectionJob, connection: string): Promise<void> {
    await this.#jobs.publish({ job, connection });
  }

  async act(reference: string, action: Action, edit: OrderEdit = {}): Promise<void> {
    const deps = {
      orders: this.#orders,
      fulfillment: this.#fulfillment,
      confirmations: this.#confirmations,
      saleEvents: this.#saleEvents,
      abilities: { canCancel: true },
      now: Date.now,
    };
    await actOnOrder(reference, action, 'the demo', deps, edit);
  }
}
