import type { Clock } from '../../domain/clock.ts';
import { Rejected, UnexpectedAnswer, UpstreamError } from '../../domain/errors.ts';
import type { Cancels } from '../capabilities.ts';
import type { AcceptedOrder, Provider } from '../provider.ts';
import { type ShipStationClient, shipStationClient } from './client.ts';
import { shipmentCollector } from './collect-shipments.ts';
import { failureOfRow } from './failures.ts';
import { toShipStationOrder } from './order-mapper.ts';
import { readPages } from './paging.ts';
import type { Shipment } from './schemas.ts';
import type { ShipStationV2Settings } from './settings.ts';
import { shipStationTransport } from './transport.ts';

const CANCELLED = 'cancelled';
/** Of a look-up by an id that is unique: more pages mean that the filter was ignored. */
const MOST_PAGES_OF_A_LOOKUP = 10;
/** ShipStation's own default; what more it would give is not documented. */
const PAGE_SIZE = 25;

export interface ShipStationV2Options {
  /** The connection's id, by which errors name it. */
  readonly system: string;
  readonly settings: Pick<ShipStationV2Settings, 'baseUrl' | 'warehouseId' | 'storeId'>;
  readonly apiKey: string;
  readonly now: Clock;
  readonly pageSize?: number;
  readonly timeoutMs?: number;
}

/** ShipStation through its V2 API, where an order is called a shipment and a parcel a label. */
export function shipStationV2(
  options: ShipStationV2Options,
): Provider & Cancels & { close(): Promise<void> } {
  const { system, settings, apiKey, now, pageSize = PAGE_SIZE, timeoutMs } = options;
  const { baseUrl } = settings;
  const transport = shipStationTransport({
    baseUrl,
    apiKey,
    now,
    ...(timeoutMs !== undefined && { timeoutMs }),
  });
  const client = shipStationClient(transport, system);
  const collect = shipmentCollector({ client, pageSize, now });

  return {
    async submit(order) {
      const row = await client.createShipment(toShipStationOrder(order, settings));
      if (row.errors.length > 0 || row.shipment_id === '') {
        throw failureOfRow(
          { system, operation: 'create shipment', reference: order.reference, writes: true },
          row,
        );
      }
      return toAccepted(row);
    },
    find: (reference) =>
      find(client, reference, pageSize).catch(inOurClasses(system, 'find shipment', reference)),
    async *shipmentsSince(cursor) {
      try {
        yield* collect(cursor);
      } catch (error) {
        inOurClasses(system, 'collect shipments')(error);
      }
    },
    cancel: (providerOrderId, reference) => cancel(client, providerOrderId, reference),
    close: () => client.close(),
  };
}

/** ShipStation's filter is not said to be exact, so equality is decided here. */
async function find(
  client: ShipStationClient,
  reference: string,
  pageSize: number,
): Promise<AcceptedOrder[]> {
  const query = { external_shipment_id: reference, page_size: pageSize };
  const found: Shipment[] = [];
  for await (const rows of readPages(
    (page) => client.shipments({ ...query, page }, reference),
    MOST_PAGES_OF_A_LOOKUP,
  )) {
    found.push(...rows.filter((row) => row.external_shipment_id === reference));
  }
  return found.map(toAccepted);
}

/** What is cancelled already is refused as well, so a refusal is checked before it is believed. */
async function cancel(client: ShipStationClient, shipmentId: string, reference: string): Promise<void> {
  try {
    await client.cancelShipment(shipmentId, reference);
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    const shipment = await client.shipment(shipmentId);
    if (shipment?.shipment_status !== CANCELLED) throw error;
  }
}

function toAccepted(row: { readonly shipment_id: string; readonly shipment_status: string }): AcceptedOrder {
  return { providerOrderId: row.shipment_id, cancelled: row.shipment_status === CANCELLED };
}

/** Pages that do not add up, or a cursor that is none, as what they are to a caller: an answer of unknown form. */
function inOurClasses(system: string, operation: string, reference?: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof UpstreamError) throw error;
    throw new UnexpectedAnswer({
      system,
      operation,
      ...(reference !== undefined && { reference }),
      cause: error,
    });
  };
}
