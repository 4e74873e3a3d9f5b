const PARCELS = { 'Fn::GetAtt': ['Parcels', 'Arn'] };
const ALLOWED = [
  { Effect: 'Allow', Action: 'logs:PutLogEvents', Resource: { 'Fn::GetAtt': ['WorkerLogs', 'Arn'] } },
  {
    Effect: 'Allow',
    Action: ['sqs:DeleteMessage', 'sqs:ReceiveMessage', 'sqs:SendMessage'],
    Resource: PARCELS,
  },
  {
    Effect: 'Allow',
    Action: 'dynamodb:PutItem',
    Resource: { 'Fn::GetAtt': ['Table', 'Arn'] },
    Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['P-*'] } },
  },
  { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: { Ref: 'Token' } },
];

/** A small stack in the form that CDK gives one: a door, a queue with its dead letters, a worker, a schedule, a table. */
export function sampleTemplate(): {
  Parameters: object;
  Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
} {
  const role = { 'Fn::GetAtt': ['WorkerRole', 'Arn'] };
  return {
    Parameters: { BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk/version' } },
    Resources: {
      Dead: {
        Type: 'AWS::SQS::Queue',
        Properties: { QueueName: 'acme-parcels-dead-letter.fifo', FifoQueue: true },
      },
      Parcels: {
        Type: 'AWS::SQS::Queue',
        Properties: {
          QueueName: { 'Fn::Join': ['', [{ Ref: 'AWS::StackName' }, '-parcels.fifo']] },
          FifoQueue: true,
          ContentBasedDeduplication: true,
          VisibilityTimeout: 2,
          RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 2 },
        },
      },
      Table: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          TableName: 'acme',
          AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
          BillingMode: 'PAY_PER_REQUEST',
          TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
        },
      },
      Token: {
        Type: 'AWS::SecretsManager::Secret',
        Properties: {
          Name: { 'Fn::Sub': `\${AWS::StackName}/webhook` },
          GenerateSecretString: {
            SecretStringTemplate: '{"previous":""}',
            GenerateStringKey: 'current',
            PasswordLength: 40,
          },
        },
      },
      WorkerRole: {
        Type: 'AWS::IAM::Role',
        Properties: { AssumeRolePolicyDocument: {}, Policies: [{ PolicyDocument: { Statement: ALLOWED } }] },
      },
      Worker: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          FunctionName: 'acme-worker',
          Code: { S3Bucket: { 'Fn::Sub': `cdk-\${AWS::Nonsense}` } },
          Handler: 'index.handler',
          MemorySize: 256,
          Role: role,
          Timeout: 2,
          Environment: { Variables: { PARCELS_URL: { Ref: 'Parcels' }, TABLE: { Ref: 'Table' } } },
        },
      },
      Source: {
        Type: 'AWS::Lambda::EventSourceMapping',
        Properties: {
          BatchSize: 10,
          EventSourceArn: { 'Fn::GetAtt': ['Parcels', 'Arn'] },
          FunctionName: { Ref: 'Worker' },
          FunctionResponseTypes: ['ReportBatchItemFailures'],
          ScalingConfig: { MaximumConcurrency: 3 },
        },
      },
      Integration: {
        Type: 'AWS::ApiGatewayV2::Integration',
        Properties: {
          ApiId: { Ref: 'Api' },
          IntegrationType: 'AWS_PROXY',
          IntegrationUri: { 'Fn::GetAtt': ['Worker', 'Arn'] },
          PayloadFormatVersion: '2.0',
        },
      },
      Route: {
        Type: 'AWS::ApiGatewayV2::Route',
        Properties: {
          ApiId: { Ref: 'Api' },
          RouteKey: 'POST /parcels/{carrier}',
          Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'Integration' }]] },
        },
      },
      Nightly: {
        Type: 'AWS::Scheduler::Schedule',
        Properties: {
          ScheduleExpression: 'rate(5 minutes)',
          ScheduleExpressionTimezone: 'UTC',
          State: 'ENABLED',
          Target: {
            Arn: { 'Fn::GetAtt': ['Parcels', 'Arn'] },
            RoleArn: role,
            Input: '{"job":"count","at":"<aws.scheduler.scheduled-time>"}',
            SqsParameters: { MessageGroupId: 'count' },
          },
        },
      },
    },
  };
}
