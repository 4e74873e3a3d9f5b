import type { JsonWebKey } from 'node:crypto';
import { openStateStore, type SandboxStorage, type StateStore } from '../kit/store.ts';
import type { AddressFields, ShipmentFields } from './shipment-request.ts';

/** The stored state. Rows are kept in the form in which the API returns them. */
export interface ShipStationState {
  nextId: number;
  /** What carriers told of each label, by its id, oldest first; absent in a state that is older. */
  scans?: Record<string, Scan[]>;
  /** The account's tags; absent in a state that is older than tags. */
  tags?: string[];
  shipments: ShipmentRow[];
  labels: LabelRow[];
  fulfillments: FulfillmentRow[];
  /** Offers that labels can be bought with; left out in states that were stored before there were any. */
  rates?: RateRow[];
  stock: StockRecord[];
  /** The stock that each shipped parcel took, until the parcel is voided. */
  taken: TakenRecord[];
  webhooks: WebhookRow[];
  /** Webhooks to be sent. */
  deliveries: DeliveryRecord[];
  settings: SandboxSettings;
  /** The private key that signs webhooks, from its first use on. */
  signingKey?: JsonWebKey;
}

export interface SandboxSettings {
  /** Fields that a row has in every answer in place of its own, by its id. */
  oddFields?: Record<string, Record<string, unknown>>;
  /** Whether an event may have several webhooks. Not documented. */
  severalWebhookUrls?: boolean;
  /** Whether addresses are cleaned and SKUs matched with products, so that stored fields differ from those sent. */
  rewrites?: boolean;
  /** Whether only lists have a shipment's number, as an account was seen to do. */
  numberInListsOnly?: boolean;
  /** Whether a create with a tag that does not exist is refused. Not documented; tagging a shipment creates the tag. */
  refusesUnknownTags?: boolean;
  /** How late the list, and the look-up by external id, show that a shipment was created, changed or deleted: ms. */
  listLagMs?: number;
  lookUpLagMs?: number;
  /** The parameter for the page size of the inventory list. ShipStation's two descriptions differ; the other one is ignored. */
  inventoryPageSize?: 'page_size' | 'limit';
  /** US dollars that each carrier has to sell labels for, by its id; one that is not named has no limit. */
  balances?: Record<string, number>;
  /** How long a new label is missing from the list: ms. */
  labelLagMs?: number;
  /** Whether a shipment that has a valid label sells another one. Not documented. */
  severalLabels?: boolean;
  /** Whether a label's file comes inline where that is asked for, or always at an address. Not documented for sure. */
  labelFiles?: 'inline' | 'address';
  /** A label is bought for each pending shipment this long after its last change; null: only on request. */
  shipsByItself: { afterMs: number } | null;
}

export interface ShipmentRow extends ShipmentFields {
  shipment_id: string;
  /** null on the parts of a split. */
  external_shipment_id: string | null;
  /** The parts of a split share it. */
  shipment_number: string;
  shipment_status: 'pending' | 'on_hold' | 'label_purchased' | 'cancelled';
  sales_order_ids: string[];
  ship_from: AddressFields;
  return_to: AddressFields;
  confirmation: string;
  insurance_provider: NonNullable<ShipmentFields['insurance_provider']>;
  tags: Array<{ name: string }>;
  created_at: string;
  modified_at: string;
  total_weight: Weight;
}

export interface LabelRow {
  label_id: string;
  status: 'completed' | 'voided';
  shipment_id: string;
  /** The label's own id, beside its shipment's: `SEAuto-…` unless the request names another. */
  external_shipment_id: string;
  external_order_id: string | null;
  ship_date: string;
  created_at: string;
  shipment_cost: Money;
  insurance_cost: Money;
  tracking_number: string;
  is_return_label: boolean;
  batch_id: string;
  carrier_id: string;
  carrier_code: string;
  service_code: string;
  /** The offer that it was bought with; left out where it was bought without one. */
  rate_id?: string;
  /** A label without postage, which ships nothing. */
  test_label: boolean;
  voided: boolean;
  voided_at: string | null;
  tracking_status: 'unknown' | 'in_transit' | 'error' | 'delivered';
  packages: Array<{ package_id: number; tracking_number: string; weight: Weight }>;
}

export interface RateRow {
  rate_id: string;
  rate_type: 'shipment';
  shipment_id: string;
  carrier_id: string;
  carrier_code: string;
  service_code: string;
  shipping_amount: Money;
  insurance_amount: Money;
  confirmation_amount: Money;
  other_amount: Money;
  delivery_days: number | null;
  error_messages: string[];
  created_at: string;
}

interface Scan {
  status: LabelRow['tracking_status'];
  /** ISO UTC. */
  at: string;
  description: string;
}

export interface FulfillmentRow {
  fulfillment_id: string;
  shipment_id: string;
  shipment_number: string;
  tracking_number: string;
  created_at: string;
  ship_date: string;
  voided_at: string | null;
  delivered_at: string | null;
  fulfillment_carrier_friendly_name: string;
  fulfillment_provider_code: 'external';
  fulfillment_service_code: 'ext';
  fulfillment_fee: Money;
  voided: boolean;
}

export interface StockRecord {
  sku: string;
  inventory_location_id: string;
  condition: 'sellable' | 'damaged' | 'expired' | 'qa_hold';
  on_hand: number;
}

interface TakenRecord {
  parcelId: string;
  sku: string;
  inventory_location_id: string;
  quantity: number;
}

export interface WebhookRow {
  webhook_id: string;
  event: string;
  url: string;
  name: string;
  headers: Array<{ key: string; value: string }>;
}

export interface DeliveryRecord {
  id: string;
  webhookId: string;
  body: string;
  /** ms since the epoch. */
  dueAt: number;
  /** How often it was tried. */
  attempts: number;
}

interface Money {
  currency: string;
  amount: number;
}

export interface Weight {
  value: number;
  unit: string;
}

/** What a rule works on. */
export interface World {
  readonly state: ShipStationState;
  /** ms since the epoch. */
  readonly now: number;
  /** The sandbox's own origin, for the addresses in webhooks. */
  readonly origin: string;
}

export function newId(state: ShipStationState): string {
  state.nextId += 1;
  return `se-${state.nextId}`;
}

export interface Store extends Pick<StateStore<ShipStationState>, 'state' | 'onChange'> {
  /** Runs a rule on a draft of the state and keeps it, saved, only if the rule does not throw. */
  change<Result>(rule: (world: World) => Result): Result;
  /** The state with the shipments of that many ms ago, as in an index that lags behind: new, changed and deleted ones. */
  lagging(lagMs: number | undefined): ShipStationState;
  /** ms since the epoch. */
  now(): number;
}

export function openStore(
  storage: SandboxStorage<ShipStationState>,
  seed: () => ShipStationState,
  now: () => number,
  origin: () => string,
): Store {
  const { state, change, onChange } = openStateStore(storage, seed);
  const history = shipmentHistory();
  return {
    state,
    now,
    change(rule) {
      const before = state();
      const result = change((draft) => rule({ state: draft, now: now(), origin: origin() }));
      history.note(before, state(), now());
      return result;
    },
    lagging: (lagMs) => (lagMs ? history.lagging(state(), lagMs, now()) : state()),
    onChange,
  };
}

/** Former rows of shipments, in memory only: after a restart no list lags. Kept while one may still be shown. */
function shipmentHistory() {
  let past: Array<{ readonly until: number; readonly row: ShipmentRow }> = [];
  return {
    note(before: ShipStationState, after: ShipStationState, now: number): void {
      const { listLagMs = 0, lookUpLagMs = 0 } = after.settings;
      const longest = Math.max(listLagMs, lookUpLagMs);
      const kept = new Set(after.shipments);
      const replaced = longest === 0 ? [] : before.shipments.filter((row) => !kept.has(row));
      past = past.filter(({ until }) => until > now - longest);
      past.push(...replaced.map((row) => ({ until: now, row })));
    },
    lagging(state: ShipStationState, lagMs: number, now: number): ShipStationState {
      const then = now - lagMs;
      const ofThen = past.filter(({ until }) => until > then).toReversed();
      const rows = new Map([
        ...state.shipments.map((row) => [row.shipment_id, row] as const),
        ...ofThen.map(({ row }) => [row.shipment_id, row] as const),
      ]);
      return { ...state, shipments: [...rows.values()].filter((row) => Date.parse(row.created_at) <= then) };
    },
  };
}
