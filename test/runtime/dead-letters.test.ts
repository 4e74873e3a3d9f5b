import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { expect, it, onTestFinished } from 'vitest';
import { countMessages } from '../../lib/runtime/jobs.ts';
import { openTestQueues } from '../messaging/test-queues.ts';

it('counts the messages of all queues, received ones too', async () => {
  const { sqs, create, close } = await openTestQueues();
  onTestFinished(close);
  const [{ url }, empty] = [await create(), await create()];
  expect(await countMessages(sqs, [url, empty.url])).toBe(0);
  for (const id of ['one', 'two']) {
    const fifo = { MessageGroupId: id, MessageDeduplicationId: id };
    await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: id, ...fifo }));
  }
  await sqs.send(new ReceiveMessageCommand({ QueueUrl: url, VisibilityTimeout: 600 }));
  expect(await countMessages(sqs, [url, empty.url])).toBe(2);
});
