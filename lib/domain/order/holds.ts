import type { FulfillmentOrder, Hold, HoldCause } from './fulfillment-order.ts';

type Held = Pick<FulfillmentOrder, 'hold' | 'holds' | 'reason'>;

/** Every cause that holds the order, the most important first. */
export function listHolds({ hold, holds = [], reason }: Held): readonly HoldCause[] {
  if (hold === '') return [];
  return holds[0]?.kind === hold ? holds : [{ kind: hold, why: reason }];
}

export function isHeldFor(order: Held, kind: Exclude<Hold, ''>): boolean {
  return listHolds(order).some((cause) => cause.kind === kind);
}

/** The fields of an order that is held for these causes. @param causes at least one */
export function toHeld(causes: readonly HoldCause[]) {
  return {
    status: 'On Hold',
    desired: 'held',
    hold: causes[0]?.kind ?? '',
    holds: causes,
    released: false,
    reason: causes.map(({ why }) => why).join(' '),
  } as const;
}

/** Causes that stay until a cut-over or a person ends them, with those that were decided anew, each kind once. */
export function joinCauses(before: readonly HoldCause[], decided: readonly HoldCause[]): HoldCause[] {
  const kept = before.filter(({ kind }) => decided.every((one) => one.kind !== kind));
  const all = [...kept, ...decided];
  return [...all.filter(isOfTakeover), ...all.filter((cause) => !isOfTakeover(cause))];
}

/** Whether only the cut-over or a person ends the cause. */
export function isOfTakeover({ kind }: HoldCause): boolean {
  return kind === 'shadow' || kind === 'takeover';
}

/** Causes that a person set and that only a person ends. */
export function isByHand({ kind }: HoldCause): boolean {
  return kind === 'person' || kind === 'edited';
}
