import type { Action } from './allowed-actions.ts';
import type { FulfillmentOrder } from './fulfillment-order.ts';

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
