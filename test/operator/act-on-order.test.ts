import { describe, expect, it } from 'vitest';
import { ActionRefused } from '../../lib/domain/order/allowed-actions.ts';
import { actOnOrder } from '../../lib/workflows/act-on-order.ts';
import { connection } from '../builders/connection.ts';
import { sale } from '../builders/sale.ts';
import { World } from '../workflows/world.ts';

function acting(world: World) {
  const { orders, fulfillment, confirmations, saleEvents } = world;
  return {
    orders,
    fulfillment,
    confirmations,
    saleEvents,
    abilities: { canCancel: true },
    now: () => world.now,
  };
}

describe('an action of an operator', () => {
  it('edits and releases a held order, which is sent as edited', async () => {
    const world = new World(sale({ shippingAddress: { ...sale().shippingAddress, line1: '' } }));
    await world.reconcile();
    expect(await world.order()).toMatchObject({ status: 'On Hold', hold: 'address' });
    expect(world.fulfillment.messages).toEqual([]);
    await actOnOrder('SO-00042-1', 'edit', 'Ada', acting(world), { shipTo: { line1: '9 New Street' } });
    await actOnOrder('SO-00042-1', 'ship', 'Ada', acting(world));
    expect(world.fulfillment.messages).toEqual([{ reference: 'SO-00042-1' }]);
    await world.dispatch();
    expect(world.service.orders[0]?.content.shipTo.line1).toBe('9 New Street');
  });

  it('processes an order that waits for a person', async () => {
    const world = new World();
    world.connections = [connection({ release: 'manual' })];
    await world.reconcile();
    await world.dispatch();
    expect(world.service.orders).toEqual([]);
    await actOnOrder('SO-00042-1', 'process', 'Ada', acting(world));
    await world.dispatch();
    expect(world.service.orders).toHaveLength(1);
  });

  it('cancels an order at its provider, and the sale makes no new order', async () => {
    const world = new World();
    await world.reconcile();
    await world.dispatch();
    await actOnOrder('SO-00042-1', 'cancel', 'Ada', acting(world));
    await world.dispatch();
    await world.reconcile();
    expect(await world.order()).toMatchObject({ status: 'Cancelled' });
    expect(world.service.orders.map(({ cancelled }) => cancelled)).toEqual([true]);
  });

  it('leaves the order active where the provider refuses its cancellation', async () => {
    const world = new World();
    await world.reconcile();
    await world.dispatch();
    await actOnOrder('SO-00042-1', 'cancel', 'Ada', acting(world));
    world.service.ship('order-1');
    await world.dispatch();
    expect(await world.order()).toMatchObject({ status: 'Shipped', desired: 'fulfilled' });
    await world.collect();
    await world.confirm();
    expect((await world.order()).confirmation.state).toBe('confirmed');
  });

  it('is refused with the reason where the status does not allow it', async () => {
    const world = new World();
    await world.reconcile();
    await expect(actOnOrder('SO-00042-1', 'retry', 'Ada', acting(world))).rejects.toThrow(ActionRefused);
    await expect(actOnOrder('SO-404-1', 'void', 'Ada', acting(world))).rejects.toThrow('SO-404-1');
  });
});
