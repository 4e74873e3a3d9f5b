import { Match } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AccountJob, type ConnectionJob, jobMessage } from '../../lib/messaging/messages.ts';
import { INDEXES } from '../../lib/store/indexes.ts';
import { createWorkspace, type SynthesisedBridge, synthesiseBridge } from './synthesised-bridge.ts';

const workspace = createWorkspace();
let bridge: SynthesisedBridge;
beforeAll(async () => {
  bridge = await synthesiseBridge(workspace);
});
afterAll(workspace.remove);

describe('the table', () => {
  it('outlives its stack, can be restored, and forgets what has expired', () => {
    bridge.assertions.resourceCountIs('AWS::DynamoDB::Table', 1);
    bridge.assertions.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        TableName: 'acme-test',
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'sk', AttributeType: 'S' },
          ...Object.values(INDEXES).flatMap(({ partition, sort }) => [
            { AttributeName: partition, AttributeType: 'S' },
            { AttributeName: sort, AttributeType: 'S' },
          ]),
        ],
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
        SSESpecification: Match.absent(),
      },
    });
  });
});

describe('the audit in the table', () => {
  it('is only added to: the policy of the table refuses every other write to all', () => {
    bridge.assertions.hasResourceProperties('AWS::DynamoDB::Table', {
      ResourcePolicy: {
        PolicyDocument: {
          Statement: [
            {
              Effect: 'Deny',
              Principal: { AWS: '*' },
              Action: [
                'dynamodb:BatchWriteItem',
                'dynamodb:DeleteItem',
                'dynamodb:PartiQLDelete',
                'dynamodb:PartiQLUpdate',
                'dynamodb:PutItem',
                'dynamodb:UpdateItem',
              ],
              Resource: '*',
              Condition: { 'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': ['AUDIT#*'] } },
            },
          ],
        },
      },
    });
  });
});

describe('the reports bucket', () => {
  it('blocks public access, is encrypted, and deletes a report after 90 days and a label with personal data', () => {
    bridge.assertions.resourceCountIs('AWS::S3::Bucket', 1);
    bridge.assertions.hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
        LifecycleConfiguration: {
          Rules: [
            Match.objectLike({ Prefix: 'stock-drift/', ExpirationInDays: 90, Status: 'Enabled' }),
            Match.objectLike({
              Prefix: 'labels/',
              ExpirationInDays: 90,
              Status: 'Enabled',
            }),
          ],
        },
        VersioningConfiguration: Match.absent(),
      },
    });
  });

  it('refuses a call without TLS 1.2', () => {
    bridge.assertions.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          Match.objectLike({ Effect: 'Deny', Condition: { NumericLessThan: { 's3:TlsVersion': 1.2 } } }),
        ]),
      },
    });
  });
});

describe("the table's indexes", () => {
  it('are the ones that the store lists, and hold nothing but keys and what the store reads there', () => {
    const [table] = Object.values(bridge.ofType('AWS::DynamoDB::Table'));
    const expected = Object.entries(INDEXES).map(([name, index]) => ({
      IndexName: name,
      KeySchema: [
        { AttributeName: index.partition, KeyType: 'HASH' },
        { AttributeName: index.sort, KeyType: 'RANGE' },
      ],
      Projection:
        'carries' in index
          ? { ProjectionType: 'INCLUDE', NonKeyAttributes: [index.carries] }
          : { ProjectionType: 'KEYS_ONLY' },
    }));
    expect(table!.Properties.GlobalSecondaryIndexes).toEqual(expected);
    expect(table!.Properties.LocalSecondaryIndexes).toBeUndefined();
  });
});

describe('the secrets', () => {
  it('outlive their stack', () => {
    const secrets = Object.values(bridge.ofType('AWS::SecretsManager::Secret'));
    expect(secrets.map((secret) => secret.Properties.Name).sort()).toEqual([
      'acme-test/connection/harbour',
      'acme-test/connection/hill-top',
      'acme-test/dear',
      'acme-test/webhook',
    ]);
    bridge.assertions.allResources('AWS::SecretsManager::Secret', {
      DeletionPolicy: 'RetainExceptOnCreate',
      UpdateReplacePolicy: 'Retain',
    });
  });

  it('begin with a webhook token and no previous one', () => {
    const id = bridge.toId('AWS::SecretsManager::Secret', 'Name', 'acme-test/webhook');
    const { GenerateSecretString } = bridge.ofType('AWS::SecretsManager::Secret')[id]!.Properties;
    expect(GenerateSecretString).toMatchObject({
      GenerateStringKey: 'current',
      SecretStringTemplate: '{"previous":""}',
      PasswordLength: 48,
      ExcludePunctuation: true,
    });
  });

  it.each(['dear', 'connection/harbour'])('begin empty where a person must fill them in: %s', (name) => {
    const id = bridge.toId('AWS::SecretsManager::Secret', 'Name', `acme-test/${name}`);
    const { Properties } = bridge.ofType('AWS::SecretsManager::Secret')[id]!;
    expect(Object.keys(Properties).sort()).toEqual(['Description', 'Name']);
  });
});

describe('the webhook API', () => {
  it('has two routes to the receiver, and one to the function that services call', () => {
    const integrations = bridge.ofType('AWS::ApiGatewayV2::Integration');
    const functionOf = (target: unknown) => {
      const id = (target as { 'Fn::Join': [string, [string, { Ref: string }]] })['Fn::Join'][1][1].Ref;
      const properties = integrations[id]!.Properties;
      expect(properties.PayloadFormatVersion).toBe('2.0');
      return (properties.IntegrationUri as { 'Fn::GetAtt': [string, string] })['Fn::GetAtt'][0];
    };
    const routes = Object.values(bridge.ofType('AWS::ApiGatewayV2::Route')).map(({ Properties }) => [
      Properties.RouteKey,
      functionOf(Properties.Target),
    ]);
    const [receiver, server] = ['receive-webhook', 'serve-provider'].map((name) =>
      bridge.toId('AWS::Lambda::Function', 'FunctionName', `acme-test-${name}`),
    );
    expect(Object.fromEntries(routes)).toEqual({
      'POST /webhooks/dear': receiver,
      'POST /webhooks/providers/{connection}': receiver,
      'ANY /providers/{connection}/{path}': server,
    });
  });

  it('is throttled, and logs how a call went but not who called or what was said', () => {
    const [stage] = Object.values(bridge.ofType('AWS::ApiGatewayV2::Stage'));
    expect(stage!.Properties).toMatchObject({
      StageName: '$default',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingBurstLimit: 100, ThrottlingRateLimit: 50 },
      RouteSettings: {
        'POST /webhooks/dear': { ThrottlingBurstLimit: 100, ThrottlingRateLimit: 50 },
        'POST /webhooks/providers/{connection}': { ThrottlingBurstLimit: 40, ThrottlingRateLimit: 20 },
        'ANY /providers/{connection}/{path}': { ThrottlingBurstLimit: 40, ThrottlingRateLimit: 20 },
      },
    });
    const { Format, DestinationArn } = stage!.Properties.AccessLogSettings as Record<string, unknown>;
    const logs = bridge.toId('AWS::Logs::LogGroup', 'LogGroupName', '/aws/vendedlogs/acme-test-webhooks');
    expect(DestinationArn).toEqual({ 'Fn::GetAtt': [logs, 'Arn'] });
    expect(JSON.parse(String(Format))).toEqual({
      requestId: '$context.requestId',
      time: '$context.requestTime',
      route: '$context.routeKey',
      status: '$context.status',
      responseLength: '$context.responseLength',
      responseLatency: '$context.responseLatency',
      integrationStatus: '$context.integrationStatus',
      integrationLatency: '$context.integrationLatency',
    });
    expect(bridge.ofType('AWS::Logs::LogGroup')[logs]!.Properties.RetentionInDays).toBe(14);
    const [filter] = Object.values(bridge.ofType('AWS::Logs::MetricFilter'));
    expect(filter!.Properties).toMatchObject({
      LogGroupName: { Ref: logs },
      // Access logs give every value as a text.
      FilterPattern: '{ $.status = "429" }',
      MetricTransformations: [
        { MetricNamespace: 'acme-test', MetricName: 'WebhookThrottled', MetricValue: '1' },
      ],
    });
  });
});

const ACCOUNT_SCHEDULES: Record<AccountJob, string> = {
  'sweep-sales': 'rate(15 minutes)',
  'check-webhooks': 'rate(1 hour)',
  probe: 'rate(5 minutes)',
};
const CONNECTION_SCHEDULES: Record<ConnectionJob, string> = {
  'collect-shipments': 'rate(5 minutes)',
  'check-orders': 'rate(1 hour)',
  'refresh-tracking': 'cron(51 0,12 * * ? *)',
  'sync-inventory': 'rate(1 hour)',
  'refresh-catalogue': 'rate(1 day)',
};
const SCHEDULES = [
  ...Object.entries(ACCOUNT_SCHEDULES).map(([job, expression]) => ({
    name: job,
    job,
    connection: '',
    expression,
  })),
  ...['harbour', 'hill-top'].flatMap((connection) =>
    Object.entries(CONNECTION_SCHEDULES).map(([job, expression]) => ({
      name: `${job}-${connection}`,
      job,
      connection,
      expression,
    })),
  ),
];

it('has one schedule for each job of each connection, and for each of the account', () => {
  const schedules = Object.values(bridge.ofType('AWS::Scheduler::Schedule'));
  expect(schedules.map(({ Properties }) => Properties.Name).sort()).toEqual(
    SCHEDULES.map(({ name }) => name).sort(),
  );
});

describe.each(SCHEDULES)('the schedule $name', ({ name, job, connection, expression }) => {
  const target = () => {
    const id = bridge.toId('AWS::Scheduler::Schedule', 'Name', name);
    const { Properties } = bridge.ofType('AWS::Scheduler::Schedule')[id]!;
    expect(Properties).toMatchObject({
      GroupName: 'acme-test',
      ScheduleExpression: expression,
      ScheduleExpressionTimezone: 'UTC',
      FlexibleTimeWindow: { Mode: 'OFF' },
    });
    return Properties.Target as Record<string, unknown>;
  };

  it('runs in time, in UTC, and puts the job on the jobs queue, in a group in which it cannot overlap itself', () => {
    const jobs = bridge.toId('AWS::SQS::Queue', 'QueueName', 'acme-test-jobs.fifo');
    expect(target()).toMatchObject({
      Arn: { 'Fn::GetAtt': [jobs, 'Arn'] },
      SqsParameters: { MessageGroupId: `${job}#${connection}` },
    });
  });

  it('sends a body that the job reads, and that no other run within five minutes has', () => {
    const body: unknown = JSON.parse(String(target().Input));
    const scheduledAt = '<aws.scheduler.scheduled-time>';
    expect(jobMessage.parse(body)).toEqual({
      job,
      connection,
      scheduledAt,
      askedAt: '',
      passedOn: false,
      continues: false,
    });
  });

  it('puts a run aside that could not be sent until the next one', () => {
    const aside = bridge.toId('AWS::SQS::Queue', 'QueueName', 'acme-test-schedules-dead-letter');
    expect(target()).toMatchObject({
      RetryPolicy: { MaximumEventAgeInSeconds: 300, MaximumRetryAttempts: 10 },
      DeadLetterConfig: { Arn: { 'Fn::GetAtt': [aside, 'Arn'] } },
    });
  });
});

it("lets only this stack's schedules use their role", () => {
  bridge.assertions.hasResourceProperties('AWS::Scheduler::ScheduleGroup', { Name: 'acme-test' });
  const [statement] = Object.values(bridge.ofType('AWS::IAM::Role'))
    .map((role) => role.Properties.AssumeRolePolicyDocument as { Statement: unknown[] })
    .flatMap((document) => document.Statement)
    .filter((candidate) => JSON.stringify(candidate).includes('scheduler.amazonaws.com'));
  expect(statement).toMatchObject({
    Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
  });
  expect(JSON.stringify(statement)).toContain(':schedule-group/acme-test');
});
