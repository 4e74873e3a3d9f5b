import type { Clock } from '../domain/clock.ts';
import type { Connection } from '../domain/connection.ts';
import { nextDispatchStep } from '../domain/dispatch-step.ts';
import { Deferred } from '../domain/errors.ts';
import type { FulfillmentOrder, OrderContent, OrderedLine } from '../domain/fulfillment-order.ts';
import { type Pause, recordPaused, waitWhilePaused } from '../domain/pause.ts';
import type { Provider } from '../providers/provider.ts';
import { cancelOrder } from './cancel-order.ts';
import type { LogEvent } from './log.ts';
import { submitOrder } from './submit-order.ts';
import { updateOrder } from './update-order.ts';

export interface DispatchOrderNeeds {
  readonly orders: {
    read(reference: string): Promise<FulfillmentOrder | null>;
    readContent(order: FulfillmentOrder): Promise<OrderContent | null>;
    save(order: FulfillmentOrder): Promise<void>;
    update(
      order: FulfillmentOrder,
      change: (order: FulfillmentOrder) => FulfillmentOrder,
    ): Promise<FulfillmentOrder>;
  };
  /** What goes out in an amount that is no whole number at the provider, so that the stock sync knows of it. */
  readonly fractions: { note(connection: string, lines: readonly OrderedLine[]): Promise<void> };
  readonly pauses: { read(connection: string): Promise<Pause | null> };
  readonly providerFor: (connection: string) => Promise<Provider>;
  readonly connections: readonly Connection[];
  readonly confirmations: { publish(message: { reference: string }): Promise<void> };
  readonly now: Clock;
  readonly log: LogEvent;
  readonly count: (metric: 'CancelRefused') => void;
}

/**
 * Takes the one next step of an order at its provider. Whatever happens, at most one order exists there under our
 * reference: the intent is stored before the call, and an attempt that may have arrived is looked for before another.
 * @throws {Deferred} where it is too early to look, or the connection is paused; an order that needs nothing is not kept waiting
 * @throws {UpstreamError} where the provider could not be asked; the message comes back
 */
export async function dispatchOrder(reference: string, needs: DispatchOrderNeeds): Promise<void> {
  const order = await needs.orders.read(reference);
  if (order === null) throw new Error(`A message names ${reference}, which is not in the table`);
  const step = nextDispatchStep(order);
  if (step !== 'nothing') await waitForResume(order, needs);
  const after = await takeStep(step, order, needs);
  const shown = needs.connections.some(
    ({ id, statusAttribute }) => id === order.connection && statusAttribute !== '',
  );
  if (shown && after !== order) await needs.confirmations.publish({ reference });
  const cancelRefused = step === 'cancel' && after.cancellation.state === 'refused';
  if (cancelRefused) needs.count('CancelRefused');
  needs.log('order.dispatched', {
    reference,
    connection: order.connection,
    step,
    attempt: after.submission.attempt,
    before: `${order.status}/${order.submission.state}`,
    status: after.status,
    outcome: after.submission.state,
    cancelRefused,
    providerOrderId: after.submission.providerOrderId,
  });
}

/** One read for each write to a provider: a pause takes effect with the next order. */
async function waitForResume(order: FulfillmentOrder, needs: DispatchOrderNeeds): Promise<void> {
  const pause = await needs.pauses.read(order.connection);
  if (pause === null) return;
  const now = needs.now();
  const waiting = recordPaused(order, pause, now);
  if (waiting !== order) await needs.orders.save(waiting);
  throw new Deferred(`${order.connection} is paused`, waitWhilePaused(pause, now));
}

async function takeStep(
  step: ReturnType<typeof nextDispatchStep>,
  order: FulfillmentOrder,
  needs: DispatchOrderNeeds,
): Promise<FulfillmentOrder> {
  switch (step) {
    case 'submit':
      return submitOrder(order, needs);
    case 'update':
      return updateOrder(order, needs);
    case 'cancel':
      return cancelOrder(order, needs);
    case 'nothing':
      return order;
  }
}
