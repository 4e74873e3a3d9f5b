import { type SaleRecord, storedSale } from './schemas.ts';
import type { Table } from './table.ts';

/** What became of each sale that we ever looked at: no sale vanishes, ignored ones least of all. */
export class Sales {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async read(saleId: string): Promise<SaleRecord | null> {
    const item = await this.#table.read(keyOf(saleId));
    return item === undefined ? null : storedSale.parse(item);
  }

  async save(record: SaleRecord): Promise<void> {
    await this.#table.put(keyOf(record.saleId), record, { kind: 'none' });
  }
}

function keyOf(saleId: string) {
  return { pk: `SALE#${saleId}`, sk: 'SALE' };
}
