import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSettings } from '../../lib/settings/load.ts';
import { LambdaContainer } from '../../local/lambda/lambda-container.ts';
import { startSecretsManager } from '../../local/secrets-manager.ts';
import { copyFunctions } from '../builders/built-bridge.ts';

const TOKEN = 'a-token-of-this-test-0001';
/** No server listens there: a stopped queue. */
const CLOSED = 'http://127.0.0.1:9';

let directory: string;
let secrets: Awaited<ReturnType<typeof startSecretsManager>>;
let container: LambdaContainer;
const lines: string[] = [];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'receive-webhook-'));
  const settings = await loadSettings('bridge.config.example.ts');
  const dear = { ...settings.dear, webhookAddresses: [] };
  await copyFunctions(['receive-webhook'], directory, { ...settings, dear });
  secrets = await startSecretsManager(0, () => JSON.stringify({ current: TOKEN, previous: '' }));
  container = new LambdaContainer({
    functionName: 'receive-webhook',
    functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:receive-webhook',
    directory: join(directory, 'receive-webhook'),
    handler: 'index.handler',
    timeoutMs: 10_000,
    memoryMegabytes: 256,
    allowedHosts: [],
    environment: {
      WEBHOOK_SECRET_ID: 'webhook',
      CONNECTION_SECRET_PREFIX: 'connection/',
      SALE_EVENTS_QUEUE_URL: `${CLOSED}/000000000000/sale-events.fifo`,
      JOBS_QUEUE_URL: `${CLOSED}/000000000000/jobs.fifo`,
      POWERTOOLS_SERVICE_NAME: 'receive-webhook',
      POWERTOOLS_METRICS_NAMESPACE: 'test',
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_SQS: CLOSED,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
    },
    onLine: (line) => lines.push(line),
  });
});
afterAll(async () => {
  await container?.stop();
  await secrets?.close();
  rmSync(directory, { recursive: true, force: true });
});

function deliver(body: unknown, token = TOKEN): Promise<unknown> {
  const event: Partial<APIGatewayProxyEventV2> = {
    routeKey: 'POST /webhooks/dear',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
    isBase64Encoded: false,
    requestContext: { http: { sourceIp: '198.51.100.7' } } as APIGatewayProxyEventV2['requestContext'],
  };
  return container.invoke(event);
}

describe('the deployed bundle of receive-webhook', () => {
  it('answers 503 while the queue is stopped, so that DEAR comes back, and says what failed without any data', async () => {
    const sale = {
      EventType: 'Sale/OrderAuthorised',
      SaleID: '3c5b0e1a-7b61-4e0f-9d5c-2a77f0b1c9aa',
      CustomerName: 'Ines Marlowe',
    };
    expect(await deliver(sale)).toMatchObject({ statusCode: 503 });
    expect(lines.some((line) => line.includes('webhook.failed'))).toBe(true);
    expect(lines.join()).not.toContain('Marlowe');
  });

  it('refuses a wrong token before it needs the queue', async () => {
    expect(await deliver({}, 'wrong')).toMatchObject({ statusCode: 401 });
  });

  it('takes what is sent in base64', async () => {
    const event = {
      routeKey: 'POST /webhooks/dear',
      headers: { authorization: `Bearer ${TOKEN}` },
      body: Buffer.from('{"EventType":"Product/Updated"}').toString('base64'),
      isBase64Encoded: true,
      requestContext: { http: { sourceIp: '198.51.100.7' } },
    };
    expect(await container.invoke(event)).toMatchObject({ statusCode: 200 });
  });
});
