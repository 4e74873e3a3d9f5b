import type { ProviderSandbox, Staff } from 'dear-sandbox/kit';
import * as z from 'zod';
import type { OrderEdit } from '../../lib/domain/order/actions.ts';
import type { Action } from '../../lib/domain/order/allowed-actions.ts';
import type { FulfillmentOrder } from '../../lib/domain/order/fulfillment-order.ts';
import { getProviderDefinition } from '../../lib/providers/registry.ts';
import type { ConnectionSettings } from '../../lib/settings/connection.ts';
import type { Host } from '../host.ts';
import { BridgeRecords } from './bridge-records.ts';
import { DearScreens } from './screens.ts';

/** An expected event did not happen in time. */
export class UnmetExpectationError extends Error {
  override readonly name = 'UnmetExpectationError';
}

interface DemoOptions {
  readonly host: Host;
  readonly connections: readonly ConnectionSettings[];
  /** The sandbox of the connections' provider. */
  readonly sandbox: ProviderSandbox;
  readonly say: (line: string) => void;
  /** The longest wait for one event while nothing happens. */
  readonly timeoutMs: number;
  /** When the system last said anything, in ms since the epoch: on a busy machine an event takes as long as it takes. */
  readonly lastHeardAt?: () => number;
}

export interface DemoSale {
  readonly id: string;
  readonly number: string;
  /** The reference of its first order. */
  readonly reference: string;
  readonly connection: string;
}

const CARRIER = 'UPS Ground';
/** A system that repeats something without an end is heard, too. */
const MAX_PATIENCE = 10;

/** The system of a demo: what people do in DEAR and at the fulfillment service, and the bridge's records. */
export class DemoSystem {
  readonly dear: DearScreens;
  readonly records: BridgeRecords;
  readonly say: (line: string) => void;
  /** Ships whatever is authorised. */
  readonly main: ConnectionSettings;
  /** Waits for payment, and bills what left. */
  readonly other: ConnectionSettings;
  /** The service's name. */
  readonly service: string;
  readonly #options: DemoOptions;

  constructor(options: DemoOptions) {
    this.#options = options;
    this.say = options.say;
    this.dear = new DearScreens(required(options.host.urls.dearScreens, 'a DEAR sandbox'));
    this.records = new BridgeRecords(options.host);
    const [main, other] = options.connections;
    if (main === undefined || other === undefined) throw new Error(`The demo needs two connections: ${OWN}`);
    this.main = main;
    this.other = other;
    this.service = getProviderDefinition(main.provider).vocabulary.service;
  }

  /** A person authorises a sale in DEAR. @param at a connection's id or a location */
  async authorise(at: string, skus: readonly string[], fields: object = {}): Promise<DemoSale> {
    const connection = this.#options.connections.find(({ id }) => id === at);
    const location = connection?.location ?? at;
    const lines = skus.map((sku, index) => ({ sku, quantity: index + 1 }));
    const { id, number } = await this.dear.authoriseSale({ location, carrier: CARRIER, lines, ...fields });
    this.say(`DEAR: a person authorises ${number} at ${location}, ${lines.length} line(s)`);
    return { id, number, reference: `${number}-1`, connection: at };
  }

  /** Sets the stock on hand at a connection's location. */
  async stock(at: string, sku: string, onHand: number, batch: object = {}): Promise<void> {
    const location = this.#options.connections.find(({ id }) => id === at)?.location ?? at;
    await this.dear.setStock(sku, location, onHand, batch);
    this.say(`DEAR: ${onHand} × ${sku} on hand at ${location}`);
  }

  /** Runs the reconciliation of a backordered sale, which otherwise runs every four hours. */
  async reconcile(sale: DemoSale): Promise<void> {
    await this.records.reconcile(sale.id, sale.number);
    this.say(`Bridge: the operator reconciles ${sale.number}`);
  }

  /** Runs the comparison with the service's orders, which otherwise runs every hour. */
  async checkOrders(connection: string): Promise<void> {
    await this.records.startJob('check-orders', connection);
    this.say(`Bridge: the operator compares open orders with those of ${this.service}`);
  }

  async click(sale: DemoSale, button: Parameters<DearScreens['click']>[1], body: object = {}): Promise<void> {
    await this.dear.click(sale.number, button, body);
    this.say(`DEAR: a person clicks ${button} on ${sale.number}`);
  }

  async act(reference: string, action: Action, edit: OrderEdit = {}): Promise<void> {
    await this.records.act(reference, action, edit);
    this.say(`Bridge: the operator chooses ${action} for ${reference}`);
  }

  /** Whether the service's staff can do that at all. */
  staffCan(action: keyof Staff): boolean {
    return this.staff(this.main.id)[action] !== undefined;
  }

  /** The staff of a connection's service. */
  staff(connection: string): Staff {
    const { host, sandbox } = this.#options;
    const secret = credentials.parse(host.secrets[`${host.stackName}/connection/${connection}`]);
    return sandbox.openStaff(required(host.urls.providers[connection], 'a sandbox of the service'), secret);
  }

  /** Ships an order once it reaches the service. @returns the tracking number */
  async ship(sale: DemoSale, reference = sale.reference, warehouseId?: string): Promise<string> {
    const orderId = await this.waitForArrival(sale, reference);
    const tracking = await this.staff(sale.connection).ship(orderId, warehouseId);
    this.say(`${this.service}: a packer ships ${reference} under ${tracking}`);
    await this.collectUnnoticed(sale.connection);
    return tracking;
  }

  /** Runs the collection of shipments, which otherwise runs every five minutes, for a service that sends no notices. */
  async collectUnnoticed(connection: string): Promise<void> {
    if (getProviderDefinition(this.main.provider).capabilities.includes('notifications')) return;
    await this.records.startJob('collect-shipments', connection);
  }

  /** @returns the service's id of the order, once the order reaches it */
  async waitForArrival(sale: DemoSale, reference = sale.reference): Promise<string> {
    const staff = this.staff(sale.connection);
    return this.until(
      `${reference} reaches ${this.service}`,
      async () => (await staff.ordersFor(reference))[0]?.id ?? null,
    );
  }

  /** Waits until the service shows every order with the reference as cancelled, or as long as one may take. */
  async isCancelledAtService(sale: DemoSale): Promise<boolean> {
    const staff = this.staff(sale.connection);
    const orders = await this.until(`${this.service} shows ${sale.reference} as cancelled`, async () => {
      const found = await staff.ordersFor(sale.reference);
      return found.every(({ isCancelled }) => isCancelled) ? found : null;
    });
    return orders.length === 1;
  }

  /** @returns the order, once the condition holds */
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

  /** Waits until all webhooks are delivered and the queues are empty, so that every call was made. */
  async waitUntilIdle(): Promise<void> {
    await this.until('DEAR has delivered its webhooks and the queues are empty', async () => {
      if ((await this.dear.undeliveredWebhooks()) > 0) return null;
      const depths = Object.values(await this.#options.host.depths());
      return depths.every(({ waiting, hidden }) => waiting + hidden === 0) ? true : null;
    });
  }

  async deadLetters(): Promise<number> {
    const depths = Object.values(await this.#options.host.depths());
    return depths.reduce((sum, { dead }) => sum + dead, 0);
  }

  /** @throws {UnmetExpectationError} after the time-out */
  async until<Value>(expectation: string, look: () => Promise<Value | null>): Promise<Value> {
    const { timeoutMs, lastHeardAt = () => 0 } = this.#options;
    const begunAt = Date.now();
    for (;;) {
      const value = await look();
      if (value !== null) return value;
      const now = Date.now();
      const isQuiet = now - Math.max(begunAt, lastHeardAt()) > timeoutMs;
      if (isQuiet || now - begunAt > timeoutMs * MAX_PATIENCE) {
        const seconds = Math.round((now - begunAt) / 1000);
        throw new UnmetExpectationError(`Within ${seconds} s: ${expectation}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

const credentials = z.record(z.string(), z.string());
const OWN = "run it with the repository's own bridge.config.ts";

function required(url: string | null | undefined, what: string): string {
  if (url !== null && url !== undefined) return url;
  throw new Error(`The demo needs ${what}: ${OWN}`);
}
