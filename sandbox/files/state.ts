import { openStateStore, type SandboxStorage, type StateStore } from '../kit/store.ts';

/** The stored state. Files lie in a folder beside it. */
export interface WarehouseState {
  nextId: number;
  orders: OrderRow[];
  parcels: ParcelRow[];
  stock: StockRow[];
  settings: WarehouseSettings;
  /** Private key of the SFTP server, which stays the same after a restart. */
  hostKey: string;
}

export interface WarehouseSettings {
  /** How long after an order arrives it is shipped; null: only on demand. */
  shipsByItself: { afterMs: number } | null;
  /** Whether the next cancellation comes too late, because the order is being packed. */
  refusesNextCancellation: boolean;
  /** How long after a parcel left its file is written, in ms. */
  lateMs: number;
  /** How long the second half of a file follows the first, in ms; null: a file appears whole. */
  slowMs: number | null;
  /** Whether each shipment file is delivered a second time, under another name. */
  deliversTwice: boolean;
}

export interface OrderRow {
  reference: string;
  status: 'open' | 'shipped' | 'cancelled';
  changedAt: string;
  street: string;
  lines: LineRow[];
}

export interface LineRow {
  key: string;
  sku: string;
  quantity: number;
  shipped: number;
}

export interface ParcelRow {
  id: string;
  reference: string;
  trackingNumber: string;
  status: 'SHIPPED' | 'VOID';
  shippedAt: string;
  warehouse: string;
  lines: Array<{ key: string; sku: string; quantity: number }>;
}

export interface StockRow {
  sku: string;
  onHand: number;
  place: 'first' | 'second' | 'elsewhere';
}

export type Warehouse = StateStore<WarehouseState>;

export function openWarehouse(
  storage: SandboxStorage<WarehouseState>,
  stock: ReadonlyArray<{ readonly sku: string; readonly quantity: number }>,
  makeHostKey: () => string,
): Warehouse {
  return openStateStore(storage, () => ({
    nextId: 1_000,
    orders: [],
    parcels: [],
    stock: stock.map(({ sku, quantity }) => ({ sku, onHand: quantity, place: 'first' as const })),
    settings: {
      shipsByItself: null,
      refusesNextCancellation: false,
      lateMs: 0,
      slowMs: null,
      deliversTwice: false,
    },
    hostKey: makeHostKey(),
  }));
}

export function newId(state: WarehouseState, prefix: string): string {
  state.nextId += 1;
  return `${prefix}${state.nextId}`;
}
