import type { FulfillmentOrder } from '../../domain/fulfillment-order.ts';
import { FulfillmentOrders } from '../../store/fulfillment-orders.ts';
import { Sales } from '../../store/sales.ts';
import type { SaleRecord } from '../../store/schemas.ts';
import { DynamoDbTable } from '../../store/table.ts';
import type { Host } from '../host.ts';

/** What the bridge itself remembers, read from its table. */
export class BridgeRecords {
  readonly #orders: FulfillmentOrders;
  readonly #sales: Sales;

  constructor({ clients, tableName }: Pick<Host, 'clients' | 'tableName'>) {
    const table = new DynamoDbTable(clients.dynamoDb, tableName);
    this.#orders = new FulfillmentOrders(table, Date.now, 1);
    this.#sales = new Sales(table);
  }

  async order(reference: string): Promise<FulfillmentOrder | null> {
    return this.#orders.read(reference);
  }

  async sale(id: string): Promise<SaleRecord | null> {
    return this.#sales.read(id);
  }
}
