import type { OrderEdit } from '../../lib/domain/order/actions.ts';
import type { Action } from '../../lib/domain/order/allowed-actions.ts';
import type { FulfillmentOrder } from '../../lib/domain/order/fulfillment-order.ts';
import type { Host } from '../host.ts';
import { BridgeRecords } from './bridge-records.ts';
import { DearScreens, PackingBench } from './screens.ts';

/** Something that was promised did not happen in time. */
export class UnmetExpectationError extends Error {
  override readonly name = 'BrokenPromiseError';
}

interface DemoOptions {
  readonly host: Host;
  /** By id: the DEAR locations that the connections ship from. */
  readonly connections: ReadonlyArray<{ readonly id: string; readonly location: string }>;
  readonly say: (line: string) => void;
  /** Longest wait for any one thing, in ms. */
  readonly patienceMs: number;
}

export interface DemoSale {
  readonly id: string;
  readonly number: string;
  /** Of its first order. */
  readonly reference: string;
  readonly connection: string;
}

const CARRIER = 'UPS Ground';

/** Where a story is played: the people in DEAR and in ShipStation, and a look into the bridge's own records. */
export class DemoSystem {
  readonly dear: DearScreens;
  readonly records: BridgeRecords;
  readonly say: (line: string) => void;
  readonly #options: DemoOptions;

  constructor(options: DemoOptions) {
    this.#options = options;
    this.say = options.say;
    this.dear = new DearScreens(required(options.host.urls.dearScreens, 'a DEAR sandbox'));
    this.records = new BridgeRecords(options.host);
  }

  /** A person authorises a sale in DEAR. @param at a connection's id, or a location that none ships from */
  async authorise(at: string, skus: readonly string[], fields: object = {}): Promise<DemoSale> {
    const connection = this.#options.connections.find(({ id }) => id === at);
    const location = connection?.location ?? at;
    const lines = skus.map((sku, index) => ({ sku, quantity: index + 1 }));
    const { id, number } = await this.dear.authoriseSale({ location, carrier: CARRIER, lines, ...fields });
    this.say(`DEAR: a person authorises ${number} at ${location}, ${lines.length} line(s)`);
    return { id, number, reference: `${number}-1`, connection: at };
  }

  /** Goods are put on, or taken off, the shelf of a connection's location. */
  async stock(at: string, sku: string, onHand: number): Promise<void> {
    const location = this.#options.connections.find(({ id }) => id === at)?.location ?? at;
    await this.dear.setStock(sku, location, onHand);
    this.say(`DEAR: ${onHand} × ${sku} lie at ${location}`);
  }

  /** The operator does not wait for the next look at sales that wait for goods, which comes every four hours. */
  async lookAt(sale: DemoSale): Promise<void> {
    await this.records.lookAt(sale.id, sale.number);
    this.say(`Bridge: the operator has ${sale.number} looked at again`);
  }

  /** The operator does not wait for the hourly look at what people do with orders in ShipStation. */
  async checkOrders(connection: string): Promise<void> {
    await this.records.startJob('check-orders', connection);
    this.say('Bridge: the operator has the orders that have not left compared with ShipStation’s');
  }

  async click(sale: DemoSale, button: Parameters<DearScreens['click']>[1], body: object = {}): Promise<void> {
    await this.dear.click(sale.number, button, body);
    this.say(`DEAR: a person presses ${button} on ${sale.number}`);
  }

  async act(reference: string, action: Action, edit: OrderEdit = {}): Promise<void> {
    await this.records.act(reference, action, edit);
    this.say(`Bridge: the operator chooses ${action} for ${reference}`);
  }

  bench(connection: string): PackingBench {
    const { urls, secrets, stackName } = this.#options.host;
    const secret = secrets[`${stackName}/connection/${connection}`];
    const apiKey = typeof secret === 'object' ? String(secret.apiKey) : '';
    return new PackingBench(required(urls.shipStations[connection], 'a ShipStation sandbox'), apiKey);
  }

  /** Waits for an order to reach ShipStation, and ships it. @returns the tracking number */
  async ship(sale: DemoSale, reference = sale.reference, warehouseId?: string): Promise<string> {
    const tracking = await this.bench(sale.connection).buyLabel(
      await this.arrived(sale, reference),
      warehouseId,
    );
    this.say(`ShipStation: a packer buys label ${tracking} for ${reference}`);
    return tracking;
  }

  /** @returns ShipStation's id of the order, once it has it */
  async arrived(sale: DemoSale, reference = sale.reference): Promise<string> {
    const bench = this.bench(sale.connection);
    return this.until(
      `${reference} reaches ShipStation`,
      async () => (await bench.ordersFor(reference))[0]?.id ?? null,
    );
  }

  /** @returns the order, once it is as it should be */
  async order(
    reference: string,
    expectation: string,
    holds: (order: FulfillmentOrder) => boolean,
  ): Promise<FulfillmentOrder> {
    return this.until(`${reference} ${expectation}`, async () => {
      const order = await this.records.order(reference);
      return order !== null && holds(order) ? order : null;
    });
  }

  async confirmed(reference: string): Promise<FulfillmentOrder> {
    return this.order(reference, 'is confirmed to DEAR', ({ confirmation }) =>
      ['confirmed', 'refused', 'abandoned'].includes(confirmation.state),
    );
  }

  /** Nothing is on its way any more, so that every call that a story costs has been made. */
  async quiet(): Promise<void> {
    await this.until('DEAR delivers its webhooks and the queues run empty', async () => {
      if ((await this.dear.undeliveredWebhooks()) > 0) return null;
      const depths = Object.values(await this.#options.host.depths());
      return depths.every(({ waiting, hidden }) => waiting + hidden === 0) ? true : null;
    });
  }

  async deadLetters(): Promise<number> {
    const depths = Object.values(await this.#options.host.depths());
    return depths.reduce((sum, { dead }) => sum + dead, 0);
  }

  /** @throws {UnmetExpectationError} where it does not happen in time */
  async until<Value>(expectation: string, look: () => Promise<Value | null>): Promise<Value> {
    const { patienceMs } = this.#options;
    const deadline = Date.now() + patienceMs;
    for (;;) {
      const value = await look();
      if (value !== null) return value;
      if (Date.now() > deadline)
        throw new UnmetExpectationError(`Within ${patienceMs / 1000} s: ${expectation}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

function required(url: string | null | undefined, what: string): string {
  if (url !== null && url !== undefined) return url;
  throw new Error(`The demo needs ${what}: run it with the repository's own bridge.config.ts`);
}
