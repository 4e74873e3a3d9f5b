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
    const item = await this.#table.read(stateKey(reference));
    return item === undefined ? null : storedOrder.parse(item);
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
    if (content !== null) await this.#saveContent(order, content);
    const condition =
      order.version === 1
        ? ({ kind: 'absent' } as const)
        : ({ kind: 'version', version: order.version - 1 } as const);
    await this.#table.put(stateKey(order.reference), order, condition);
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

  async #saveContent(order: FulfillmentOrder, content: OrderContent): Promise<void> {
    const expiresAt = Math.floor(this.#now() / 1000) + this.#personalDataDays * DAY_SECONDS;
    const key = contentKey(order.reference, order.fingerprint);
    await this.#table.put(key, { ...content, expiresAt }, { kind: 'none' });
  }
}

function stateKey(reference: string): ItemKey {
  return { pk: `ORDER#${reference}`, sk: 'STATE' };
}

function contentKey(reference: string, fingerprint: string): ItemKey {
  return { pk: `ORDER#${reference}`, sk: `CONTENT#${fingerprint}` };
}
