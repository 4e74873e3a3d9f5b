import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseSettings } from '../../lib/settings/define-config.ts';
import type { JudgedCall } from '../../local/engines/access.ts';
import { type Host, type HostOptions, startHost } from '../../local/host.ts';
import { sampleTemplate } from './template/template.fixture.ts';

const settings = parseSettings(
  {
    dear: { baseUrl: 'sandbox' },
    connections: [
      {
        id: 'north',
        provider: 'shipstation-v2',
        baseUrl: 'sandbox',
        location: 'North',
        warehouseId: 'se-1001',
      },
    ],
  },
  'test',
);

/** Uses all three AWS clients as a deployed function does: with nothing but its environment to go by. */
const HANDLER = `
  import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
  import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
  import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
  const { PARCELS_URL, TABLE } = process.env;
  const sqs = new SQSClient({}), table = new DynamoDBClient({}), secrets = new SecretsManagerClient({});
  export const handler = async (event) => event.Records ? await store(event) : await receive(event);
  async function receive(event) {
    const secret = await secrets.send(new GetSecretValueCommand({ SecretId: 'acme-local/webhook' }));
    if (event.headers.authorization !== 'Bearer ' + JSON.parse(secret.SecretString).current) return { statusCode: 401 };
    const message = { QueueUrl: PARCELS_URL, MessageBody: event.body, MessageGroupId: event.pathParameters.carrier };
    await sqs.send(new SendMessageCommand(message));
    return { statusCode: 202 };
  }
  async function store({ Records }) {
    for (const { body, attributes } of Records) {
      const item = { pk: { S: JSON.parse(body).parcel }, carrier: { S: attributes.MessageGroupId } };
      await table.send(new PutItemCommand({ TableName: TABLE, Item: item }));
      console.log(JSON.stringify({ level: 'INFO', message: 'parcel.stored', parcel: JSON.parse(body).parcel }));
      console.log(JSON.stringify({ _aws: { CloudWatchMetrics: [{ Metrics: [{ Name: 'Stored' }] }] }, Stored: 1 }));
    }
    return { batchItemFailures: [] };
  }`;

let folder: string;
const hosts: Host[] = [];
const heard = new Map<string, () => void>();

/** Resolves when a function has logged that it stored the parcel. */
const stored = (parcel: string) => new Promise<void>((resolve) => heard.set(parcel, resolve));

async function start(changes: Partial<HostOptions> = {}): Promise<Host> {
  const host = await startHost({
    settings,
    stateDirectory: join(folder, '.local'),
    name: 'acme',
    onEvent: ({ parcel }) => heard.get(String(parcel))?.(),
    build: async () => ({
      template: sampleTemplate(),
      functions: { 'acme-worker': { directory: join(folder, 'worker'), handler: 'index.handler' } },
    }),
    ...changes,
  });
  hosts.push(host);
  return host;
}

async function post(host: Host, parcel: string, token: unknown): Promise<number> {
  const answer = await fetch(`${host.urls.api}/parcels/blue`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ parcel }),
  });
  return answer.status;
}

const getToken = (host: Host) => Object(host.secrets['acme-local/webhook']).current;

async function toItem(host: Host, parcel: string) {
  const command = new GetItemCommand({ TableName: host.tableName, Key: { pk: { S: parcel } } });
  return (await host.clients.dynamoDb.send(command)).Item;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'host-'));
  await build({
    stdin: { contents: HANDLER, resolveDir: fileURLToPath(new URL('../..', import.meta.url)) },
    outfile: join(folder, 'worker', 'index.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Stopping twice does nothing the second time. */
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.stop()));
});

describe('a host', () => {
  it('passes a request through a function, a queue and a table, and keeps its state over a restart', async () => {
    const first = await start();
    const firstStored = stored('P-1');
    expect(await post(first, 'P-1', getToken(first))).toBe(202);
    await firstStored;
    expect(await toItem(first, 'P-1')).toEqual({ pk: { S: 'P-1' }, carrier: { S: 'blue' } });
    await expect.poll(() => first.metrics()).toEqual({ Stored: 1 });
    await first.stop();

    const second = await start();
    expect(getToken(second)).toBe(getToken(first));
    expect(await toItem(second, 'P-1')).toBeDefined();
    expect(await second.depths()).toEqual({ parcels: { waiting: 0, hidden: 0, dead: 0 } });
    await second.stop();
  });

  it('refuses a function what its role does not allow, and says so', async () => {
    const lines: string[] = [];
    const calls: JudgedCall[] = [];
    const onLine = (line: string) => void lines.push(line);
    const host = await start({ stateDirectory: null, onLine, onCall: (call) => calls.push(call) });
    // The role may put parcels whose key begins with P- only.
    await host.send('parcels', { parcel: 'L-1' }, 'red');
    const refused =
      'acme-local-WorkerRole may not dynamodb:PutItem arn:aws:dynamodb:us-east-1:000000000000:table/acme';
    await expect.poll(() => lines.join('\n')).toContain(refused);
    expect(await toItem(host, 'L-1')).toBeUndefined();
    const made = calls.filter(({ action }) => action === 'sqs:ReceiveMessage');
    expect(made.every(({ role, isAllowed }) => role === 'acme-local-WorkerRole' && isAllowed)).toBe(true);
    expect(made.length).toBeGreaterThan(0);
    await host.stop();
  });

  it('sends to a queue by its name and refuses an unknown name', async () => {
    const host = await start({ stateDirectory: null });
    const second = stored('P-2');
    await host.send('parcels', { parcel: 'P-2' }, 'red');
    await second;
    expect(await toItem(host, 'P-2')).toMatchObject({ carrier: { S: 'red' } });
    await expect(host.send('letters', {})).rejects.toThrow('no queue letters, only parcels');
    expect(await post(host, 'P-3', 'wrong')).toBe(401);
    await host.stop();
  });

  it('closes everything where it cannot start', async () => {
    const running = await start();
    const port = Number(new URL(running.urls.api).port);
    const ports = { api: port, dear: 0, provider: 0, sqs: 0, dynamoDb: 0, secrets: 0, console: 0 };
    await expect(start({ stateDirectory: join(folder, 'other'), ports })).rejects.toThrow(`Port ${port}`);
    await running.stop();
    const again = await start({ stateDirectory: join(folder, 'other') });
    await again.stop();
  });

  it('answers 502 at the console’s address where the stack is not a bridge', async () => {
    const terminal = vi.spyOn(console, 'error').mockImplementation(() => {});
    const running = await start();
    const answer = await fetch(running.urls.console);
    expect(answer.status).toBe(502);
    expect(await answer.text()).toContain('terminal of `npm start`');
    expect(terminal).toHaveBeenCalled();
    await running.stop();
    terminal.mockRestore();
  });

  it('refuses an engine on another machine', async () => {
    const endpoint = 'http://emulator.example:4566';
    await expect(start({ stateDirectory: null, endpoint })).rejects.toThrow(
      'emulator.example:4566, another machine',
    );
  });
});
