import type { TestContext } from 'vitest';
import { isTakenBack, type ReportedShipment } from '../../lib/domain/shipment/package.ts';
import type { Provider, ShipmentPage, ShowsOtherOrders } from '../../lib/providers/provider.ts';
import type { Shelf } from './in-memory-shelves.ts';
import { sampleOrder } from './sample-order.ts';

/**
 * A service with its provider, the actions of its staff, and the faults that a test can cause. An action that the service does
 * not have is left out, and the tests that need it are skipped with its name. The actions of a service that reads orders by
 * itself begin with a reading.
 */
export interface ServiceUnderTest extends StaffActions, Carriers, Faults {
  /** Lists shipments in pages of `PAGE_SIZE`. */
  readonly provider: Provider;
  /** The same service, with invalid credentials. Left out where the provider makes no calls. */
  readonly stranger?: Provider;
  /** The provider as one that takes over from another connector, where it can be asked for that one's orders. */
  readonly successor?: Provider & ShowsOtherOrders;
  /** Number of orders at the service. */
  orderCount(): Promise<number>;
  /** Ships the whole order in one parcel. @returns the tracking number */
  ship(providerOrderId: string): Promise<string>;
  letTimePass(milliseconds: number): Promise<void>;
  close(): Promise<void>;
}

interface StaffActions {
  /** Ships each line of the order in its own parcel. */
  shipInParts?(providerOrderId: string): Promise<void>;
  /** Ships the whole order in one parcel from another warehouse. @returns the warehouse's id */
  shipFrom?(providerOrderId: string): Promise<string>;
  /** Ships only the first line of the order. */
  shipFirstLine?(providerOrderId: string): Promise<void>;
  /** Cancels the rest of an order that was shipped in part. */
  cancelRest?(providerOrderId: string): Promise<void>;
  /** Holds the order until a date, `yyyy-mm-dd`. */
  holdByHand?(providerOrderId: string, until: string): Promise<void>;
  releaseByHand?(providerOrderId: string): Promise<void>;
  cancelByHand?(providerOrderId: string): Promise<void>;
  /** Restores an order that was cancelled by hand. */
  restoreByHand?(providerOrderId: string): Promise<void>;
  deleteByHand?(providerOrderId: string): Promise<void>;
  /** Merges several orders. @returns the id of the merged order */
  merge?(providerOrderIds: readonly string[]): Promise<string>;
  /** Voids a parcel, whenever it was shipped. */
  voidParcel?(trackingNumber: string): Promise<void>;
  /** Creates a return label for a shipped order. @returns its tracking number */
  sendReturnLabel?(providerOrderId: string): Promise<string>;
  /** The order's street at the service. */
  getStreet?(providerOrderId: string): Promise<string>;
  /** Another app creates an order with the reference in a unique field, with other goods. @returns its id at the service */
  createForeign?(reference: string): Promise<string>;
  /** Sets the stock of a SKU, by default in the first location of the provider's warehouse. */
  putStock?(sku: string, quantity: number, shelf?: Shelf): Promise<void>;
  /** Adds a product to the catalogue. */
  putProduct?(sku: string): Promise<void>;
  /** The service reads our orders now. @returns the references of those that it would ship afterwards */
  pull?(): Promise<readonly string[]>;
  /** Sends every notice again that it has sent, the latest first. */
  repeatNotices?(): Promise<void>;
}

interface Carriers {
  /** The carrier delivers a parcel, outgoing or returning. */
  deliver?(trackingNumber: string): Promise<void>;
  /** The carrier scans a return. */
  scanReturn?(trackingNumber: string): Promise<void>;
}

interface Faults {
  /** Loses the answer of the next write, which is done. */
  loseNextAnswer?(): Promise<void>;
  /** Loses the next write before it is done. */
  loseNextRequest?(): Promise<void>;
  throttleNextCall?(seconds: number): Promise<void>;
  /** Refuses the next write with this text. */
  refuseNextWrite?(upstreamMessage: string): Promise<void>;
  /** Answers the next call with 200 and something that is no answer of the service. The call is not done. */
  garbleNextAnswer?(): Promise<void>;
  /** Fails every call until `comeUp`. */
  goDown?(): Promise<void>;
  comeUp?(): Promise<void>;
  /** Makes the next page of stock or catalogue fail. */
  failNextRead?(): Promise<void>;
  /** Removes stock from the account's plan. */
  closeStock?(): Promise<void>;
  /** Makes a parcel unreadable in every list, and readable again. */
  spoilParcel?(trackingNumber: string): Promise<void>;
  mendParcel?(trackingNumber: string): Promise<void>;
  /** Gives the order a status that is not documented. */
  giveOddStatus?(providerOrderId: string): Promise<void>;
}

type OptionalAction = keyof StaffActions | keyof Carriers | keyof Faults | 'stranger' | 'successor';
type Having<Name extends OptionalAction> = ServiceUnderTest & Required<Pick<ServiceUnderTest, Name>>;

/** The service with these actions; skips the test where it lacks one. */
export function having<Name extends OptionalAction>(
  service: ServiceUnderTest,
  { skip }: TestContext,
  ...names: readonly Name[]
): Having<Name> {
  return hasAll(service, names) ? service : skip(`The service lacks one of: ${names.join(', ')}`);
}

function hasAll<Name extends OptionalAction>(
  service: ServiceUnderTest,
  names: readonly Name[],
): service is Having<Name> {
  return names.every((name) => service[name] !== undefined);
}

/** The provider with a capability that was declared. @throws {Error} where it lacks the methods */
export function withCapability<Able extends Provider>(
  provider: Provider,
  guard: (one: Provider) => one is Able,
): Able {
  if (guard(provider)) return provider;
  throw new Error(`The capability of '${guard.name}' is declared, and the provider has no such method`);
}

export const PAGE_SIZE = 5;
/** Enough for three pages. */
export const SEVERAL_PAGES = 2 * PAGE_SIZE + 2;

/** Submits the sample order under a reference. */
export async function submit({ provider }: ServiceUnderTest, reference: string): Promise<string> {
  return (await provider.submit(sampleOrder({ reference }))).providerOrderId;
}

export async function pagesSince(provider: Provider, cursor: string | null): Promise<ShipmentPage[]> {
  const pages: ShipmentPage[] = [];
  for await (const page of provider.shipmentsSince(cursor)) pages.push(page);
  return pages;
}

type KnownParcel = Pick<ReportedShipment, 'reference' | 'providerOrderId' | 'id'>;

/**
 * The packages that a pass withdraws, without duplicates.
 * @param known of which some may no longer be among all that their order has shipped
 */
export async function withdrawnSince(
  provider: Provider,
  cursor: string | null,
  known: readonly KnownParcel[] = [],
): Promise<string[]> {
  const pages = await pagesSince(provider, cursor);
  const parts = pages.flatMap(({ shippedParts = [] }) => shippedParts);
  const takenBack = known.filter((parcel) => parts.some((part) => isTakenBack(parcel, part)));
  const all = [...pages.flatMap((page) => page.withdrawn), ...takenBack];
  return [...new Set(all.map(({ reference, id }) => `${reference} ${id}`))];
}

export async function shipmentsSince(provider: Provider, cursor: string | null): Promise<ReportedShipment[]> {
  return (await pagesSince(provider, cursor)).flatMap((page) => page.shipments);
}

/** `line-1 × 2` for each line of a parcel. */
export function getLines({ contents }: ReportedShipment): string[] {
  return contents === 'remaining'
    ? ['remaining']
    : contents.map(({ key, quantity }) => `${key} × ${quantity}`);
}
