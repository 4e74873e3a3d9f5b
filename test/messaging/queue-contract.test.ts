import { randomUUID } from 'node:crypto';
import {
  ChangeMessageVisibilityCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestQueues, type TestQueues } from './test-queues.ts';

let queues: TestQueues;
beforeAll(async () => {
  queues = await openTestQueues();
});
afterAll(() => queues.close());

async function openQueue() {
  const { url: QueueUrl } = await queues.create({ VisibilityTimeout: '600' });
  return {
    send: async (body: string, group: string, deduplication: string = randomUUID()) => {
      const ids = { MessageGroupId: group, MessageDeduplicationId: deduplication };
      await queues.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body, ...ids }));
    },
    receive: async (): Promise<Message[]> => {
      const wanted = { MaxNumberOfMessages: 10, MessageSystemAttributeNames: ['All' as const] };
      return (await queues.sqs.send(new ReceiveMessageCommand({ QueueUrl, ...wanted }))).Messages ?? [];
    },
    show: async ({ ReceiptHandle }: Message) => {
      await queues.sqs.send(
        new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }),
      );
    },
  };
}

const toBodies = (messages: readonly Message[]) => messages.map(({ Body }) => Body);

/** What the bridge relies on, of SQS and of the engine that stands in for it. */
describe('a queue', () => {
  it('gives a message back at once where its visibility is set to 0', async () => {
    const { send, receive, show } = await openQueue();
    await send('parcel', 'a');
    const [message] = await receive();
    await show(message ?? {});
    const [again] = await receive();
    expect(again).toMatchObject({ Body: 'parcel', Attributes: { ApproximateReceiveCount: '2' } });
  });

  it('holds back the rest of a group while one of its messages is in work, and no other group', async () => {
    const { send, receive, show } = await openQueue();
    await send('a1', 'a');
    const [first] = await receive();
    await send('a2', 'a');
    await send('b1', 'b');
    expect(toBodies(await receive())).toEqual(['b1']);
    await show(first ?? {});
    expect(toBodies(await receive())[0]).toBe('a1');
  });

  it('takes a message once for each deduplication id', async () => {
    const { send, receive } = await openQueue();
    await send('one', 'a', 'same');
    await send('two', 'b', 'same');
    await send('three', 'c', 'another');
    expect(toBodies(await receive())).toEqual(['one', 'three']);
  });

  describe('accepts', () => {
    async function getOutcome(body: string, group: string, deduplication?: string): Promise<string> {
      const { send, receive } = await openQueue();
      try {
        await send(body, group, deduplication);
      } catch (error) {
        return error instanceof Error ? error.name : '';
      }
      return (await receive())[0]?.Body ?? '';
    }

    it.each([
      ['an emoji', 'SO-📦'],
      ['letters of any script', 'SO-日本-é-ß'],
      ['tabs and line ends', 'a\tb\r\nc'],
      ['the last characters before and after the surrogates', '\ud7ff\ue000\ufffd'],
    ])('%s, which come back as they were sent', async (_, body) => {
      expect(await getOutcome(body, 'a')).toBe(body);
    });

    it.each(['\ufffe', '\uffff', '\u0000', '\u0008', '\u001f'])(
      'no body with the character %j',
      async (body) => {
        expect(await getOutcome(`SO-${body}`, 'a')).toBe('InvalidMessageContents');
      },
    );

    it.each([
      ['a blank', 'SO 1'],
      ['a letter that is not of ASCII', 'SO-é'],
      ['an emoji', '📦'],
      ['129 characters', 'a'.repeat(129)],
    ])('no id of a group or a deduplication with %s', async (_, id) => {
      expect(await getOutcome('body', id)).toBe('InvalidParameterValue');
      expect(await getOutcome('body', 'a', id)).toBe('InvalidParameterValue');
    });

    it('all punctuation in a group’s id', async () => {
      const id = String.fromCharCode(...Array.from({ length: 94 }, (_, index) => 33 + index));
      expect(await getOutcome('body', id)).toBe('body');
    });
  });
});
