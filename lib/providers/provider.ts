import type { OrderContent } from '../domain/fulfillment-order.ts';
import type { ReportedReturn, ReportedShipment, WithdrawnPackage } from '../domain/package.ts';

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
