import { isoTime } from '../../lib/domain/clock.ts';
import {
  AmbiguousWrite,
  type FailureDetails,
  OperatorActionNeeded,
  Rejected,
  Unavailable,
  UnexpectedAnswer,
} from '../../lib/domain/errors.ts';
import type { ContentLine, OrderContent } from '../../lib/domain/order/order-content.ts';
import type { ReportedShipment } from '../../lib/domain/shipment/package.ts';
import type {
  AcceptedOrder,
  Cancels,
  FindsForeignOrders,
  Holds,
  ListsCatalogue,
  Provider,
  ReportsOrders,
  ReportsStock,
  TracksDelivery,
  Updates,
} from '../../lib/providers/provider.ts';
import { getParts, openOrderPages } from './in-memory-orders.ts';
import {
  deliveredPages,
  type Handling,
  listed,
  type Parcel,
  pages,
  toReported,
} from './in-memory-parcels.ts';
import { InMemoryShelves } from './in-memory-shelves.ts';
import { type Trouble, writeMeeting } from './in-memory-trouble.ts';

export type InMemoryProvider = Provider &
  Cancels &
  FindsForeignOrders &
  Holds &
  Updates &
  ReportsOrders &
  TracksDelivery &
  ReportsStock &
  ListsCatalogue;

export interface HeldOrder {
  readonly id: string;
  content: OrderContent;
  cancelled: boolean;
  shipped: boolean;
  /** Date until which its staff hold the order, '' without a date; null where it is not held. */
  heldUntil: string | null;
  /** The rest of an order that was shipped in part is cancelled. */
  restCancelled: boolean;
  /** It has a status that is not documented. */
  isOdd: boolean;
  /** Another app created it under our reference. */
  readonly isForeign: boolean;
  /** References of the other orders that its staff merged into it. */
  mergedWith: readonly string[];
  /** ISO UTC. */
  changedAt: string;
}

/**
 * A fulfillment service in memory, for tests of code that uses a provider. It keeps the same contract as the real
 * providers, and has a method for each action of its warehouse.
 */
export class InMemoryService {
  readonly orders: HeldOrder[] = [];
  readonly shelves = new InMemoryShelves();
  readonly #parcels: Parcel[] = [];
  #made = 0;
  #trouble: Trouble | null = null;
  #garblesNext = false;
  /** True while it answers no call. */
  isDown = false;
  #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  meetNextWriteWith(trouble: Trouble): void {
    this.#trouble = trouble;
  }

  /** The next call is answered with something unreadable, and not done. */
  garbleNextAnswer(): void {
    this.#garblesNext = true;
  }

  /** @returns the tracking number */
  ship(id: string, lines = this.#order(id).content.lines, handling: Handling = {}): string {
    Object.assign(this.#order(id), { shipped: true, changedAt: isoTime(this.#now()) });
    const tracking = this.#addParcel(id, lines, handling, false);
    if (handling.warehouse === undefined) this.shelves.take(tracking, lines);
    return tracking;
  }

  shipInParts(id: string): void {
    for (const line of this.#order(id).content.lines) this.ship(id, [line]);
  }

  /** @returns the tracking number */
  shipAndVoid(id: string): string {
    const tracking = this.ship(id);
    this.voidParcel(tracking);
    return tracking;
  }

  /** An order without a valid parcel may be changed, cancelled or shipped again. */
  voidParcel(trackingNumber: string): void {
    const parcel = this.#parcel(trackingNumber);
    parcel.voided = true;
    this.shelves.putBack(trackingNumber);
    const { orderId } = parcel;
    this.#order(orderId).shipped = this.#parcels.some(
      (other) => other.orderId === orderId && !other.isReturn && !other.voided,
    );
  }

  /** The carrier changes a parcel's tracking number. The parcel is reported again. */
  renumber(trackingNumber: string, corrected: string): void {
    const parcel = this.#parcel(trackingNumber);
    parcel.shipment = { ...parcel.shipment, trackingNumbers: [corrected] };
    this.#parcels.splice(this.#parcels.indexOf(parcel), 1);
    this.#parcels.push(parcel, parcel);
  }

  /** A parcel whose row cannot be read is reported again once it can be. */
  spoilParcel(trackingNumber: string, isSpoiled = true): void {
    const parcel = this.#parcel(trackingNumber);
    parcel.isSpoiled = isSpoiled;
    if (!isSpoiled) this.#parcels.push(parcel);
  }

  /** Every parcel is reported once more. */
  repeatParcels(): void {
    this.#parcels.push(...this.#parcels.toReversed());
  }

  giveOddStatus(id: string): void {
    this.#order(id).isOdd = true;
  }

  /** Another app creates an order under the reference. @returns its id */
  createForeign(content: OrderContent): string {
    return this.#add(content, { isForeign: true }).id;
  }

  /** Takes over an order that it has read elsewhere, under the id that the order has there. */
  adopt(id: string, content: OrderContent): void {
    this.#add(content, { id });
  }

  /** Changes by the provider's own staff, without a notification. */
  hold(id: string, until = ''): void {
    Object.assign(this.#order(id), { heldUntil: until, changedAt: isoTime(this.#now()) });
  }

  release(id: string): void {
    Object.assign(this.#order(id), { heldUntil: null, changedAt: isoTime(this.#now()) });
  }

  /** Cancels the rest of an order that left in part. */
  cancelByHand(id: string, cancelled = true): void {
    const field = this.#order(id).shipped ? 'restCancelled' : 'cancelled';
    Object.assign(this.#order(id), { [field]: cancelled, changedAt: isoTime(this.#now()) });
  }

  deleteByHand(id: string): void {
    this.orders.splice(this.orders.indexOf(this.#order(id)), 1);
  }

  /** Merges orders into the first of them. @returns its id, which is a new one */
  merge(ids: readonly string[]): string {
    const merged = ids.map((id) => this.#order(id));
    for (const id of ids) this.deleteByHand(id);
    const [first, ...others] = merged.map(({ content }) => content);
    if (first === undefined) return fail('There is nothing to merge');
    return this.#add(first, { mergedWith: others.map(({ reference }) => reference) }).id;
  }

  /** @param at ISO UTC; '' where the carrier does not say when */
  deliver(trackingNumber: string, at = isoTime(this.#now())): void {
    this.#parcel(trackingNumber).deliveredAt = at;
  }

  /** @returns the return's tracking number */
  sendReturnLabel(id: string, lines = this.#order(id).content.lines, handling: Handling = {}): string {
    return this.#addParcel(id, lines, handling, true);
  }

  /** The carrier scans a return. It is reported again. */
  scanReturn(trackingNumber: string): void {
    const parcel = this.#parcel(trackingNumber);
    parcel.isScanned = true;
    this.#parcels.push(parcel);
  }

  #addParcel(id: string, lines: readonly ContentLine[], handling: Handling, isReturn: boolean): string {
    const number = this.#parcels.length + 1;
    const { trackingNumber = `TRACK${number}` } = handling;
    const hasLeft = this.#parcels.some((one) => one.orderId === id && !one.isReturn && !one.voided);
    const shipment: ReportedShipment = {
      id: `parcel-${number}`,
      reference: this.#order(id).content.reference,
      providerOrderId: isReturn || !hasLeft ? id : `${id}/part-${number}`,
      trackingNumbers: [trackingNumber],
      carrier: 'Carrier',
      service: 'ground',
      shippedAt: isoTime(this.#now()),
      cost: null,
      contents: lines.map((line) => toReported(line, handling)),
      warehouse: handling.warehouse ?? '',
    };
    this.#parcels.push({
      shipment,
      orderId: id,
      isReturn,
      isScanned: false,
      isSpoiled: false,
      voided: false,
      deliveredAt: null,
    });
    return trackingNumber;
  }

  /** @param known false: requests have invalid credentials */
  provider({ system = 'memory', pageSize = 25, known = true } = {}): InMemoryProvider {
    const enter = (operation: string, reference?: string): FailureDetails => {
      const details = { system, operation, ...(reference !== undefined && { reference }) };
      if (this.isDown) throw new Unavailable({ ...details, status: 503 });
      if (!known) throw new OperatorActionNeeded({ ...details, status: 401 });
      return details;
    };
    const read = (operation: string, reference?: string): FailureDetails => {
      const details = enter(operation, reference);
      if (this.#takeGarbled()) throw new UnexpectedAnswer({ ...details, status: 200 });
      return details;
    };
    const list = <Page>(
      operation: string,
      all: (details: FailureDetails) => Iterable<Page> | AsyncIterable<Page>,
    ) => listed(() => all(read(operation)));
    return {
      submit: async ({ ...content }) => {
        const details = enter('create order', content.reference);
        return this.#write(details, () => this.#create(content, details));
      },
      find: async (reference) => {
        read('find order', reference);
        return this.#named(reference, false).map(toAccepted);
      },
      foreignOrders: async (reference) => {
        read('find order', reference);
        return this.#named(reference, true).map(({ id }) => id);
      },
      cancel: async (id, reference) => {
        const details = enter('cancel order', reference);
        this.#write(details, () => this.#cancel(id, details));
      },
      update: async (id, { ...content }, held) => {
        const details = enter('update order', content.reference);
        this.#write(details, () => this.#update(id, content, held, details));
      },
      hold: async (id, reference, until) => {
        const details = enter('hold order', reference);
        this.#write(details, () => this.#setHold(id, until ?? '', details));
      },
      release: async (id, reference) => {
        const details = enter('release order', reference);
        this.#write(details, () => this.#setHold(id, null, details));
      },
      openOrders: () => list('list orders', () => openOrderPages(this.orders, this.#parcels, pageSize)),
      orderParts: async (id, reference) => {
        read('read order', reference);
        const order = this.orders.find((one) => one.id === id);
        return order === undefined ? [] : getParts(order, this.#parcels);
      },
      shipmentsSince: (cursor) =>
        list('list shipments', () => pages(this.#parcels, Number(cursor ?? 0), pageSize)),
      deliveries: (madeSince, cursor) =>
        list('list deliveries', () =>
          deliveredPages(this.#parcels, madeSince, Number(cursor ?? 0), pageSize),
        ),
      stock: () => list('list stock', (details) => this.shelves.stock(pageSize, details)),
      catalogue: () => list('list catalogue', (details) => this.shelves.catalogue(pageSize, details)),
    };
  }

  #order(id: string): HeldOrder {
    return this.orders.find((order) => order.id === id) ?? fail(`There is no order ${id}`);
  }

  #parcel(trackingNumber: string): Parcel {
    const found = this.#parcels.find(({ shipment }) => shipment.trackingNumbers.includes(trackingNumber));
    return found ?? fail(`There is no parcel ${trackingNumber}`);
  }

  #named(reference: string, isForeign: boolean): HeldOrder[] {
    return this.orders.filter(
      (order) => order.content.reference === reference && order.isForeign === isForeign,
    );
  }

  #takeGarbled(): boolean {
    const garbles = this.#garblesNext;
    this.#garblesNext = false;
    return garbles;
  }

  #write<Result>(details: FailureDetails, act: () => Result): Result {
    if (this.#takeGarbled()) throw new AmbiguousWrite({ ...details, status: 200 });
    const trouble = this.#trouble;
    this.#trouble = null;
    return writeMeeting(trouble, details, act);
  }

  #create(content: OrderContent, details: FailureDetails): AcceptedOrder {
    if (this.orders.some((order) => order.content.reference === content.reference)) {
      throw new Rejected({
        ...details,
        code: 'identifier_conflict',
        upstreamMessage: 'The reference is taken.',
      });
    }
    return toAccepted(this.#add(content));
  }

  #add(
    content: OrderContent,
    own: Partial<Pick<HeldOrder, 'id' | 'isForeign' | 'mergedWith'>> = {},
  ): HeldOrder {
    this.#made += 1;
    const order: HeldOrder = {
      id: own.id ?? `order-${this.#made}`,
      content,
      isForeign: own.isForeign ?? false,
      isOdd: false,
      cancelled: false,
      shipped: false,
      heldUntil: null,
      restCancelled: false,
      mergedWith: own.mergedWith ?? [],
      changedAt: isoTime(this.#now()),
    };
    this.orders.push(order);
    return order;
  }

  #update(id: string, content: OrderContent, held: readonly OrderContent[], details: FailureDetails): void {
    const order = this.orders.find((candidate) => candidate.id === id);
    if (order === undefined || order.shipped || order.cancelled) {
      throw new Rejected({ ...details, upstreamMessage: 'It is too late.' });
    }
    if (order.content.reference !== content.reference) {
      throw new Rejected({ ...details, upstreamMessage: 'It is another order.' });
    }
    if (!held.some((one) => listGoods(one) === listGoods(order.content))) {
      throw new Rejected({ ...details, upstreamMessage: 'Its goods are others than it was given.' });
    }
    order.content = content;
  }

  #setHold(id: string, heldUntil: string | null, details: FailureDetails): void {
    const order = this.orders.find((candidate) => candidate.id === id);
    if (order === undefined || order.cancelled || (order.shipped && heldUntil !== null))
      throw new Rejected({ ...details, upstreamMessage: 'It cannot be held.' });
    Object.assign(order, { heldUntil, changedAt: isoTime(this.#now()) });
  }

  #cancel(id: string, details: FailureDetails): void {
    const order = this.orders.find((candidate) => candidate.id === id);
    if (order === undefined || order.shipped)
      throw new Rejected({ ...details, upstreamMessage: 'It is too late.' });
    order.cancelled = true;
  }
}

function toAccepted({ id, cancelled }: HeldOrder): AcceptedOrder {
  return { providerOrderId: id, cancelled };
}

function listGoods({ lines }: OrderContent): string {
  return JSON.stringify(lines.map(({ key, sku, quantity }) => [key, sku, quantity]));
}

function fail(why: string): never {
  throw new Error(why);
}
