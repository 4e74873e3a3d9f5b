import {
  CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DuplicateItemException } from '@aws-sdk/client-dynamodb';
import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { ListSubscriptionsByTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient, ExecuteStatementCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { toTemplateText } from '../../lib/infra/deployable-settings.ts';
import { PROVIDERS } from '../../lib/providers/registry.ts';
import { parseSettings } from '../../lib/settings/define-config.ts';
import { VersionConflict } from '../../lib/store/table.ts';
import { prepareSecrets } from '../../operator/init.ts';
import { openBridge } from '../../operator/open-bridge.ts';
import { recordAct, toOperator } from '../../operator/record-act.ts';
import { cloudWatchLogs, readConcurrency, snsSubscribers } from '../../operator/stack/open-stack.ts';
import { secretsManagerStore } from '../../operator/stack/secrets-manager-store.ts';
import { logGroups } from '../../operator/stack/stack-outputs.ts';
import { AwsUnreachable, NotRunning } from '../../operator/user-errors.ts';
import { InMemoryBridge } from '../fakes/in-memory-bridge.ts';
import { CREDENTIALS } from './connected-bridge.ts';

const cloudFormation = mockClient(CloudFormationClient);
const logs = mockClient(CloudWatchLogsClient);
const secrets = mockClient(SecretsManagerClient);
const sts = mockClient(STSClient);
const documents = mockClient(DynamoDBDocumentClient);
// The mocks are of classes, which files that share a worker share too.
afterAll(() => {
  for (const mock of [cloudFormation, logs, secrets, sts, documents]) mock.restore();
});
afterEach(() => {
  for (const mock of [cloudFormation, logs, secrets, sts, documents]) mock.reset();
});

const noLocal = async () => {
  throw new Error('The local system is not asked');
};
const { outputs } = new InMemoryBridge().bridge;
const STACK = { kind: 'stack', stackName: 'acme-prod', region: 'eu-west-1' } as const;

const DEPLOYED = {
  connections: [
    { id: 'lantern', provider: 'shipstation-v2', location: 'Lantern Depot', warehouseId: 'se-1' },
  ],
};

const ADA = 'arn:aws:sts::111122223333:assumed-role/Operator/ada@example.com';

function printing(printed: Readonly<Record<string, unknown>>) {
  sts.on(GetCallerIdentityCommand).resolves({ Arn: ADA });
  const Outputs = Object.entries(printed).map(([OutputKey, value]) => ({
    OutputKey,
    OutputValue: String(value),
  }));
  cloudFormation.on(DescribeStacksCommand).resolves({
    Stacks: [{ StackName: 'acme-prod', CreationTime: new Date(), StackStatus: 'CREATE_COMPLETE', Outputs }],
  });
  cloudFormation
    .on(GetTemplateCommand)
    .resolves({ TemplateBody: JSON.stringify({ Metadata: { Settings: DEPLOYED } }) });
}

const STORED = {
  connection: 'lantern',
  provider: PROVIDERS[0],
  own: {},
  keys: CREDENTIALS.shipStation,
};

describe('a deployed bridge', () => {
  it('is opened by the outputs of its stack', async () => {
    printing(outputs);
    const bridge = await openBridge(STACK, noLocal);
    expect(bridge).toMatchObject({ kind: 'stack', name: 'acme-prod', outputs: { TableName: 'acme-test' } });
    expect(bridge.webhookUrls.provider('lantern')).toBe(
      'https://bridge.example.com/webhooks/providers/lantern',
    );
    expect(bridge.secretNames.connection('lantern')).toBe('acme-prod/connection/lantern');
    await bridge.close();
  });

  it('records in its audit who AWS says acts, whatever name they give', async () => {
    printing(outputs);
    const bridge = await openBridge(STACK, noLocal);
    await recordAct(bridge, toOperator(bridge.caller, 'Grace'), 'paused', 'lantern');
    const [call] = documents.commandCalls(ExecuteStatementCommand);
    const { Statement = '', Parameters = [] } = call?.args[0].input ?? {};
    expect(Statement).toMatch(/^INSERT INTO "acme-test" VALUE \{'pk': \?, 'sk': \?, /);
    const names = [...Statement.matchAll(/'(\w+)': \?/g)].map(([, name]) => name);
    const entry = Object.fromEntries(names.map((name, index) => [name, Parameters[index]]));
    expect(entry).toMatchObject({ by: 'Grace (ada@example.com)', identity: ADA, what: 'paused' });
    expect(documents.commandCalls(PutCommand)).toEqual([]);
    await bridge.close();
  });

  it('replaces no entry of its audit', async () => {
    printing(outputs);
    documents
      .on(ExecuteStatementCommand)
      .rejects(new DuplicateItemException({ message: 'there is one', $metadata: {} }));
    const bridge = await openBridge(STACK, noLocal);
    await expect(recordAct(bridge, { name: 'Ada' }, 'paused', 'lantern')).rejects.toThrow(VersionConflict);
    await bridge.close();
  });

  it('is refused where AWS does not say who calls', async () => {
    printing(outputs);
    sts.on(GetCallerIdentityCommand).resolves({});
    await expect(openBridge(STACK, noLocal)).rejects.toThrow('AWS does not say who calls');
  });

  it('has the settings that were deployed, and not those of this machine’s file', async () => {
    printing(outputs);
    const bridge = await openBridge(STACK, noLocal);
    expect(bridge.connection('lantern')).toMatchObject({ location: 'Lantern Depot' });
    expect(bridge.settings.connections).toHaveLength(1);
    await bridge.close();
  });

  it('has a location whose letters CloudFormation does not return', async () => {
    printing(outputs);
    const [connection] = DEPLOYED.connections;
    const named = { connections: [{ ...connection, location: 'Lager Zürich 東' }] };
    const Settings = toTemplateText(parseSettings(named, 'the test'));
    const TemplateBody = JSON.stringify({ Metadata: { Settings } }).replaceAll(/[\u{80}-\u{10ffff}]/gu, '?');
    cloudFormation.on(GetTemplateCommand).resolves({ TemplateBody });
    const bridge = await openBridge(STACK, noLocal);
    expect(bridge.connection('lantern').location).toBe('Lager Zürich 東');
    await bridge.close();
  });

  it('is refused where its template has no settings, or those of another version', async () => {
    printing(outputs);
    cloudFormation.on(GetTemplateCommand).resolves({ TemplateBody: '{}' });
    await expect(openBridge(STACK, noLocal)).rejects.toThrow('lacks the outputs of a bridge of this version');
    const TemplateBody = JSON.stringify({ Metadata: { Settings: { ...DEPLOYED, ofLater: 1 } } });
    cloudFormation.on(GetTemplateCommand).resolves({ TemplateBody });
    await expect(openBridge(STACK, noLocal)).rejects.toThrow(
      'The deployed settings of acme-prod cannot be used',
    );
  });

  it('is refused where the stack does not exist, or is no bridge', async () => {
    cloudFormation
      .on(DescribeStacksCommand)
      .rejects(Object.assign(new Error('no'), { name: 'ValidationError' }));
    await expect(openBridge(STACK, noLocal)).rejects.toThrow('There is no stack acme-prod');
    printing({ BucketName: 'other' });
    await expect(openBridge(STACK, noLocal)).rejects.toThrow(NotRunning);
  });

  it.each([
    [
      'ROLLBACK_COMPLETE',
      'The first deployment of acme-prod failed (ROLLBACK_COMPLETE). Deploy it as docs/runbook.md',
    ],
    ['CREATE_IN_PROGRESS', 'The stack acme-prod is still being made'],
    ['DELETE_IN_PROGRESS', 'The stack acme-prod is still being deleted'],
    ['REVIEW_IN_PROGRESS', 'lacks the outputs of a bridge'],
  ] as const)('is refused without outputs, by the status %s of its stack', async (StackStatus, message) => {
    const Stacks = [{ StackName: 'acme-prod', CreationTime: new Date(), StackStatus }];
    cloudFormation.on(DescribeStacksCommand).resolves({ Stacks });
    await expect(openBridge(STACK, noLocal)).rejects.toThrow(message);
  });

  it.each([
    [new Error('Region is missing'), 'Add --region'],
    [Object.assign(new Error('no providers'), { name: 'CredentialsProviderError' }), 'Add --profile'],
  ])('names the missing region or credentials', async (error, message) => {
    cloudFormation.on(DescribeStacksCommand).rejects(error);
    await expect(openBridge(STACK, noLocal)).rejects.toThrow(message);
    await expect(openBridge(STACK, noLocal)).rejects.toThrow(AwsUnreachable);
  });

  it('has the log group of each function', () => {
    const named = logGroups({
      ...outputs,
      RunJobLogGroupName: '/aws/lambda/a',
      WebhookAccessLogGroupName: 'b',
    });
    expect([...named]).toEqual([['run-job', '/aws/lambda/a']]);
  });
});

describe('the secret store in Secrets Manager', () => {
  const store = secretsManagerStore(new SecretsManagerClient({ region: 'eu-west-1' }));
  const notFound = new ResourceNotFoundException({ message: 'no', $metadata: {} });

  it('reads JSON, and replaces the whole value', async () => {
    secrets.on(GetSecretValueCommand, { SecretId: 'acme/dear' }).resolves({ SecretString: '{"a":1}' });
    expect(await store.read('acme/dear')).toEqual({ a: 1 });
    await store.write('acme/dear', { b: 2 });
    const [call] = secrets.commandCalls(PutSecretValueCommand);
    expect(call?.args[0].input).toEqual({ SecretId: 'acme/dear', SecretString: '{"b":2}' });
  });

  it('reads undefined from a secret that is missing, empty or no JSON', async () => {
    secrets.on(GetSecretValueCommand).rejectsOnce(notFound).resolvesOnce({ SecretString: 'plain' });
    expect([await store.read('acme/dear'), await store.read('acme/dear')]).toEqual([undefined, undefined]);
  });

  it('throws where AWS denies access', async () => {
    secrets.on(GetSecretValueCommand).rejects(new Error('AccessDenied'));
    await expect(store.read('acme/dear')).rejects.toThrow('AccessDenied');
  });

  it('returns the time of the last change', async () => {
    const at = new Date('2026-02-03T09:00:00Z');
    secrets.on(DescribeSecretCommand).resolvesOnce({ LastChangedDate: at }).resolvesOnce({});
    expect([await store.changedAt('x'), await store.changedAt('x')]).toEqual([at.toISOString(), '']);
  });

  it('prepares the secrets of a stack only where each of them is there', async () => {
    const named = { stackName: 'acme-prod', store };
    secrets.on(DescribeSecretCommand).resolves({});
    expect(await prepareSecrets(CREDENTIALS.dear, [STORED], named)).toEqual([
      { name: 'acme-prod/dear', value: CREDENTIALS.dear },
      { name: 'acme-prod/connection/lantern', value: CREDENTIALS.shipStation },
    ]);
    secrets.on(DescribeSecretCommand, { SecretId: 'acme-prod/connection/lantern' }).rejects(notFound);
    await expect(prepareSecrets(CREDENTIALS.dear, [STORED], named)).rejects.toThrow(
      'acme-prod/connection/lantern is not there',
    );
    expect(secrets.commandCalls(PutSecretValueCommand)).toEqual([]);
  });
});

describe('the subscribers of the alarm topic', () => {
  it('are listed page by page', async () => {
    const sns = mockClient(SNSClient);
    sns
      .on(ListSubscriptionsByTopicCommand)
      .resolvesOnce({
        NextToken: 'n',
        Subscriptions: [
          { Protocol: 'email', SubscriptionArn: 'PendingConfirmation' },
          { Protocol: 'email', SubscriptionArn: 'Deleted' },
        ],
      })
      .resolvesOnce({ Subscriptions: [{ Protocol: 'https', SubscriptionArn: 'arn:aws:sns:1' }] });
    const client = new SNSClient({ region: 'eu-west-1' });
    expect(await snsSubscribers(client, 'arn:topic').list()).toEqual([
      { protocol: 'email', confirmed: false },
      { protocol: 'https', confirmed: true },
    ]);
    sns.restore();
  });
});

describe('the concurrency of an account', () => {
  it('is read from the settings of Lambda', async () => {
    const lambda = mockClient(LambdaClient);
    lambda.on(GetAccountSettingsCommand).resolves({
      AccountLimit: { ConcurrentExecutions: 1_000, UnreservedConcurrentExecutions: 900 },
    });
    const client = new LambdaClient({ region: 'eu-west-1' });
    expect(await readConcurrency(client)).toEqual({ account: 1_000, unreserved: 900 });
    lambda.restore();
  });
});

describe('logs in CloudWatch', () => {
  const groups = new Map([
    ['run-job', '/aws/lambda/run-job'],
    ['dispatch-order', '/aws/lambda/dispatch-order'],
  ]);
  const reader = cloudWatchLogs(new CloudWatchLogsClient({ region: 'eu-west-1' }), groups);
  const line = (service: string, seconds: number) =>
    JSON.stringify({
      timestamp: `2026-02-03T09:00:0${seconds}.000Z`,
      level: 'INFO',
      message: 'order.dispatched',
      service,
      reference: 'SO-1-1',
      cold_start: true,
    });
  const query = {
    since: '2026-02-03T00:00:00.000Z',
    until: '2026-02-04T00:00:00.000Z',
    about: [],
    service: '',
    limit: 10,
  };

  it('are read page by page from every function, oldest first, without lines of Lambda itself', async () => {
    logs
      .on(FilterLogEventsCommand, { logGroupName: '/aws/lambda/run-job' })
      .resolvesOnce({
        events: [{ message: line('run-job', 3) }, { message: 'REPORT RequestId: 1' }],
        nextToken: 'n',
      })
      .resolvesOnce({
        events: [{ message: `${line('run-job', 1)}\n` }, { message: '{"_aws":{},"message":"m"}' }],
      });
    logs
      .on(FilterLogEventsCommand, { logGroupName: '/aws/lambda/dispatch-order' })
      .resolves({ events: [{ message: line('dispatch-order', 2) }] });
    const read = await reader.read(query);
    expect(read.map(({ service, at }) => [service, at.slice(17, 19)])).toEqual([
      ['run-job', '01'],
      ['dispatch-order', '02'],
      ['run-job', '03'],
    ]);
    expect(read[0]?.fields).toEqual({ reference: 'SO-1-1' });
  });

  it('are filtered by texts, function and window', async () => {
    logs.on(FilterLogEventsCommand).resolves({});
    await reader.read({ ...query, about: ['SO-1', 'a"b'], service: 'run-job' });
    const calls = logs.commandCalls(FilterLogEventsCommand);
    expect(calls.map(({ args }) => args[0].input)).toEqual([
      {
        logGroupName: '/aws/lambda/run-job',
        startTime: Date.parse(query.since),
        endTime: Date.parse(query.until),
        filterPattern: '?"SO-1" ?"ab"',
      },
    ]);
  });
});
