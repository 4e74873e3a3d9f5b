import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { startFauxqsEngine } from '../../../local/engines/fauxqs-engine.ts';
import type { Listener } from '../../../local/http/http-listener.ts';
import { getSqsClient } from '../../messaging/test-queues.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fauxqs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const attributes = { FifoQueue: 'true', VisibilityTimeout: '600' };
const urlAt = (engineUrl: string) => `${engineUrl}/000000000000/parcels.fifo`;

async function send(sqs: SQSClient, url: string, body: string, group: string): Promise<void> {
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: url,
      MessageBody: body,
      MessageGroupId: group,
      MessageDeduplicationId: body,
    }),
  );
}

async function receive(sqs: SQSClient, url: string) {
  const answer = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: url,
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['All'],
    }),
  );
  return answer.Messages ?? [];
}

describe('the SQS engine', () => {
  it('with a directory returns a message at once where its visibility is set to 0', async () => {
    const engine = await startFauxqsEngine(0, folder);
    const sqs = getSqsClient(engine.url);
    const url = urlAt(engine.url);
    await sqs.send(new CreateQueueCommand({ QueueName: 'parcels.fifo', Attributes: attributes }));
    await send(sqs, url, 'parcel', 'a');
    const [message] = await receive(sqs, url);
    await sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: url,
        ReceiptHandle: message?.ReceiptHandle,
        VisibilityTimeout: 0,
      }),
    );
    const [again] = await receive(sqs, url);
    expect(again).toMatchObject({ Body: 'parcel', Attributes: { ApproximateReceiveCount: '2' } });
    sqs.destroy();
    await engine.close();
  });

  it('keeps messages over a restart', async () => {
    for (const body of ['first', 'second', 'third']) {
      const engine = await startFauxqsEngine(0, folder);
      const sqs = getSqsClient(engine.url);
      await sqs.send(new CreateQueueCommand({ QueueName: 'parcels.fifo', Attributes: attributes }));
      await send(sqs, urlAt(engine.url), body, body);
      sqs.destroy();
      await engine.close();
    }
    const engine = await startFauxqsEngine(0, folder);
    const sqs = getSqsClient(engine.url);
    const messages = await receive(sqs, urlAt(engine.url));
    expect(messages.map(({ Body }) => Body)).toEqual(['first', 'second', 'third']);
    sqs.destroy();
    await engine.close();
  });

  it('keeps the objects of its buckets over a restart', async () => {
    const place = { Bucket: 'reports', Key: 'stock/a.csv' };
    const opened = async () => {
      const engine = await startFauxqsEngine(0, folder);
      const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
      const s3 = new S3Client({ endpoint: engine.url, region: 'us-east-1', credentials });
      onTestFinished(async () => {
        s3.destroy();
        await engine.close();
      });
      return { engine, s3 };
    };
    const before = await opened();
    await before.s3.send(new CreateBucketCommand({ Bucket: place.Bucket }));
    await before.s3.send(new PutObjectCommand({ ...place, Body: 'sku' }));
    await before.engine.close();
    const { Body } = await (await opened()).s3.send(new GetObjectCommand(place));
    expect(await Body?.transformToString()).toBe('sku');
  });

  it('cannot be reached from another machine', async () => {
    const engine = await startFauxqsEngine(0, null);
    const outside = Object.values(networkInterfaces())
      .flat()
      .find((address) => address?.internal === false && address.family === 'IPv4');
    const port = new URL(engine.url).port;
    if (outside !== undefined)
      await expect(fetch(`http://${outside.address}:${port}/health`)).rejects.toThrow();
    await expect(fetch(`http://127.0.0.1:${port}/health`)).resolves.toMatchObject({ ok: true });
    await engine.close();
  });

  it('names a port that another program uses', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    await expect(startFauxqsEngine(port, null)).rejects.toThrow(`Port ${port}, wanted for SQS, is in use`);
    other.close();
  });
});

describe('after a SIGKILL', () => {
  /** Runs the engine in a process of its own, so that it can be killed. */
  async function startProcess(): Promise<{ url: string; kill: () => Promise<void> }> {
    const module = new URL('../../../local/engines/fauxqs-engine.ts', import.meta.url).href;
    const script = `import { startFauxqsEngine } from ${JSON.stringify(module)};
      console.log((await startFauxqsEngine(0, ${JSON.stringify(folder)})).url);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(child.stdout, 'data');
    const kill = async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    };
    return { url: String(line).trim(), kill };
  }

  let engine: Listener | null = null;
  afterEach(async () => await engine?.close());

  it('keeps every message, its order and the visibility of messages in flight', async () => {
    const first = await startProcess();
    const before = getSqsClient(first.url);
    await before.send(new CreateQueueCommand({ QueueName: 'parcels.fifo', Attributes: attributes }));
    for (const body of ['a1', 'a2', 'a3']) await send(before, urlAt(first.url), body, 'a');
    await send(before, urlAt(first.url), 'b1', 'b');
    await send(before, urlAt(first.url), 'b2', 'b');
    const received = await receive(before, urlAt(first.url));
    expect(received.map(({ Body }) => Body)).toEqual(['a1', 'b1']);
    await before.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: urlAt(first.url),
        ReceiptHandle: received[1]?.ReceiptHandle,
        VisibilityTimeout: 0,
      }),
    );
    await first.kill();
    before.destroy();

    engine = await startFauxqsEngine(0, folder);
    const after = getSqsClient(engine.url);
    const url = urlAt(engine.url);
    // a1 is still hidden, and with it its group.
    const [b1, ...others] = await receive(after, url);
    expect(others).toEqual([]);
    expect(b1).toMatchObject({ Body: 'b1', Attributes: { ApproximateReceiveCount: '2' } });
    // The handle from before the kill is still good.
    await after.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: url,
        ReceiptHandle: received[0]?.ReceiptHandle,
        VisibilityTimeout: 0,
      }),
    );
    expect((await receive(after, url)).map(({ Body }) => Body)).toEqual(['a1']);
    const counted = await after.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['ApproximateNumberOfMessages'] }),
    );
    expect(counted.Attributes?.ApproximateNumberOfMessages).toBe('3');
    after.destroy();
  });
});
