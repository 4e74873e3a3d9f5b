import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { isoTime } from '../../lib/domain/clock.ts';
import { requestLabel } from '../../lib/domain/label/order-label.ts';
import { ACCOUNT_JOBS, CONNECTION_JOBS, type JobRequest } from '../../lib/messaging/messages.ts';
import { dearSecret } from '../../lib/runtime/secrets.ts';
import type { ConnectionSettings } from '../../lib/settings/connection.ts';
import { parseSettings } from '../../lib/settings/define-config.ts';
import { FailedAttempts } from '../../lib/store/failed-attempts.ts';
import { FulfillmentOrders } from '../../lib/store/fulfillment-orders.ts';
import { Sales } from '../../lib/store/sales.ts';
import { DynamoDbTable } from '../../lib/store/table.ts';
import { DemoSystem } from '../../local/demo/demo-system.ts';
import type { JudgedCall } from '../../local/engines/access.ts';
import type { LocalQueue } from '../../local/engines/resources.ts';
import { type Host, startHost } from '../../local/host.ts';
import { loadProviderSandbox } from '../../local/sandboxes.ts';
import { type BuiltStack, buildBridge } from '../../local/template/build-bridge.ts';
import { readRoles } from '../../local/template/roles.ts';
import { findUnusedRights, listRights, type Right } from './unused-rights.ts';

const USAGE = `npm run roles -- [--json] [--verbose]

Runs the local system with a provider of each kind, does what makes its functions call AWS, and compares the calls with the
roles: exits with 1 where a call was refused, or where a role allows what no call needed.
`;

/** What is allowed and needed, and not called here. */
const ELSEWHERE: ReadonlyArray<{ readonly role?: RegExp; readonly right: RegExp; readonly why: string }> = [
  {
    right: /^sqs:GetQueueAttributes .*:[\w-]+(?<!-dead-letter)\.fifo$/,
    why: 'Lambda reads the attributes of a queue that it polls; the local poller does without.',
  },
  {
    right: /^sqs:SendMessage .*-schedules-dead-letter$/,
    why: 'EventBridge Scheduler puts a run aside that it could not send for five minutes; the local one sends once.',
  },
  {
    role: /SchedulesRole/,
    right: /^sqs:SendMessage .*-jobs\.fifo$/,
    why: 'The first schedule is due after five minutes, which is longer than this takes.',
  },
];

const BUCKET = 'acme-dock';
/** Read more than four hours ago, a sale that waits for goods is read again. */
const FIVE_HOURS_MS = 5 * 3_600_000;
/** The fourth failure parks a message. */
const FURTHER_FAILURES = 2;
const MUG = 'TRL-MUG-350';
const AWAITED = 'TRL-STOVE-1';
const webhookList = z.object({ Webhooks: z.array(z.looseObject({})) });

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(USAGE);
  process.exit(0);
}

const began = performance.now();
const calls: JudgedCall[] = [];
const { settings, sandboxes } = await choose();
let built: BuiltStack | undefined;
const host = await startHost({
  settings,
  stateDirectory: null,
  callsPerMinute: 6_000,
  webhookCompression: 600,
  onCall: (call) => calls.push(call),
  onLine: say,
  build: async (options) => {
    built = await buildBridge(options);
    return built;
  },
});
try {
  await play(host);
} finally {
  await host.stop();
}
report(listRights(readRoles(built?.template, host.stackName, { sqsUrl: '', apiUrl: '' })));

/** Labels and stock; a signature that needs a secret; a service that calls; files in a bucket. */
async function choose() {
  const locations = {
    'shipstation-v2': 'ShipStation Austin',
    'shipstation-v1': 'ShipStation Reno',
    'shipstation-store': 'Workshop',
    files: 'Main Warehouse',
  };
  const loaded = await Promise.all(
    Object.entries(locations).map(async ([provider, location]) => {
      const sandbox = await loadProviderSandbox(provider);
      const [own] = sandbox.connectionSettings;
      const server = provider === 'files' ? { server: `s3://${BUCKET}/out` } : {};
      const v2 = { shippingService: {}, statusAttribute: 'AdditionalAttribute4' };
      return {
        sandbox,
        connection: {
          id: provider,
          provider,
          location,
          ...own,
          ...server,
          ...(provider === 'shipstation-v2' && v2),
        },
      };
    }),
  );
  const connections = loaded.map(({ connection }) => connection);
  return {
    settings: parseSettings({ dear: { baseUrl: 'sandbox', webhooks: 'on' }, connections }, 'the exercise'),
    sandboxes: new Map(loaded.map(({ sandbox, connection }) => [connection.id, sandbox])),
  };
}

async function play(host: Host): Promise<void> {
  await host.clients.s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  await Promise.all([
    ...Object.values(host.queues).map((queue) => sendUnreadable(host, queue)),
    ...settings.connections.map((connection) => shipOne(host, connection)),
    waitForGoods(host),
  ]);
  await untilIdle(host);
  await cancelInBucket(host);
  await switchOffWebhooks(host);
  await runJobs(host);
  await untilIdle(host);
}

async function untilIdle(host: Host): Promise<void> {
  await until(host, 'the queues are empty', async () =>
    Object.values(await host.depths()).every(({ waiting, hidden }) => waiting + hidden === 0),
  );
}

/** A message that fails, comes back and is parked. Two failures are added between, which take two minutes more. */
async function sendUnreadable(host: Host, { url }: LocalQueue): Promise<void> {
  const { MessageId = '' } = await host.clients.sqs.send(
    new SendMessageCommand({
      QueueUrl: url,
      MessageBody: JSON.stringify({ isUnreadable: true }),
      MessageGroupId: 'unreadable',
      MessageDeduplicationId: 'unreadable',
    }),
  );
  const table = new DynamoDbTable(host.clients.dynamoDb, host.tableName);
  const key = { pk: `FAILED#${MessageId}`, sk: 'ATTEMPTS' };
  await until(host, 'a worker has failed', async () => (await table.read(key)) !== undefined);
  const failures = new FailedAttempts(table, Date.now);
  for (let failure = 0; failure < FURTHER_FAILURES; failure += 1) await failures.add(MessageId);
}

/** A sale whose goods are not there, and which was read hours ago, so that the sweep queues it. */
async function waitForGoods(host: Host): Promise<void> {
  const connection = getConnection('shipstation-v2');
  const demo = openDemo(host, connection);
  await demo.dear.addProduct(AWAITED);
  const sale = await demo.authorise(connection.id, [AWAITED]);
  const record = await demo.until('the sale waits for goods', async () => {
    const found = await demo.records.sale(sale.id);
    return found?.goodsAwaitedSince ? found : null;
  });
  const sales = new Sales(new DynamoDbTable(host.clients.dynamoDb, host.tableName));
  await sales.save({ ...record, readAt: isoTime(Date.parse(record.readAt) - FIVE_HOURS_MS) }, record);
}

function getConnection(wanted: string): ConnectionSettings {
  const found = settings.connections.find(({ id }) => id === wanted);
  if (found === undefined) throw new Error(`There is no connection ${wanted}`);
  return found;
}

function openDemo(host: Host, connection: ConnectionSettings): DemoSystem {
  const sandbox = sandboxes.get(connection.id);
  if (sandbox === undefined) throw new Error(`${connection.id} has no sandbox`);
  return new DemoSystem({ host, connections: [connection, connection], sandbox, say, timeoutMs: 120_000 });
}

async function shipOne(host: Host, connection: ConnectionSettings): Promise<void> {
  const demo = openDemo(host, connection);
  const sale = await demo.authorise(connection.id, [MUG]);
  if (connection.provider === 'files') await shipFromBucket(host, sale.reference);
  else if (connection.provider === 'shipstation-v2') await buyLabel(host, demo, sale.reference);
  else await demo.ship(sale);
  await demo.confirmed(sale.reference);
}

/** What an operator does: the request is stored, and the order is queued. */
async function buyLabel(host: Host, demo: DemoSystem, reference: string): Promise<void> {
  const orders = new FulfillmentOrders(
    new DynamoDbTable(host.clients.dynamoDb, host.tableName),
    Date.now,
    90,
  );
  const order = await demo.order(
    reference,
    'is accepted',
    ({ submission }) => submission.state === 'submitted',
  );
  await orders.save(requestLabel(order, 'usps_priority_mail', 'Ada', Date.now()));
  await host.send('fulfillment', { schemaVersion: 1, reference }, reference);
}

/** What DEAR does after six failures, so that the watchdog has to switch them on again. */
async function switchOffWebhooks({ urls, secrets, stackName }: Host): Promise<void> {
  const { accountId, applicationKey } = dearSecret.parse(secrets[`${stackName}/dear`]);
  const headers = {
    'api-auth-accountid': accountId,
    'api-auth-applicationkey': applicationKey,
    'content-type': 'application/json',
  };
  const listed = await fetch(`${urls.dear}webhooks`, { headers });
  for (const webhook of webhookList.parse(await listed.json()).Webhooks) {
    const body = JSON.stringify({ ...webhook, IsActive: false });
    await fetch(`${urls.dear}webhooks`, { method: 'PUT', headers, body });
  }
}

/** What a warehouse does that exchanges files in a bucket. */
async function shipFromBucket(host: Host, reference: string): Promise<void> {
  const { s3 } = host.clients;
  await until(host, `${reference} is in the bucket`, async () => {
    const { Contents = [] } = await s3.send(
      new ListObjectsV2Command({ Bucket: BUCKET, Prefix: 'out/orders/' }),
    );
    return Contents.some(({ Key = '' }) => Key.includes(reference));
  });
  const files = {
    'acknowledgements/ACK_1.csv': `order,result,text\n${reference},OK,\n`,
    'stock/STOCK_1.csv': `item,qty,site\n${MUG},4,MAIN\n`,
    'shipments/SHIP_1.csv': `orderReference,parcelId,trackingNumber,carrier,service,shippedAt,lineKey,sku,quantity,status,site\n${reference},P1,1Z9,ups,ups_ground,${new Date().toISOString()},,${MUG},1,,MAIN\n`,
  };
  for (const [key, Body] of Object.entries(files))
    await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: `out/${key}`, Body }));
  // A file counts once it was whole at two looks.
  for (let look = 0; look < 2; look += 1) {
    await host.send('jobs', toMessage({ job: 'collect-shipments', connection: 'files' }), 'collect');
    await wait(2_000);
  }
}

/** A cancellation looks for answers itself, so it lists, reads and moves files; unless a job does so at the same time. */
async function cancelInBucket(host: Host): Promise<void> {
  const demo = openDemo(host, getConnection('files'));
  const sale = await demo.authorise('files', [MUG]);
  await demo.order(sale.reference, 'is sent', ({ submission }) => submission.state === 'submitted');
  const Body = `order,result,text\n${sale.reference},OK,\n${sale.reference},CAN,\n`;
  await host.clients.s3.send(
    new PutObjectCommand({ Bucket: BUCKET, Key: 'out/acknowledgements/ACK_2.csv', Body }),
  );
  await demo.click(sale, 'void');
  await demo.order(sale.reference, 'is cancelled', ({ status }) => status === 'Cancelled');
}

async function runJobs(host: Host): Promise<void> {
  const ofConnections = settings.connections.flatMap(({ id }) =>
    CONNECTION_JOBS.map((job) => ({ job, connection: id })),
  );
  const requests = [...ofConnections, ...ACCOUNT_JOBS.map((job) => ({ job, connection: '' }))];
  for (const request of requests)
    await host.send('jobs', toMessage(request), `${request.job}#${request.connection}`);
}

function toMessage(request: JobRequest): object {
  return { schemaVersion: 1, ...request };
}

async function until(host: Host, what: string, look: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1_500; tries += 1) {
    if (await look()) return;
    await wait(200);
  }
  throw new Error(`It did not happen in five minutes that ${what}: ${JSON.stringify(await host.depths())}`);
}

function say(line: string): void {
  if (values.verbose) process.stderr.write(`${line}\n`);
}

function report(rights: readonly Right[]): void {
  const name = ({ action, resource, key }: Right) => [action, resource, key].join(' ').trim();
  const refused = calls.filter(({ isAllowed }) => !isAllowed);
  const unused = findUnusedRights(rights, calls).filter(
    (right) => !ELSEWHERE.some((one) => one.right.test(name(right)) && (one.role?.test(right.role) ?? true)),
  );
  const result = {
    roles: new Set(rights.map(({ role }) => role)).size,
    rights: rights.length,
    calls: calls.length,
    refused: [...new Set(refused.map(({ role, action, resource }) => `${role} ${action} ${resource}`))],
    unused: unused.map((right) => `${right.role} ${name(right)}`),
    notCalledHere: ELSEWHERE.map(({ why }) => why),
    seconds: Math.round((performance.now() - began) / 1000),
  };
  process.stdout.write(`${values.json ? JSON.stringify(result) : JSON.stringify(result, null, 2)}\n`);
  process.exitCode = result.refused.length + result.unused.length > 0 ? 1 : 0;
}
