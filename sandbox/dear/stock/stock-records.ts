/** Documents that say what lies on the shelves. Both kinds share one series of numbers. */
export interface StockDocuments {
  nextStocktakeNumber: number;
  stockTakes: StockTakeRecord[];
  stockAdjustments: StockAdjustmentRecord[];
}

export interface StockDocumentRecord {
  taskId: string;
  /** `ST-00001` */
  number: string;
  /** `yyyy-mm-dd` */
  effectiveDate: string;
  account: string;
  reference: string;
  /** Stock that was there. */
  existing: ExistingStockRecord[];
  /** Stock that was not. */
  found: FoundStockRecord[];
  /** What the stock was worth more afterwards, at the cost of each line; null until it is done. */
  worth: number | null;
  /** ISO UTC. */
  createdAt: string;
  updatedAt: string;
}

export interface StockTakeRecord extends StockDocumentRecord {
  status: 'IN PROGRESS' | 'COMPLETED' | 'VOIDED';
  locationId: string;
}

export interface StockAdjustmentRecord extends StockDocumentRecord {
  status: 'DRAFT' | 'COMPLETED';
}

export interface StockRowRecord {
  productId: string;
  /** A warehouse, or a bin of one. */
  locationId: string;
  batch: string;
  /** `yyyy-mm-dd`, or ''. */
  expiry: string;
}

export interface ExistingStockRecord extends StockRowRecord {
  /** When the document was written. */
  onHand: number;
  available: number;
  /** The new on hand. */
  adjustment: number;
}

export interface FoundStockRecord extends StockRowRecord {
  /** The new on hand. */
  quantity: number;
  unitCost: number;
}

export interface StageLineRecord {
  productId: string;
  locationId: string;
  quantity: number;
  batch: string;
  expiry: string;
  /** '' on pick lines. */
  box: string;
}

export interface StockRecord {
  productId: string;
  /** A warehouse, or a bin of one. */
  locationId: string;
  /** '' where the product has none. */
  batch: string;
  /** `yyyy-mm-dd`, or ''. */
  expiry: string;
  onHand: number;
}
