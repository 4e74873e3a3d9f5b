import type { StockReport } from '../domain/inventory/stock-sides.ts';
import type { Rate } from '../domain/order/fulfillment-order.ts';
import type { OrderContent } from '../domain/order/order-content.ts';
import type { OrderPart } from '../domain/order/standstill.ts';
import type { CatalogueItem } from '../domain/sale/catalogue.ts';
import type {
  CarrierNews,
  DeliveredPackage,
  NumberedPackage,
  ReportedReturn,
  ReportedShipment,
  ShippedPart,
  WithdrawnPackage,
} from '../domain/shipment/package.ts';

/**
 * What every fulfillment service must be able to do. Everything else is an optional capability with a type guard below.
 * All methods throw the classes of `domain/errors.ts` and nothing else.
 */
export interface Provider {
  /**
   * Creates the order under `order.reference`. Resolves when the provider has accepted it.
   * @throws {Rejected} the provider refused it, also where the reference is taken: look it up with `find`
   * @param isRepeated an earlier attempt for the order failed: a provider that joins submissions sends it alone, since the order
   *   may have made that attempt fail
   * @throws {AmbiguousWrite} it may have been created
   */
  submit(order: OrderContent, isRepeated?: boolean): Promise<AcceptedOrder>;

  /**
   * The provider's orders whose reference equals ours exactly, cancelled ones too. Foreign orders under the reference are left
   * out, as far as the provider can tell.
   * @param skus of the order that was sent; left out where they are unknown, so that goods decide nothing
   */
  find(reference: string, skus?: readonly string[]): Promise<AcceptedOrder[]>;

  /**
   * Pages of shipments created since the cursor, oldest first, to the last one or an error: a short read never looks complete.
   * Shipments near the cursor may be repeated. Returns and voided labels are no shipments.
   * @param cursor of the last page of an earlier run, or null for the first run
   */
  shipmentsSince(cursor: string | null): AsyncIterable<ShipmentPage>;
}

export interface AcceptedOrder {
  readonly providerOrderId: string;
  /** Whether it is cancelled at the provider, so that it will never ship. */
  readonly cancelled: boolean;
  /** Sentences for its log: what the provider did not take and can do without, what its support asks for. No personal data. */
  readonly remarks?: readonly string[];
}

/** The provider sends submissions that wait for its rate limit in one call, so they should be made at the same time. */
export interface JoinsSubmissions {
  readonly joinsSubmissions: true;
}

export function joinsSubmissions(provider: Provider): provider is Provider & JoinsSubmissions {
  return 'joinsSubmissions' in provider;
}

/** For the log; no personal data. */
export interface UnreadableParcel {
  /** `Package.id`, or another name of the row; '' where it has none. */
  readonly id: string;
  readonly why: string;
}

export interface ShipmentPage {
  readonly shipments: readonly ReportedShipment[];
  /** Packages that did not leave after all, whether or not they were reported as shipped. */
  readonly withdrawn: readonly WithdrawnPackage[];
  /** All that these orders or parts have shipped now, where the service does not name what it takes back. */
  readonly shippedParts?: readonly ShippedPart[];
  /** Goods that come back, from the return label on. */
  readonly returns: readonly ReportedReturn[];
  /** Parcels that could not be read now. Later passes try them again. */
  readonly unreadable: readonly UnreadableParcel[];
  /** To be saved once every shipment of the page has been recorded. */
  readonly cursor: string;
}

/** The provider can cancel an order that it accepted. */
export interface Cancels {
  /**
   * Resolves when the order will not ship, or with `unacknowledged` when the service will be told and never says that it obeys.
   * @throws {CancellationPending} the request was taken, and the order may still ship; looked at again for an hour, then a person is asked
   * @throws {Rejected} it is too late
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: most services have nothing to say beside that it is done.
  cancel(providerOrderId: string, reference: string): Promise<'unacknowledged' | void>;
}

export function cancels(provider: Provider): provider is Provider & Cancels {
  return 'cancel' in provider;
}

/** The provider can list foreign orders that use our reference. */
export interface FindsForeignOrders {
  /**
   * Ids of the provider's orders that have our reference in a unique field and are certainly not ours: another app or a person
   * created them.
   * @param skus of the order that is to be sent
   */
  foreignOrders(reference: string, skus: readonly string[]): Promise<string[]>;
}

export function findsForeignOrders(provider: Provider): provider is Provider & FindsForeignOrders {
  return 'foreignOrders' in provider;
}

/** The provider shows the orders that other connectors made. */
export interface ShowsOtherOrders {
  /**
   * The orders under exactly this number, cancelled ones too, each as it is now. An order that was split is there once for each
   * part.
   * @param number as the other connector wrote it
   */
  ordersNumbered(number: string): Promise<readonly OtherOrder[]>;
}

export interface OtherOrder {
  readonly providerOrderId: string;
  /** The reference with which `openOrders` and `shipmentsSince` report it. */
  readonly reference: string;
  readonly state: OrderPart['state'];
  /** Charges and discounts are left out. */
  readonly goods: ReadonlyArray<{ readonly sku: string; readonly quantity: number }>;
  /** Personal data. '' where the provider does not show it. */
  readonly shipTo: { readonly line1: string; readonly postcode: string };
  /** The shipping service in the provider's words; ''. */
  readonly method: string;
  /** ISO UTC; ''. */
  readonly createdAt: string;
}

export function showsOtherOrders(provider: Provider): provider is Provider & ShowsOtherOrders {
  return 'ordersNumbered' in provider;
}

/** The provider accepts a changed version of an order that it has not begun to ship. */
export interface Updates {
  /**
   * Resolves when the provider holds the order as given, under the same reference.
   * @param candidates what the provider may hold now: the content that it last accepted, then each that was sent since and
   *   whose answer was lost. Where its goods are none of these, people have split, merged or edited the order there, and it is
   *   left alone: goods would leave twice.
   * @throws {Rejected} it is too late, the change is refused, or its goods are none of the candidates
   */
  update(providerOrderId: string, order: OrderContent, candidates: readonly OrderContent[]): Promise<void>;
}

export function updates(provider: Provider): provider is Provider & Updates {
  return 'update' in provider;
}

/** The provider can keep an accepted order from being shipped for a time. */
export interface Holds {
  /**
   * Resolves when the provider holds the order and its staff see that, or with `unacknowledged` when the service will be told and
   * never says that it obeys. Holding a held order changes its date.
   * @param until ISO date after today (UTC) on which the provider releases it by itself; null: as late as the provider can
   * @throws {Rejected} its goods have left, it is cancelled, missing or another's, or the provider cannot release it by itself
   */
  hold(
    providerOrderId: string,
    reference: string,
    until: string | null,
    // biome-ignore lint/suspicious/noConfusingVoidType: most services have nothing to say beside that it is done.
  ): Promise<'unacknowledged' | void>;
  /**
   * Resolves when the provider no longer holds the order, also where it did not.
   * @throws {Rejected} it is cancelled, missing or another's
   */
  release(providerOrderId: string, reference: string): Promise<void>;
}

export function holds(provider: Provider): provider is Provider & Holds {
  return 'hold' in provider;
}

/** The provider can report the state of its orders, whatever its own staff did with them. */
export interface ReportsOrders {
  /**
   * Pages of the orders that it has not shipped, for every reference of ours in them: `open` and `held` parts, and `unknown`
   * ones where it lists them. An order may be missing where the list changed while it was read, so look up one that is not
   * listed with `orderParts`.
   */
  openOrders(): AsyncIterable<readonly OpenOrder[]>;
  /** Every part of one order in its current state; none where the provider no longer has the order. */
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

/** The provider wants to be told once the source of an order has its parcels, and shows until then that it has not. */
export interface AcknowledgesShipments {
  /**
   * Pages of the orders that left and were not acknowledged; some may be missing where the list changed while it was read, and
   * orders of other apps may be among them.
   */
  unacknowledged(): AsyncIterable<readonly ShippedOrder[]>;
  /**
   * Says that DEAR shows these parcels. Repeating is harmless.
   * @throws {Rejected} the order does not have them
   */
  acknowledge(reference: string, trackingNumbers: readonly string[]): Promise<void>;
}

export interface ShippedOrder {
  readonly reference: string;
  readonly trackingNumbers: readonly string[];
}

export function acknowledgesShipments(provider: Provider): provider is Provider & AcknowledgesShipments {
  return 'acknowledge' in provider;
}

/** The provider learns from the carriers when a package arrives. */
export interface TracksDelivery {
  /**
   * Pages of the delivered packages among all that were created since a time, oldest first, to the last one or an error. Reads
   * the provider's lists instead of making a call for each package. A page may be empty.
   * @param madeSince ISO UTC
   * @param cursor of the last page of an earlier reading since the same time, to continue it; packages near the cursor may be
   *   repeated. null: from the beginning
   */
  deliveries(madeSince: string, cursor: string | null): AsyncIterable<DeliveryPage>;
  /**
   * What the carrier says of one package, where the lists tell only that it arrived or has a problem: one call. null: nothing
   * is known of it. Left out: the lists tell everything.
   */
  carrierNews?(packageId: string): Promise<CarrierNews | null>;
}

export interface DeliveryPage {
  readonly packages: readonly DeliveredPackage[];
  /** The numbers of all outgoing packages of the page: they may have been added or corrected since the package was reported. */
  readonly numbers: readonly NumberedPackage[];
  /** Ids of outgoing packages of the page of which the carrier reports a problem now; left out where the provider cannot tell. */
  readonly troubled?: readonly string[];
  readonly cursor: string;
}

export function tracksDelivery(provider: Provider): provider is Provider & TracksDelivery {
  return 'deliveries' in provider;
}

/** The provider reports its stock. */
export interface ReportsStock {
  /**
   * Pages of the stock on hand in the connection's warehouse, to the last one or an error: a short read never looks complete. A
   * SKU without stock may be a row of 0 or no row. The same SKU, batch and expiry may be in several rows (one for each storage
   * location), on several pages: the caller adds them up. Not a snapshot: stock that moves while it is read may be counted
   * before or after it moved.
   * @throws {NotInPlan} the account's plan has no stock; the message names what to order or to change
   */
  stock(): AsyncIterable<readonly StockReport[]>;
}

export function reportsStock(provider: Provider): provider is Provider & ReportsStock {
  return 'stock' in provider;
}

/** The provider can list its products. */
export interface ListsCatalogue {
  /**
   * Pages of every product that the provider knows, to the last one or an error: a short read never looks complete. The same
   * SKU may come more than once.
   * @throws {NotInPlan} the account's plan has no catalogue; the message names what to order or to change
   */
  catalogue(): AsyncIterable<readonly CatalogueItem[]>;
}

export function listsCatalogue(provider: Provider): provider is Provider & ListsCatalogue {
  return 'catalogue' in provider;
}

/** Which label of an order. */
export interface LabelPurchase {
  readonly reference: string;
  /** The provider's id of the order. */
  readonly providerOrderId: string;
  /** Ids of labels of the order that are voided. */
  readonly voidedIds: readonly string[];
}

/** A label, with its parcels, under the ids that the provider’s list gives them too. */
export interface BoughtLabel {
  readonly labelId: string;
  readonly shipments: readonly [ReportedShipment, ...ReportedShipment[]];
}

/** The provider sells labels for the orders that it has. */
export interface BuysLabels {
  /**
   * The provider's ids of the orders with our reference that are not cancelled, however they came there: by its API, or from a
   * store that it pulls from.
   */
  ordersToLabel(reference: string): Promise<readonly string[]>;
  /**
   * What a label of the order would cost now, in any order.
   * @param sent the order as the provider was given it, to tell whether its weight is known; null once it has expired
   * @throws {Rejected} there is none: a weight is missing, or no carrier takes the parcel
   */
  rates(providerOrderId: string, reference: string, sent: OrderContent | null): Promise<readonly Rate[]>;
  /**
   * Buys the label of a rate that was just offered.
   * @throws {Rejected} it is refused: the balance is too low, the address cannot be delivered to, or the order has a label
   * @throws {AmbiguousWrite} it may have been bought, or is being made: look it up with `findLabel`
   */
  buyLabel(purchase: LabelPurchase, rateId: string): Promise<BoughtLabel>;
  /**
   * The label of the order that is valid now, also one that the service’s staff bought. `not-shown`: the provider says that the order has one, and does
   * not list it, or is still making it; no other may be bought.
   * @returns null where the order certainly has none now; a purchase under way may still land
   */
  findLabel(purchase: LabelPurchase): Promise<BoughtLabel | 'not-shown' | null>;
  /**
   * Resolves when the label is void, also if it was before.
   * @throws {Rejected} the postage is not taken back
   */
  voidLabel(labelId: string, reference: string): Promise<void>;
  /** The label's PDF. */
  labelDocument(labelId: string, reference: string): Promise<Uint8Array>;
}

export function buysLabels(provider: Provider): provider is Provider & BuysLabels {
  return 'buyLabel' in provider;
}

/** An HTTP request as it arrived; header names are lower-case, the body is what was signed, byte for byte. */
export interface NotificationRequest {
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Parameters of the address. */
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly rawBody: string;
}

/**
 * Verifies the webhooks of a provider. A notification is only a hint to read the provider: verifying it needs no credentials,
 * so this is separate from `Provider` and cheap to load.
 */
export interface NotificationVerifier {
  /** Whether the provider sent it, recently. Does not throw for a bad request; throws where keys cannot be read. */
  verify(request: NotificationRequest): Promise<NotificationVerdict>;
}

export type NotificationVerdict =
  | { readonly genuine: true; readonly kind: string }
  | { readonly genuine: false; readonly why: string };
