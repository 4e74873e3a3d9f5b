import type { Clock } from '../domain/clock.ts';
import {
  after,
  type ConfirmationStep,
  claimConfirmation,
  needsConfirmation,
  nextConfirmationStep,
  recordConfirmationAbandoned,
  recordConfirmationRefused,
  recordConfirmed,
  releaseConfirmation,
  type Stages,
  stagesOf,
  untouchedStages,
} from '../domain/confirmation.ts';
import { AmbiguousWrite, neverArrived, Rejected } from '../domain/errors.ts';
import type { FulfillmentOrder } from '../domain/fulfillment-order.ts';
import { openTask } from '../domain/new-order.ts';
import {
  type PackedGoods,
  type PickedGoods,
  packLines,
  pickLines,
  type ShippedBox,
  shipLines,
} from '../domain/packing.ts';
import { isOrderAuthorised, isVoided, type Sale, type SaleFulfilment } from '../domain/sale.ts';
import type { LogEvent } from './log.ts';

export interface ConfirmShipmentNeeds {
  readonly dear: {
    readSale(saleId: string): Promise<Sale>;
    createFulfilment(saleId: string, reference: string): Promise<SaleFulfilment[]>;
    authorisePick(taskId: string, lines: readonly PickedGoods[], reference: string): Promise<void>;
    authorisePack(taskId: string, lines: readonly PackedGoods[], reference: string): Promise<void>;
    authoriseShip(taskId: string, lines: readonly ShippedBox[], reference: string): Promise<void>;
    addTrackingNumbers(taskId: string, lines: readonly ShippedBox[], reference: string): Promise<void>;
  };
  readonly orders: {
    read(reference: string): Promise<FulfillmentOrder | null>;
    save(order: FulfillmentOrder): Promise<void>;
    update(
      order: FulfillmentOrder,
      change: (order: FulfillmentOrder) => FulfillmentOrder,
    ): Promise<FulfillmentOrder>;
  };
  readonly now: Clock;
  readonly log: LogEvent;
}

/** Pick, pack, ship and one repetition of each after looking: more steps than this mean that DEAR and we disagree. */
const STEP_LIMIT = 8;

/**
 * Tells DEAR what left: pick, pack and ship, with the lines, boxes and tracking numbers of the packages.
 *
 * The common path reads nothing: DEAR refuses a stage that was authorised already, and that refusal is the guard. Only
 * after a refusal or a lost answer, or when an earlier attempt died, is the sale read and the next step decided from it.
 * @throws {UpstreamError} where DEAR could not be reached or an answer was lost twice; the message comes back
 */
export async function confirmShipment(reference: string, needs: ConfirmShipmentNeeds): Promise<void> {
  const order = await needs.orders.read(reference);
  if (order === null) throw new Error(`A message names ${reference}, which is not in the table`);
  if (!needsConfirmation(order))
    return needs.log('shipment.skipped', { reference, outcome: order.confirmation.state });

  const firstAttempt = order.confirmation.state === 'none';
  const claimed = claimConfirmation(order, needs.now());
  await needs.orders.save(claimed);
  const ending = await writeStages(claimed, firstAttempt, needs);
  const stored = await needs.orders.update(claimed, ending);
  needs.log('shipment.confirmed', {
    reference,
    saleOrderNumber: order.saleOrderNumber,
    outcome: stored.confirmation.state,
    attempt: stored.confirmation.attempt,
    packages: order.packages.length,
    trackingNumbers: stored.confirmation.trackingNumbers,
  });
}

/** How the attempt ended, as a change of the order. */
type Ending = (order: FulfillmentOrder) => FulfillmentOrder;

async function writeStages(
  order: FulfillmentOrder,
  firstAttempt: boolean,
  needs: ConfirmShipmentNeeds,
): Promise<Ending> {
  const look = () => readStages(order, needs);
  let stages = firstAttempt ? untouchedStages(order) : await look();
  let looked = firstAttempt ? '' : 'start';
  for (let count = 0; count < STEP_LIMIT; count += 1) {
    if (typeof stages === 'string') return abandon(stages, needs);
    const step = nextConfirmationStep(order, stages);
    if (step === 'confirmed') return (current) => recordConfirmed(current, needs.now());
    if (typeof step === 'object') return refuse(`DEAR cannot be told, because ${step.blocked}.`, needs);
    try {
      stages = await write(step, stages, order, needs);
    } catch (error) {
      if (!(error instanceof Rejected || error instanceof AmbiguousWrite)) {
        if (looked === '' && count === 0 && neverArrived(error)) await release(order, needs);
        throw error;
      }
      if (looked === step) {
        if (error instanceof Rejected) return refuse(error, needs);
        throw error;
      }
      stages = await look();
      looked = step;
    }
  }
  return refuse('DEAR takes each step and then shows it undone.', needs);
}

/** DEAR was never reached: the next attempt may begin as this one did, without a read. */
async function release(order: FulfillmentOrder, needs: ConfirmShipmentNeeds): Promise<void> {
  await needs.orders.update(order, (current) => releaseConfirmation(current, needs.now()));
}

const abandon =
  (why: string, { now }: ConfirmShipmentNeeds): Ending =>
  (order) =>
    recordConfirmationAbandoned(order, now(), why);
const refuse =
  (why: Rejected | string, { now }: ConfirmShipmentNeeds): Ending =>
  (order) =>
    recordConfirmationRefused(order, now(), why);

/** Where DEAR stands now, or a sentence why nothing may be written there any more. */
async function readStages(order: FulfillmentOrder, needs: ConfirmShipmentNeeds): Promise<Stages | string> {
  const sale = await needs.dear.readSale(order.saleId);
  if (isVoided(sale)) return 'The sale was voided after the goods had left.';
  if (!isOrderAuthorised(sale)) return 'The sale was undone after the goods had left.';
  const taskId = order.taskId === '' ? openTask(sale) : order.taskId;
  const fulfilment = sale.fulfilments.find((candidate) => candidate.taskId === taskId);
  return fulfilment === undefined ? { ...untouchedStages(order), taskId } : stagesOf(fulfilment);
}

async function write(
  step: Exclude<ConfirmationStep, object | 'confirmed'>,
  stages: Stages,
  order: FulfillmentOrder,
  { dear }: ConfirmShipmentNeeds,
): Promise<Stages> {
  const { taskId } = stages;
  const { reference } = order;
  switch (step) {
    case 'create-fulfilment':
      return newStages(await dear.createFulfilment(order.saleId, reference), order);
    case 'pick':
      await dear.authorisePick(taskId, pickLines(order), reference);
      break;
    case 'pack':
      await dear.authorisePack(taskId, packLines(order), reference);
      break;
    case 'ship':
      await dear.authoriseShip(taskId, shipLines(order, stages.boxes), reference);
      break;
    case 'add-tracking':
      await dear.addTrackingNumbers(taskId, shipLines(order, stages.boxes), reference);
      break;
  }
  return after(step, stages, order);
}

/** DEAR answers with every fulfilment of the sale; the new one is the one whose pick is open. */
function newStages(fulfilments: readonly SaleFulfilment[], order: FulfillmentOrder): Stages {
  const created = fulfilments.find(({ pick }) => ['NOT AVAILABLE', 'DRAFT'].includes(pick.status));
  return created === undefined ? untouchedStages(order) : stagesOf(created);
}
