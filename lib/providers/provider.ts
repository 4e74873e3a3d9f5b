import type { StockReport } from '../domain/inventory/stock-sides.ts';
import type { OrderContent } from '../domain/order/order-content.ts';
import type { OrderPart } from '../domain/order/standstill.ts';
import type { CatalogueItem } from '../domain/sale/catalogue.ts';
import type {
  DeliveredPackage,
  NumberedPackage,
  ReportedReturn,
  ReportedShipment,
  WithdrawnPackage,
} from '../domain/shipment/package.ts';

/**
 * What every fulfillment service must be able to do. Everything else is an optional capability with a type guard in
 * `capabilities.ts`. All methods throw the classes of `domain/errors.ts` and nothing else.
 */
export interface Provider {
  /**
   * Creates the order under `order.reference`. Resolves only when the provider has accepted it.
   * @throws {Rejected} the provider said no (also where the reference is taken: look it up with `find`)
   * @throws {AmbiguousWrite} it may have been created
   */
  submit(order: OrderContent): Promise<AcceptedOrder>;

  /**
   * The provider's orders whose reference equals ours exactly; cancelled ones too. An order of others that has the reference is
   * none of them, as far as the provider can tell.
   * @param skus of what we sent under it; left out where that is not known, so that goods decide nothing
   */
  find(reference: string, skus?: readonly string[]): Promise<AcceptedOrder[]>;

  /**
   * Pages of shipments made since the cursor, oldest first, to the last one or an error: never a short read that looks
   * complete. Whatever is near the cursor may be repeated. Returns and voided labels are no shipments.
   * @param cursor what the last page of an earlier run gave, or null for the first run
   */
  shipmentsSince(cursor: string | null): AsyncIterable<ShipmentPage>;
}

export interface AcceptedOrder {
  readonly providerOrderId: string;
  /** True where the provider has cancelled it, so that it will never ship. */
  readonly cancelled: boolean;
}

/** For the log; no personal data. */
export interface UnreadableParcel {
  /** `Package.id`, or what else names it; '' where nothing does. */
  readonly id: string;
  readonly why: string;
}

export interface ShipmentPage {
  readonly shipments: readonly ReportedShipment[];
  /** Packages that did not leave after all, whether they were ever reported as shipped or not. */
  readonly withdrawn: readonly WithdrawnPackage[];
  /** Goods that come back: from the label for it on. */
  readonly returns: readonly ReportedReturn[];
  /** Parcels that could not be read now. They are tried again by later passes, and the others go on. */
  readonly unreadable: readonly UnreadableParcel[];
  /** To be saved once every shipment of the page has been recorded. */
  readonly cursor: string;
}

/** The provider can be told not to ship an order that it accepted. */
export interface Cancels {
  /**
   * Resolves when the order will not ship.
   * @throws {Rejected} it is too late
   */
  cancel(providerOrderId: string, reference: string): Promise<void>;
}

export function cancels(provider: Provider): provider is Provider & Cancels {
  return 'cancel' in provider;
}

/** The provider can say which orders of others keep our reference from us. */
export interface FindsForeignOrders {
  /**
   * Ids of the provider's orders that have our reference in a place that must be unique, and are certainly not ours: made by
   * another app, or by hand.
   * @param skus of what we would send under it
   */
  foreignOrders(reference: string, skus: readonly string[]): Promise<string[]>;
}

export function findsForeignOrders(provider: Provider): provider is Provider & FindsForeignOrders {
  return 'foreignOrders' in provider;
}

/** The provider can be given a changed version of an order that it has not begun to ship. */
export interface Updates {
  /**
   * Resolves when the provider holds the order as given, under the same reference.
   * @param held what the provider may hold now: the content that it last accepted, then each that was sent since and whose
   * answer was lost. Where its goods are none of these, people have split, merged or edited the order there, and it is left
   * alone: goods would leave twice.
   * @throws {Rejected} it is too late, it does not take the change, or its goods are not those that it had
   */
  update(providerOrderId: string, order: OrderContent, held: readonly OrderContent[]): Promise<void>;
}

export function updates(provider: Provider): provider is Provider & Updates {
  return 'update' in provider;
}

/** The provider can say how its orders stand, whatever its own people did with them. */
export interface ReportsOrders {
  /**
   * Pages of the orders that it has not shipped, of every reference of ours that is in them: `open` and `held` parts. An order
   * may be missing where the list changed while it was read, so one that is not listed is asked for with `orderParts`.
   */
  openOrders(): AsyncIterable<readonly OpenOrder[]>;
  /** Every part of one order, as it stands now; none where the provider has no such order any more. */
  orderParts(providerOrderId: string, reference: string): Promise<readonly OrderPart[]>;
}

export interface OpenOrder {
  /** Our reference, as the provider kept it. */
  readonly reference: string;
  readonly part: OrderPart;
}

export function reportsOrders(provider: Provider): provider is Provider & ReportsOrders {
  return 'openOrders' in provider;
}

/** The provider hears from the carriers when a package arrives. */
export interface TracksDelivery {
  /**
   * Pages of packages that have been delivered, of all that were made since a moment, oldest first, to the last one or an
   * error. By the provider's lists, not one call for each package. A page may name none.
   * @param madeSince ISO UTC
   * @param cursor of the last page that was read, where a reading since the same moment goes on; whatever is near it may
   * be repeated. null: from the beginning
   */
  deliveries(madeSince: string, cursor: string | null): AsyncIterable<DeliveryPage>;
}

export interface DeliveryPage {
  readonly packages: readonly DeliveredPackage[];
  /** The numbers of all packages of the page that travel: they may have come, or been corrected, since they were reported. */
  readonly numbers: readonly NumberedPackage[];
  readonly cursor: string;
}

export function tracksDelivery(provider: Provider): provider is Provider & TracksDelivery {
  return 'deliveries' in provider;
}

/** The provider counts what lies on its shelves. */
export interface ReportsStock {
  /**
   * Pages of what is on hand in the connection's own warehouse, to the last one or an error: never a short read that looks
   * complete. A SKU of which nothing is left may be a row of 0 or no row. The same SKU, batch and expiry may be in several
   * rows (one for each place where it lies), on several pages: whoever reads adds them up. Not a snapshot: what moves while
   * it is read may be counted before or after it moved.
   * @throws {NotInPlan} the account's plan has no stock; its words say what to order or to change
   */
  stock(): AsyncIterable<readonly StockReport[]>;
}

export function reportsStock(provider: Provider): provider is Provider & ReportsStock {
  return 'stock' in provider;
}

/** The provider can say which products it knows. */
export interface ListsCatalogue {
  /**
   * Pages of every product that the provider knows, to the last one or an error: never a short read that looks complete.
   * The same SKU may come more than once.
   * @throws {NotInPlan} the account's plan has no catalogue; its words say what to order or to change
   */
  catalogue(): AsyncIterable<readonly CatalogueItem[]>;
}

export function listsCatalogue(provider: Provider): provider is Provider & ListsCatalogue {
  return 'catalogue' in provider;
}

/** An HTTP request as it arrived; header names are lower-case, the body is what was signed, byte for byte. */
export interface NotificationRequest {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly rawBody: string;
}

/**
 * The provider calls us when something happened. A notification is only ever a hint to look: verifying it needs no
 * credentials of the provider, so it is separate from `Provider` and cheap to load.
 */
export interface NotificationVerifier {
  /** Whether the provider really sent it, recently. Never throws for a bad request; throws only where keys cannot be read. */
  verify(request: NotificationRequest): Promise<NotificationVerdict>;
}

export type NotificationVerdict =
  | { readonly genuine: true; readonly kind: string }
  | { readonly genuine: false; readonly why: string };
