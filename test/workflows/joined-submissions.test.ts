import { startShipStationV1Sandbox } from 'dear-sandbox/shipstation-v1';
import { describe, expect, it, onTestFinished } from 'vitest';
import { SETTLING_MS } from '../../lib/domain/order/submission.ts';
import { shipStationV1 } from '../../lib/providers/shipstation-v1/provider.ts';
import { createTurns } from '../../lib/runtime/turns.ts';
import { dispatchOrder } from '../../lib/workflows/dispatch-order.ts';
import { sale } from '../builders/sale.ts';
import { World } from './world.ts';

const PAIR = { apiKey: 'key', apiSecret: 'secret' };
const NUMBERS = ['SO-00042', 'SO-00043', 'SO-00044'];
const REFERENCES = NUMBERS.map((number) => `${number}-1`);
const callsPerMinute = 100_000;

/** Three new orders, and a service that is sent those of one batch in one call. */
async function planned() {
  const world = new World();
  const timeline = { now: () => world.now, after: () => () => {} };
  const sandbox = await startShipStationV1Sandbox({ port: 0, ...PAIR, timeline, callsPerMinute });
  const settings = { baseUrl: sandbox.url, storeId: 77002, tagIds: [], costCurrency: 'USD', callsPerMinute };
  const provider = shipStationV1({ system: 'lantern', settings, secret: PAIR, now: timeline.now });
  onTestFinished(async () => {
    await provider.close();
    await sandbox.close();
  });
  for (const orderNumber of NUMBERS) {
    world.dear.sale = sale({ orderNumber, id: `${orderNumber}-0000-4000-8000-000000000001` });
    await world.reconcile(world.event());
  }
  const turns = createTurns();
  const { orders, pauses, fractions, figures, labelFiles, connections, confirmations, takeovers, cursors } =
    world;
  const dispatch = (reference: string) =>
    dispatchOrder(reference, {
      ...{ orders, pauses, fractions, figures, labelFiles, connections, confirmations, takeovers, cursors },
      providerFor: async () => provider,
      now: timeline.now,
      log: () => {},
      count: () => {},
      inTurn: (work) => turns(() => true, work),
    });
  const call = async (path: string, body?: object): Promise<{ orders?: unknown[] }> => {
    const method = body === undefined ? 'GET' : 'POST';
    const request = { method, headers: { 'content-type': 'application/json' } };
    const answer = await fetch(`${sandbox.url}/sandbox/${path}`, {
      ...request,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return (await answer.json()) as { orders?: unknown[] };
  };
  return {
    world,
    dispatchAll: () => Promise.allSettled(REFERENCES.map(dispatch)),
    states: async () =>
      Promise.all(REFERENCES.map(async (reference) => (await world.order(reference)).submission.state)),
    writes: () => sandbox.calls().filter(({ method }) => method === 'POST').length,
    fault: (fields: object) => call('faults', fields),
    countOrders: async () => (await call('orders')).orders?.length,
  };
}

describe('orders of one batch', () => {
  it('are sent in one call, each with a claim and an id of its own', async () => {
    const { dispatchAll, states, writes, world } = await planned();
    await dispatchAll();
    expect(await states()).toEqual(['submitted', 'submitted', 'submitted']);
    expect(writes()).toBe(1);
    const ids = await Promise.all(
      REFERENCES.map(async (reference) => (await world.order(reference)).submission.providerOrderId),
    );
    expect(new Set(ids).size).toBe(3);
  });

  it.each([
    ['the answer has no verdict on some', { kind: 'missing-rows', rows: 2 }],
    ['the answer was lost', { kind: 'timeout-after', match: { method: 'POST' } }],
  ])('are looked up, not sent again, where %s', async (_, fault) => {
    const { dispatchAll, states, writes, world, countOrders, ...service } = await planned();
    await service.fault(fault);
    await dispatchAll();
    expect((await states()).filter((state) => state === 'unknown').length).toBeGreaterThan(1);
    world.now += 5_000;
    await dispatchAll();
    expect(await states()).toEqual(['submitted', 'submitted', 'submitted']);
    expect([writes(), await countOrders()]).toEqual([1, 3]);
  });

  it('are each sent alone after a call that never arrived', async () => {
    const { dispatchAll, states, writes, world, countOrders, ...service } = await planned();
    await service.fault({ kind: 'timeout-before', match: { method: 'POST' } });
    await dispatchAll();
    expect(await states()).toEqual(['unknown', 'unknown', 'unknown']);
    world.now += 5_000;
    await dispatchAll();
    expect([writes(), await countOrders()]).toEqual([1, 0]);
    world.now += SETTLING_MS;
    await dispatchAll();
    expect(await states()).toEqual(['submitted', 'submitted', 'submitted']);
    expect([writes(), await countOrders()]).toEqual([4, 3]);
  });
});
