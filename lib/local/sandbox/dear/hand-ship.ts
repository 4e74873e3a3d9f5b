import type { HandShip, TrackingInput } from './hand-inputs.ts';
import type { Task } from './lookup.ts';
import { Refusal } from './refusal.ts';
import type { ShipLineRequest } from './requests.ts';
import { writeShip } from './ship-rules.ts';
import { isAuthorised } from './stage-undo.ts';
import { packedBoxes, shippedBoxes } from './stages.ts';
import type { SaleRecord, ShipLineRecord } from './state.ts';
import { taskAt, taskPast } from './task-at.ts';
import { isoNow, type World } from './world.ts';

/** The carrier of whoever says nothing: DEAR takes no line without one. */
const DEFAULT_CARRIER = 'DEFAULT Carrier';

/** Ships all boxes, or those that the person names; with or without tracking. What left before stays as it was. */
export function shipByHand(world: World, sale: SaleRecord, typed: HandShip): void {
  const task = taskAt(sale, 'ship', typed.fulfilment);
  const { fulfilment } = task;
  const packed = packedBoxes(fulfilment);
  const unknown = typed.boxes?.find(({ box }) => !packed.has(box));
  if (unknown !== undefined) throw new Refusal(`Box '${unknown.box}' was not packed`);
  const gone = shippedBoxes(fulfilment);
  const kept = fulfilment.ship.lines.filter((line) => line.boxes.some((box) => gone.has(box)));
  const left = [...packed].filter((box) => !gone.has(box));
  const Lines = [...kept.map(again), ...left.map((box) => toLine(world, sale, typed, box))];
  const AddTrackingNumbers = gone.size > 0;
  const request = { TaskID: fulfilment.taskId, Status: typed.status, Lines, AddTrackingNumbers };
  writeShip(world, task, request, 'replace');
}

function toLine(world: World, sale: SaleRecord, typed: HandShip, box: string): ShipLineRequest {
  const chosen = typed.boxes?.find((one) => one.box === box);
  const carrier = chosen?.carrier ?? typed.carrier ?? sale.carrier;
  return {
    ShipmentDate: isoNow(world).slice(0, 10),
    Carrier: carrier === '' ? DEFAULT_CARRIER : carrier,
    Box: box,
    TrackingNumber: chosen?.trackingNumber ?? '',
    IsShipped: typed.status === 'AUTHORISED' && (typed.boxes === undefined || chosen !== undefined),
  };
}

/**
 * Changes the tracking of one box's line, or of every line.
 * @throws {Refusal} where nothing is shipped or drafted: DEAR keeps no tracking before
 */
export function editTracking(world: World, sale: SaleRecord, typed: TrackingInput): void {
  const task: Task = taskPast(sale, 'ship', typed.fulfilment);
  const { ship, taskId } = task.fulfilment;
  const isMeant = (line: ShipLineRecord) => typed.box === undefined || line.boxes.includes(typed.box);
  if (!ship.lines.some(isMeant)) throw new Refusal(`${sale.orderNumber} has no shipment of that box`);
  const Lines = ship.lines.map((line) => {
    const { trackingNumber, carrier = line.carrier } = typed;
    return isMeant(line) ? again({ ...line, trackingNumber, carrier }) : again(line);
  });
  const Status = isAuthorised(ship.status) ? 'AUTHORISED' : 'DRAFT';
  writeShip(world, task, { TaskID: taskId, Status, Lines, AddTrackingNumbers: true }, 'replace');
}

function again(line: ShipLineRecord): ShipLineRequest {
  return {
    ShipmentDate: line.date,
    Carrier: line.carrier,
    Box: line.boxes.join(','),
    TrackingNumber: line.trackingNumber,
    IsShipped: line.isShipped,
  };
}
