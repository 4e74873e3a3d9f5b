import { recordConfirmed } from '../../../lib/domain/confirmation/confirmation.ts';
import type { Connection } from '../../../lib/domain/connection.ts';
import {
  claimCancellation,
  recordCancelled,
  recordCancelRefused,
} from '../../../lib/domain/order/cancellation.ts';
import type { FulfillmentOrder, OrderedLine } from '../../../lib/domain/order/fulfillment-order.ts';
import type { OrderContent } from '../../../lib/domain/order/order-content.ts';
import { planSale } from '../../../lib/domain/order/plan.ts';
import { claimSubmission, recordAccepted, recordUpdated } from '../../../lib/domain/order/submission.ts';
import { isLive, nextDispatchStep } from '../../../lib/domain/order/transitions.ts';
import type { Sale, SaleFulfilment, SaleLine, ShipLine } from '../../../lib/domain/sale/sale.ts';
import type { Package } from '../../../lib/domain/shipment/package.ts';
import { recordShipments } from '../../../lib/domain/shipment/shipment.ts';
import { needsConfirmation } from '../../../lib/domain/shipment/still-to-ship.ts';
import { connection } from '../../builders/connection.ts';
import { NOW, reported } from '../../builders/order.ts';
import { fulfilment, line, sale, stageLine } from '../../builders/sale.ts';

const shipAvailable = connection({ backorders: 'ship-available' });
export const PRODUCTS = ['b0000000-0000-4000-8000-00000000000a', 'b0000000-0000-4000-8000-00000000000b'];

/** DEAR with a shelf of two products and one sale, and a service that ships what it was last given. */
export class BackorderWorld {
  now = NOW;
  lines: SaleLine[] = [];
  isAuthorised = true;
  /** Of the sale's location. */
  connections: readonly Connection[] = [shipAvailable];
  /** What the sale says beside its lines. */
  facts: Partial<Sale> = {};
  orders: FulfillmentOrder[] = [];
  /** The most that the sale ever asked for, by product. */
  readonly most = new Map<string, number>();
  readonly #contents = new Map<string, OrderContent>();
  readonly #there = new Map<
    string,
    { lines: readonly OrderedLine[]; shipped: boolean; cancelled: boolean }
  >();
  readonly #shelf = new Map<string, number>();
  /** What DEAR shows of what it was told. */
  #fulfilments: SaleFulfilment[] = [];

  get sale() {
    return sale({
      ...this.facts,
      lines: this.lines,
      fulfilments: this.#fulfilments,
      orderStatus: this.isAuthorised ? 'AUTHORISED' : 'DRAFT',
    });
  }

  /** What comes in goes to the lines that wait for it, the first one first. */
  receive(product: number, quantity: number): void {
    const productId = PRODUCTS[product] ?? '';
    this.#shelf.set(productId, (this.#shelf.get(productId) ?? 0) + quantity);
    this.lines = this.lines.map((one) => {
      const taken =
        one.productId === productId ? Math.min(one.backorderQuantity, this.#shelf.get(productId) ?? 0) : 0;
      this.#shelf.set(one.productId, (this.#shelf.get(one.productId) ?? 0) - taken);
      return { ...one, backorderQuantity: one.backorderQuantity - taken };
    });
  }

  add(product: number, quantity: number): void {
    const productId = PRODUCTS[product] ?? '';
    const comment = `line ${this.lines.length}`;
    this.lines = [
      ...this.lines,
      line({ productId, sku: `SKU-${product}`, quantity, backorderQuantity: quantity, comment }),
    ];
    this.#noteMost();
    this.receive(product, 0);
  }

  raise(index: number, quantity: number): void {
    this.lines = this.lines.map((one, at) =>
      at === index
        ? { ...one, quantity: one.quantity + quantity, backorderQuantity: one.backorderQuantity + quantity }
        : one,
    );
    this.#noteMost();
    for (const product of PRODUCTS.keys()) this.receive(product, 0);
  }

  /** Goods that were held for the line are free again. */
  lower(index: number, quantity: number): void {
    this.lines = this.lines.flatMap((one, at) => {
      if (at !== index) return [one];
      const less = Math.max(0, one.quantity - quantity);
      const backorderQuantity = Math.max(0, one.backorderQuantity - quantity);
      const freed = one.quantity - one.backorderQuantity - (less - backorderQuantity);
      this.#shelf.set(one.productId, (this.#shelf.get(one.productId) ?? 0) + freed);
      return less === 0 ? [] : [{ ...one, quantity: less, backorderQuantity }];
    });
    for (const product of PRODUCTS.keys()) this.receive(product, 0);
  }

  #noteMost(): void {
    for (const productId of PRODUCTS) {
      this.most.set(productId, Math.max(this.most.get(productId) ?? 0, this.asked(productId)));
    }
  }

  plan(): ReturnType<typeof planSale> {
    const input = {
      sale: this.sale,
      connections: this.connections,
      orders: this.orders,
      by: 'test',
      now: this.now,
    };
    const plan = planSale(input);
    for (const { order, content } of plan.changes) {
      if (content !== null) this.#contents.set(`${order.reference} ${order.fingerprint}`, content);
      const known = this.orders.some(({ reference }) => reference === order.reference);
      this.orders = known
        ? this.orders.map((one) => (one.reference === order.reference ? order : one))
        : [...this.orders, order];
    }
    return plan;
  }

  #contentOf({ reference, fingerprint }: FulfillmentOrder): OrderContent {
    const content = this.#contents.get(`${reference} ${fingerprint}`);
    if (content === undefined) throw new Error(`${reference} has no content`);
    return content;
  }

  /** Whatever the orders need of the service. */
  dispatch(): void {
    const does = {
      submit: (order: FulfillmentOrder) => this.#submit(order),
      update: (order: FulfillmentOrder) => this.#update(order),
      cancel: (order: FulfillmentOrder) => this.#cancel(order),
      nothing: (order: FulfillmentOrder) => order,
    };
    this.orders = this.orders.map((order) => does[nextDispatchStep(order)](order));
  }

  #submit(order: FulfillmentOrder): FulfillmentOrder {
    const { lines } = this.#contentOf(order);
    this.#there.set(order.reference, { lines, shipped: false, cancelled: false });
    return recordAccepted(claimSubmission(order, this.now), this.now, 'p', order.fingerprint, false);
  }

  #update(order: FulfillmentOrder): FulfillmentOrder {
    const there = this.#there.get(order.reference);
    if (there === undefined || there.shipped) return order;
    const content = this.#contentOf(order);
    this.#there.set(order.reference, { ...there, lines: content.lines });
    return recordUpdated(order, this.now, content, order.fingerprint);
  }

  #cancel(order: FulfillmentOrder): FulfillmentOrder {
    const there = this.#there.get(order.reference);
    const claimed = order.cancellation.state === 'claimed' ? order : claimCancellation(order, this.now);
    if (there?.shipped) return recordCancelRefused(claimed, this.now, 'too late');
    if (there !== undefined) this.#there.set(order.reference, { ...there, cancelled: true });
    return recordCancelled(claimed, this.now, 'lantern');
  }

  ship(): void {
    for (const [reference, there] of this.#there)
      if (!there.cancelled) this.#there.set(reference, { ...there, shipped: true });
  }

  collect(): void {
    this.orders = this.orders.map((order) => {
      const there = this.#there.get(order.reference);
      if (!there?.shipped) return order;
      const contents = there.lines.map(({ key, sku, quantity }) => ({
        key,
        sku,
        quantity,
        batch: '',
        expiry: '',
      }));
      const trackingNumbers = [`1Z-${order.reference}`];
      return recordShipments(order, [reported(order.reference, { contents, trackingNumbers })], this.now);
    });
  }

  confirm(): void {
    this.orders = this.orders.map((order) =>
      needsConfirmation(order, shipAvailable) ? this.#confirmOne(order) : order,
    );
  }

  #confirmOne(order: FulfillmentOrder): FulfillmentOrder {
    const { packages } = order;
    const taskId = `task of ${order.reference}`;
    const number = this.#fulfilments.length + 1;
    const lines = order.lines.map(({ productId, sku, quantity }) => stageLine({ productId, sku, quantity }));
    const stage = { status: 'AUTHORISED', lines } as const;
    const ship = { status: 'AUTHORISED', lines: packages.map(toShipLine) } as const;
    this.#fulfilments.push(fulfilment({ taskId, number, pick: stage, pack: stage, ship }));
    return recordConfirmed(order, this.now, { packages, taskId, remarks: [] });
  }

  asked(productId: string): number {
    return total(this.lines.filter((one) => one.productId === productId));
  }

  shipped(productId: string): number {
    const left = [...this.#there.values()].filter((there) => there.shipped).flatMap(({ lines }) => lines);
    return total(left.filter((one) => one.productId === productId));
  }

  /** What the orders that stand ship: what left, and of the others what they were last given. */
  ordered(key: string): number {
    const getLines = (order: FulfillmentOrder) =>
      order.packages.length > 0 ? order.lines : this.#contentOf(order).lines;
    const lines = this.orders.filter(isLive).flatMap(getLines);
    return total(lines.filter((one) => one.key === key));
  }

  /** Ends all faults, receives all goods, and runs every step until nothing is left to do. */
  settle(): void {
    this.isAuthorised = true;
    for (const product of PRODUCTS.keys()) this.receive(product, 100);
    for (let round = 0; round < 4; round += 1) {
      this.plan();
      this.dispatch();
      this.plan();
      this.ship();
      this.collect();
      this.confirm();
    }
  }
}

function toShipLine({ trackingNumbers, carrier, shippedAt }: Package): ShipLine {
  return { boxes: [], carrier, trackingNumbers, shippedAt, isShipped: true };
}

function total(lines: ReadonlyArray<{ quantity: number }>): number {
  return lines.reduce((sum, { quantity }) => sum + quantity, 0);
}
