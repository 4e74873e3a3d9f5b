import {
  CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { paginateListSubscriptionsByTopic, SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import * as z from 'zod';
import {
  confirmationsPublisher,
  jobsPublisher,
  ordersPublisher,
  saleEventsPublisher,
} from '../../lib/messaging/publishers.ts';
import { rateBudgets } from '../../lib/runtime/shared-budget.ts';
import { parseSettings } from '../../lib/settings/define-config.ts';
import type { Settings } from '../../lib/settings/schema.ts';
import { InsertOnlyTable } from '../../lib/store/audit.ts';
import { DynamoDbSlotBook } from '../../lib/store/slot-book.ts';
import { DynamoDbTable } from '../../lib/store/table.ts';
import {
  type AlarmSubscriber,
  type AlarmSubscribers,
  type Bridge,
  type BridgeParts,
  type Concurrency,
  createBridge,
  type StackTarget,
} from '../bridge.ts';
import { type LogLine, type LogQuery, type LogReader, parseLogLine, selectLines } from '../log-reader.ts';
import { SqsOperatedQueue } from '../operated-queue.ts';
import { AwsUnreachable, NotRunning } from '../user-errors.ts';
import { explainAwsError, explaining } from './aws-errors.ts';
import { secretsManagerStore } from './secrets-manager-store.ts';
import { logGroups, queueAddresses, type StackOutputs, stackOutputs } from './stack-outputs.ts';

/**
 * Opens a deployed bridge by the outputs of its stack, with the settings that were deployed.
 * @throws {NotRunning} there is no such stack in the account and region, or it is not a bridge
 * @throws {AwsUnreachable} the region or the credentials are missing, or AWS does not say who calls
 * @throws {ConfigurationError} the deployed settings are of a version that this one cannot read
 */
export async function openStack(target: StackTarget): Promise<Bridge> {
  const account = {
    ...(target.region !== undefined && { region: target.region }),
    ...(target.profile !== undefined && { profile: target.profile }),
  };
  const { outputs, settings } = await readStack(target, explaining(new CloudFormationClient(account)));
  const caller = await readCaller(explaining(new STSClient(account)));
  const sqs = explaining(new SQSClient(account));
  const dynamoDb = explaining(new DynamoDBClient(account));
  const secrets = explaining(new SecretsManagerClient(account));
  const logs = explaining(new CloudWatchLogsClient(account));
  const sns = explaining(new SNSClient(account));
  const lambda = explaining(new LambdaClient(account));
  const parts = createAwsParts(sqs, dynamoDb, outputs);
  return createBridge({
    kind: 'stack',
    caller,
    name: target.stackName,
    settings,
    outputs,
    ...parts,
    openTable: (name) => new DynamoDbTable(dynamoDb, name),
    auditTable: new InsertOnlyTable(dynamoDb, outputs.TableName, parts.table),
    secrets: secretsManagerStore(secrets),
    logs: cloudWatchLogs(logs, logGroups(outputs)),
    alarms: outputs.AlarmTopicArn === undefined ? null : snsSubscribers(sns, outputs.AlarmTopicArn),
    readConcurrency: () => readConcurrency(lambda),
    now: Date.now,
    close: async () => {
      for (const client of [sqs, dynamoDb, secrets, logs, sns, lambda]) client.destroy();
    },
  });
}

/** The ARN of the user or of the session of a role, which AWS tells each caller without a permission. */
async function readCaller(client: STSClient): Promise<string> {
  try {
    const { Arn } = await client.send(new GetCallerIdentityCommand({}));
    if (Arn === undefined) throw new AwsUnreachable('AWS does not say who calls');
    return Arn;
  } finally {
    client.destroy();
  }
}

async function readStack(
  { stackName }: StackTarget,
  client: CloudFormationClient,
): Promise<{ outputs: StackOutputs; settings: Settings }> {
  try {
    const outputs = await readOutputs(stackName, client);
    return { outputs, settings: await readSettings(stackName, client) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw error.name === 'ValidationError' ? noStack(stackName) : explainAwsError(error);
  } finally {
    client.destroy();
  }
}

async function readOutputs(stackName: string, client: CloudFormationClient): Promise<StackOutputs> {
  const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
  const printed = (stack?.Outputs ?? []).map(({ OutputKey = '', OutputValue }) => [OutputKey, OutputValue]);
  const outputs = stackOutputs.safeParse(Object.fromEntries(printed));
  if (outputs.success) return outputs.data;
  throw printed.length > 0 ? notABridge(stackName) : notDeployed(stackName, stack?.StackStatus ?? '');
}

/** Settings as text, see `toTemplateText`; versions before left them as an object, in which letters beyond ASCII are lost. */
const template = z.looseObject({ Metadata: z.looseObject({ Settings: z.unknown() }) });

/** The template's metadata: what was deployed, whatever this machine's own file says. */
async function readSettings(stackName: string, client: CloudFormationClient): Promise<Settings> {
  const { TemplateBody = '{}' } = await client.send(
    new GetTemplateCommand({ StackName: stackName, TemplateStage: 'Original' }),
  );
  const parsed = template.safeParse(JSON.parse(TemplateBody));
  if (!parsed.success) throw notABridge(stackName);
  const { Settings: deployed } = parsed.data.Metadata;
  const raw: unknown = typeof deployed === 'string' ? JSON.parse(deployed) : deployed;
  return parseSettings(raw, `The deployed settings of ${stackName}`);
}

function noStack(name: string): NotRunning {
  return new NotRunning(
    `There is no stack ${name} in this AWS account and region`,
    'List the stacks: aws cloudformation list-stacks; choose another account or region with --profile and --region',
  );
}

/** Of a stack without outputs. */
function notDeployed(name: string, status: string): NotRunning {
  if (/^(CREATE|DELETE)_IN_PROGRESS$/.test(status)) {
    const what = status.startsWith('CREATE') ? 'made' : 'deleted';
    return new NotRunning(
      `The stack ${name} is still being ${what}`,
      'Wait until CloudFormation has finished',
    );
  }
  return /^(ROLLBACK|CREATE_FAILED|DELETE_FAILED)/.test(status)
    ? new NotRunning(
        `The first deployment of ${name} failed (${status})`,
        'Deploy it as docs/runbook.md says under “Deploy again after a failure”',
      )
    : notABridge(name);
}

function notABridge(name: string): NotRunning {
  return new NotRunning(
    `The stack ${name} lacks the outputs of a bridge of this version`,
    'Deploy it again: npx cdk deploy',
  );
}

/** More than an order leaves; it ends a query that would read a month of lines. */
const MAX_EVENTS = 10_000;

/** @param groups the function's name → its log group */
export function cloudWatchLogs(client: CloudWatchLogsClient, groups: ReadonlyMap<string, string>): LogReader {
  return {
    read: async (query) => {
      const asked = [...groups].filter(([service]) => query.service === '' || service === query.service);
      const read = await Promise.all(asked.map(([, group]) => readGroup(client, group, query)));
      return selectLines(read.flat(), query);
    },
  };
}

async function readGroup(
  client: CloudWatchLogsClient,
  logGroupName: string,
  query: LogQuery,
): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  const pages = paginateFilterLogEvents(
    { client },
    {
      logGroupName,
      startTime: Date.parse(query.since),
      endTime: Date.parse(query.until),
      ...(query.about.length > 0 && { filterPattern: toPattern(query.about) }),
    },
  );
  let read = 0;
  for await (const { events = [] } of pages) {
    lines.push(...events.flatMap(({ message = '' }) => parseLogLine(message.trim()) ?? []));
    read += events.length;
    if (read >= MAX_EVENTS) break;
  }
  return lines;
}

/** CloudWatch's terms: any of the quoted texts. */
function toPattern(about: readonly string[]): string {
  return about.map((word) => `?"${word.replaceAll('"', '')}"`).join(' ');
}

/** SNS gives this in place of the ARN of a subscription that is not confirmed. */
const PENDING = 'PendingConfirmation';
/** And this, for some days, in place of that of a subscriber who left. */
const UNSUBSCRIBED = 'Deleted';

export function snsSubscribers(client: SNSClient, TopicArn: string): AlarmSubscribers {
  return {
    list: async () => {
      const subscribers: AlarmSubscriber[] = [];
      for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic({ client }, { TopicArn })) {
        for (const { Protocol = '', SubscriptionArn } of Subscriptions) {
          if (SubscriptionArn === UNSUBSCRIBED) continue;
          subscribers.push({ protocol: Protocol, confirmed: SubscriptionArn !== PENDING });
        }
      }
      return subscribers;
    },
  };
}

const accountLimit = z.object({
  AccountLimit: z.object({ ConcurrentExecutions: z.number(), UnreservedConcurrentExecutions: z.number() }),
});

export async function readConcurrency(client: LambdaClient): Promise<Concurrency> {
  const { AccountLimit: limit } = accountLimit.parse(await client.send(new GetAccountSettingsCommand()));
  return { account: limit.ConcurrentExecutions, unreserved: limit.UnreservedConcurrentExecutions };
}

type AwsParts = Pick<
  BridgeParts,
  'table' | 'getBudget' | 'slots' | 'saleEvents' | 'fulfillment' | 'confirmations' | 'jobs' | 'queues'
>;

/**
 * The parts that call AWS: a deployed stack, or the engines of the local system.
 * @param waitSeconds see `SqsOperatedQueue`
 */
export function createAwsParts(
  sqs: SQSClient,
  dynamoDb: DynamoDBClient,
  outputs: StackOutputs,
  waitSeconds?: number,
): AwsParts {
  const addresses = queueAddresses(outputs);
  const queue = (name: keyof typeof addresses) => new SqsOperatedQueue(sqs, addresses[name], waitSeconds);
  return {
    table: new DynamoDbTable(dynamoDb, outputs.TableName),
    // An operator waits for a few calls, mostly while there is a backlog, so they go before the jobs' calls.
    getBudget: rateBudgets(dynamoDb, outputs.TableName, 'confirmation'),
    slots: new DynamoDbSlotBook(dynamoDb, outputs.TableName),
    saleEvents: saleEventsPublisher(sqs, outputs.SaleEventsQueueUrl),
    fulfillment: ordersPublisher(sqs, outputs.FulfillmentQueueUrl),
    confirmations: confirmationsPublisher(sqs, outputs.ConfirmationsQueueUrl),
    jobs: jobsPublisher(sqs, outputs.JobsQueueUrl),
    queues: {
      'sale-events': queue('sale-events'),
      fulfillment: queue('fulfillment'),
      confirmations: queue('confirmations'),
      jobs: queue('jobs'),
      schedules: queue('schedules'),
    },
  };
}
