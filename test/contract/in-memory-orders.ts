import type { OrderPart } from '../../lib/domain/order/standstill.ts';
import type { OpenOrder } from '../../lib/providers/provider.ts';
import type { Parcel } from './in-memory-parcels.ts';
import type { HeldOrder } from './in-memory-provider.ts';

/** Every part of an order: its shipped parts and the rest. */
export function getParts(order: HeldOrder, parcels: readonly Parcel[]): OrderPart[] {
  const { id, mergedWith, changedAt, heldUntil } = order;
  const part = { providerOrderId: id, heldUntil: heldUntil ?? '', mergedWith, changedAt };
  if (order.isOdd) return [{ ...part, state: 'unknown' }];
  if (!order.shipped) return [{ ...part, state: order.cancelled ? 'cancelled' : openState(order) }];
  const own = outgoing(order, parcels);
  const left = own.map(
    ({ shipment }): OrderPart => ({
      ...part,
      providerOrderId: shipment.providerOrderId,
      heldUntil: '',
      state: 'left',
    }),
  );
  if (isComplete(order, own)) return left;
  const rest = order.restCancelled ? ('cancelled' as const) : openState(order);
  return [...left, { ...part, providerOrderId: `${id}-rest`, state: rest }];
}

export function* openOrderPages(
  orders: readonly HeldOrder[],
  parcels: readonly Parcel[],
  size: number,
): Generator<OpenOrder[]> {
  const open = orders.flatMap((order) => listed(order, parcels));
  for (let start = 0; start < open.length; start += size) yield open.slice(start, start + size);
}

function listed(order: HeldOrder, parcels: readonly Parcel[]): OpenOrder[] {
  const references = [order.content.reference, ...order.mergedWith];
  return getParts(order, parcels)
    .filter(({ state }) => state === 'open' || state === 'held')
    .flatMap((part) =>
      references.map((reference) => {
        const mergedWith = references.filter((other) => other !== reference);
        return { reference, part: { ...part, mergedWith } };
      }),
    );
}

function openState({ heldUntil }: HeldOrder): 'open' | 'held' {
  return heldUntil === null ? 'open' : 'held';
}

function outgoing({ id }: HeldOrder, parcels: readonly Parcel[]): Parcel[] {
  return parcels.filter(({ orderId, voided, isReturn }) => orderId === id && !voided && !isReturn);
}

/** Compares goods by SKU and quantity, in any spelling and numbering of the lines. */
function isComplete({ content }: HeldOrder, own: readonly Parcel[]): boolean {
  const left = own.flatMap(({ shipment: { contents } }) => (contents === 'remaining' ? [] : contents));
  return left.length >= content.lines.length;
}
