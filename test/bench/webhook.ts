import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import * as z from 'zod';
import { bundleFunctions } from '../../lib/infra/bundle-functions.ts';
import { loadSettings } from '../../lib/settings/load.ts';
import { listen } from '../../local/http/http-listener.ts';
import { LambdaContainer } from '../../local/lambda/lambda-container.ts';
import { startSecretsManager } from '../../local/secrets-manager.ts';
import { copyFunctions } from '../builders/built-bridge.ts';
import type { Metrics } from './bench.ts';

const TOKEN = 'a-token-of-the-bench';
const ROUNDS = 7;
const A_ROUND = 300;

/**
 * CPU time of a webhook in the receiver, as a multiple of its floor: a bare handler that does one `SendMessage` in the same kind
 * of container. Medians of rounds of each in turn, after one to warm up.
 */
export async function webhook(isQuick: boolean): Promise<Metrics> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-webhook-'));
  const queue = await startQueue();
  const secrets = await startSecretsManager(0, () => JSON.stringify({ current: TOKEN, previous: '' }));
  const endpoints = { sqs: queue.url, secrets: secrets.url };
  await bundleBoth(directory);
  const [receiver, floor] = [
    startContainer(directory, 'receive-webhook', endpoints),
    startContainer(directory, 'webhook-floor', endpoints),
  ];
  try {
    const [ours, bare]: number[][] = [[], []];
    for (let round = 0; round <= (isQuick ? 3 : ROUNDS); round += 1) {
      const times = [await receiver.measure(), await floor.measure()] as const;
      if (round === 0) continue;
      ours?.push(times[0]);
      bare?.push(times[1]);
    }
    const [own, least] = [median(ours ?? []), median(bare ?? [])];
    return {
      'receiver / one SendMessage': rounded(own / least),
      'receiver: CPU ms': rounded(own),
      'floor: CPU ms': rounded(least),
      'messages of a webhook': rounded(queue.received() / (2 * A_ROUND * (ours?.length ?? 0) + 2 * A_ROUND)),
    };
  } finally {
    await Promise.all([receiver.stop(), floor.stop(), queue.close(), secrets.close()]);
    rmSync(directory, { recursive: true });
  }
}

async function bundleBoth(directory: string): Promise<void> {
  const settings = await loadSettings('bridge.config.example.ts');
  const own = { ...settings, dear: { ...settings.dear, webhookAddresses: [] } };
  await bundleFunctions({
    entriesDirectory: 'test/bench/webhook',
    names: ['webhook-floor'],
    outdir: directory,
    settings,
  });
  await copyFunctions(['receive-webhook'], directory, own);
}

const sent = z.object({ MessageBody: z.string() });

/** Answers `SendMessage` as SQS does, without keeping anything. */
async function startQueue() {
  let received = 0;
  const answer = async (request: IncomingMessage) => {
    received += 1;
    const { MessageBody } = sent.parse(await json(request));
    const digest = createHash('md5').update(MessageBody).digest('hex');
    return JSON.stringify({ MessageId: `message-${received}`, MD5OfMessageBody: digest });
  };
  const { url, close } = await listen(
    (request, response) => {
      answer(request).then(
        (body) => response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(body),
        () => response.writeHead(500).end(),
      );
    },
    0,
    'the queue of the bench',
  );
  return { url, close, received: () => received };
}

function startContainer(
  directory: string,
  name: string,
  endpoints: { readonly sqs: string; readonly secrets: string },
) {
  let cpuMs = 0;
  let serial = 0;
  const container = new LambdaContainer({
    functionName: name,
    functionArn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
    directory: join(directory, name),
    handler: 'index.handler',
    timeoutMs: 60_000,
    memoryMegabytes: 256,
    allowedHosts: [],
    environment: {
      WEBHOOK_SECRET_ID: 'webhook',
      CONNECTION_SECRET_PREFIX: 'connection/',
      SALE_EVENTS_QUEUE_URL: `${endpoints.sqs}/000000000000/sale-events.fifo`,
      JOBS_QUEUE_URL: `${endpoints.sqs}/000000000000/jobs.fifo`,
      POWERTOOLS_SERVICE_NAME: name,
      POWERTOOLS_METRICS_NAMESPACE: 'bench',
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_SQS: endpoints.sqs,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secrets,
    },
    onLine: () => {},
    onReport: (report) => {
      cpuMs += report.cpuMs;
    },
  });
  const deliver = async () => {
    serial += 1;
    const body = JSON.stringify({
      EventType: 'Sale/OrderAuthorised',
      SaleID: `${String(serial).padStart(8, '0')}-7b61-4e0f-9d5c-2a77f0b1c9aa`,
    });
    const answer = await container.invoke({
      routeKey: 'POST /webhooks/dear',
      headers: { authorization: `Bearer ${TOKEN}` },
      body,
      isBase64Encoded: false,
      requestContext: { http: { sourceIp: '198.51.100.7' } },
    });
    if (Object(answer).statusCode !== 202) throw new Error(`${name} answered ${JSON.stringify(answer)}`);
  };
  return {
    /** CPU ms of a webhook. */
    measure: async () => {
      cpuMs = 0;
      for (let index = 0; index < A_ROUND; index += 1) await deliver();
      return cpuMs / A_ROUND;
    },
    stop: () => container.stop(),
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
