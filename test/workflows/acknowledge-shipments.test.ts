import { describe, expect, it } from 'vitest';
import { Rejected, Unavailable } from '../../lib/domain/errors.ts';
import type { FulfillmentOrder } from '../../lib/domain/order/fulfillment-order.ts';
import type { AcknowledgesShipments, Provider } from '../../lib/providers/provider.ts';
import { acknowledgeShipments } from '../../lib/workflows/acknowledge-shipments.ts';
import { World } from './world.ts';

/** A bridge whose one order has left, and a provider that lists it until it is acknowledged. */
async function afterShipping(confirm: boolean, alsoListed: readonly string[] = []) {
  const world = new World();
  await world.reconcile();
  await world.dispatch();
  const number = world.service.ship('order-1');
  await world.collect();
  if (confirm) await world.confirm();
  const acknowledged: Array<[string, readonly string[]]> = [];
  let failure: Error | null = null;
  const capability: AcknowledgesShipments = {
    async *unacknowledged() {
      yield [
        { reference: 'SO-00042-1', trackingNumbers: [number, ...alsoListed] },
        { reference: 'SO-77777-1', trackingNumbers: ['OF-ANOTHER-APP'] },
      ].filter(({ reference }) => !acknowledged.some(([known]) => known === reference));
    },
    async acknowledge(...call) {
      if (failure !== null) throw failure;
      acknowledged.push(call);
    },
  };
  const log: string[] = [];
  const run = (provider: Provider = { ...world.provider, ...capability }) =>
    acknowledgeShipments({
      provider,
      connection: { id: 'lantern' },
      orders: world.orders,
      hasTime: () => true,
      log: (event) => log.push(event),
    });
  return {
    world,
    number,
    acknowledged,
    log,
    run,
    failWith: (error: Error | null) => {
      failure = error;
    },
  };
}

describe('acknowledging shipments', () => {
  it('tells the provider once DEAR shows the order, once, and of no other app’s order', async () => {
    const { run, number, acknowledged } = await afterShipping(true);
    expect(await run()).toBe(1);
    expect(acknowledged).toEqual([['SO-00042-1', [number]]]);
    expect(await run()).toBe(0);
  });

  it('waits for as long as DEAR does not show the order', async () => {
    const { run, world, acknowledged } = await afterShipping(false);
    expect(await run()).toBe(0);
    await world.confirm();
    expect(await run()).toBe(1);
    expect(acknowledged).toHaveLength(1);
  });

  it('waits where the provider has a parcel that the order does not have yet', async () => {
    const { run, world } = await afterShipping(true);
    await world.orders.update(await world.order(), (order: FulfillmentOrder) => ({
      ...order,
      packages: order.packages.map((box) => ({ ...box, trackingNumbers: ['CORRECTED-1'] })),
    }));
    expect(await run()).toBe(0);
  });

  it.each(['0000', 'n/a'])(
    'does not wait for %s, which staff enter where there is no number',
    async (none) => {
      const { run } = await afterShipping(true, [none]);
      expect(await run()).toBe(1);
    },
  );

  it('waits for each number of a field with several', async () => {
    const { run } = await afterShipping(true, ['1Z7, 1Z8']);
    expect(await run()).toBe(0);
  });

  it('does not wait for a text that is no tracking number, which is not stored as it is', async () => {
    const { run } = await afterShipping(true, ['left at the dock by Tom']);
    expect(await run()).toBe(1);
  });

  it('logs a refusal, and tries again next time', async () => {
    const { run, failWith, log } = await afterShipping(true);
    failWith(new Rejected({ system: 'lantern', operation: 'confirm shipments' }));
    expect(await run()).toBe(0);
    failWith(null);
    expect(await run()).toBe(1);
    expect(log).toEqual(['shipment.acknowledgementRefused']);
  });

  it('does not fail where the provider cannot be reached', async () => {
    const { run, failWith, log } = await afterShipping(true);
    failWith(new Unavailable({ system: 'lantern', operation: 'confirm shipments' }));
    expect(await run()).toBe(0);
    expect(log).toEqual(['shipments.notAcknowledged']);
  });

  it('does nothing for a provider that does not ask for it', async () => {
    const { run, world } = await afterShipping(true);
    expect(await run(world.provider)).toBe(0);
  });
});
