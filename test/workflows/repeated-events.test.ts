import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Deferred } from '../../lib/domain/errors.ts';
import type { SaleEventMessage } from '../../lib/messaging/messages.ts';
import { World } from './world.ts';

const reads = (world: World) => world.dear.calls.filter((call) => call === 'read').length;
/** SQS hands out so many messages of a group at once. */
const BATCH = 10;

/** The messages of one sale, given to the workflow as SQS does: in order, again after a wait, by whole batches. */
async function workOff(world: World, waiting: SaleEventMessage[]): Promise<void> {
  for (let turns = 0; waiting.length > 0; turns += 1) {
    if (turns > 500) throw new Error('The messages are never finished with');
    world.now += 100;
    const batch = waiting.slice(0, BATCH);
    try {
      await world.reconcile(...batch);
      waiting.splice(0, batch.length);
    } catch (error) {
      if (!(error instanceof Deferred)) throw error;
      world.now += Math.ceil(error.afterMs / 1000) * 1000;
    }
  }
}

function received(world: World, event = 'Sale/OrderAuthorised', clockAheadMs = 0): SaleEventMessage {
  return world.event({ event, receivedAt: new Date(world.now + clockAheadMs).toISOString() });
}

describe('one webhook that comes 50 times', () => {
  it('costs two readings if all come at once', async () => {
    const world = new World();
    const first = received(world);
    const others = Array.from({ length: 49 }, () => received(world));
    await workOff(world, [first]);
    await workOff(world, others);
    expect(reads(world)).toBe(2);
  });

  it('costs no reading if they come from a stopped queue, minutes after the sale was read', async () => {
    const world = new World();
    const waiting = Array.from({ length: 50 }, () => received(world));
    world.now += 60_000;
    await workOff(world, [received(world)]);
    await workOff(world, waiting);
    expect(reads(world)).toBe(1);
  });

  it('is news each time if each comes after the reading for the one before', async () => {
    const world = new World();
    for (let time = 0; time < 3; time += 1) {
      await workOff(world, [received(world)]);
      world.now += 10_000;
    }
    expect(reads(world)).toBe(3);
  });
});

describe('an event that is not a webhook', () => {
  it.each(['operator', 'catalogue', 'sweep'])(
    '%s reads the sale whenever it was asked for',
    async (event) => {
      const world = new World();
      const asked = received(world, event);
      world.now += 60_000;
      await workOff(world, [received(world)]);
      await workOff(world, [asked]);
      expect(reads(world)).toBe(2);
    },
  );
});

describe('webhooks in any order of changes, receipts and readings, by clocks that differ', () => {
  it('never leave a change unread', async () => {
    const step = fc.record({
      does: fc.constantFrom<'change' | 'repeat' | 'look'>('change', 'repeat', 'look'),
      afterMs: fc.integer({ min: 0, max: 4_000 }),
    });
    const story = fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 25 }),
      fc.integer({ min: -1_900, max: 1_900 }),
      async (steps, clockAheadMs) => {
        const world = new World();
        const waiting = [received(world)];
        await workOff(world, waiting);
        for (const [index, { does, afterMs }] of steps.entries()) {
          world.now += afterMs;
          if (does === 'change') world.dear.sale = { ...world.dear.sale, phone: String(index) };
          if (does !== 'look') waiting.push(received(world, 'Sale/OrderAuthorised', clockAheadMs));
          else await workOff(world, waiting);
        }
        await workOff(world, waiting);
        const content = await world.orders.readContent(await world.order());
        expect(content?.phone).toBe(world.dear.sale.phone);
      },
    );
    await fc.assert(story, { numRuns: 150 });
  });
});
