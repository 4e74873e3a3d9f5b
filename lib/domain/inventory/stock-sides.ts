import { foldSku } from '../sale/catalogue.ts';
import type { DearLot, SkuStock, StockLot } from './stock-lots.ts';
import type { Movement } from './stock-movements.ts';

/** A row of what DEAR has at the location. */
export interface DearStockRow {
  readonly productId: string;
  readonly sku: string;
  readonly batch: string;
  readonly expiry: string;
  /** null if the row cannot be read. */
  readonly onHand: number | null;
  /** The allocated part of it; left out if it does not matter. */
  readonly allocated?: number;
}

/**
 * Most SKUs have one lot on either side, stored as two numbers and an id: 100,000 of them take 30 MB, with a list of lots each 70.
 */
interface SkuRecord {
  /** Stock without batch and expiry; null if there is none. */
  provider: number | null;
  /** Other lots. */
  providerLots: StockLot[] | null;
  /** DEAR's first row. */
  dear: DearLot | null;
  /** DEAR's other rows by their key: a SKU with serial numbers has thousands. */
  moreDear: Map<string, DearLot> | null;
  /** Only a few SKUs have any. */
  pending: PendingMovements | null;
}

interface PendingMovements {
  inFlight: StockLot[];
  settling: number;
  unsettled: string | null;
}

/** Both sides of a location's stock by SKU, collected page by page. Its size depends only on the number of SKUs. */
export class StockSides {
  readonly #skus = new Map<string, SkuRecord>();
  #dearRows = 0;
  #stockedRows = 0;
  readonly #allocated = new Map<string, number>();
  #leftOut: string | null = null;

  /** DEAR's rows, repeated ones counted once. */
  get dearRows(): number {
    return this.#dearRows;
  }

  /** DEAR's rows with stock: up to a third of an account's rows have none (seen live). */
  get stockedRows(): number {
    return this.#stockedRows;
  }

  /** The allocated quantity of a lot in DEAR. */
  getAllocated(lot: Pick<DearLot, 'productId' | 'batch' | 'expiry'>): number {
    return this.#allocated.get(rowKey(lot)) ?? 0;
  }

  addProvider(rows: readonly StockReport[]): void {
    for (const { sku, onHand, batch, expiry } of rows) {
      const record = this.#of(sku);
      if (onHand === null) getPending(record).unsettled = UNREADABLE;
      else if (batch === '' && expiry === '') record.provider = (record.provider ?? 0) + onHand;
      else {
        record.providerLots ??= [];
        record.providerLots.push({ quantity: onHand, batch, expiry });
      }
    }
  }

  /** A list that grows while it is read repeats rows; a SKU whose figure differs then is not trusted. */
  addDear(rows: readonly DearStockRow[]): void {
    for (const { sku, productId, batch, expiry, onHand, allocated = 0 } of rows) {
      const record = this.#of(sku);
      if (onHand === null) getPending(record).unsettled = UNREADABLE_IN_DEAR;
      const quantity = onHand ?? 0;
      const row = { productId, quantity, batch, expiry };
      const before = sameRow(record, row);
      if (before !== undefined) {
        if (before.quantity !== quantity) getPending(record).unsettled ??= CHANGED;
        continue;
      }
      this.#dearRows += 1;
      if (quantity !== 0) this.#stockedRows += 1;
      if (allocated !== 0) this.#allocated.set(rowKey(row), allocated);
      if (record.dear === null) record.dear = row;
      else {
        record.moreDear ??= new Map();
        record.moreDear.set(rowKey(row), row);
      }
    }
  }

  /** Has nothing written of any SKU: a record of movements is missing. @param why in a sentence */
  leaveOut(why: string): void {
    this.#leftOut = why;
  }

  addMovements(movements: readonly Movement[]): void {
    for (const movement of movements) {
      const part = getPending(this.#of(movement.sku));
      if (movement.kind === 'settling') part.settling += movement.quantity;
      else if (movement.kind === 'unsettled') part.unsettled = movement.why;
      else {
        const { quantity, batch, expiry } = movement;
        part.inFlight.push({ quantity, batch, expiry });
      }
    }
  }

  /** Yields a SKU that the two sides spell in different case or blanks once, in DEAR's spelling. */
  *[Symbol.iterator](): Generator<[sku: string, SkuStock]> {
    const spelt = this.#speltOtherwise();
    const taken = new Set(spelt.values());
    for (const [sku, record] of this.#skus) {
      const other = spelt.get(sku);
      const theirs = other === undefined ? undefined : this.#skus.get(other);
      if (!taken.has(sku))
        yield [sku, this.#toSkuStock(theirs === undefined ? record : withProvider(record, theirs))];
    }
  }

  /** DEAR's spelling → the provider's, where each side has one SKU of that form. */
  #speltOtherwise(): Map<string, string> {
    const alone = new Map<string, { dear: string[]; provider: string[] }>();
    for (const [sku, record] of this.#skus) {
      const onlyProvider = record.dear === null && (record.provider !== null || record.providerLots !== null);
      if (onlyProvider) alone.set(foldSku(sku), { dear: [], provider: [] });
    }
    for (const [sku, record] of this.#skus) {
      const group = alone.get(foldSku(sku));
      if (group !== undefined) (record.dear === null ? group.provider : group.dear).push(sku);
    }
    const pairs = new Map<string, string>();
    for (const {
      dear: [dear, ...moreDear],
      provider: [provider, ...moreProvider],
    } of alone.values()) {
      const isPair = moreDear.length === 0 && moreProvider.length === 0;
      if (isPair && dear !== undefined && provider !== undefined && !this.#hasProvider(dear))
        pairs.set(dear, provider);
    }
    return pairs;
  }

  #toSkuStock(record: SkuRecord): SkuStock {
    const stock = toSkuStock(record);
    return this.#leftOut === null ? stock : { ...stock, unsettled: this.#leftOut };
  }

  #hasProvider(sku: string): boolean {
    const record = this.#skus.get(sku);
    return record !== undefined && (record.provider !== null || record.providerLots !== null);
  }

  #of(sku: string): SkuRecord {
    const known = this.#skus.get(sku);
    if (known !== undefined) return known;
    const created = { provider: null, providerLots: null, dear: null, moreDear: null, pending: null };
    this.#skus.set(sku, created);
    return created;
  }
}

const UNREADABLE = 'The service gave a row of it that cannot be read.';
const UNREADABLE_IN_DEAR = 'DEAR gave a row of it that cannot be read, so nothing is written of it.';
/** DEAR's record with the provider's figures; movements have the order's spelling, which is DEAR's. */
function withProvider(dear: SkuRecord, { provider, providerLots, pending: moves }: SkuRecord): SkuRecord {
  return { ...dear, provider, providerLots, pending: dear.pending ?? moves };
}

const CHANGED = "DEAR's figure changed while it was read.";

function getPending(record: SkuRecord): PendingMovements {
  record.pending ??= { inFlight: [], settling: 0, unsettled: null };
  return record.pending;
}

function getDear({ dear, moreDear }: SkuRecord): readonly DearLot[] {
  return dear === null ? [] : [dear, ...(moreDear?.values() ?? [])];
}

function toSkuStock(record: SkuRecord): SkuStock {
  const { provider, providerLots } = record;
  const plain = provider === null ? [] : [{ quantity: provider, batch: '', expiry: '' }];
  const { inFlight, settling, unsettled } = record.pending ?? { inFlight: [], settling: 0, unsettled: null };
  return {
    provider: [...plain, ...(providerLots ?? [])],
    dear: getDear(record),
    inFlight,
    settling,
    unsettled,
  };
}

function sameRow({ dear, moreDear }: SkuRecord, row: DearLot): DearLot | undefined {
  return dear !== null && rowKey(dear) === rowKey(row) ? dear : moreDear?.get(rowKey(row));
}

function rowKey({ productId, batch, expiry }: Pick<DearLot, 'productId' | 'batch' | 'expiry'>): string {
  return `${productId}\n${batch}\n${expiry}`;
}

/** A provider's stock of a SKU, as it reports it. */
export interface StockReport {
  /** As the provider spells it. */
  readonly sku: string;
  /**
   * Sellable goods, including those allocated to orders, as DEAR's on hand. May be 0 or negative; null if a row cannot be read.
   */
  readonly onHand: number | null;
  /** Lot or serial number; '' if the provider reports none. */
  readonly batch: string;
  /** `yyyy-mm-dd`, or ''. */
  readonly expiry: string;
  /** When the figure was taken, ISO UTC, if that may be long before this reading; left out if it is current. */
  readonly takenAt?: string;
}

/** SKU, by `foldSku`, → when its oldest figure was taken, ms since the epoch; without SKUs whose figures are current. */
export class FigureTimes {
  readonly #times = new Map<string, number>();

  add(rows: readonly StockReport[]): void {
    for (const { sku, takenAt } of rows) {
      if (takenAt === undefined) continue;
      const key = foldSku(sku);
      this.#times.set(key, Math.min(this.#times.get(key) ?? Number.POSITIVE_INFINITY, Date.parse(takenAt)));
    }
  }

  get(sku: string): number | undefined {
    return this.#times.get(foldSku(sku));
  }
}
