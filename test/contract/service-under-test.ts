import type { ReportedShipment } from '../../lib/domain/shipment/package.ts';
import type { Cancels, Provider, ReportsOrders, ShipmentPage } from '../../lib/providers/provider.ts';
import type { Shelf } from './in-memory-shelves.ts';
import { sampleOrder } from './sample-order.ts';

/** A service with its provider, and the actions of its staff and faults that a test can cause. */
export interface ServiceUnderTest {
  /** Lists shipments in pages of `PAGE_SIZE`. */
  readonly provider: Provider & Cancels & ReportsOrders;
  /** The same service, with invalid credentials. */
  readonly stranger: Provider & Cancels;
  /** Number of orders at the service. */
  orderCount(): Promise<number>;
  /** Ships the whole order in one parcel. @returns the tracking number */
  ship(providerOrderId: string): Promise<string>;
  /** Ships each line of the order in its own parcel. */
  shipInParts(providerOrderId: string): Promise<void>;
  /** Ships the whole order in one parcel from another warehouse. @returns the warehouse's id */
  shipFrom(providerOrderId: string): Promise<string>;
  /** The service's staff hold the order until a date, `yyyy-mm-dd`. */
  hold(providerOrderId: string, until: string): Promise<void>;
  release(providerOrderId: string): Promise<void>;
  cancelByHand(providerOrderId: string): Promise<void>;
  /** Restores an order that was cancelled by hand. */
  restoreByHand(providerOrderId: string): Promise<void>;
  deleteByHand(providerOrderId: string): Promise<void>;
  /** Merges several orders. @returns the id of the merged order */
  merge(providerOrderIds: readonly string[]): Promise<string>;
  /** Ships only the first line of the order. */
  shipFirstLine(providerOrderId: string): Promise<void>;
  /** Cancels the rest of an order that was shipped in part. */
  cancelRest(providerOrderId: string): Promise<void>;
  /** Voids a parcel, whenever it was shipped. */
  voidParcel(trackingNumber: string): Promise<void>;
  /** The carrier delivers a parcel, outgoing or returning. */
  deliver(trackingNumber: string): Promise<void>;
  /** Creates a return label for a shipped order. @returns its tracking number */
  sendReturnLabel(providerOrderId: string): Promise<string>;
  /** The carrier scans a return. */
  scanReturn(trackingNumber: string): Promise<void>;
  /** The order's street at the service. */
  getStreet(providerOrderId: string): Promise<string>;
  /** Sets the stock of a SKU, by default in the first location of the provider's warehouse. */
  putStock(sku: string, quantity: number, shelf?: Shelf): Promise<void>;
  /** Makes the next page of stock or catalogue fail. */
  failNextRead(): Promise<void>;
  /** Removes stock from the account's plan. */
  closeStock(): Promise<void>;
  /** Loses the answer of the next write, which is done. */
  loseNextAnswer(): Promise<void>;
  throttleNextCall(seconds: number): Promise<void>;
  /** Refuses the next write with this text. */
  refuseNextWrite(upstreamMessage: string): Promise<void>;
  letTimePass(milliseconds: number): Promise<void>;
  close(): Promise<void>;
}

export const PAGE_SIZE = 5;

/** Submits the sample order under a reference. */
export async function submit({ provider }: ServiceUnderTest, reference: string): Promise<string> {
  return (await provider.submit(sampleOrder({ reference }))).providerOrderId;
}

export async function pagesSince(provider: Provider, cursor: string | null): Promise<ShipmentPage[]> {
  const pages: ShipmentPage[] = [];
  for await (const page of provider.shipmentsSince(cursor)) pages.push(page);
  return pages;
}

/** The packages that a pass reports as withdrawn, without duplicates. */
export async function withdrawnSince(provider: Provider, cursor: string | null): Promise<string[]> {
  const pages = await pagesSince(provider, cursor);
  const all = pages.flatMap((page) => page.withdrawn).map(({ reference, id }) => `${reference} ${id}`);
  return [...new Set(all)];
}

export async function shipmentsSince(provider: Provider, cursor: string | null): Promise<ReportedShipment[]> {
  return (await pagesSince(provider, cursor)).flatMap((page) => page.shipments);
}
