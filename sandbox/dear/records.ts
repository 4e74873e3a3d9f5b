/** The part of a sale's header that says how it is billed. */
export interface SaleTerms {
  defaultAccount: string;
  skipQuote: boolean;
  taxRule: string;
  /** Prices and line totals contain their tax. */
  taxInclusive: boolean;
  /** `30 days` */
  terms: string;
  priceTier: string;
  salesRepresentative: string;
}

export interface SaleBilling {
  invoices: InvoiceRecord[];
  creditNotes: CreditNoteRecord[];
  payments: PaymentRecord[];
}

/** PAID is no status of its own: it follows from the payments. */
export type BillStatus = 'DRAFT' | 'AUTHORISED' | 'VOIDED';

interface BillRecord {
  taskId: string;
  /** Given when it is first written, as a draft too. */
  number: string;
  status: BillStatus;
  memo: string;
  /** `yyyy-mm-dd` */
  date: string;
  lines: BilledLineRecord[];
  charges: BilledChargeRecord[];
}

export interface InvoiceRecord extends BillRecord {
  dueDate: string;
  billingLine1: string;
  billingLine2: string;
  /** null: it bills no fulfilment in particular. */
  fulfilmentNumber: number | null;
}

export interface CreditNoteRecord extends BillRecord {
  /** Of the invoice that is credited. */
  invoiceNumber: string;
  restock: RestockRecord[];
}

export interface BilledAmounts {
  quantity: number;
  price: number;
  /** 0–100. */
  discount: number;
  tax: number;
  total: number;
  taxRule: string;
  account: string;
  comment: string;
}

export interface BilledLineRecord extends BilledAmounts {
  productId: string;
  name: string;
}

export interface BilledChargeRecord extends BilledAmounts {
  description: string;
}

/** Goods that came back. `locationId` is where they had been picked. */
export interface RestockRecord extends Omit<StageLineRecord, 'box'> {
  /** The shelf that they go to. */
  toLocationId: string;
}

export interface PaymentRecord {
  id: string;
  amount: number;
  /** ISO UTC. */
  paidAt: string;
  /** The invoice that it pays; null: a prepayment. */
  invoiceTaskId: string | null;
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

/** Documents that say what lies on the shelves. Both kinds share one series of numbers. */
export interface StockDocuments {
  nextStocktakeNumber: number;
  stockTakes: StockTakeRecord[];
  stockAdjustments: StockAdjustmentRecord[];
}

interface StockDocumentRecord {
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

export interface WebhookRecord {
  id: string;
  type: string;
  isActive: boolean;
  url: string;
  authorization: 'noauth' | 'basicauth' | 'bearerauth';
  userName: string;
  password: string;
  bearerToken: string;
  headers: Array<{ Key: string; Value: string }>;
}

export interface DeliveryRecord {
  id: string;
  webhookId: string;
  type: string;
  /** The JSON text that is POSTed, fixed at the event. */
  body: string;
  state: 'pending' | 'delivered' | 'failed' | 'dropped';
  /** ms since the Unix epoch of the next attempt. */
  dueAt: number;
  attempts: Array<{ at: string; outcome: string }>;
}

/** All 32 of the blueprint; spelt as there, with its one American `Authorized`. */
export const WEBHOOK_TYPES = [
  'Sale/Created',
  'Sale/QuoteAuthorised',
  'Sale/OrderAuthorised',
  'Sale/Voided',
  'Sale/Backordered',
  'Sale/ShipmentAuthorised',
  'Sale/InvoiceAuthorised',
  'Sale/PickAuthorised',
  'Sale/PackAuthorised',
  'Sale/CreditNoteAuthorised',
  'Sale/Undo',
  'Sale/PartialPaymentReceived',
  'Sale/FullPaymentReceived',
  'Sale/AttachmentAdded',
  'Sale/AdditionalAttributesChanged',
  'Sale/ShipmentTrackingNumberChanged',
  'Purchase/OrderAuthorised',
  'Purchase/InvoiceAuthorised',
  'Purchase/StockReceivedAuthorised',
  'Purchase/CreditNoteAuthorised',
  'Purchase/Updated',
  'Customer/Updated',
  'Supplier/Updated',
  'Product/Updated',
  'Stock/AvailableStockLevelChanged',
  'Lead/Updated',
  'Lead/Converted',
  'Opportunity/Authorized',
  'Opportunity/AttachmentAdded',
  'Opportunity/Voided',
  'Opportunity/Converted',
  'Task/Overdue',
] as const;
export type WebhookType = (typeof WEBHOOK_TYPES)[number];

/** A webhook's read-only `Name`. */
export function friendlyName(type: string): string {
  const [subject = '', event = ''] = type.split('/');
  return `${subject}: ${event.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase()}`;
}

/** The custom fields of a sale. */
export const ATTRIBUTES = [
  'AdditionalAttribute1',
  'AdditionalAttribute2',
  'AdditionalAttribute3',
  'AdditionalAttribute4',
  'AdditionalAttribute5',
  'AdditionalAttribute6',
  'AdditionalAttribute7',
  'AdditionalAttribute8',
  'AdditionalAttribute9',
  'AdditionalAttribute10',
] as const;
