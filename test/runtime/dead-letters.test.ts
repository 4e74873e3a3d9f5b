import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { countMessages } from '../../lib/runtime/jobs.ts';
import { type QueueFixture, startQueue } from '../local/engines/queue.fixture.ts';

let fixture: QueueFixture;
beforeAll(async () => {
  fixture = await startQueue();
});
afterAll(async () => {
  await fixture.close();
});

it('counts the messages of all queues, received ones too', async () => {
  const { sqs, queue } = fixture;
  const empty = queue.url.replace('parcels', 'dead');
  expect(await countMessages(sqs, [queue.url, empty])).toBe(0);
  await fixture.send('one', 'a');
  await fixture.send('two', 'b');
  await sqs.send(new ReceiveMessageCommand({ QueueUrl: queue.url, VisibilityTimeout: 60 }));
  expect(await countMessages(sqs, [queue.url, empty])).toBe(2);
});
