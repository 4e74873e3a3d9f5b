import { openStateStore, type SandboxStorage, type StateStore } from '../kit/store.ts';
import type { SaleBilling, SaleTerms } from './billing/billing-records.ts';
import type { StageLineRecord, StockDocuments, StockRecord } from './stock/stock-records.ts';
import type { DeliveryRecord, WebhookRecord } from './webhook-records.ts';

/**
 * The stored state. The statuses of a sale, allocation and availability are derived (`status.ts`, `stock.ts`), so they
 * always agree with the stages and the stock.
 */
export interface DearState extends StockDocuments {
  company: Company;
  nextOrderNumber: number;
  nextInvoiceNumber: number;
  nextCreditNoteNumber: number;
  locations: LocationRecord[];
  carriers: CarrierRecord[];
  products: ProductRecord[];
  stock: StockRecord[];
  sales: SaleRecord[];
  webhooks: WebhookRecord[];
  deliveries: DeliveryRecord[];
}

export interface Company {
  /** Sent as `TenantID` by some webhooks. */
  tenantId: string;
  name: string;
  currency: string;
  timeZone: string;
  weightUnits: string;
  dimensionsUnits: string;
  taxRuleId: string;
  taxRule: string;
  /** 0.08 is 8 %. */
  taxRate: number;
  /** The default of a new sale. */
  customer: CustomerRecord;
  billingAddress: AddressRecord;
  shippingAddress: AddressRecord;
}

export interface LocationRecord {
  id: string;
  name: string;
  isDefault: boolean;
  isDeprecated: boolean;
  /** A bin's warehouse; null for a warehouse. */
  parentId: string | null;
  /** DEAR's own external fulfillment ships from here, so the API may not. */
  ownedByBuiltInIntegration: boolean;
}

interface CarrierRecord {
  id: string;
  name: string;
}

export interface CustomerRecord {
  id: string;
  name: string;
  contact: string;
  phone: string;
  email: string;
}

/** The structured parts may all be null while the display lines are filled: DEAR has such addresses. */
export interface AddressRecord {
  line1: string | null;
  line2: string | null;
  city: string | null;
  state: string | null;
  postcode: string | null;
  /** ISO 3166-1 alpha-2, or a text that names no country we know. */
  country: string | null;
  company: string | null;
  contact: string | null;
  /** null: made from the parts. */
  displayLine1: string | null;
  displayLine2: string | null;
  shipToOther: boolean;
}

type OrderStatus = 'DRAFT' | 'AUTHORISED' | 'VOIDED';
export type StageStatus = 'NOT AVAILABLE' | 'DRAFT' | 'AUTHORISED' | 'VOIDED';
export type ShipStatus = StageStatus | 'PARTIALLY AUTHORISED';

export interface SaleRecord extends SaleTerms, SaleBilling {
  id: string;
  orderNumber: string;
  /** A Service sale is of services alone: it has no fulfilments. */
  type: 'Simple' | 'Advanced' | 'Service';
  /** ISO UTC. */
  createdAt: string;
  updatedAt: string;
  customer: CustomerRecord;
  billingAddress: AddressRecord;
  shippingAddress: AddressRecord;
  shippingNotes: string;
  note: string;
  memo: string;
  customerReference: string;
  carrier: string;
  locationId: string;
  /** `yyyy-mm-dd` */
  orderDate: string;
  shipBy: string | null;
  sourceChannel: string | null;
  externalId: string | null;
  additionalAttributes: Record<string, string>;
  orderStatus: OrderStatus;
  lines: OrderLineRecord[];
  charges: ChargeRecord[];
  fulfilments: FulfilmentRecord[];
  /** Left out where a file was never attached. */
  attachments?: AttachmentRecord[];
}

export interface AttachmentRecord {
  id: string;
  fileName: string;
  /** Its length; the content itself is not kept. */
  bytes: number;
}

export interface OrderLineRecord {
  productId: string;
  quantity: number;
  price: number;
  /** 0–100. */
  discount: number;
  comment: string;
  dropShip: boolean;
  backorderQuantity: number;
}

export interface ChargeRecord {
  description: string;
  price: number;
  quantity: number;
}

export interface FulfilmentRecord {
  taskId: string;
  number: number;
  pick: { status: StageStatus; lines: StageLineRecord[] };
  pack: { status: StageStatus; lines: StageLineRecord[] };
  ship: ShipRecord;
}

interface ShipRecord {
  status: ShipStatus;
  /** null: the sale's own. */
  address: AddressRecord | null;
  notes: string;
  lines: ShipLineRecord[];
}

export interface ShipLineRecord {
  id: string;
  /** `yyyy-mm-dd` */
  date: string;
  carrier: string;
  boxes: string[];
  trackingNumber: string;
  isShipped: boolean;
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

export interface Store extends Pick<StateStore<DearState>, 'state' | 'onChange'> {
  /** Runs a rule on a draft of the state and keeps it, saved, only if the rule does not throw. */
  change<Result>(rule: (world: World) => Result): Result;
}

interface StoreSettings {
  storage: SandboxStorage<DearState>;
  now: () => number;
  newId: () => string;
  seed: (now: number) => DearState;
  /** Runs after every change and before it is saved. */
  derive: (before: DearState, world: World) => void;
}

export function openStore({ storage, now, newId, seed, derive }: StoreSettings): Store {
  const { state, change, onChange } = openStateStore(storage, () => seed(now()));
  return {
    state,
    change: (rule) =>
      change((draft, before) => {
        const world: World = { state: draft, now: now(), newId };
        const result = rule(world);
        derive(before, world);
        return result;
      }),
    onChange,
  };
}

/** What a rule works on. A rule changes `state` in place, on a copy that is kept only if the rule does not throw. */
export interface World {
  readonly state: DearState;
  /** ms since the Unix epoch. */
  readonly now: number;
  readonly newId: () => string;
  /** Whether the caller may ignore the lock of a stock take in progress. */
  readonly ignoresLocks?: boolean;
}

export function isoNow(world: World): string {
  return new Date(world.now).toISOString();
}
