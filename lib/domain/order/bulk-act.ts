import { sumAll } from '../decimal.ts';
import { type Action, allowedActions } from './allowed-actions.ts';
import type { FulfillmentOrder } from './fulfillment-order.ts';
import { listHolds } from './holds.ts';
import { getReasons } from './order-summary.ts';
import { waitingFor } from './transitions.ts';

/** What a person may do to many orders at once. `look-again` reads their sales again. */
export const BULK_ACTIONS = ['release', 'process', 'retry', 'look-again', 'cancel', 'acknowledge'] as const;
export type BulkAction = (typeof BULK_ACTIONS)[number];

/** null: no action on the order itself. */
export const ACTION_OF_BULK: Readonly<Record<BulkAction, Action | null>> = {
  release: 'ship',
  process: 'process',
  retry: 'retry',
  'look-again': null,
  cancel: 'cancel',
  acknowledge: 'acknowledge',
};

/** One act of a person on many orders. */
export interface BulkAct {
  /** `B-` and hexadecimal digits. */
  readonly id: string;
  readonly action: BulkAction;
  /** The operator's name. */
  readonly by: string;
  /** What the person wrote about it; ''. May hold personal data. */
  readonly note: string;
  /** How the orders were chosen, in words, without personal data. */
  readonly about: string;
  /** The orders that it is done to. */
  readonly references: readonly string[];
  /** Orders that were chosen and to which it could not be done, when it was planned. */
  readonly leftOut: readonly LeftOutOrder[];
  /** ISO UTC. */
  readonly plannedAt: string;
  /** '' until the person said yes. */
  readonly startedAt: string;
}

/** What an act is about, as it was planned. No personal data. */
export interface BulkSummary extends Pick<BulkAct, 'id' | 'action' | 'by' | 'about' | 'plannedAt'> {
  readonly orders: number;
  /** Units of all their lines, in DEAR's units. */
  readonly pieces: number;
  /** Connection → orders. */
  readonly connections: Readonly<Record<string, number>>;
  /** Why they wait, the most frequent first. An order may wait for several reasons. */
  readonly causes: readonly BulkCause[];
}

export interface BulkCause {
  /** One of `REASONS`, as this version or another has them. */
  readonly reason: string;
  /** A sentence, where it is the same of all of them; ''. */
  readonly why: string;
  readonly orders: number;
}

/** @param orders that the act is done to */
export function summariseAct(act: BulkAct, orders: readonly FulfillmentOrder[]): BulkSummary {
  const { id, action, by, about, plannedAt } = act;
  const causes = orders.flatMap((order) =>
    getReasons(order).map((reason) => ({
      reason,
      why: listHolds(order).find(({ kind }) => kind === reason)?.why ?? order.reason,
    })),
  );
  const grouped = [...Map.groupBy(causes, ({ reason }) => reason)].map(([reason, some]) => {
    const [first = '', ...others] = new Set(some.map(({ why }) => why));
    return { reason, why: others.length === 0 ? first : '', orders: some.length };
  });
  const connections = [...Map.groupBy(orders, ({ connection }) => connection)];
  return {
    ...{ id, action, by, about, plannedAt },
    orders: orders.length,
    pieces: sumAll(orders.flatMap(({ lines }) => lines.map(({ quantity }) => quantity))),
    connections: Object.fromEntries(connections.map(([connection, some]) => [connection, some.length])),
    causes: grouped.sort((a, b) => b.orders - a.orders),
  };
}

/** The acts that can be done to one of the orders at least, if its service can do what it may be asked for. */
export function listPossibleActs(orders: readonly FulfillmentOrder[]): BulkAction[] {
  const able = { canCancel: true, canHold: true };
  const allowed = new Set(orders.flatMap((order) => allowedActions(order, able)));
  const waits = orders.some((order) => waitingFor(order) !== '');
  return BULK_ACTIONS.filter((bulk) => {
    const action = ACTION_OF_BULK[bulk];
    return action === null ? waits : allowed.has(action);
  });
}

export interface LeftOutOrder {
  readonly reference: string;
  /** The end of a sentence: why it could not be done. */
  readonly why: string;
}

/** What became of one order. */
export interface BulkOutcome extends LeftOutOrder {
  readonly state: 'done' | 'left-out';
  /** ISO UTC. */
  readonly at: string;
}

/** Under whose name the log of each order has it. */
export function toActor({ by, id }: Pick<BulkAct, 'by' | 'id'>): string {
  return `${by} (${id})`;
}

/** Whether the order has it already: its log says so, so that a message that comes twice does nothing. */
export function isActedOn({ log }: Pick<FulfillmentOrder, 'log'>, act: BulkAct): boolean {
  return log.some(({ by }) => by === toActor(act));
}
