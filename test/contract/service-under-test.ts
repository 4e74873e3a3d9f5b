import type { ReportedShipment } from '../../lib/domain/shipment/package.ts';
import type { Cancels, Provider, ReportsOrders, ShipmentPage } from '../../lib/providers/provider.ts';
import type { Shelf } from './in-memory-shelves.ts';
import { sampleOrder } from './sample-order.ts';

/** A service with one provider on it, and what its own people and its own bad days can do to it. */
export interface ServiceUnderTest {
  /** Lists shipments in pages of `PAGE_SIZE`. */
  readonly provider: Provider & Cancels & ReportsOrders;
  /** The same service, asked with credentials that it does not know. */
  readonly stranger: Provider & Cancels;
  /** How many orders the service holds. */
  orderCount(): Promise<number>;
  /** The whole order in one parcel; the answer is its tracking number. */
  ship(providerOrderId: string): Promise<string>;
  /** Each line of the order in a parcel of its own. */
  shipInParts(providerOrderId: string): Promise<void>;
  /** The whole order in one parcel, from another than its usual warehouse; the answer is that warehouse's id. */
  shipFrom(providerOrderId: string): Promise<string>;
  /** The service's own people hold the order until a date, `yyyy-mm-dd`. */
  hold(providerOrderId: string, until: string): Promise<void>;
  release(providerOrderId: string): Promise<void>;
  cancelByHand(providerOrderId: string): Promise<void>;
  /** What was cancelled by hand is to be shipped after all. */
  restoreByHand(providerOrderId: string): Promise<void>;
  deleteByHand(providerOrderId: string): Promise<void>;
  /** Puts several orders into one; the answer is its id. */
  merge(providerOrderIds: readonly string[]): Promise<string>;
  /** The first line of the order in a parcel of its own; the other lines stay there. */
  shipFirstLine(providerOrderId: string): Promise<void>;
  /** What has not left of an order that was shipped in part is cancelled. */
  cancelRest(providerOrderId: string): Promise<void>;
  /** Takes a parcel back, whenever it was shipped. */
  voidParcel(trackingNumber: string): Promise<void>;
  /** The carrier says that a parcel has arrived, on its way out or back. */
  deliver(trackingNumber: string): Promise<void>;
  /** Makes a label for the way back of an order that was shipped; the answer is its tracking number. */
  sendReturnLabel(providerOrderId: string): Promise<string>;
  /** The carrier takes over a parcel on its way back. */
  scanReturn(trackingNumber: string): Promise<void>;
  /** Street that the service would send the order to. */
  getStreet(providerOrderId: string): Promise<string>;
  /** Exactly so many of a SKU lie there, in the first place of the provider's warehouse where none is said. */
  putStock(sku: string, quantity: number, shelf?: Shelf): Promise<void>;
  /** The next page of stock or catalogue cannot be read. */
  failNextRead(): Promise<void>;
  /** The account's plan has no stock any more. */
  closeStock(): Promise<void>;
  /** The next write is done, its answer never comes. */
  loseNextAnswer(): Promise<void>;
  throttleNextCall(seconds: number): Promise<void>;
  /** The next write is refused with these words. */
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

/** The packages that a pass reports as withdrawn, each once however often it was said. */
export async function withdrawnSince(provider: Provider, cursor: string | null): Promise<string[]> {
  const pages = await pagesSince(provider, cursor);
  const all = pages.flatMap((page) => page.withdrawn).map(({ reference, id }) => `${reference} ${id}`);
  return [...new Set(all)];
}

export async function shipmentsSince(provider: Provider, cursor: string | null): Promise<ReportedShipment[]> {
  return (await pagesSince(provider, cursor)).flatMap((page) => page.shipments);
}
