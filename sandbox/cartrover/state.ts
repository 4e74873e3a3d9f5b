import { openStateStore, type SandboxStorage, type StateStore } from '../kit/store.ts';
import type { OrderFields } from './order-request.ts';

/** The stored state. */
export interface CartRoverState {
  nextId: number;
  orders: OrderRecord[];
  warehouses: WarehouseRecord[];
  stock: StockRecord[];
  settings: SandboxSettings;
}

/** What the facts about the service leave open, and how its warehouse behaves. */
export interface SandboxSettings {
  /** An order is shipped this long after its last change; null: only on request. */
  shipsByItself: { afterMs: number } | null;
  /** What the warehouse's system does with a request to cancel: at once, later by its staff, or refuse it. */
  warehouseCancels: 'at-once' | 'later' | 'refused';
  /** The status of an order that left in part, as order answers show it. */
  partialStatus: 'at_wms' | 'partial' | 'shipped';
  /** Which parcel of an order the dates of the lists of shipped orders filter by. */
  shippedDate: 'first' | 'last';
  /** Whether quantities and amounts are texts in answers. */
  numbersAsText: boolean;
  /** The code of a product in parcels: the order's, or one of the warehouse's own, which lines then show beside it. */
  shipsUnder: 'ordered-sku' | 'own-code';
  /** Whether addresses are changed when they are checked. */
  rewritesAddresses: boolean;
  /** Whether cart keys may read the stock; otherwise only merchant keys may. */
  cartKeysReadStock: boolean;
  /** Name of the field with the text of a refusal. */
  messageField: 'message' | 'status_message';
  /** The HTTP status of a refusal of the keys. */
  refusedKeysStatus: 200 | 401;
  /** Whether lists have the header with their number of rows. */
  countsRows: boolean;
  /** Order of the rows of a list. */
  listOrder: 'newest-first' | 'oldest-first';
  /** How long lists lack what happened last: ms. */
  listLagMs: number;
}

export const DEFAULT_SETTINGS: SandboxSettings = {
  shipsByItself: null,
  warehouseCancels: 'at-once',
  partialStatus: 'at_wms',
  shippedDate: 'last',
  numbersAsText: true,
  shipsUnder: 'ordered-sku',
  rewritesAddresses: true,
  cartKeysReadStock: true,
  messageField: 'message',
  refusedKeysStatus: 200,
  countsRows: true,
  listOrder: 'newest-first',
  listLagMs: 0,
};

/** All times are ms since the epoch. */
export interface OrderRecord {
  fields: OrderFields;
  /** Name of the cart that it came from; left out where it is the one of the API keys. */
  cart?: string;
  orderNumber: string;
  status: 'new' | 'at_wms' | 'shipped' | 'confirmed' | 'error' | 'canceled';
  createdAt: number;
  changedAt: number;
  deliveredToWarehouseAt: number | null;
  confirmedAt: number | null;
  cancelledAt: number | null;
  isOnHold: boolean;
  /** The warehouse was asked to cancel it. */
  isCancelRequested: boolean;
  /** Why it is not sent to the warehouse. */
  error: { at: number; code: string; reason: string; message: string } | null;
  shipments: ShipmentRecord[];
  /** A status that is not documented, in place of its own; null. */
  oddStatus: string | null;
  /** Whether the quantities of its parcels are no numbers. */
  isCorrupt: boolean;
  /** The warehouse ships no more of it, although something is missing. */
  isClosedShort: boolean;
}

export interface ShipmentRecord {
  loadedAt: number;
  carrier: string;
  method: string;
  trackingNumber: string;
  secondTrackingNumber: string;
  warehouse: string;
  cost: number;
  /** When it left. */
  shippedAt: number;
  items: Array<{ item: string; quantity: number; cartonNumber: string }>;
}

export interface WarehouseRecord {
  pk: string;
  name: string;
}

export interface StockRecord {
  sku: string;
  warehousePk: string;
  onHand: number;
  /** When the warehouse's system gave the figure. */
  takenAt: number;
  aliases: Record<string, string>;
}

/** What a rule works on. */
export interface World {
  readonly state: CartRoverState;
  /** ms since the epoch. */
  readonly now: number;
}

export interface Store extends Pick<StateStore<CartRoverState>, 'state' | 'onChange'> {
  /** Runs a rule on a draft of the state and keeps it, saved, only if the rule does not throw. */
  change<Result>(rule: (world: World) => Result): Result;
  /** ms since the epoch. */
  now(): number;
}

export function openStore(
  storage: SandboxStorage<CartRoverState>,
  seed: () => CartRoverState,
  now: () => number,
): Store {
  const { state, change, onChange } = openStateStore(storage, seed);
  return { state, now, onChange, change: (rule) => change((draft) => rule({ state: draft, now: now() })) };
}
