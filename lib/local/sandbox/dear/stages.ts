import { productById } from './lookup.ts';
import type { DearState, FulfilmentRecord, OrderLineRecord, StageLineRecord } from './state.ts';

/**
 * Goods of ours: neither a service nor shipped by the supplier. Only these are allocated. A kit that is put together while it is
 * picked is not (Cin7's help on picking for kitting).
 */
export function isStocked(state: DearState, line: OrderLineRecord): boolean {
  const { type, components } = productById(state, line.productId);
  return !line.dropShip && type === 'Stock' && components === undefined;
}

/** A draft holds nothing: only an authorised stage counts. */
export function pickedLines(fulfilment: FulfilmentRecord): StageLineRecord[] {
  return fulfilment.pick.status === 'AUTHORISED' ? fulfilment.pick.lines : [];
}

export function packedLines(fulfilment: FulfilmentRecord): StageLineRecord[] {
  return fulfilment.pack.status === 'AUTHORISED' ? fulfilment.pack.lines : [];
}

export function shippedLines(fulfilment: FulfilmentRecord): StageLineRecord[] {
  const boxes = shippedBoxes(fulfilment);
  return packedLines(fulfilment).filter((line) => boxes.has(line.box));
}

export function shippedBoxes(fulfilment: FulfilmentRecord): Set<string> {
  const { status, lines } = fulfilment.ship;
  const isAuthorised = status === 'AUTHORISED' || status === 'PARTIALLY AUTHORISED';
  return new Set(isAuthorised ? lines.filter((line) => line.isShipped).flatMap((line) => line.boxes) : []);
}

export function packedBoxes(fulfilment: FulfilmentRecord): Set<string> {
  return new Set(packedLines(fulfilment).map((line) => line.box));
}
