import { type Clock, DAY_MS, isoTime } from '../../domain/clock.ts';
import { Rejected } from '../../domain/errors.ts';
import type { Holds } from '../provider.ts';
import type { ShipStationClient } from './client.ts';
import { getReference } from './find-shipments.ts';
import type { Shipment } from './schemas.ts';

interface HoldDeps {
  readonly client: Pick<ShipStationClient, 'shipment' | 'holdShipment' | 'restoreShipment'>;
  /** The connection's id, which errors name. */
  readonly system: string;
  readonly now: Clock;
}

/** A hold needs a date, after which ShipStation releases the shipment by itself. No latest date is documented. */
const MAX_HOLD_DAYS = 365;

/**
 * Holds and releases a shipment: a read and a write. The shipment is read first, because a restored one would be refused, and
 * another order's would be held.
 */
export function shipmentHolder({ client, system, now }: HoldDeps): Holds {
  async function read(operation: string, shipmentId: string, reference: string): Promise<Shipment> {
    const refusal = (upstreamMessage: string) =>
      new Rejected({ system, operation, reference, upstreamMessage });
    const current = await client.shipment(shipmentId);
    if (current === null)
      throw refusal(
        `ShipStation has no order ${shipmentId} any more: it was deleted or merged into another.`,
      );
    if (!['', reference].includes(getReference(current)))
      throw refusal('The order in ShipStation has another reference.');
    const { shipment_status } = current;
    if (shipment_status !== 'pending' && shipment_status !== 'on_hold')
      throw refusal(`It is ${shipment_status} in ShipStation, so it can no longer be held or released.`);
    return current;
  }

  return {
    async hold(shipmentId, reference, until) {
      await read('hold shipment', shipmentId, reference);
      const date = until ?? isoTime(now() + MAX_HOLD_DAYS * DAY_MS).slice(0, 'yyyy-mm-dd'.length);
      await client.holdShipment(shipmentId, date, reference);
    },
    async release(shipmentId, reference) {
      const { shipment_status } = await read('restore shipment', shipmentId, reference);
      if (shipment_status === 'on_hold') await client.restoreShipment(shipmentId, reference);
    },
  };
}
