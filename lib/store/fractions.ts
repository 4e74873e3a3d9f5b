import * as z from 'zod';
import { type Clock, isoTime } from '../domain/clock.ts';
import type { OrderedLine } from '../domain/fulfillment-order.ts';
import { foldSku } from '../domain/sku.ts';
import type { Table } from './table.ts';

const storedFraction = z.object({ sk: z.string(), quantity: z.number(), at: z.string() });

/**
 * Which SKUs of each connection ever went out in an amount that is no whole number at its service. Its shelves count such a
 * sale as one piece, and long after the order is over its figure of that SKU is still wrong. One small item for each SKU.
 */
export class Fractions {
  readonly #table: Table;
  readonly #now: Clock;

  constructor(table: Table, now: Clock) {
    this.#table = table;
    this.#now = now;
  }

  /** @param lines with amounts in DEAR's units; none costs nothing */
  async note(connection: string, lines: readonly OrderedLine[]): Promise<void> {
    const at = isoTime(this.#now());
    for (const { sku, quantity } of lines) {
      if (sku.trim() === '') continue;
      const key = { pk: partitionOf(connection), sk: foldSku(sku) };
      await this.#table.put(key, { quantity, at }, { kind: 'none' });
    }
  }

  /** SKU as `folded` has it → the latest such amount, in DEAR's units, and when it was sent (ISO UTC). */
  async list(connection: string): Promise<Map<string, { quantity: number; at: string }>> {
    const found = new Map<string, { quantity: number; at: string }>();
    for await (const items of this.#table.items(partitionOf(connection))) {
      for (const item of items) {
        const { sk, quantity, at } = storedFraction.parse(item);
        found.set(sk, { quantity, at });
      }
    }
    return found;
  }
}

function partitionOf(connection: string): string {
  return `FRACTIONS#${connection}`;
}
