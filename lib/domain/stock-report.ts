/** What of a SKU lies on the provider's shelf, as the provider reports it. */
export interface StockReport {
  /** As the provider spells it. */
  readonly sku: string;
  /** Sellable goods, those that are allocated to orders included: DEAR's on hand. May be 0, or below it. */
  readonly onHand: number;
  /** Lot or serial number; '' where the provider keeps none or does not say. */
  readonly batch: string;
  /** `yyyy-mm-dd`, or ''. */
  readonly expiry: string;
}
