import { describe, expect, it } from 'vitest';
import { AmbiguousWrite, CancellationPending, Deferred, Throttled } from '../../lib/domain/errors.ts';
import { SETTLING_MS } from '../../lib/domain/order/submission.ts';
import { waitingFor } from '../../lib/domain/order/transitions.ts';
import { World } from './world.ts';

async function planned(): Promise<World> {
  const world = new World();
  await world.reconcile();
  return world;
}

/** Sent, without an answer, and not at the provider. */
async function notYetThere(): Promise<World> {
  const world = await planned();
  const alive = world.provider;
  world.provider = {
    ...alive,
    submit: async () => {
      throw new AmbiguousWrite({ system: 'lantern', operation: 'create' });
    },
  };
  await expect(world.dispatch()).rejects.toThrow(AmbiguousWrite);
  world.provider = alive;
  return world;
}

/** Undone in DEAR after the provider has the order. */
async function withdrawn(): Promise<World> {
  const world = await planned();
  await world.dispatch();
  world.dear.sale = { ...world.dear.sale, orderStatus: 'DRAFT' };
  await world.reconcile(world.event({ event: 'Sale/Undo' }));
  return world;
}

const MINUTE_MS = 60_000;

it('tells the provider that an order is sent again only where an earlier attempt may have reached it', async () => {
  const world = await planned();
  const { submit } = world.provider;
  const told: unknown[] = [];
  const answers = [new AmbiguousWrite({ system: 'lantern', operation: 'create' }), null];
  world.provider = {
    ...world.provider,
    submit: async (content, isRepeated) => {
      told.push(isRepeated);
      const failure = answers.shift();
      if (failure) throw failure;
      return submit(content);
    },
  };
  await expect(world.dispatch()).rejects.toThrow(AmbiguousWrite);
  world.now += SETTLING_MS;
  await world.dispatch();
  expect(told).toEqual([false, true]);
});

describe('an order of which the provider took a part only', () => {
  it('is accepted, and its log says what was not taken', async () => {
    const world = await planned();
    const { submit } = world.provider;
    world.provider = {
      ...world.provider,
      submit: async (content) => ({ ...(await submit(content)), remarks: ['The tag is missing.'] }),
    };
    await world.dispatch();
    const { status, reason, log } = await world.order();
    expect({ status, reason }).toEqual({
      status: 'Shipped',
      reason: 'lantern accepted it as order-1 and is processing it.',
    });
    expect(log.at(-1)?.what).toBe(`${reason} The tag is missing.`);
  });
});

describe('a paused connection', () => {
  const pause = (world: World, since = world.now) =>
    world.pauses.begin({
      connection: 'lantern',
      by: 'Ada',
      since: new Date(since).toISOString(),
      why: '',
    });

  it('receives no call: the order waits, and this is noted once', async () => {
    const world = await planned();
    await pause(world);
    await expect(world.dispatch()).rejects.toThrow('lantern is paused');
    await expect(world.dispatch()).rejects.toThrow(Deferred);
    expect(world.service.orders).toEqual([]);
    const { reason, log } = await world.order();
    expect(reason).toBe(`Waiting: Ada paused lantern at ${new Date(world.now).toISOString()}.`);
    expect(log.filter(({ what }) => what === reason)).toHaveLength(1);
  });

  it.each([
    ['a minute at first', 0, MINUTE_MS],
    ['as long as the pause has lasted', 10 * MINUTE_MS, 10 * MINUTE_MS],
    ['half an hour at most, so that ten days of pause dead-letter nothing', 600 * MINUTE_MS, 30 * MINUTE_MS],
  ])('is checked again after %s', async (_, lasted, afterMs) => {
    const world = await planned();
    await pause(world, world.now - lasted);
    await expect(world.dispatch()).rejects.toMatchObject({ afterMs });
  });

  it('continues once it is resumed', async () => {
    const world = await planned();
    await pause(world);
    await expect(world.dispatch()).rejects.toThrow(Deferred);
    await world.pauses.end('lantern');
    await world.dispatch();
    expect(await world.order()).toMatchObject({ status: 'Shipped' });
  });

  it('does not delay an order without a step, and costs one read for each write', async () => {
    const world = await planned();
    const before = world.table.readUnits;
    await world.dispatch();
    const forOneWrite = world.table.readUnits - before;
    await pause(world);
    await expect(world.dispatch()).resolves.toBeUndefined();
    // The order, its content, the pause, and whether the table was restored.
    expect(forOneWrite).toBe(4);
  });

  it('does not delay other connections', async () => {
    const world = await planned();
    await world.pauses.begin({
      connection: 'elsewhere',
      by: 'Ada',
      since: '2026-02-03T00:00:00.000Z',
      why: '',
    });
    await world.dispatch();
    expect(world.service.orders).toHaveLength(1);
  });
});

describe('submitting an order', () => {
  it('records what the provider accepted', async () => {
    const world = await planned();
    await world.dispatch();
    expect(world.service.orders).toHaveLength(1);
    expect(await world.order()).toMatchObject({
      status: 'Shipped',
      submission: { state: 'submitted', attempt: 1, providerOrderId: 'order-1' },
      reason: 'lantern accepted it as order-1 and is processing it.',
    });
    const { reason, log } = await world.order();
    expect(log.at(-1)?.what).toBe(reason);
  });

  it('does nothing the second time', async () => {
    const world = await planned();
    await world.dispatch();
    await world.dispatch();
    expect(world.service.orders).toHaveLength(1);
  });

  it('adopts an order whose answer was lost, and never sends it twice', async () => {
    const world = await planned();
    world.service.meetNextWriteWith({ kind: 'lost answer' });
    await expect(world.dispatch()).rejects.toThrow(AmbiguousWrite);
    expect(await world.order()).toMatchObject({
      status: 'Queued',
      submission: { state: 'unknown', attempt: 1 },
    });
    await world.dispatch();
    expect(world.service.orders).toHaveLength(1);
    expect(await world.order()).toMatchObject({ status: 'Shipped', submission: { state: 'submitted' } });
  });

  it('adopts an order whose process died', async () => {
    const world = await planned();
    const alive = world.provider;
    world.provider = {
      ...alive,
      submit: async (order) => {
        await alive.submit(order);
        throw new Error('killed');
      },
    };
    await expect(world.dispatch()).rejects.toThrow('killed');
    world.provider = alive;
    await world.dispatch();
    expect(world.service.orders).toHaveLength(1);
    expect((await world.order()).log.at(-1)?.what).toContain('an earlier attempt had arrived');
  });

  it('waits for the settling time of an attempt before it sends again', async () => {
    const world = await notYetThere();
    await expect(world.dispatch()).rejects.toThrow(Deferred);
    expect(world.service.orders).toHaveLength(0);
    world.now += SETTLING_MS;
    await world.dispatch();
    expect(world.service.orders).toHaveLength(1);
    expect((await world.order()).submission).toMatchObject({ state: 'submitted', attempt: 2 });
  });

  it('counts no attempt if the provider was not reached', async () => {
    const world = await planned();
    world.service.meetNextWriteWith({ kind: 'throttled', seconds: 9 });
    await expect(world.dispatch()).rejects.toThrow(Throttled);
    expect((await world.order()).submission).toMatchObject({ state: 'none', attempt: 0 });
    await world.dispatch();
    expect((await world.order()).submission).toMatchObject({ state: 'submitted', attempt: 1 });
  });

  it('records a refusal with the provider’s message, and ends', async () => {
    const world = await planned();
    world.service.meetNextWriteWith({ kind: 'refused', upstreamMessage: 'No such SKU: WAX-02' });
    await world.dispatch();
    const order = await world.order();
    expect(order).toMatchObject({ status: 'Failed', submission: { state: 'rejected' } });
    expect(order.log.at(-1)).toMatchObject({ by: 'lantern', upstreamMessage: 'No such SKU: WAX-02' });
  });

  it('does not send an order that was cancelled at the provider', async () => {
    const world = await planned();
    world.service.meetNextWriteWith({ kind: 'lost answer' });
    await expect(world.dispatch()).rejects.toThrow(AmbiguousWrite);
    await world.provider.cancel('order-1', 'SO-00042-1');
    await world.dispatch();
    expect(await world.order()).toMatchObject({ status: 'Cancelled' });
    expect(world.service.orders).toHaveLength(1);
  });

  it('leaves two orders under one reference to a person', async () => {
    const world = await planned();
    world.service.meetNextWriteWith({ kind: 'lost answer' });
    await expect(world.dispatch()).rejects.toThrow(AmbiguousWrite);
    world.service.orders.push({ ...world.service.orders[0]!, id: 'order-9' });
    await world.dispatch();
    expect(await world.order()).toMatchObject({
      status: 'Failed',
      reason: expect.stringContaining('order-1, order-9'),
    });
  });

  it('does not send an order whose content has expired, and says what to do', async () => {
    const world = await planned();
    world.now += 91 * 86_400_000;
    await world.dispatch();
    expect(world.service.orders).toHaveLength(0);
    expect((await world.order()).reason).toContain('expired');
  });
});

describe('withdrawing an order', () => {
  it('cancels it at the provider', async () => {
    const world = await withdrawn();
    await world.dispatch();
    expect(world.service.orders[0]?.cancelled).toBe(true);
    expect(await world.order()).toMatchObject({ status: 'Cancelled', cancellation: { state: 'done' } });
  });

  it('says that it is not acknowledged, where the service is only told at its next call', async () => {
    const world = await withdrawn();
    world.provider = { ...world.provider, cancel: async () => 'unacknowledged' as const };
    await world.dispatch();
    const order = await world.order();
    expect(order).toMatchObject({ status: 'Cancelled', cancellation: { state: 'done' } });
    const where = `${order.connection} has the order and reads the cancellation at its next call, without an acknowledgement: look there whether it is cancelled.`;
    expect(order.reason).toContain(where);
    expect(order.log.at(-1)?.what).toBe(`Cancelled at ${order.connection}. ${where}`);
  });

  it('records the provider’s refusal if it is too late', async () => {
    const world = await withdrawn();
    world.service.ship('order-1');
    await world.dispatch();
    const order = await world.order();
    expect(order).toMatchObject({ status: 'Shipped', cancellation: { state: 'refused' } });
    expect(order.log.at(-1)?.upstreamMessage).toBe('It is too late.');
    expect(world.counted).toEqual(['CancelRefused']);
    await world.dispatch();
    expect((await world.order()).version).toBe(order.version);
  });

  it('records a refusal if the provider cannot cancel orders', async () => {
    const world = await withdrawn();
    const { cancel: _, ...incapable } = world.provider;
    world.provider = incapable as typeof world.provider;
    await world.dispatch();
    expect(await world.order()).toMatchObject({ status: 'Shipped', cancellation: { state: 'refused' } });
  });

  it('asks a person only after an hour where the provider has not carried the request out', async () => {
    const world = await withdrawn();
    const { provider } = world;
    const upstreamMessage = 'The warehouse has not answered.';
    const details = { system: 'lantern', operation: 'cancel order', upstreamMessage };
    world.provider = { ...provider, cancel: () => Promise.reject(new CancellationPending(details)) };
    await expect(world.dispatch()).rejects.toThrow(Deferred);
    world.now += 59 * 60_000;
    await expect(world.dispatch()).rejects.toThrow(Deferred);
    expect(await world.order()).toMatchObject({ cancellation: { state: 'claimed' } });
    world.now += 60_000;
    await world.dispatch();
    const order = await world.order();
    expect(order).toMatchObject({ cancellation: { state: 'refused' } });
    expect(order.log.at(-1)?.upstreamMessage).toBe(upstreamMessage);
    expect(world.counted).toEqual(['CancelRefused']);
  });

  it('continues where it was interrupted', async () => {
    const world = await withdrawn();
    world.service.meetNextWriteWith({ kind: 'lost answer' });
    await expect(world.dispatch()).rejects.toThrow(AmbiguousWrite);
    expect((await world.order()).cancellation.state).toBe('claimed');
    await world.dispatch();
    expect(await world.order()).toMatchObject({ status: 'Cancelled' });
  });

  it('does not end without a person if the order may have landed and is not shown', async () => {
    const world = await notYetThere();
    world.dear.sale = { ...world.dear.sale, status: 'VOIDED' };
    await world.reconcile(world.event({ event: 'Sale/Voided' }));
    await expect(world.dispatch()).rejects.toThrow(Deferred);
    world.now += SETTLING_MS;
    await expect(world.dispatch()).rejects.toThrow(Deferred);
    world.now += 24 * 60 * MINUTE_MS;
    await expect(world.dispatch()).rejects.toThrow(Deferred);
    const order = await world.order();
    expect(order).toMatchObject({ status: 'Queued', cancellation: { state: 'unknown' } });
    expect(waitingFor(order)).toBe('cancel-refused');
    expect(world.counted.filter((name) => name === 'CancelRefused')).toHaveLength(1);
    await expect(world.dispatch()).rejects.toMatchObject({ afterMs: 30 * MINUTE_MS });
    expect(world.counted.filter((name) => name === 'CancelRefused')).toHaveLength(1);
    expect((await world.order()).version).toBe(order.version);
  });
});

it('a message for an order that is not stored is an error', async () => {
  await expect(new World().dispatch('SO-404-1')).rejects.toThrow('SO-404-1');
});
