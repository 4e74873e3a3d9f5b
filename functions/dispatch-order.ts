import { orderMessage } from '../lib/messaging/messages.ts';
import { callsOfOrders } from '../lib/runtime/call-recorder.ts';
import { createProviders } from '../lib/runtime/provider-services.ts';
import { queueHandler } from '../lib/runtime/queue-handler.ts';
import { TIME_FOR_A_GROUP_MS } from '../lib/runtime/queue-worker.ts';
import { createServices } from '../lib/runtime/services.ts';
import { createTurns } from '../lib/runtime/turns.ts';
import { dispatchOrder } from '../lib/workflows/dispatch-order.ts';

// Once, at cold start.
const services = createServices('dispatch-order', 'sale', import.meta.url);
const { now, log, count } = services;
const { providerFor } = createProviders(services);

const deps = {
  orders: services.orders(),
  fractions: services.fractions(),
  pauses: services.pauses(),
  figures: services.figures(),
  confirmations: services.confirmations(),
  takeovers: services.takeovers(),
  cursors: services.cursors(),
  providerFor,
  labelFiles: services.labelFiles(),
  now,
  log,
  count,
};

const inTurn = createTurns();

/** Loaded when a person acts on many orders, which is seldom. */
async function carryOut(reference: string, act: string): Promise<void> {
  const { BulkActs } = await import('../lib/store/bulk-acts.ts');
  const { carryOutBulkAct } = await import('../lib/workflows/carry-out-bulk-act.ts');
  const bulkActs = new BulkActs(services.table(), now, services.settings.personalDataDays);
  await carryOutBulkAct(reference, act, { ...deps, bulkActs });
}

/** Called by SQS with fulfillment orders that have something to send to their provider. */
export const handler = queueHandler({
  schema: orderMessage,
  services,
  // Orders that can be sent in one call are; all others wait for each other.
  isParallel: true,
  // All messages of a group name the same order, which is dispatched once.
  process: async (messages, context) => {
    const [message] = messages;
    if (message === undefined) return;
    const { reference } = message;
    const hasTime = () => context.getRemainingTimeInMillis() >= TIME_FOR_A_GROUP_MS;
    const connections = await services.readConnections();
    const dispatch = async () => {
      for (const { act } of messages) if (act !== undefined) await carryOut(reference, act);
      await dispatchOrder(reference, { ...deps, connections, inTurn: (work) => inTurn(hasTime, work) });
    };
    await services.recordCalls(callsOfOrders([reference], deps), dispatch);
  },
});
