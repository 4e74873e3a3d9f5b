import { Rejected, UpstreamError } from '../domain/errors.ts';
import type { LogEvent } from '../domain/ports/log.ts';
import type { OrderStore } from '../domain/ports/orders.ts';
import { isTrackingCode, toTrackingNumbers } from '../domain/shipment/package.ts';
import { acknowledgesShipments, type Provider, type ShippedOrder } from '../providers/provider.ts';

interface AcknowledgeShipmentsDeps {
  readonly provider: Provider;
  readonly connection: { readonly id: string };
  readonly orders: Pick<OrderStore, 'readListed'>;
  readonly hasTime: () => boolean;
  readonly log: LogEvent;
}

/**
 * Tells the provider of orders whose parcels DEAR shows, all of them. The provider's own list says which it has not been told of,
 * so nothing is stored here, and a lost answer is found by the next reading. A failure waits for the next run: the parcels
 * themselves are collected without it.
 * @returns how many orders were acknowledged
 */
export async function acknowledgeShipments(deps: AcknowledgeShipmentsDeps): Promise<number> {
  const { provider, connection, log, hasTime } = deps;
  if (!acknowledgesShipments(provider)) return 0;
  let acknowledged = 0;
  try {
    for await (const page of provider.unacknowledged()) {
      for (const shipped of page) {
        if (!hasTime()) return acknowledged;
        if (!(await isShown(shipped, deps))) continue;
        const send = () => provider.acknowledge(shipped.reference, shipped.trackingNumbers);
        if (await acknowledge(shipped.reference, send, log)) acknowledged += 1;
      }
    }
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    log('shipments.notAcknowledged', { connection: connection.id, failure: error.name });
  }
  return acknowledged;
}

async function acknowledge(reference: string, send: () => Promise<void>, log: LogEvent): Promise<boolean> {
  try {
    await send();
    return true;
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    log('shipment.acknowledgementRefused', { reference, failure: error.name });
    return false;
  }
}

/**
 * Whether the order is ours, and DEAR shows all of it with these tracking numbers, which are read as a parcel's own are: a field may
 * hold several, or a word for none. A text that is no tracking code is stored by its digest, and is not compared.
 */
async function isShown(
  { reference, trackingNumbers }: ShippedOrder,
  { orders, connection }: AcknowledgeShipmentsDeps,
): Promise<boolean> {
  const order = await orders.readListed(reference);
  if (order === null || order.connection !== connection.id) return false;
  if (order.confirmation.state !== 'confirmed' || order.confirmation.corrections.length > 0) return false;
  const shown = new Set(order.packages.flatMap((box) => box.trackingNumbers));
  return toTrackingNumbers(trackingNumbers)
    .filter(isTrackingCode)
    .every((number) => shown.has(number));
}
