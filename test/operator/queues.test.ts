import { describe, expect, it } from 'vitest';
import { peekQueue, readQueueStatus, redriveAll, redriveSome, toQueueName } from '../../operator/queues.ts';
import { NotFound } from '../../operator/user-errors.ts';
import { InMemoryBridge } from '../fakes/in-memory-bridge.ts';

const ADA = { name: 'Ada' };

function withParked(count: number, group = (index: number) => `SO-${index}-1`): InMemoryBridge {
  const fake = new InMemoryBridge();
  for (let index = 1; index <= count; index += 1) fake.queues.fulfillment.park(`body ${index}`, group(index));
  return fake;
}

describe('parked messages', () => {
  it('are counted for each queue, with the safety of redriving them', async () => {
    const { bridge } = withParked(2);
    expect(await readQueueStatus(bridge)).toEqual([
      { queue: 'sale-events', waiting: 0, hidden: 0, parked: 0, redrive: 'looks' },
      { queue: 'fulfillment', waiting: 0, hidden: 0, parked: 2, redrive: 'writes' },
      { queue: 'confirmations', waiting: 0, hidden: 0, parked: 0, redrive: 'writes' },
      { queue: 'jobs', waiting: 0, hidden: 0, parked: 0, redrive: 'looks' },
      { queue: 'schedules', waiting: 0, hidden: 0, parked: 0, redrive: 'looks' },
    ]);
  });

  it('stay parked when they are peeked', async () => {
    const { bridge } = withParked(12);
    const bodies = async () => (await peekQueue(bridge, 'fulfillment', 11)).map(({ body }) => body);
    const first = await bodies();
    expect(first).toHaveLength(11);
    expect(await bodies()).toEqual(first);
  });

  it('are all redriven, however many share a group', async () => {
    const fake = withParked(35, (index) => `group-${index % 2}`);
    const counts: number[] = [];
    expect(await redriveAll(fake.bridge, 'fulfillment', ADA, (count) => counts.push(count))).toBe(35);
    expect(fake.queues.fulfillment.redriven).toHaveLength(35);
    expect(counts.at(-1)).toBe(35);
    expect(await fake.audit()).toEqual([
      { by: 'Ada', what: 'redrove all 35 messages', about: 'fulfillment' },
    ]);
  });

  it('are not redriven where they were parked after the beginning', async () => {
    const fake = withParked(1);
    const redriven = redriveAll(fake.bridge, 'fulfillment', ADA, () => {
      fake.now += 1_000;
      fake.queues.fulfillment.park('failed again', 'SO-1-1');
    });
    expect(await redriven).toBe(1);
    expect(await peekQueue(fake.bridge, 'fulfillment', 10)).toMatchObject([{ body: 'failed again' }]);
  });

  it('are redriven by id, and the others stay parked', async () => {
    const fake = withParked(3);
    const [, second] = await peekQueue(fake.bridge, 'fulfillment', 3);
    await redriveSome(fake.bridge, 'fulfillment', [second!.id], ADA);
    expect(fake.queues.fulfillment.redriven).toEqual(['body 2']);
    const left = await peekQueue(fake.bridge, 'fulfillment', 3);
    expect(left.map(({ body }) => body)).toEqual(['body 1', 'body 3']);
  });

  it('all stay parked where one of the ids is unknown', async () => {
    const fake = withParked(2);
    const [first] = await peekQueue(fake.bridge, 'fulfillment', 1);
    const redriven = redriveSome(fake.bridge, 'fulfillment', [first!.id, 'message-9'], ADA);
    await expect(redriven).rejects.toThrow('Not parked in fulfillment: message-9.');
    expect(fake.queues.fulfillment.redriven).toEqual([]);
    expect(await peekQueue(fake.bridge, 'fulfillment', 5)).toHaveLength(2);
  });

  it.each([
    [
      'all',
      (bridge: InMemoryBridge['bridge']) => redriveAll(bridge, 'fulfillment', ADA),
      'redrove 1 messages',
    ],
    [
      'some',
      (bridge: InMemoryBridge['bridge']) =>
        redriveSome(bridge, 'fulfillment', ['message-1', 'message-2'], ADA),
      'redrove message-1',
    ],
  ])('are recorded as far as they were sent, where sending %s fails halfway', async (_, redrive, what) => {
    const fake = withParked(2);
    const { fulfillment } = fake.queues;
    const send = fulfillment.redrive.bind(fulfillment);
    fulfillment.redrive = async (message) => {
      if (message.id === 'message-2') throw new Error('SQS is away');
      await send(message);
    };
    await expect(redrive(fake.bridge)).rejects.toThrow('SQS is away');
    expect(await fake.audit()).toEqual([{ by: 'Ada', what, about: 'fulfillment' }]);
  });

  it('of an unknown queue are refused', () => {
    expect(() => toQueueName('orders')).toThrow(NotFound);
  });

  it('leave no audit entry where there are none', async () => {
    const fake = new InMemoryBridge();
    expect(await redriveAll(fake.bridge, 'jobs', ADA)).toBe(0);
    expect(await fake.audit()).toEqual([]);
  });
});
