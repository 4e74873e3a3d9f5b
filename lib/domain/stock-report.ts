/** What of a SKU lies on the provider's shelf, as the provider reports it. */
export interface StockReport {
  /** As the provider spells it. */
  readonly sku: string;
  /**
   * Sellable goods, those that are allocated to orders included: DEAR's on hand. May be 0, or below it.
   * null: a row of it cannot be read, so its figure is not known.
   */
  readonly onHand: number | null;
  /** Lot or serial number; '' where the provider keeps none or does not say. */
  readonly batch: string;
  /** `yyyy-mm-dd`, or ''. */
  readonly expiry: string;
}
