import { openStateStore, type SandboxStorage, type StateStore } from '../kit/store.ts';

/** The stored state. */
export interface WarehouseState {
  nextId: number;
  orders: OrderRow[];
  shipments: ShipmentRow[];
  stock: StockRow[];
  /** Messages to the bridge, oldest first. */
  messages: MessageRow[];
  settings: WarehouseSettings;
}

export interface WarehouseSettings {
  /** How long after an order arrives it is shipped; null: only on demand. */
  shipsByItself: { afterMs: number } | null;
  /** Whether staff refuse the next cancellation. */
  refusesNextCancellation: boolean;
  /** Whether the stock is closed to the bridge. */
  isStockClosed: boolean;
  /** Fields that answers show instead of the true ones, by shipment id or reference. */
  oddFields: Record<string, object>;
}

export interface OrderRow {
  reference: string;
  status: 'open' | 'held' | 'shipped' | 'cancelled';
  heldUntil: string;
  changedAt: string;
  /** As submitted or changed last: decides whether a repeated submission is the same. */
  content: string;
  street: string;
  lines: LineRow[];
}

export interface LineRow {
  key: string;
  sku: string;
  quantity: number;
  shipped: number;
}

export interface ShipmentRow {
  id: string;
  reference: string;
  status: 'shipped' | 'voided';
  shippedAt: string;
  changedAt: string;
  trackingNumbers: string[];
  carrier: string;
  service: string;
  warehouse: string;
  lines: Array<{ key: string; sku: string; quantity: number }>;
}

export interface StockRow {
  sku: string;
  onHand: number;
  /** `elsewhere` is another warehouse, which the bridge is not shown. */
  place: 'first' | 'second' | 'elsewhere';
}

export interface MessageRow {
  id: string;
  body: string;
  attempts: number;
  /** Of the last answer; null: none. */
  status: number | null;
}

export type Warehouse = StateStore<WarehouseState>;

export function openWarehouse(
  storage: SandboxStorage<WarehouseState>,
  stock: ReadonlyArray<{ readonly sku: string; readonly quantity: number }>,
): Warehouse {
  return openStateStore(storage, () => ({
    nextId: 1_000,
    orders: [],
    shipments: [],
    stock: stock.map(({ sku, quantity }) => ({ sku, onHand: quantity, place: 'first' as const })),
    messages: [],
    settings: {
      shipsByItself: null,
      refusesNextCancellation: false,
      isStockClosed: false,
      oddFields: {},
    },
  }));
}

export function newId(state: WarehouseState, prefix: string): string {
  state.nextId += 1;
  return `${prefix}${state.nextId}`;
}
