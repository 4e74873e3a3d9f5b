/** A product that the provider knows. */
export interface CatalogueItem {
  /** As the provider spells it. */
  readonly sku: string;
  /** '' where the provider does not say. */
  readonly name: string;
}
