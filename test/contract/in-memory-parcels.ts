import type { ContentLine } from '../../lib/domain/order/order-content.ts';
import type {
  DeliveredPackage,
  ReportedLine,
  ReportedReturn,
  ReportedShipment,
  WithdrawnPackage,
} from '../../lib/domain/shipment/package.ts';
import type { DeliveryPage, ShipmentPage } from '../../lib/providers/provider.ts';

/** A parcel of an in-memory service, outgoing or returning. */
export interface Parcel {
  shipment: ReportedShipment;
  /** The service's id of the order. A later shipment of it is a part with its own id. */
  readonly orderId: string;
  readonly isReturn: boolean;
  /** Whether a carrier has scanned it. */
  isScanned: boolean;
  /** Whether its row cannot be read. */
  isSpoiled: boolean;
  voided: boolean;
  /** ISO UTC, or '' where the time is unknown; null until it has arrived. */
  deliveredAt: string | null;
}

/** The warehouse of shipped goods, and their lot where the lines have none. */
export interface Handling {
  readonly warehouse?: string;
  readonly batch?: string;
  /** ISO date. */
  readonly expiry?: string;
  /** As typed by a person. */
  readonly trackingNumber?: string;
}

/** Fails when the list is read, as a list on a network does. */
export async function* listed<Page>(all: () => Iterable<Page> | AsyncIterable<Page>): AsyncGenerator<Page> {
  yield* all();
}

/** Every voided parcel is reported again at the end of every pass, as there is no notification of a void. */
export async function* pages(
  parcels: readonly Parcel[],
  from: number,
  size: number,
): AsyncGenerator<ShipmentPage> {
  for (let start = from; ; start += size) {
    const page = parcels.slice(start, start + size);
    const valid = page.filter(({ voided, isSpoiled }) => !voided && !isSpoiled);
    const spoiled = page.filter(({ isSpoiled }) => isSpoiled);
    const unreadable = spoiled.map(({ shipment: { id } }) => ({ id, why: 'tracking number' }));
    const shipments = valid.filter(({ isReturn }) => !isReturn).map(({ shipment }) => shipment);
    const returns = valid.filter(({ isReturn }) => isReturn).map(toReturn);
    const isLast = start + size >= parcels.length;
    const withdrawn = isLast ? toWithdrawn(parcels) : [];
    yield { shipments, withdrawn, returns, unreadable, cursor: String(start + page.length) };
    if (isLast) return;
  }
}

/** The delivered ones of the parcels created since; a page may be empty. */
export function* deliveredPages(
  parcels: readonly Parcel[],
  madeSince: string,
  from: number,
  size: number,
): Generator<DeliveryPage> {
  const made = parcels.filter(({ shipment }) => Date.parse(shipment.shippedAt) >= Date.parse(madeSince));
  for (let start = from; start < made.length; start += size) {
    const page = made.slice(start, start + size);
    const numbers = page
      .filter(({ isReturn, voided }) => !isReturn && !voided)
      .map(({ shipment: { id, trackingNumbers } }) => ({ id, trackingNumbers }));
    yield { packages: page.flatMap(toDelivered), numbers, cursor: String(start + page.length) };
  }
}

function toDelivered({ shipment, isReturn, voided, deliveredAt }: Parcel): DeliveredPackage[] {
  return isReturn || voided || deliveredAt === null ? [] : [{ id: shipment.id, deliveredAt }];
}

function toWithdrawn(parcels: readonly Parcel[]): WithdrawnPackage[] {
  return parcels
    .filter(({ isReturn, voided }) => voided && !isReturn)
    .map(({ shipment: { reference, id } }) => ({ reference, id, cause: 'voided' }));
}

function toReturn({ shipment, isScanned }: Parcel): ReportedReturn {
  const { reference, id, trackingNumbers, shippedAt, contents } = shipment;
  return {
    reference,
    id: `return:${id}`,
    trackingNumbers,
    reportedAt: shippedAt,
    progress: isScanned ? 'under-way' : 'label',
    contents: contents === 'remaining' ? [] : contents,
  };
}

export function toReported(line: ContentLine, handling: Handling): ReportedLine {
  const { key, sku, quantity } = line;
  const batch = line.batch || (handling.batch ?? '');
  return { key, sku, quantity, batch, expiry: line.expiry || (handling.expiry ?? '') };
}
