import type { FulfillmentOrder } from './fulfillment-order.ts';
import { change } from './transitions.ts';

/** An operator has paused all writes to a connection's provider. */
export interface Pause {
  readonly connection: string;
  /** The operator's name. */
  readonly by: string;
  /** ISO UTC. */
  readonly since: string;
  /** The operator's reason; ''. */
  readonly why: string;
}

/** Each wait costs a receive, and a message that was received 500 times goes to the dead-letter queue. */
const MAX_WAIT_MS = 30 * 60_000;
const MIN_WAIT_MS = 60_000;

/**
 * How long a message of a paused connection waits, in ms: as long as the pause has lasted, so that work continues soon after a
 * short pause, and at most half an hour. At that pace 500 receives last for ten days.
 */
export function waitWhilePaused(pause: Pause, now: number): number {
  return Math.min(Math.max(now - Date.parse(pause.since), MIN_WAIT_MS), MAX_WAIT_MS);
}

/** Notes on the order why it waits, once for each pause. Returns the same order if it was noted. */
export function recordPaused(order: FulfillmentOrder, pause: Pause, now: number): FulfillmentOrder {
  const reason = `Waiting: ${pause.by} paused ${pause.connection} at ${pause.since}.`;
  if (order.reason === reason) return order;
  return change(order, now, { reason }, { by: pause.by, what: reason });
}
