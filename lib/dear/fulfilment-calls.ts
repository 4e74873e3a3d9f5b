import { Rejected } from '../domain/errors.ts';
import type { PackedGoods, PickedGoods, ShippedBox } from '../domain/packing.ts';
import { type DearCall, detailsOf } from './call.ts';
import {
  boxesWithTooMuchTracking,
  LONGEST_TRACKING_TEXT,
  type StageStatusToWrite,
  toDearAutoPick,
  toDearPack,
  toDearPick,
  toDearShip,
  toDearTrackingNumbers,
} from './writes.ts';

/** The writes of the pick–pack–ship chain, ready to be sent. */

export function createFulfilmentCall(saleId: string, reference: string): DearCall {
  return {
    operation: 'create fulfilment',
    method: 'POST',
    path: 'sale/fulfilment',
    body: { SaleID: saleId },
    reference,
  };
}

export function pickCall(taskId: string, lines: readonly PickedGoods[], reference: string): DearCall {
  const body = toDearPick(taskId, lines);
  return { operation: 'authorise pick', method: 'POST', path: PICK, body, reference };
}

export function autoPickCall(taskId: string, reference: string): DearCall {
  return {
    operation: 'pick automatically',
    method: 'POST',
    path: PICK,
    body: toDearAutoPick(taskId),
    reference,
  };
}

export function packCall(taskId: string, lines: readonly PackedGoods[], reference: string): DearCall {
  const body = toDearPack(taskId, lines);
  return { operation: 'authorise pack', method: 'POST', path: PACK, body, reference };
}

/**
 * @param replacesDraft DEAR has lines of a draft, which a POST would add to (per DEAR's blueprint)
 * @throws {Rejected} as `withRoomForTracking`
 */
export function shipCall(
  taskId: string,
  lines: readonly ShippedBox[],
  status: StageStatusToWrite,
  reference: string,
  replacesDraft: boolean,
): DearCall {
  const body = toDearShip(taskId, lines, status);
  const method = replacesDraft ? 'PUT' : 'POST';
  const operation = `${VERB[status]} ship`;
  return withRoomForTracking({ operation, method, path: SHIP, body, reference }, lines);
}

/** @throws {Rejected} as `withRoomForTracking` */
export function addTrackingCall(taskId: string, lines: readonly ShippedBox[], reference: string): DearCall {
  const body = toDearTrackingNumbers(taskId, lines);
  return withRoomForTracking(
    { operation: 'add tracking numbers', method: 'PUT', path: SHIP, body, reference },
    lines,
  );
}

/**
 * The same without the flag, for an account that ignores it.
 * @throws {Rejected} as `withRoomForTracking`
 */
export function replaceShipCall(taskId: string, lines: readonly ShippedBox[], reference: string): DearCall {
  const body = toDearShip(taskId, lines, 'AUTHORISED');
  return withRoomForTracking(
    { operation: 'replace ship', method: 'PUT', path: SHIP, body, reference },
    lines,
  );
}

export function shipStageCall(taskId: string, reference: string): DearCall {
  return { operation: 'read ship', method: 'GET', path: SHIP, query: { TaskID: taskId }, reference };
}

/**
 * Refused here and not by DEAR, because what DEAR does with the excess is not known: a cut number is a wrong one.
 * @throws {Rejected} a box has more tracking than DEAR can hold
 */
function withRoomForTracking(call: DearCall, lines: readonly ShippedBox[]): DearCall {
  const boxes = boxesWithTooMuchTracking(lines);
  if (boxes.length === 0) return call;
  const words = `DEAR holds ${LONGEST_TRACKING_TEXT} characters of tracking numbers a box; too many for ${boxes.join(', ')}`;
  throw new Rejected(detailsOf(call, { words }));
}

const PICK = 'sale/fulfilment/pick';
const PACK = 'sale/fulfilment/pack';
const SHIP = 'sale/fulfilment/ship';
const VERB: Readonly<Record<StageStatusToWrite, string>> = { DRAFT: 'draft', AUTHORISED: 'authorise' };
