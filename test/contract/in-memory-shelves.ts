import { type FailureDetails, NotInPlan, Unavailable } from '../../lib/domain/errors.ts';
import type { StockReport } from '../../lib/domain/inventory/stock-sides.ts';
import type { CatalogueItem } from '../../lib/domain/sale/catalogue.ts';
import type { ReportedLine } from '../../lib/domain/shipment/package.ts';

/** `elsewhere` is a warehouse of another connection. */
export type Shelf = 'first' | 'second' | 'elsewhere';

interface Lying extends Omit<StockReport, 'onHand'> {
  readonly shelf: Shelf;
  onHand: number;
}

/** The stock of an in-memory service. Shipped goods are taken from the first shelf that has them, never below 0. */
export class InMemoryShelves {
  readonly #lying: Lying[] = [];
  readonly #taken = new Map<string, Array<{ from: Lying; quantity: number }>>();
  #failsNext = false;
  /** False where the account's plan has no stock. */
  open = true;

  /** Sets the quantity on a shelf. */
  put(report: Pick<Lying, 'sku' | 'onHand'> & Partial<Lying>, shelf: Shelf = 'first'): void {
    const wanted = { batch: '', expiry: '', shelf, ...report };
    const there = this.#lying.find(
      (it) =>
        it.sku === wanted.sku &&
        it.batch === wanted.batch &&
        it.expiry === wanted.expiry &&
        it.shelf === shelf,
    );
    if (there === undefined) this.#lying.push(wanted);
    else there.onHand = wanted.onHand;
  }

  failNextPage(): void {
    this.#failsNext = true;
  }

  take(trackingNumber: string, lines: ReadonlyArray<Pick<ReportedLine, 'sku' | 'quantity'>>): void {
    const taken = lines.flatMap(({ sku, quantity }) => {
      let wanted = quantity;
      const shelves = this.#lying.filter((it) => it.sku === sku && it.shelf !== 'elsewhere');
      return shelves.map((from) => {
        const some = Math.min(wanted, from.onHand);
        from.onHand -= some;
        wanted -= some;
        return { from, quantity: some };
      });
    });
    this.#taken.set(trackingNumber, taken);
  }

  putBack(trackingNumber: string): void {
    for (const { from, quantity } of this.#taken.get(trackingNumber) ?? []) from.onHand += quantity;
    this.#taken.delete(trackingNumber);
  }

  *stock(size: number, details: FailureDetails): Generator<StockReport[]> {
    const own = this.#lying.filter(({ shelf }) => shelf !== 'elsewhere');
    for (const rows of this.#pages(own, size, details)) {
      yield rows.map(({ shelf: _, ...report }) => report);
    }
  }

  *catalogue(size: number, details: FailureDetails): Generator<CatalogueItem[]> {
    for (const rows of this.#pages(this.#lying, size, details)) {
      yield rows.map(({ sku }) => ({ sku, name: '' }));
    }
  }

  *#pages(rows: readonly Lying[], size: number, details: FailureDetails): Generator<readonly Lying[]> {
    if (!this.open) throw new NotInPlan({ ...details, status: 403, upstreamMessage: 'Order the add-on.' });
    for (let start = 0; start === 0 || start < rows.length; start += size) {
      const fails = this.#failsNext;
      this.#failsNext = false;
      if (fails) throw new Unavailable({ ...details, status: 500 });
      yield rows.slice(start, start + size);
    }
  }
}
