import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { bundleFunctions } from '../../../lib/infra/bundle-functions.ts';
import { dearSecret } from '../../../lib/runtime/secrets.ts';
import { loadSettings } from '../../../lib/settings/load.ts';
import { OWNER } from '../../../local/engines/access.ts';
import type { Host } from '../../../local/host.ts';
import { functionEnvironment } from '../../../local/lambda/functions.ts';
import { LambdaContainer } from '../../../local/lambda/lambda-container.ts';
import type { FloorEvent } from './floor.ts';

/** What the workers ask for. The pollers of queues are the host's own. */
const OPERATIONS = ['GetItem', 'PutItem', 'UpdateItem', 'Query', 'SendMessage', 'GetSecretValue', 'http'];
/** Of each operation in a round. */
const TIMES = 150;
const WARM_UP_ROUNDS = 3;
const QUEUE = 'bench-floor.fifo';
const DEFINITION = {
  name: 'floor',
  handler: 'index.handler',
  timeoutSeconds: 300,
  memoryMegabytes: 256,
  environment: {},
  reservedConcurrency: null,
  role: OWNER,
};

export interface Floor {
  /** CPU ms that the container needs for so many requests of each operation. */
  measure(requests: ReadonlyMap<string, number>): Promise<number>;
  stop(): Promise<void>;
}

/** A container that makes the same requests of the host's engines and sandboxes without any rules, warmed up. */
export async function startFloor(host: Host): Promise<Floor> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-floor-'));
  let cpuMs = 0;
  const container = await startContainer(host, directory, (ms) => {
    cpuMs = ms;
  });
  const event = await eventFor(host);
  const measure = async (requests: ReadonlyMap<string, number>) => {
    let sum = 0;
    for (const operation of OPERATIONS) {
      await container.invoke({ ...event, operation, times: TIMES });
      sum += (cpuMs / TIMES) * (requests.get(operation) ?? 0);
    }
    return sum;
  };
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) await measure(new Map());
  return {
    measure,
    stop: async () => {
      await container.stop();
      rmSync(directory, { recursive: true });
    },
  };
}

async function startContainer(
  host: Host,
  outdir: string,
  onCpu: (ms: number) => void,
): Promise<LambdaContainer> {
  const settings = await loadSettings('bridge.config.example.ts');
  await bundleFunctions({ entriesDirectory: 'test/bench/pipeline', names: ['floor'], outdir, settings });
  const directory = join(outdir, 'floor');
  const { sqs: sqsUrl, dynamoDb: dynamoDbUrl, secretsManager: secretsManagerUrl } = host.urls;
  return new LambdaContainer({
    functionName: DEFINITION.name,
    functionArn: DEFINITION.name,
    directory,
    handler: DEFINITION.handler,
    timeoutMs: DEFINITION.timeoutSeconds * 1000,
    memoryMegabytes: DEFINITION.memoryMegabytes,
    allowedHosts: [],
    environment: functionEnvironment(DEFINITION, directory, {
      sqsUrl,
      dynamoDbUrl,
      secretsManagerUrl,
      s3Url: sqsUrl,
    }),
    onLine: () => {},
    onReport: (report) => onCpu(report.cpuMs),
  });
}

async function eventFor(host: Host): Promise<Omit<FloorEvent, 'operation' | 'times'>> {
  const { QueueUrl: queueUrl = '' } = await host.clients.sqs.send(
    new CreateQueueCommand({ QueueName: QUEUE, Attributes: { FifoQueue: 'true' } }),
  );
  const secretId = `${host.stackName}/dear`;
  const { accountId, applicationKey } = dearSecret.parse(host.secrets[secretId]);
  const list = await fetch(`${host.urls.dearScreens}/sandbox/sales/SO-00001`);
  const { ID } = Object(await list.json());
  return {
    table: host.tableName,
    queueUrl,
    secretId,
    url: `${host.urls.dear}sale?ID=${ID}`,
    headers: { 'api-auth-accountid': accountId, 'api-auth-applicationkey': applicationKey },
  };
}
