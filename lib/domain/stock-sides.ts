import type { DearLot, SkuStock, StockLot } from './stock-drift.ts';
import type { Movement } from './stock-movements.ts';
import type { StockReport } from './stock-report.ts';

/** A row of what DEAR has at the location. */
export interface DearStockRow {
  readonly productId: string;
  readonly sku: string;
  readonly name: string;
  readonly batch: string;
  readonly expiry: string;
  readonly onHand: number;
}

interface Collected {
  provider: StockLot[];
  dear: DearLot[];
  inFlight: StockLot[];
  settling: number;
  unsettled: string;
}

/** Shared by all that have none: of 100,000 SKUs hardly any is in flight. */
const NONE: never[] = [];

/** Both sides of a location's stock, by SKU, as they are read page by page. It grows with the SKUs and with nothing else. */
export class StockSides {
  readonly #skus = new Map<string, Collected>();
  #dearRows = 0;

  /** Rows that DEAR gave, repeated ones counted once. */
  get dearRows(): number {
    return this.#dearRows;
  }

  addProvider(rows: readonly StockReport[]): void {
    for (const { sku, onHand, batch, expiry } of rows) {
      const stock = this.#of(sku);
      stock.provider = [...stock.provider, { quantity: onHand, batch, expiry }];
    }
  }

  /** A list that grows while it is read gives a row twice; a figure that is another one then is trusted no more. */
  addDear(rows: readonly DearStockRow[]): void {
    for (const { sku, onHand, ...row } of rows) {
      const stock = this.#of(sku);
      const before = stock.dear.find((lot) => isSameRow(lot, row));
      if (before === undefined) {
        const { productId, name, batch, expiry } = row;
        stock.dear = [...stock.dear, { productId, name, quantity: onHand, batch, expiry }];
        this.#dearRows += 1;
      } else if (before.quantity !== onHand) stock.unsettled = "DEAR's figure changed while it was read.";
    }
  }

  addMovements(movements: readonly Movement[]): void {
    for (const movement of movements) {
      const stock = this.#of(movement.sku);
      if (movement.kind === 'settling') stock.settling += movement.quantity;
      else if (movement.kind === 'unsettled') stock.unsettled = movement.why;
      else {
        const { quantity, batch, expiry } = movement;
        stock.inFlight = [...stock.inFlight, { quantity, batch, expiry }];
      }
    }
  }

  get(sku: string): SkuStock | undefined {
    return this.#skus.get(sku);
  }

  [Symbol.iterator](): IterableIterator<[sku: string, SkuStock]> {
    return this.#skus.entries();
  }

  #of(sku: string): Collected {
    const known = this.#skus.get(sku);
    if (known !== undefined) return known;
    const created = { provider: NONE, dear: NONE, inFlight: NONE, settling: 0, unsettled: '' };
    this.#skus.set(sku, created);
    return created;
  }
}

function isSameRow(lot: DearLot, row: Pick<DearStockRow, 'productId' | 'batch' | 'expiry'>): boolean {
  return lot.batch === row.batch && lot.expiry === row.expiry && lot.productId === row.productId;
}
