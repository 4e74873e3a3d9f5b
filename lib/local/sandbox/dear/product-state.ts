export interface ProductRecord {
  id: string;
  sku: string;
  name: string;
  category: string;
  /** Only of `Stock` does DEAR keep stock. `Non Inventory` are goods all the same, as seen live: paint, cartons. */
  type: 'Stock' | 'Non Inventory' | 'Service';
  /** `FIFO`, `FEFO - Batch` … ; every method but FIFO wants a batch or serial number on a pick. */
  costingMethod: string;
  barcode: string;
  /** Of measure; `Item` where it is left out. */
  unit?: string;
  weight: number;
  weightUnits: string;
  length: number;
  width: number;
  height: number;
  dimensionsUnits: string;
  /** In the account's first price tier, `Tier 1`. */
  price: number;
  /** In the others, by name: `Tier 2` … `Tier 10`. */
  priceTiers: Record<string, number>;
  averageCost: number;
  /** Of a kit: what so many of it as `quantityToProduce` are made of. */
  components?: Array<{ productId: string; quantity: number }>;
  quantityToProduce?: number;
  /** `ProductCustomField1` … `10` that have a value. */
  customFields: Record<string, string>;
  isDeprecated: boolean;
  /** ISO UTC. */
  updatedAt: string;
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
