import type { FulfillmentOrder } from './fulfillment-order.ts';
import { change } from './transitions.ts';

/** An operator's word that nothing is to be written to a connection's provider for now. */
export interface Pause {
  readonly connection: string;
  /** Who paused it. */
  readonly by: string;
  /** ISO UTC. */
  readonly since: string;
  /** In the operator's words; ''. */
  readonly why: string;
}

/** So often at most: each look costs a receive, and a message that was received 500 times goes to the dead-letter queue. */
const MAX_WAIT_MS = 30 * 60_000;
const SHORTEST_WAIT_MS = 60_000;

/**
 * How long until a paused connection's message is looked at again, in ms: as long as the pause has lasted, so that after
 * a short pause work goes on soon, and at most half an hour. At that pace 500 receives last for ten days.
 */
export function waitWhilePaused(pause: Pause, now: number): number {
  return Math.min(Math.max(now - Date.parse(pause.since), SHORTEST_WAIT_MS), MAX_WAIT_MS);
}

/** Says on the order why it waits, once for each pause. Returns the order itself where it says so already. */
export function recordPaused(order: FulfillmentOrder, pause: Pause, now: number): FulfillmentOrder {
  const reason = `Waiting: ${pause.by} paused ${pause.connection} at ${pause.since}.`;
  if (order.reason === reason) return order;
  return change(order, now, { reason }, { by: pause.by, what: reason });
}
