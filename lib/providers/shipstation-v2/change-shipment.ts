import { type Clock, DAY_MS, isoTime } from '../../domain/clock.ts';
import { Rejected } from '../../domain/errors.ts';
import type { OrderContent } from '../../domain/order/order-content.ts';
import type { Holds } from '../provider.ts';
import type { ShipStationClient } from './client.ts';
import { findOtherParts, getExternalId, getReference } from './find-shipments.ts';
import type { OrderSettings } from './order-mapper.ts';
import type { Shipment } from './schemas.ts';

import { hasGoodsOfOrder, isAsReplaced, toShipStationReplacement } from './shipment-replacement.ts';

interface UpdateDeps {
  readonly client: Pick<ShipStationClient, 'shipment' | 'shipments' | 'replaceShipment'>;
  readonly settings: OrderSettings;
  readonly pageSize: number;
  /** The connection's id, which errors name. */
  readonly system: string;
}

/**
 * Gives a pending shipment the order's new content: a read and a write. A shipment that people have split, merged or edited
 * is left alone: all goods on one part would leave twice, and those of another order would be lost. It is recognised by its
 * goods, whatever its ids are: they are no longer the goods that it was last given.
 * @param candidates contents of which the shipment may hold one; see `Updates`
 * @throws {Rejected} it is not pending, holds more than our order, or did not change although the answer was a success
 */
export async function updateShipment(
  shipmentId: string,
  content: OrderContent,
  candidates: readonly OrderContent[],
  { client, settings, pageSize, system }: UpdateDeps,
): Promise<void> {
  const { reference } = content;
  const refusal = (upstreamMessage: string) =>
    new Rejected({ system, operation: 'update shipment', reference, upstreamMessage });

  const current = await client.shipment(shipmentId);
  if (current === null) {
    throw refusal(`ShipStation has no order ${shipmentId} any more: it was deleted or merged into another.`);
  }
  const objection = findObjection(current, reference);
  if (objection !== null) throw refusal(objection);
  if (!candidates.some((one) => hasGoodsOfOrder(current, one, settings))) {
    const parts = await findOtherParts(client, current, reference, pageSize);
    throw refusal(describeChange(parts.length + 1));
  }
  const replacement = toShipStationReplacement(current, content, settings);
  const answer = await client.replaceShipment(shipmentId, replacement, reference);
  if (!isAsReplaced(answer, replacement, current)) {
    throw refusal('ShipStation answered with success but does not hold the change. Change it there by hand.');
  }
}

function describeChange(parts: number): string {
  const what =
    parts > 1
      ? `It was split into ${parts} in ShipStation.`
      : 'Its goods in ShipStation are not those of the order: it was split, merged or edited there.';
  return `${what} Change it there by hand.`;
}

function findObjection(current: Shipment, reference: string): string | null {
  // One that shows no reference at all is ours by its id.
  if (![getReference(current), getExternalId(current)].every((one) => one === '' || one === reference))
    return 'The order in ShipStation has another reference.';
  if (current.shipment_status !== 'pending') {
    return `It is ${current.shipment_status} in ShipStation, which takes changes only while an order is pending.`;
  }
  const isMerged = current.items.some(
    (item) => item.external_order_id !== '' && item.external_order_id !== reference,
  );
  return isMerged ? 'It was merged with another order in ShipStation. Change it there by hand.' : null;
}

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

/** ShipStation also refuses to cancel what is cancelled already, so the shipment is read after a refusal. */
export async function cancelShipment(
  client: Pick<ShipStationClient, 'shipment' | 'cancelShipment'>,
  shipmentId: string,
  reference: string,
): Promise<void> {
  try {
    await client.cancelShipment(shipmentId, reference);
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    const shipment = await client.shipment(shipmentId);
    if (shipment?.shipment_status !== 'cancelled') throw error;
  }
}
