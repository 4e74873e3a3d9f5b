import type { JsonWebKey } from 'node:crypto';
import { openStateStore, type SandboxStorage, type StateStore } from '../kit/store.ts';
import type { OrderFields } from './order-request.ts';

/** The stored state. */
export interface ExtensivState {
  nextId: number;
  orders: OrderRecord[];
  customers: CustomerRecord[];
  items: ItemRecord[];
  receipts: ReceiptRecord[];
  webhooks: WebhookRecord[];
  deliveries: DeliveryRecord[];
  signingKey: JsonWebKey;
  settings: SandboxSettings;
}

/** What the facts about the service leave open, and how its warehouse behaves. */
export interface SandboxSettings {
  /** An order is confirmed this long after its last change; null: only on request. */
  shipsByItself: { afterMs: number } | null;
  /**
   * Whether answers have the form that was asked for, or plain JSON as where a gateway drops the header. The gateway also gives
   * numbers of a token as texts, and the first date of .NET where there is none.
   */
  form: 'as-asked' | 'plain';
  /** Whether a change of an order replaces its lines, or changes and adds those that it names. */
  putLines: 'replace' | 'merge';
  /** Whether elements that the warehouse has not defined are kept. */
  keepsSavedElements: boolean;
  /** Whether the warehouse packs by packages, whose contents are then known. */
  packs: 'with-contents' | 'without-contents' | 'no-packages';
  /** Name of the user's field in a request for a token. */
  loginField: 'user_login' | 'user_login_id';
  /** Seconds; a shorter one also ends tokens that were given before. */
  tokenLifetime: number;
  /** IANA zone of the times in answers, which name none. */
  timeZone: string;
  /** Whether the packages of a confirmation that is taken back are gone, or stay for the next one. */
  unconfirm: 'removes-packages' | 'keeps-packages';
  /** Whether the key of webhooks is given without a token. */
  keyIsPublic: boolean;
  /** Roles of the credentials. */
  roles: string[];
}

export const ROLES = [
  'OrderView',
  'OrderEdit',
  'OrderWrite',
  'InventoryDetailView',
  'InventoryRead',
  'ItemView',
  'CustomerView',
];

export const DEFAULT_SETTINGS: SandboxSettings = {
  shipsByItself: null,
  form: 'as-asked',
  putLines: 'replace',
  keepsSavedElements: true,
  packs: 'with-contents',
  loginField: 'user_login',
  tokenLifetime: 3_600,
  timeZone: 'UTC',
  unconfirm: 'removes-packages',
  keyIsPublic: false,
  roles: ROLES,
};

/** All times are ms since the epoch. */
export interface OrderRecord {
  id: number;
  /** Counts changes: the tag of the order. */
  version: number;
  fields: Omit<OrderFields, 'orderItems'>;
  items: OrderItemRecord[];
  status: number;
  createdAt: number;
  changedAt: number;
  confirmedAt: number | null;
  pickDoneAt: number | null;
  heldAt: number | null;
  holdReason: string;
  trackingNumber: string;
  packages: PackageRecord[];
  /** Whether the quantities of its packages are no numbers. */
  isCorrupt: boolean;
}

export interface OrderItemRecord {
  id: number;
  fields: OrderFields['orderItems'][number];
  allocations: AllocationRecord[];
}

export interface AllocationRecord {
  receiveItemId: number;
  qty: number;
  lotNumber: string | null;
  serialNumber: string | null;
  expirationDate: string | null;
}

export interface PackageRecord {
  id: number;
  trackingNumber: string;
  createdAt: number;
  contents: Array<AllocationRecord & { orderItemId: number; serialNumbers: string[] }>;
}

export interface CustomerRecord {
  id: number;
  name: string;
  facilities: Array<{ id: number; name: string }>;
}

export interface ItemRecord {
  id: number;
  customerId: number;
  sku: string;
  deactivated: boolean;
}

/** Goods as they were received: one lot, or one serial number. */
export interface ReceiptRecord {
  id: number;
  customerId: number;
  facilityId: number;
  sku: string;
  onHand: number;
  isOnHold: boolean;
  lotNumber: string | null;
  serialNumber: string | null;
  expirationDate: string | null;
}

export interface WebhookRecord {
  id: number;
  url: string;
}

export interface DeliveryRecord {
  id: number;
  webhookId: number;
  body: string;
  dueAt: number;
  attempts: number;
}

/** What a rule works on. */
export interface World {
  readonly state: ExtensivState;
  /** ms since the epoch. */
  readonly now: number;
}

export interface Store extends Pick<StateStore<ExtensivState>, 'state' | 'onChange'> {
  /** Runs a rule on a draft of the state and keeps it, saved, only if the rule does not throw. */
  change<Result>(rule: (world: World) => Result): Result;
  /** ms since the epoch. */
  now(): number;
}

export function openStore(
  storage: SandboxStorage<ExtensivState>,
  seed: () => ExtensivState,
  now: () => number,
): Store {
  const { state, change, onChange } = openStateStore(storage, seed);
  return { state, now, onChange, change: (rule) => change((draft) => rule({ state: draft, now: now() })) };
}

export function newId(state: ExtensivState): number {
  state.nextId += 1;
  return state.nextId;
}
