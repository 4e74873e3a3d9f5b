import { isoTime } from './clock.ts';
import { Rejected } from './errors.ts';
import type { Confirmation, FulfillmentOrder } from './fulfillment-order.ts';
import { boxesOf, trackingNumbersOf } from './packing.ts';
import type { SaleFulfilment } from './sale.ts';
import { stillToShip } from './shipment.ts';
import { change } from './transitions.ts';

/** What has to be written to DEAR next, so that it shows what the provider did. */
export type ConfirmationStep =
  | 'create-fulfilment'
  | 'pick'
  | 'pack'
  | 'ship'
  | 'add-tracking'
  | 'confirmed'
  | { readonly blocked: string };

/** How far DEAR has a fulfilment. */
export interface Stages {
  readonly taskId: string;
  readonly pick: string;
  readonly pack: string;
  readonly ship: string;
  /** Names of the boxes that DEAR knows from the pack. */
  readonly boxes: readonly string[];
  readonly trackingNumbers: readonly string[];
}

/** What we may assume before the first write: the write's own refusal tells us if it is wrong, and saves a read. */
export function untouchedStages(order: FulfillmentOrder): Stages {
  return {
    taskId: order.taskId,
    pick: 'NOT AVAILABLE',
    pack: 'NOT AVAILABLE',
    ship: 'NOT AVAILABLE',
    boxes: [],
    trackingNumbers: [],
  };
}

export function stagesOf(fulfilment: SaleFulfilment): Stages {
  return {
    taskId: fulfilment.taskId,
    pick: fulfilment.pick.status,
    pack: fulfilment.pack.status,
    ship: fulfilment.ship.status,
    boxes: [...new Set(fulfilment.pack.lines.map((line) => line.box).filter((box) => box !== ''))],
    trackingNumbers: fulfilment.ship.lines.flatMap((line) => line.trackingNumbers),
  };
}

/** A package is told to DEAR once all of the order has left, and never for goods that the sale no longer wants. */
export function needsConfirmation(order: FulfillmentOrder): boolean {
  const open = order.confirmation.state === 'none' || order.confirmation.state === 'claimed';
  return (
    open && order.desired !== 'cancelled' && order.packages.length > 0 && stillToShip(order).length === 0
  );
}

export function nextConfirmationStep(order: FulfillmentOrder, stages: Stages): ConfirmationStep {
  if (stages.taskId === '') return 'create-fulfilment';
  if ([stages.pick, stages.pack, stages.ship].includes('VOIDED'))
    return { blocked: 'its fulfilment is voided in DEAR' };
  if (stages.ship === 'AUTHORISED') return lacksTracking(order, stages) ? 'add-tracking' : 'confirmed';
  if (stages.pack === 'AUTHORISED') return 'ship';
  return stages.pick === 'AUTHORISED' ? 'pack' : 'pick';
}

function lacksTracking(order: FulfillmentOrder, stages: Stages): boolean {
  return trackingNumbersOf(order.packages).some((number) => !stages.trackingNumbers.includes(number));
}

/** The stages as they are once the step has been answered with success. */
export function after(step: ConfirmationStep, stages: Stages, order: FulfillmentOrder): Stages {
  if (step === 'pick') return { ...stages, pick: 'AUTHORISED' };
  if (step === 'pack')
    return { ...stages, pack: 'AUTHORISED', boxes: boxesOf(order).map(({ name }) => name) };
  if (step !== 'ship' && step !== 'add-tracking') return stages;
  return { ...stages, ship: 'AUTHORISED', trackingNumbers: trackingNumbersOf(order.packages) };
}

export function claimConfirmation(order: FulfillmentOrder, now: number): FulfillmentOrder {
  const attempt = order.confirmation.attempt + 1;
  return change(order, now, { confirmation: confirmation(order, 'claimed', now, attempt) }, null);
}

/** Nothing was written: no attempt is spent. */
export function releaseConfirmation(order: FulfillmentOrder, now: number): FulfillmentOrder {
  return change(
    order,
    now,
    { confirmation: confirmation(order, 'none', now, order.confirmation.attempt - 1) },
    null,
  );
}

export function recordConfirmed(order: FulfillmentOrder, now: number): FulfillmentOrder {
  const what = `DEAR shows it picked, packed and shipped: ${trackingNumbersOf(order.packages).join(', ') || 'no tracking number'}.`;
  const patch = {
    confirmation: confirmation(order, 'confirmed', now),
    reason: 'Shipped, and confirmed to DEAR.',
  };
  return change(order, now, patch, { by: 'DEAR', what });
}

/** @param why DEAR's refusal, or what keeps us from writing */
export function recordConfirmationRefused(
  order: FulfillmentOrder,
  now: number,
  why: Rejected | string,
): FulfillmentOrder {
  const words = why instanceof Rejected ? (why.details.words ?? why.message) : why;
  const reason =
    'It has left, but DEAR does not take the confirmation. Correct the sale in DEAR, then confirm again.';
  const patch = { confirmation: confirmation(order, 'refused', now), reason };
  return change(order, now, patch, { by: 'DEAR', what: reason, words });
}

/** The sale was voided or undone after the goods had left: tracking stays in the log and DEAR is not written to. */
export function recordConfirmationAbandoned(
  order: FulfillmentOrder,
  now: number,
  why: string,
): FulfillmentOrder {
  const patch = { confirmation: confirmation(order, 'abandoned', now), reason: why };
  return change(order, now, patch, { by: 'DEAR', what: `${why} Nothing more is written to it.` });
}

function confirmation(
  order: FulfillmentOrder,
  state: Confirmation['state'],
  now: number,
  attempt = order.confirmation.attempt,
): Confirmation {
  return { state, attempt, trackingNumbers: trackingNumbersOf(order.packages), at: isoTime(now) };
}
