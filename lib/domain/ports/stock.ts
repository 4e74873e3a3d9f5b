import type { DriftReport } from '../inventory/drift-report.ts';
import type { StockedProduct } from '../inventory/stock-lots.ts';
import type { DearStockRow } from '../inventory/stock-sides.ts';
import type { DearLocation } from '../sale/location.ts';

/** DEAR's stock figures and products. All methods throw the classes of `domain/errors.ts`. */
export interface StockInDear {
  /** To the last page or an error. A name that DEAR does not know looks like a location without stock. */
  availability(location: string): AsyncIterable<ReadonlyArray<DearStockRow & { readonly bin: string }>>;
  /** To the last page or an error, at one call for a thousand; without deprecated ones. */
  products(): AsyncIterable<readonly StockedProduct[]>;
  /** At one call. */
  getProduct(sku: string): Promise<StockedProduct | undefined>;
  locations(): Promise<DearLocation[]>;
}

/** A stock take or stock adjustment, as DEAR's lists show it: they share one form and one series of numbers. */
export interface StockDocument {
  readonly taskId: string;
  /** `ST-00041` */
  readonly number: string;
  /** Upper-cased: `DRAFT`, `IN PROGRESS`, `COMPLETED`, `VOIDED`. */
  readonly status: string;
  readonly reference: string;
  /** Name of a stock take's location; '' for an adjustment. */
  readonly location: string;
}

/** A stock take that is in progress: it locks its location. */
export type StockTakeInProgress = Pick<StockDocument, 'number' | 'reference' | 'location'>;

export interface AdjustmentsInDear {
  /**
   * Sets the stock of each line, at once.
   * @param adjustment `sets`: whether its quantities are what is on hand, or what of it no order holds
   */
  adjust(
    adjustment: StockHeader & {
      readonly sets: 'on-hand' | 'available';
      readonly lines: readonly StockLine[];
    },
  ): Promise<unknown>;
  /** Those with exactly that reference. */
  findAdjustments(
    reference: string,
  ): Promise<ReadonlyArray<Pick<StockDocument, 'number' | 'status' | 'taskId'>>>;
}

export interface StockTakesInDear {
  /** DEAR fills it with what the location holds, and changes no stock yet. */
  openStockTake(header: StockHeader): Promise<OpenStockTake>;
  /** One that is in progress, as it is now. */
  reopenStockTake(taskId: string): Promise<OpenStockTake>;
  findStockTakes(
    reference: string,
  ): Promise<ReadonlyArray<Pick<StockDocument, 'number' | 'status' | 'taskId'>>>;
}

export interface StockTakeLocksInDear {
  /** Every stock take that is in progress. */
  openStockTakes(): Promise<readonly StockTakeInProgress[]>;
}

export interface StockHeader {
  readonly locationId: string;
  readonly location: string;
  readonly account: string;
  readonly reference: string;
  /** `yyyy-mm-dd` */
  readonly effectiveDate: string;
}

/** Stock to be: the new on hand of a lot, not a difference. */
export interface StockLine {
  readonly productId: string;
  readonly sku: string;
  readonly name: string;
  readonly batch: string;
  readonly expiry: string;
  readonly quantity: number;
  readonly unitCost: number;
}

export interface OpenStockTake {
  readonly number: string;
  readonly taskId: string;
  /** What the location held when it was opened. */
  readonly rows: ReadonlyArray<Pick<StockLine, 'productId' | 'batch' | 'expiry'>>;
  /**
   * Writes both of its tables: rows that are not counted keep the figure that the stock take has of them.
   * @param counted lots that are among `rows`
   * @param added lots that are not
   */
  save(counts: {
    readonly status: 'IN PROGRESS' | 'COMPLETED';
    readonly counted: readonly StockLine[];
    readonly added: readonly StockLine[];
  }): Promise<void>;
}

/** How each connection's stock stood when it was last compared. */
export interface DriftReportStore {
  save(report: DriftReport): Promise<void>;
}

/** Files that a person downloads. */
export interface ReportFileStore {
  /** Resolves once the whole of it is stored. */
  save(key: string, parts: readonly Uint8Array[]): Promise<void>;
}
