import { isoTime } from '../../lib/domain/clock.ts';
import {
  AmbiguousWrite,
  type FailureDetails,
  OperatorActionNeeded,
  Rejected,
  Throttled,
} from '../../lib/domain/errors.ts';
import type { ContentLine, OrderContent } from '../../lib/domain/fulfillment-order.ts';
import type { ReportedLine, ReportedShipment } from '../../lib/domain/package.ts';
import type { Cancels } from '../../lib/providers/capabilities.ts';
import type { AcceptedOrder, Provider, ShipmentPage } from '../../lib/providers/provider.ts';

export interface HeldOrder {
  readonly id: string;
  readonly content: OrderContent;
  cancelled: boolean;
  shipped: boolean;
}

interface Parcel {
  readonly shipment: ReportedShipment;
  isReturn: boolean;
  voided: boolean;
}

/** What the next write meets. */
type Trouble =
  | { kind: 'lost answer' }
  | { kind: 'throttled'; seconds: number }
  | { kind: 'refused'; words: string };

/**
 * A fulfillment service in memory: for tests of whatever stands on a provider. It keeps the same contract as the real
 * ones, and what its warehouse does is a method call away.
 */
export class InMemoryService {
  readonly orders: HeldOrder[] = [];
  readonly #parcels: Parcel[] = [];
  #trouble: Trouble | null = null;
  #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  meetNextWriteWith(trouble: Trouble): void {
    this.#trouble = trouble;
  }

  /** @returns the tracking number */
  ship(id: string, lines = this.#order(id).content.lines): string {
    const order = this.#order(id);
    order.shipped = true;
    const number = this.#parcels.length + 1;
    const shipment: ReportedShipment = {
      id: `parcel-${number}`,
      reference: order.content.reference,
      providerOrderId: id,
      trackingNumbers: [`TRACK${number}`],
      carrier: 'Carrier',
      service: 'ground',
      shippedAt: isoTime(this.#now()),
      cost: null,
      contents: lines.map(toReported),
      warehouse: '',
    };
    this.#parcels.push({ shipment, isReturn: false, voided: false });
    return `TRACK${number}`;
  }

  shipInParts(id: string): void {
    for (const line of this.#order(id).content.lines) this.ship(id, [line]);
  }

  shipAndVoid(id: string): void {
    this.ship(id);
    this.#order(id).shipped = false;
    this.#parcels.at(-1)!.voided = true;
  }

  sendReturnLabel(id: string): void {
    this.ship(id);
    this.#parcels.at(-1)!.isReturn = true;
  }

  /** @param known false: it is asked with credentials that it does not know */
  provider({ system = 'memory', pageSize = 25, known = true } = {}): Provider & Cancels {
    const enter = (operation: string, reference?: string): FailureDetails => {
      const details = { system, operation, ...(reference !== undefined && { reference }) };
      if (!known) throw new OperatorActionNeeded({ ...details, status: 401 });
      return details;
    };
    return {
      submit: async ({ ...content }) => {
        const details = enter('create order', content.reference);
        return this.#write(details, () => this.#create(content, details));
      },
      find: async (reference) => {
        enter('find order', reference);
        return this.orders.filter(({ content }) => content.reference === reference).map(toAccepted);
      },
      cancel: async (id, reference) => {
        const details = enter('cancel order', reference);
        this.#write(details, () => this.#cancel(id, details));
      },
      shipmentsSince: (cursor) => {
        const parcels = this.#parcels;
        return (async function* () {
          enter('list shipments');
          yield* pages(parcels, Number(cursor ?? 0), pageSize);
        })();
      },
    };
  }

  #order(id: string): HeldOrder {
    return this.orders.find((order) => order.id === id) ?? fail(`There is no order ${id}`);
  }

  #write<Result>(details: FailureDetails, act: () => Result): Result {
    const trouble = this.#trouble;
    this.#trouble = null;
    if (trouble?.kind === 'throttled') throw new Throttled(details, trouble.seconds * 1000);
    if (trouble?.kind === 'refused') throw new Rejected({ ...details, words: trouble.words });
    const result = act();
    if (trouble?.kind === 'lost answer') throw new AmbiguousWrite(details);
    return result;
  }

  #create(content: OrderContent, details: FailureDetails): AcceptedOrder {
    if (this.orders.some((order) => order.content.reference === content.reference)) {
      throw new Rejected({ ...details, code: 'identifier_conflict', words: 'The reference is taken.' });
    }
    const order = { id: `order-${this.orders.length + 1}`, content, cancelled: false, shipped: false };
    this.orders.push(order);
    return toAccepted(order);
  }

  #cancel(id: string, details: FailureDetails): void {
    const order = this.orders.find((candidate) => candidate.id === id);
    if (order === undefined || order.shipped) throw new Rejected({ ...details, words: 'It is too late.' });
    order.cancelled = true;
  }
}

async function* pages(parcels: readonly Parcel[], from: number, size: number): AsyncGenerator<ShipmentPage> {
  for (let start = from; ; start += size) {
    const page = parcels.slice(start, start + size);
    const shipments = page
      .filter(({ isReturn, voided }) => !isReturn && !voided)
      .map(({ shipment }) => shipment);
    yield { shipments, cursor: String(start + page.length) };
    if (start + size >= parcels.length) return;
  }
}

function toReported({ key, sku, quantity, batch, expiry }: ContentLine): ReportedLine {
  return { key, sku, quantity, batch, expiry };
}

function toAccepted({ id, cancelled }: HeldOrder): AcceptedOrder {
  return { providerOrderId: id, cancelled };
}

function fail(why: string): never {
  throw new Error(why);
}
