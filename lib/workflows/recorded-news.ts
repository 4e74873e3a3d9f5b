import { createHash } from 'node:crypto';
import type { OrderNews } from '../domain/order-news.ts';

/** Ten minutes of a warehouse that ships 60,000 parcels an hour; some 100 bytes each. */
const MAX_KEPT = 10_000;

/**
 * Remembers what was recorded on its order and queued. Every look reads the last ten minutes of shipments again, and a month
 * of voided ones; what is word for word the same costs the table nothing then. It is lost with its process, and only saves
 * reads: recording the same news again changes nothing.
 */
export class RecordedNews {
  readonly #kept = new Set<string>();

  has(connection: string, news: OrderNews): boolean {
    return this.#kept.has(digestOf(connection, news));
  }

  add(connection: string, news: OrderNews): void {
    this.#kept.add(digestOf(connection, news));
    const [oldest] = this.#kept;
    if (this.#kept.size > MAX_KEPT && oldest !== undefined) this.#kept.delete(oldest);
  }
}

function digestOf(connection: string, news: OrderNews): string {
  return createHash('sha256')
    .update(JSON.stringify([connection, news]))
    .digest('base64');
}
