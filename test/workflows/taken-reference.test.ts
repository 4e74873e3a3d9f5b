import { beforeEach, describe, expect, it } from 'vitest';
import { AmbiguousWrite, Deferred, REFERENCE_TAKEN } from '../../lib/domain/errors.ts';
import { allowedActions } from '../../lib/domain/order/allowed-actions.ts';
import { claimSubmission, SETTLING_MS } from '../../lib/domain/order/submission.ts';
import { waitingFor } from '../../lib/domain/order/transitions.ts';
import { World } from './world.ts';

const MINUTE_MS = 60_000;

describe('an order that the provider says it has, and does not show', () => {
  let world: World;
  let shown: World['provider'];

  beforeEach(async () => {
    world = new World();
    await world.reconcile();
    shown = world.provider;
    world.provider = { ...shown, find: async () => [] };
    world.service.meetNextWriteWith({ kind: 'lost answer' });
    await expect(world.dispatch()).rejects.toThrow(AmbiguousWrite);
    world.now += SETTLING_MS;
    await expect(world.dispatch()).rejects.toThrow(Deferred);
  });

  it('is not Failed, and its reason says that it waits to be found', async () => {
    const order = await world.order();
    expect(order).toMatchObject({ status: 'Queued', submission: { state: 'unknown', attempt: 2 } });
    expect(order.reason).toBe(
      'lantern reports that SO-00042-1 exists there, but does not list it yet; the bridge looks again.',
    );
    expect(waitingFor(order)).toBe('submission');
  });

  it('is looked up at growing intervals, is not sent again, and is noted once', async () => {
    const { attempt } = (await world.order()).submission;
    for (const [minutes, afterMs] of [
      [0, MINUTE_MS],
      [10, 10 * MINUTE_MS],
      [600, 30 * MINUTE_MS],
    ] as const) {
      world.now += minutes * MINUTE_MS;
      await expect(world.dispatch()).rejects.toMatchObject({ afterMs: expect.closeTo(afterMs, -6) });
    }
    const order = await world.order();
    expect(order).toMatchObject({ status: 'Queued', submission: { attempt } });
    expect(order.reason).toContain('Look for it there, and contact its support');
    await expect(world.dispatch()).rejects.toThrow(Deferred);
    expect((await world.order()).version).toBe(order.version);
  });

  it('is adopted once it is shown', async () => {
    world.provider = shown;
    world.now += 5 * MINUTE_MS;
    await world.dispatch();
    const { status, submission } = await world.order();
    expect({ status, state: submission.state }).toEqual({ status: 'Shipped', state: 'submitted' });
    expect(submission.takenSince).toBeUndefined();
    expect(world.service.orders).toHaveLength(1);
  });

  it('is not Cancelled while it is hidden, and is cancelled there once it is shown', async () => {
    world.dear.sale = { ...world.dear.sale, status: 'VOIDED' };
    await world.reconcile(world.event({ event: 'Sale/Voided' }));
    for (const minutes of [1, 30, 600]) {
      world.now += minutes * MINUTE_MS;
      await expect(world.dispatch()).rejects.toThrow(Deferred);
    }
    expect((await world.order()).status).not.toBe('Cancelled');
    world.provider = shown;
    await world.dispatch();
    expect(await world.order()).toMatchObject({ status: 'Cancelled', cancellation: { state: 'done' } });
    expect(world.service.orders[0]?.cancelled).toBe(true);
  });
});

it('an order that its provider says it has is no other one’s where the provider cannot tell', async () => {
  const world = new World();
  await world.reconcile();
  world.provider = { ...world.provider, find: async () => [] };
  Reflect.deleteProperty(world.provider, 'foreignOrders');
  world.service.meetNextWriteWith({ kind: 'refused', upstreamMessage: 'Taken.', code: REFERENCE_TAKEN });
  await expect(world.dispatch()).rejects.toThrow(Deferred);
  expect(await world.order()).toMatchObject({ status: 'Queued' });
});

describe('an order whose reference belongs to an order that is not ours', () => {
  let world: World;
  let others: string[];

  beforeEach(async () => {
    world = new World();
    await world.reconcile();
    others = ['x-7'];
    const { provider } = world;
    world.provider = {
      ...provider,
      find: async () => [],
      foreignOrders: async () => others,
    } as typeof provider;
  });

  /** The create is refused, because another order has the reference. */
  async function refused(): Promise<void> {
    world.service.meetNextWriteWith({ kind: 'refused', upstreamMessage: 'Taken.', code: REFERENCE_TAKEN });
    await expect(world.dispatch()).rejects.toThrow(Deferred);
  }

  it('fails at once, is on the list of failed orders, and its reason says what to do', async () => {
    await refused();
    const order = await world.order();
    expect(order).toMatchObject({ status: 'Failed', submission: { state: 'rejected', takenBy: ['x-7'] } });
    expect(waitingFor(order)).toBe('failed');
    expect(order.reason).toContain('(x-7)');
    expect(order.reason).toContain('Rename or delete the other order there');
  });

  it('is sent without a person once the other order is gone, and each event is noted once', async () => {
    await refused();
    world.now += 10 * MINUTE_MS;
    await refused();
    const notes = (await world.order()).log.filter(({ what }) => what.includes('x-7'));
    expect(notes).toHaveLength(1);
    others = [];
    world.now += 10 * MINUTE_MS;
    await world.dispatch();
    const { status, submission } = await world.order();
    expect(status).toBe('Shipped');
    expect(submission).not.toHaveProperty('takenBy');
    expect(world.service.orders).toHaveLength(1);
  });

  it('is not sent again at once if an attempt was interrupted, which counts as a lost answer', async () => {
    await refused();
    await world.orders.save(claimSubmission(await world.order(), world.now));
    others = [];
    await expect(world.dispatch()).rejects.toThrow(Deferred);
    world.now += SETTLING_MS;
    world.service.meetNextWriteWith({ kind: 'throttled', seconds: 1 });
    await expect(world.dispatch()).rejects.toThrow();
    expect((await world.order()).submission.answerLost).toBe(true);
  });

  it('is Cancelled if the sale is voided, because the provider cannot have our order', async () => {
    await refused();
    world.dear.sale = { ...world.dear.sale, status: 'VOIDED' };
    await world.reconcile(world.event({ event: 'Sale/Voided' }));
    expect((await world.order()).status).toBe('Cancelled');
  });

  it('is not Failed for an hour if an answer was lost, because the provider may have our order too', async () => {
    world.service.meetNextWriteWith({ kind: 'lost answer' });
    await expect(world.dispatch()).rejects.toThrow(AmbiguousWrite);
    world.now += SETTLING_MS;
    await refused();
    expect(await world.order()).toMatchObject({ status: 'Queued', submission: { state: 'unknown' } });
    world.now += 60 * MINUTE_MS;
    await expect(world.dispatch()).rejects.toThrow(Deferred);
    const order = await world.order();
    expect(order).toMatchObject({ status: 'Failed', submission: { state: 'unknown' } });
    expect(order.reason).toContain('An answer was lost: check there first that ours did not arrive.');
    expect(allowedActions(order, { canCancel: true })).toEqual(['retry', 'cancel']);
  });
});

describe('an order that was cancelled after an hour of not knowing whether the provider has it', () => {
  let world: World;

  beforeEach(async () => {
    world = new World();
    await world.reconcile();
    world.service.meetNextWriteWith({ kind: 'lost request' });
    await expect(world.dispatch()).rejects.toThrow(AmbiguousWrite);
    world.dear.sale = { ...world.dear.sale, status: 'VOIDED' };
    await world.reconcile(world.event({ event: 'Sale/Voided' }));
    await expect(world.dispatch()).rejects.toThrow(Deferred);
    world.now += 61 * MINUTE_MS;
    await expect(world.dispatch()).rejects.toThrow(Deferred);
  });

  it('asks a person to check at the provider, and allows only to void the order', async () => {
    const order = await world.order();
    expect(waitingFor(order)).toBe('cancel-refused');
    expect(allowedActions(order, { canCancel: true })).toEqual(['void']);
    expect(order.reason).toContain('void it here if it is missing');
  });

  it('ends when a person says that it is not there', async () => {
    await world.act('void');
    const order = await world.order();
    expect(order).toMatchObject({ status: 'Cancelled', cancellation: { state: 'done' } });
    await world.dispatch();
    expect((await world.order()).version).toBe(order.version);
  });

  it('does not block a new plan of the sale: authorised again, the sale is sent', async () => {
    world.dear.sale = { ...world.dear.sale, status: 'ORDERED' };
    await world.reconcile();
    await world.dispatch();
    expect((await world.order()).status).toBe('Shipped');
    expect(world.service.orders).toHaveLength(1);
  });
});
