import type { FulfillmentOrder, OrderContent } from '../domain/fulfillment-order.ts';
import { storedContent, storedOrder } from './schemas.ts';
import { type ItemKey, type Table, VersionConflict } from './table.ts';

const DAY_SECONDS = 86_400;
const UPDATE_TRIES = 5;

/**
 * Fulfillment orders in two halves: the state, small and without personal data, kept for good; and the content under its
 * fingerprint, written once and deleted by the table's expiry.
 */
export class FulfillmentOrders {
  readonly #table: Table;
  readonly #now: () => number;
  readonly #personalDataDays: number;

  constructor(table: Table, now: () => number, personalDataDays: number) {
    this.#table = table;
    this.#now = now;
    this.#personalDataDays = personalDataDays;
  }

  async read(reference: string): Promise<FulfillmentOrder | null> {
    return await this.#readState(stateKey(reference));
  }

  /**
   * The connection's orders that are Shipped, oldest first, each as it is when its turn comes. One that has left that status
   * by then, or is gone, is skipped: the index follows the table by some moments.
   * @param connection its id
   */
  async *listShipped(connection: string): AsyncIterable<FulfillmentOrder> {
    for await (const page of this.#table.list('shipped', connection)) {
      for (const key of page) {
        const order = await this.#readState(key);
        if (order?.status === 'Shipped') yield order;
      }
    }
  }

  /** null once it has expired; DynamoDB deletes late, so an expired item that is still there counts as gone. */
  async readContent(order: FulfillmentOrder): Promise<OrderContent | null> {
    const item = await this.#table.read(contentKey(order.reference, order.fingerprint));
    const gone = item === undefined || Number(item.expiresAt) * 1000 <= this.#now();
    return gone ? null : storedContent.parse(item);
  }

  /**
   * Stores an order that is one version ahead of the stored one (or new, as version 1).
   * @param content to be stored first, so that no order ever points to content that is not there; null if unchanged
   * @throws {VersionConflict} where the stored order is not the one that was read
   */
  async save(order: FulfillmentOrder, content: OrderContent | null = null): Promise<void> {
    if (content !== null) await this.saveContent(order, content);
    const condition =
      order.version === 1
        ? ({ kind: 'absent' } as const)
        : ({ kind: 'version', version: order.version - 1 } as const);
    await this.#table.put(stateKey(order.reference), { ...order, ...shippedListing(order) }, condition);
  }

  /**
   * Applies a pure change to the order as it is now, again if someone wrote meanwhile.
   * @param change returns the order it was given where there is nothing to do; nothing is written then
   * @returns the order as stored afterwards
   */
  async update(
    order: FulfillmentOrder,
    change: (order: FulfillmentOrder) => FulfillmentOrder,
  ): Promise<FulfillmentOrder> {
    let current = order;
    for (let tries = 1; ; tries += 1) {
      const next = change(current);
      if (next === current) return current;
      const written = { ...next, version: current.version + 1 };
      try {
        await this.save(written);
        return written;
      } catch (error) {
        if (!(error instanceof VersionConflict) || tries === UPDATE_TRIES) throw error;
        current = (await this.read(order.reference)) ?? current;
      }
    }
  }

  async #readState(key: ItemKey): Promise<FulfillmentOrder | null> {
    const item = await this.#table.read(key);
    return item === undefined ? null : storedOrder.parse(item);
  }

  /** Stores the content under the order's fingerprint, over what is there; its expiry begins anew. */
  async saveContent(order: FulfillmentOrder, content: OrderContent): Promise<void> {
    const expiresAt = Math.floor(this.#now() / 1000) + this.#personalDataDays * DAY_SECONDS;
    const key = contentKey(order.reference, order.fingerprint);
    await this.#table.put(key, { ...content, expiresAt }, { kind: 'none' });
  }
}

/**
 * What puts an order on its connection's list of shipped ones, and nothing that would keep it there in another status. Sparse,
 * so that reading the list costs what is under way, however many orders there ever were. And of keys only: both values
 * stay the same while the order is Shipped, so it costs two index writes, one to come and one to leave, and not one for
 * each of its own writes.
 */
function shippedListing({ status, connection, createdAt }: FulfillmentOrder) {
  return status === 'Shipped' ? { shippedFor: connection, shippedSince: createdAt } : {};
}

function stateKey(reference: string): ItemKey {
  return { pk: `ORDER#${reference}`, sk: 'STATE' };
}

function contentKey(reference: string, fingerprint: string): ItemKey {
  return { pk: `ORDER#${reference}`, sk: `CONTENT#${fingerprint}` };
}
