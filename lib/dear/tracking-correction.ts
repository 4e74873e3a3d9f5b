import { NotDone } from '../domain/errors.ts';
import type { ShippedBox } from '../domain/packing.ts';
import type { DearCall } from './call.ts';
import { fromCommaList, toCommaList } from './comma-list.ts';
import { requireTracking } from './done.ts';
import { addTrackingCall, replaceShipCall, shipStageCall } from './fulfilment-calls.ts';
import type { Caller } from './transport.ts';

/**
 * Corrects carrier and tracking numbers of a shipment that is authorised. The blueprint names a flag for it that no public
 * client has been seen to use, and live accounts answer 200 to writes that they ignore; so what DEAR shows is looked at, in
 * its answer and then by a read. Where the numbers are missing the stage is written without the flag.
 * @param lines all boxes, changed or not
 * @throws {Rejected} DEAR does not take them, or a box has more than DEAR can hold
 * @throws {NotDone} DEAR takes them either way and does not show them
 */
export async function correctTracking(
  client: Caller,
  taskId: string,
  lines: readonly ShippedBox[],
  reference: string,
): Promise<void> {
  const numbers = lines.flatMap(({ trackingNumbers }) => fromCommaList(toCommaList(trackingNumbers)));
  if (await shows(client, addTrackingCall(taskId, lines, reference), numbers)) return;
  if (await shows(client, shipStageCall(taskId, reference), numbers)) return;
  const second = replaceShipCall(taskId, lines, reference);
  requireTracking(second, await client.transport.send(second), numbers);
}

/** Whether the answer shows the shipment with each of the numbers. */
async function shows(client: Caller, call: DearCall, numbers: readonly string[]): Promise<boolean> {
  const answer = await client.transport.send(call);
  try {
    requireTracking(call, answer, numbers);
    return true;
  } catch (error) {
    if (error instanceof NotDone) return false;
    throw error;
  }
}
