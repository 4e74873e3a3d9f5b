import { describe, expect, it } from 'vitest';
import { AmbiguousWrite } from '../../lib/domain/errors.ts';
import { nextDispatchStep } from '../../lib/domain/order/transitions.ts';
import { line, sale } from '../builders/sale.ts';
import { World } from './world.ts';

/** The provider has the order; then a person edits the sale in DEAR. */
async function edited(): Promise<World> {
  const world = new World();
  await world.reconcile();
  await world.dispatch();
  const shippingAddress = {
    ...sale().shippingAddress,
    line1: '9 New Street',
    displayLine1: '9 New Street Flat 3',
  };
  world.dear.sale = { ...world.dear.sale, shippingAddress, lines: [line({ quantity: 5 })] };
  await world.reconcile();
  return world;
}

describe('a sale that changes while the provider has the order', () => {
  it('updates the order there, and the changed goods leave', async () => {
    const world = await edited();
    expect(world.fulfillment.messages).toHaveLength(2);
    await world.dispatch();
    expect(world.service.orders).toHaveLength(1);
    expect(world.service.orders[0]?.content).toMatchObject({
      shipTo: { line1: '9 New Street' },
      lines: [{ quantity: 5 }],
    });
    expect(await world.order()).toMatchObject({
      status: 'Shipped',
      lines: [{ sku: 'QUILL-01', quantity: 5 }],
    });
    expect(nextDispatchStep(await world.order())).toBe('nothing');
  });

  it('records the provider’s refusal if it is too late, and does not try again', async () => {
    const world = await edited();
    world.service.ship('order-1');
    await world.dispatch();
    const order = await world.order();
    expect(order.reason).toContain('lantern refused the change');
    expect(order.lines).toHaveLength(2);
    expect(order.log.at(-1)?.upstreamMessage).not.toBe('');
    expect(nextDispatchStep(order)).toBe('nothing');
  });

  it('records a refusal if the provider does not accept changes', async () => {
    const world = await edited();
    const { update: _, ...incapable } = world.provider;
    world.provider = incapable as typeof world.provider;
    await world.dispatch();
    expect((await world.order()).reason).toContain('Change it there by hand');
  });

  it('sends the change again after a lost answer', async () => {
    const world = await edited();
    world.service.meetNextWriteWith({ kind: 'lost answer' });
    await expect(world.dispatch()).rejects.toThrow(AmbiguousWrite);
    await world.dispatch();
    expect(world.service.orders[0]?.content.lines).toMatchObject([{ quantity: 5 }]);
    expect(nextDispatchStep(await world.order())).toBe('nothing');
  });

  const edit = async (world: World, quantity: number) => {
    world.dear.sale = { ...world.dear.sale, lines: [line({ quantity })] };
    await world.reconcile();
  };

  it.each([
    ['arrived', { kind: 'lost answer' } as const],
    ['never arrived', { kind: 'lost request' } as const],
  ])('sends a later change if the one before it %s and its answer was lost', async (_, trouble) => {
    const world = await edited();
    world.service.meetNextWriteWith(trouble);
    await expect(world.dispatch()).rejects.toThrow(AmbiguousWrite);
    await edit(world, 7);
    await world.dispatch();
    expect(world.service.orders[0]?.content.lines).toMatchObject([{ quantity: 7 }]);
    expect((await world.order()).submission.sentFingerprints).toEqual([]);
  });

  it('sends the change if the order was adopted, in its earlier form, after a lost answer', async () => {
    const world = new World();
    await world.reconcile();
    world.service.meetNextWriteWith({ kind: 'lost answer' });
    await expect(world.dispatch()).rejects.toThrow(AmbiguousWrite);
    await edit(world, 7).catch(() => {});
    for (let times = 0; times < 2; times += 1) {
      await world.dispatch();
      await world.reconcile();
    }
    await world.dispatch();
    expect(world.service.orders).toHaveLength(1);
    expect(world.service.orders[0]?.content.lines).toMatchObject([{ quantity: 7 }]);
    expect(await world.order()).toMatchObject({ lines: [{ quantity: 7 }] });
  });

  it('records a refusal if the provider has other goods than were sent, and changes nothing', async () => {
    const world = await edited();
    const [held] = world.service.orders;
    held!.content = { ...held!.content, lines: held!.content.lines.slice(0, 1) };
    await world.dispatch();
    expect(held!.content.lines).toHaveLength(1);
    const order = await world.order();
    expect(order.reason).toContain('Change it there by hand');
    expect(order.log.at(-1)?.upstreamMessage).toContain('others than it was given');
    expect(nextDispatchStep(order)).toBe('nothing');
  });
});
