import { beforeEach, describe, expect, it } from 'vitest';
import { AmbiguousWrite, Deferred } from '../../lib/domain/errors.ts';
import { SETTLING_MS } from '../../lib/domain/submission.ts';
import { waitingFor } from '../../lib/domain/waiting.ts';
import { World } from './world.ts';

const MINUTE_MS = 60_000;

describe('an order that the provider says it has and does not show', () => {
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

  it('is not Failed and waits to be found, in words', async () => {
    const order = await world.order();
    expect(order).toMatchObject({ status: 'Queued', submission: { state: 'unknown', attempt: 2 } });
    expect(order.reason).toBe(
      'lantern says that SO-00042-1 is taken there, and does not show it yet; it is looked for again.',
    );
    expect(waitingFor(order)).toBe('submission');
  });

  it('is looked for ever less often, is not sent again, and says so once', async () => {
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
    expect(order.reason).toContain('Look for it there by hand');
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
