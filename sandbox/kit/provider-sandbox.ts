import type { Timeline } from './timeline.ts';

/** What the sandbox of every fulfillment service offers, so that a host can start it without knowing the service. */
export interface ProviderSandbox {
  /** @throws {PortInUseError} */
  start(options: ProviderSandboxOptions): Promise<RunningProviderSandbox>;
  /** Own settings of two connections of a new sandbox, at different locations. */
  readonly connectionSettings: readonly [OwnSettings, OwnSettings];
  /** Id of a warehouse that the first connection's goods may leave from instead of its own; left out where there is none. */
  readonly otherWarehouse?: string;
  /** The service's staff, for a sandbox that runs at the address. */
  openStaff(url: string, secret: Readonly<Record<string, string>>): Staff;
}

type OwnSettings = Readonly<Record<string, unknown>>;

export interface ProviderSandboxOptions {
  /** 0: any free port. */
  readonly port: number;
  /** The credentials of the account. */
  readonly secret: Readonly<Record<string, string>>;
  /** Where the state is kept; null: in memory. */
  readonly stateFile: string | null;
  readonly timeline: Timeline;
  /** How long after an order arrives the service ships it; null: only on request. */
  readonly shipsByItself: { readonly afterMs: number } | null;
  /** In place of the vendor's rate limit. */
  readonly callsPerMinute?: number | undefined;
  /** The connections of the account. */
  readonly connections: readonly SandboxConnection[];
}

export interface SandboxConnection {
  readonly id: string;
  /** As in the settings of the connection. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The stock of a new sandbox at the connection's location. */
  readonly stock: ReadonlyArray<{ readonly sku: string; readonly quantity: number }>;
  /** The address below which the bridge serves this connection, for a service that calls it. */
  readonly bridgeUrl: string;
}

export interface RunningProviderSandbox {
  /** Of its screens and its API. */
  readonly url: string;
  /** What replaces a connection's own settings, so that it reaches the sandbox: `{ baseUrl }`. */
  settingsFor(connectionId: string): Readonly<Record<string, unknown>>;
  close(): Promise<void>;
}

/**
 * What the service's staff do with orders, through the sandbox's control API. A method is absent where the service has
 * nothing of the kind. Every method throws an Error with the sandbox's answer where it is refused.
 */
export interface Staff {
  /** All orders with the reference. More than one is a duplicate. */
  ordersFor(reference: string): Promise<readonly StaffOrder[]>;
  /** Ships the order, in one parcel. @returns its tracking number */
  ship(orderId: string, warehouseId?: string): Promise<string>;
  /** Ships some of an order's goods in one parcel, and the rest of them later, or never where the order ends with it. */
  shipPart(orderId: string, goods: readonly StaffGoods[], endsOrder: boolean): Promise<ShippedPart>;
  /** What every parcel holds for which a label was bought, also where that was voided. */
  parcels(): Promise<readonly StaffParcel[]>;
  cancel(orderId: string): Promise<void>;
  /** Splits an order into parts of so many items each. @returns the ids of the parts */
  split?(orderId: string, itemsPerPart: number): Promise<readonly string[]>;
  /** Merges orders into one. @returns its id */
  merge?(orderIds: readonly string[]): Promise<string>;
  /** Voids a parcel's label. */
  voidParcel?(trackingNumber: string): Promise<void>;
  /** Marks an order as shipped without a tracking number. @returns the parcel's id */
  markShipped?(orderId: string): Promise<string>;
  /** Sets or changes the tracking number of a parcel that was marked as shipped. */
  setTrackingNumber?(parcelId: string, trackingNumber: string): Promise<void>;
  /** Replaces a product of an order by another. */
  substitute?(orderId: string, sku: string, becomes: string): Promise<void>;
  /** Receives goods of a lot where the order ships from. */
  receiveLot?(orderId: string, goods: ReceivedLot): Promise<void>;
  deleteOrder?(orderId: string): Promise<void>;
  /** Creates an order as another app does. @returns its id */
  createForeignOrder?(fields: object): Promise<string>;
  /** Refuses the next cancellation because the order is being packed. */
  refuseNextCancellation?(): Promise<void>;
}

export interface ReceivedLot {
  readonly sku: string;
  readonly quantity: number;
  readonly lot: string;
  /** ISO date. */
  readonly expiry: string;
}

export interface StaffOrder {
  readonly id: string;
  /** In the service's words. */
  readonly status: string;
  readonly isCancelled: boolean;
  /** What it holds, in the service's units. */
  readonly lines: readonly StaffGoods[];
}

/** In the service's units. */
export interface StaffGoods {
  readonly sku: string;
  readonly quantity: number;
}

export interface StaffParcel {
  readonly trackingNumber: string;
  readonly lines: readonly StaffGoods[];
}

export interface ShippedPart {
  readonly trackingNumber: string;
  /** The id of the order that holds the rest; null: none is shipped any more. */
  readonly restId: string | null;
}

interface PackableLine {
  readonly sku: string;
  readonly quantity: number;
  readonly shipped: number;
}

/**
 * What a warehouse packs of an order's lines: what has not left of each.
 * @param goods no more than these of each product. @default all
 */
export function packGoods<Own extends PackableLine>(
  lines: readonly Own[],
  goods?: readonly StaffGoods[],
): Array<{ readonly line: Own; readonly quantity: number }> {
  const there = goods && new Map(goods.map(({ sku, quantity }) => [sku, quantity]));
  return lines
    .map((line) => {
      const open = line.quantity - line.shipped;
      const quantity = there === undefined ? open : Math.min(open, there.get(line.sku) ?? 0);
      there?.set(line.sku, (there.get(line.sku) ?? 0) - quantity);
      return { line, quantity };
    })
    .filter(({ quantity }) => quantity > 0);
}
