import { Rejected } from '../domain/errors.ts';
import { ActionRefused } from '../domain/order/allowed-actions.ts';
import {
  ACTION_OF_BULK,
  type BulkAct,
  type BulkOutcome,
  isActedOn,
  toActor,
} from '../domain/order/bulk-act.ts';
import type { LogEvent } from '../domain/ports/log.ts';
import { type PerformDeps, performAction } from './act-on-order.ts';

export interface CarryOutDeps extends Pick<PerformDeps, 'orders' | 'providerFor' | 'confirmations' | 'now'> {
  readonly bulkActs: {
    read(id: string): Promise<BulkAct | null>;
    hasOutcome(id: string, reference: string): Promise<boolean>;
    record(id: string, reference: string, outcome: Pick<BulkOutcome, 'state' | 'why'>): Promise<void>;
  };
  readonly log: LogEvent;
}

/**
 * Does to one order what a person did to many, and stores what became of it. Harmless however often it is called, and after a
 * crash at any point. The order is dispatched by the caller afterwards.
 * @throws {VersionConflict} the order was changed at the same moment
 * @throws {UpstreamError} its provider was not reached
 */
export async function carryOutBulkAct(reference: string, id: string, deps: CarryOutDeps): Promise<void> {
  const act = await deps.bulkActs.read(id);
  if (act === null || (await deps.bulkActs.hasOutcome(id, reference))) return;
  const outcome = await perform(reference, act, deps);
  await deps.bulkActs.record(id, reference, outcome);
  deps.log('bulkAct.carriedOut', { reference, act: id, action: act.action, outcome: outcome.state });
}

async function perform(
  reference: string,
  act: BulkAct,
  deps: CarryOutDeps,
): Promise<Pick<BulkOutcome, 'state' | 'why'>> {
  const action = ACTION_OF_BULK[act.action];
  const order = await deps.orders.read(reference);
  if (order === null || action === null) return { state: 'left-out', why: 'it is not there any more' };
  if (isActedOn(order, act)) return { state: 'done', why: order.reason };
  try {
    // The caller dispatches the order, and none of these actions gives goods back to its sale.
    const queues = { fulfillment: NOTHING, saleEvents: NOTHING };
    const { reason } = await performAction(
      order,
      action,
      toActor(act),
      { ...deps, ...queues },
      { note: act.note },
    );
    return { state: 'done', why: reason };
  } catch (error) {
    if (error instanceof ActionRefused) return { state: 'left-out', why: error.why };
    // Its words may be personal data, and outcomes are shown in lists.
    if (error instanceof Rejected) return { state: 'left-out', why: `${order.connection} refused it` };
    throw error;
  }
}

const NOTHING = { publish: async () => {} };
