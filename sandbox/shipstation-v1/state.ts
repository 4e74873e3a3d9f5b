import { openStateStore, type SandboxStorage, type StateStore } from '../kit/store.ts';
import type { AddressFields, ItemFields, OrderFields } from './order-request.ts';

/** The stored state. Moments are ms since the epoch; texts of requests are kept as they are answered. */
export interface ShipStationState {
  nextId: number;
  orders: OrderRecord[];
  shipments: ShipmentRecord[];
  fulfillments: FulfillmentRecord[];
  products: ProductRecord[];
  tags: TagRecord[];
  webhooks: WebhookRecord[];
  /** Webhooks to be sent. */
  deliveries: DeliveryRecord[];
  settings: SandboxSettings;
}

export interface SandboxSettings {
  /** A label is bought for each order that awaits shipment, this long after its last change; null: only on request. */
  shipsByItself: { afterMs: number } | null;
  /** How long the lists show an order as it was before its last change, and lack a new order or parcel: ms. */
  listLagMs: number;
  /**
   * What a write to a shipped or cancelled order answers, which is not documented: an echo of the request, the stored order, or
   * an error. Nothing is changed in any case.
   */
  lockedAnswer: 'echo' | 'stored' | 'error';
  /** How a filter by time compares: the wall times as texts, or moments, where an hour that occurs twice is one of the two. */
  timeFilters: 'wall' | 'daylight' | 'standard';
  /** Whether lists say `pages: 0` although they have rows, as was seen. */
  saysNoPages: boolean;
  /** Whether a part that staff split off keeps the order's key. Not documented. */
  partsKeepKey: boolean;
}

export type OrderStatus = OrderFields['orderStatus'] | 'rejected_fulfillment' | 'processing';

export type ItemRecord = ItemFields & { orderItemId: number };

export interface OrderRecord extends Omit<OrderFields, 'orderId' | 'orderKey' | 'items' | 'orderStatus'> {
  orderId: number;
  orderKey: string;
  orderStatus: OrderStatus;
  items: ItemRecord[];
  createdAt: number;
  modifiedAt: number;
  /** `yyyy-mm-dd`; null while it is not held. */
  holdUntilDate: string | null;
  userId: string | null;
  storeId: number;
  mergedOrSplit: boolean;
  mergedIds: number[];
  parentId: number | null;
  externallyFulfilled: boolean;
  /** Its row fails every page that it is on. */
  isCorrupt: boolean;
  /** Deleted, or merged into another: no call shows it. */
  isInactive: boolean;
  /** What the lists still show; `order` null: nothing. */
  stale?: { until: number; order: OrderRecord | null };
}

export interface ShipmentRecord {
  shipmentId: number;
  orderId: number;
  orderKey: string;
  orderNumber: string;
  customerEmail: string | null;
  createdAt: number;
  /** `yyyy-mm-dd` */
  shipDate: string;
  shipmentCost: number;
  trackingNumber: string;
  isReturnLabel: boolean;
  batchNumber: string;
  carrierCode: string;
  serviceCode: string;
  packageCode: string;
  warehouseId: number | null;
  storeId: number;
  voidedAt: number | null;
  shipTo: AddressFields;
  weight: OrderFields['weight'];
  items: ItemRecord[];
  isCorrupt: boolean;
}

export interface FulfillmentRecord {
  fulfillmentId: number;
  orderId: number;
  orderNumber: string;
  customerEmail: string | null;
  trackingNumber: string;
  createdAt: number;
  /** `yyyy-mm-dd` */
  shipDate: string;
  voidedAt: number | null;
  deliveredAt: number | null;
  carrierCode: string;
  storeId: number;
  shipTo: AddressFields;
}

export interface ProductRecord {
  productId: number;
  sku: string;
  name: string;
  active: boolean;
}

export interface TagRecord {
  tagId: number;
  name: string;
  color: string;
}

export interface WebhookRecord {
  id: number;
  event: string;
  url: string;
  name: string;
  storeId: number | null;
}

export interface DeliveryRecord {
  id: number;
  webhookId: number;
  body: string;
  dueAt: number;
}

/** What a rule works on. */
export interface World {
  readonly state: ShipStationState;
  /** ms since the epoch. */
  readonly now: number;
  /** The sandbox's own origin, for the addresses in webhooks. */
  readonly origin: string;
}

export function newId(state: ShipStationState): number {
  state.nextId += 1;
  return state.nextId;
}

/**
 * A copy of a part of the state, which is JSON. Within a rule it may be a draft at any depth, which `structuredClone`
 * refuses.
 */
export function copyOf<Part extends object>(part: Part): Part {
  return JSON.parse(JSON.stringify(part));
}

export interface Store extends Pick<StateStore<ShipStationState>, 'state' | 'onChange'> {
  /** Runs a rule on a draft of the state and keeps it, saved, only if the rule does not throw. */
  change<Result>(rule: (world: World) => Result): Result;
  now(): number;
}

export function openStore(
  storage: SandboxStorage<ShipStationState>,
  seed: () => ShipStationState,
  now: () => number,
  origin: () => string,
): Store {
  const { state, change, onChange } = openStateStore(storage, seed);
  return {
    state,
    now,
    change: (rule) => change((draft) => rule({ state: draft, now: now(), origin: origin() })),
    onChange,
  };
}
