import { openStateStore, type SandboxStorage, type StateStore } from '../kit/store.ts';

/** The stored state. */
export interface StoreState {
  nextId: number;
  orders: OrderRow[];
  parcels: ParcelRow[];
  /** Notices to the store, oldest first. */
  notices: NoticeRow[];
  /** Imports from the store, oldest first; the last 100. */
  imports: ImportRow[];
  /** End of the last window that was imported without an error, ms since the epoch; null: none. */
  importedUntil: number | null;
  settings: StoreSettings;
}

export interface StoreSettings {
  /** How often the store is asked for changed orders; null: only on demand. */
  importEveryMs: number | null;
  /** By how much a window begins before the end of the last one. Not documented. */
  overlapMinutes: number;
  /** How long after an order's last change it is shipped; null: only on demand. */
  shipsByItself: { afterMs: number } | null;
  /** `empty`: the address alone has the facts. `unreadable`: cut off in the middle. */
  noticeBody: 'xml' | 'empty' | 'unreadable';
}

export type OrderStatus = 'awaiting_payment' | 'awaiting_shipment' | 'on_hold' | 'shipped' | 'cancelled';

export interface OrderRow {
  id: string;
  /** Of the store. */
  orderId: string;
  /** As people may have changed it. */
  orderNumber: string;
  /** As it was imported. */
  storeNumber: string;
  status: OrderStatus;
  customerCode: string;
  customFields: [string, string, string];
  customerNotes: string;
  internalNotes: string;
  requestedService: string;
  total: number;
  shipTo: Record<string, string>;
  items: ItemRow[];
  /** The order that it was split from, or null. */
  partOf: string | null;
  /** Whether people have split or merged it, so that the store's changes of it are not applied. */
  isRearranged: boolean;
  /** ms since the epoch. */
  modifiedAt: number;
}

export interface ItemRow {
  lineItemId: string;
  sku: string;
  name: string;
  quantity: number;
  /** A discount or a charge, which no parcel holds. */
  isAdjustment: boolean;
}

export interface ParcelRow {
  /** '' where it was marked as shipped without one. */
  trackingNumber: string;
  /** `OrderRow.id` */
  order: string;
  items: ItemRow[];
  isVoid: boolean;
}

export interface NoticeRow {
  id: string;
  /** Parameters of the address, beside the action. */
  query: Record<string, string>;
  body: string;
  attempts: number;
  /** Of the last answer; null: none. */
  status: number | null;
}

export interface ImportRow {
  /** ISO UTC. */
  at: string;
  from: string;
  until: string;
  pages: number;
  /** Orders in the answer. */
  orders: number;
  /** Why nothing of it was imported; ''. */
  failure: string;
  /** Orders that were left out, with the reason. */
  dropped: string[];
}

export type Store = StateStore<StoreState>;

/** The first id is `100001`, so that an id is never mistaken for a row number. */
const FIRST_ID = 100_000;

export function openStore(storage: SandboxStorage<StoreState>, settings: StoreSettings): Store {
  return openStateStore(storage, () => ({
    nextId: FIRST_ID,
    orders: [],
    parcels: [],
    notices: [],
    imports: [],
    importedUntil: null,
    settings,
  }));
}

export function newId(state: StoreState): string {
  state.nextId += 1;
  return String(state.nextId);
}
