import { fingerprintOf } from './fingerprint.ts';
import type { FulfillmentOrder, OrderContent } from './fulfillment-order.ts';
import { openTask, orderedLines, startOf } from './new-order.ts';
import type { PlanningInput } from './plan.ts';
import { canMove, change } from './transitions.ts';

/**
 * The sale no longer wants the order: voided, undone, moved. Whatever never reached the provider ends here; the rest is
 * left to the dispatcher, which asks the provider. Goods that have left are only noted.
 */
export function withdraw(order: FulfillmentOrder, why: string, { by, now }: PlanningInput): FulfillmentOrder {
  if (order.desired === 'cancelled' || !canMove(order.status, 'Cancelled')) return order;
  if (order.packages.length > 0) {
    const reason = `${why} Its goods had already left: call them back, or keep the sale.`;
    return change(order, now, { desired: 'cancelled', reason }, { by, what: reason });
  }
  const untouched = order.submission.state === 'none' || order.submission.state === 'rejected';
  const status = untouched ? ('Cancelled' as const) : order.status;
  return change(order, now, { desired: 'cancelled', status, reason: why }, { by, what: why });
}

/** The sale wants the order, perhaps again, perhaps changed. The same order comes back where nothing is different. */
export function replan(
  order: FulfillmentOrder,
  content: OrderContent,
  input: PlanningInput,
): FulfillmentOrder {
  const wanted = order.desired === 'cancelled' ? wantAgain(order, input) : order;
  const fingerprint = fingerprintOf(content);
  if (fingerprint === wanted.fingerprint) return wanted;
  return isSent(wanted)
    ? noteLateChange(wanted, fingerprint, input)
    : startAfresh(wanted, content, fingerprint, input);
}

/** Undone and authorised again before anything was cancelled, or after the provider refused to cancel. */
function wantAgain(order: FulfillmentOrder, { sale, by, now }: PlanningInput): FulfillmentOrder {
  const shipped = order.packages.length > 0;
  const reason = shipped
    ? 'Authorised again after its goods had left: nothing is sent a second time, and DEAR is not written to.'
    : 'Authorised again; the order stands as it was.';
  if (shipped) return order.reason === reason ? order : change(order, now, { reason }, { by, what: reason });
  const desired = order.status === 'On Hold' ? ('held' as const) : ('fulfilled' as const);
  const cancellation = { state: 'none', at: '' } as const;
  return change(order, now, { desired, cancellation, reason, taskId: openTask(sale) }, { by, what: reason });
}

function isSent(order: FulfillmentOrder): boolean {
  return ['claimed', 'submitted', 'unknown'].includes(order.submission.state) || order.packages.length > 0;
}

function noteLateChange(
  order: FulfillmentOrder,
  fingerprint: string,
  { by, now }: PlanningInput,
): FulfillmentOrder {
  const reason = `The sale changed in DEAR after ${order.connection} had the order, which still stands there as first sent. Change it there by hand.`;
  return change(order, now, { fingerprint, reason }, { by, what: reason });
}

function startAfresh(
  order: FulfillmentOrder,
  content: OrderContent,
  fingerprint: string,
  { sale, by, now }: PlanningInput,
): FulfillmentOrder {
  const start = startOf(content);
  const submission = { ...order.submission, state: 'none' } as const;
  const patch = { ...start, fingerprint, submission, lines: orderedLines(content), taskId: openTask(sale) };
  return change(order, now, patch, { by, what: `The sale changed. ${start.reason}` });
}
