import { describe, expect, it } from 'vitest';
import type { OperatedQueue } from '../../operator/operated-queue.ts';

export interface QueueUnderTest {
  readonly queue: OperatedQueue;
  park(body: string, group: string): Promise<void>;
  /** Bodies that stand in the queue itself. */
  waiting(): Promise<string[]>;
}

/** What the operator relies on, of SQS and of its stand-in. @param fresh an empty queue each time */
export function describeOperatedQueue(name: string, fresh: () => Promise<QueueUnderTest>): void {
  describe(`${name} as an operated queue`, () => {
    it('takes parked messages with their groups, hidden until they are given back', async () => {
      const { queue, park } = await fresh();
      await park('{"reference":"SO-1-1"}', 'SO-1-1');
      await park('{"reference":"SO-2-1"}', 'SO-2-1');
      const taken = await queue.takeParked();
      expect(taken.map(({ body, group }) => [body, group])).toEqual([
        ['{"reference":"SO-1-1"}', 'SO-1-1'],
        ['{"reference":"SO-2-1"}', 'SO-2-1'],
      ]);
      expect(Date.parse(taken[0]!.parkedAt)).toBeGreaterThan(0);
      expect(await queue.takeParked()).toEqual([]);
      for (const message of taken) await queue.giveBack(message);
      expect((await queue.takeParked()).map(({ id }) => id)).toEqual(taken.map(({ id }) => id));
    });

    it('counts parked messages, hidden or not', async () => {
      const { queue, park } = await fresh();
      expect(await queue.depth()).toEqual({ waiting: 0, hidden: 0, parked: 0 });
      await park('one', 'a');
      await park('two', 'b');
      await queue.takeParked();
      expect(await queue.depth()).toMatchObject({ parked: 2 });
    });

    it('moves a redriven message from the parked ones to its queue', async () => {
      const { queue, park, waiting } = await fresh();
      await park('one', 'a');
      const [message] = await queue.takeParked();
      await queue.redrive(message!);
      expect(await queue.depth()).toMatchObject({ waiting: 1, parked: 0 });
      expect(await waiting()).toEqual(['one']);
    });

    it('redrives equal messages each time, without deduplication', async () => {
      const { queue, park } = await fresh();
      await park('same', 'a');
      await park('same', 'b');
      for (const message of await queue.takeParked()) await queue.redrive(message);
      expect(await queue.depth()).toEqual({ waiting: 2, hidden: 0, parked: 0 });
    });
  });
}
