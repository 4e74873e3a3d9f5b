import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { loadSettings } from '../lib/settings/load.ts';
import { snsSubscribers } from './alarm-subscribers.ts';
import { createAwsParts } from './aws-parts.ts';
import { type Bridge, createBridge, type StackTarget } from './bridge.ts';
import { cloudWatchLogs } from './cloudwatch-logs.ts';
import { secretsManagerStore } from './secrets-manager-store.ts';
import { logGroups, type StackOutputs, stackOutputs } from './stack-outputs.ts';
import { AwsUnreachable, NotRunning } from './user-errors.ts';

/**
 * Opens a deployed bridge by the outputs of its stack. The settings are those of this machine's `bridge.config.ts`; the
 * functions have a copy of their own, from their deployment.
 * @throws {NotRunning} there is no such stack in the account and region, or it is not a bridge
 * @throws {AwsUnreachable} the region or the credentials are missing
 * @throws {ConfigurationError}
 */
export async function openStack(target: StackTarget): Promise<Bridge> {
  const account = {
    ...(target.region !== undefined && { region: target.region }),
    ...(target.profile !== undefined && { profile: target.profile }),
  };
  const settings = await loadSettings();
  const outputs = await readOutputs(target, new CloudFormationClient(account));
  const sqs = new SQSClient(account);
  const dynamoDb = new DynamoDBClient(account);
  const secrets = new SecretsManagerClient(account);
  const logs = new CloudWatchLogsClient(account);
  const sns = new SNSClient(account);
  return createBridge({
    kind: 'stack',
    name: target.stackName,
    settings,
    outputs,
    ...createAwsParts(sqs, dynamoDb, outputs),
    secrets: secretsManagerStore(secrets),
    logs: cloudWatchLogs(logs, logGroups(outputs)),
    alarms: outputs.AlarmTopicArn === undefined ? null : snsSubscribers(sns, outputs.AlarmTopicArn),
    now: Date.now,
    close: async () => {
      for (const client of [sqs, dynamoDb, secrets, logs, sns]) client.destroy();
    },
  });
}

async function readOutputs({ stackName }: StackTarget, client: CloudFormationClient): Promise<StackOutputs> {
  try {
    const answer = await client.send(new DescribeStacksCommand({ StackName: stackName }));
    const printed = (answer.Stacks?.[0]?.Outputs ?? []).map(({ OutputKey = '', OutputValue }) => [
      OutputKey,
      OutputValue,
    ]);
    const outputs = stackOutputs.safeParse(Object.fromEntries(printed));
    if (outputs.success) return outputs.data;
    throw notABridge(stackName);
  } catch (error) {
    throw error instanceof Error ? explain(error, stackName) : error;
  } finally {
    client.destroy();
  }
}

/** Adds what to do next, which AWS's messages leave out. */
function explain(error: Error, stackName: string): Error {
  if (error.name === 'ValidationError') return noStack(stackName);
  // The SDK has no class for it: a plain Error with this message.
  if (error.message === 'Region is missing') {
    return new AwsUnreachable('No AWS region is given', 'Add --region us-east-1, or set AWS_REGION');
  }
  if (error.name === 'CredentialsProviderError') {
    return new AwsUnreachable(
      `AWS credentials are missing (${error.message})`,
      'Add --profile, or log in with aws sso login',
    );
  }
  return error;
}

function noStack(name: string): NotRunning {
  return new NotRunning(
    `There is no stack ${name} in this AWS account and region`,
    'List the stacks: aws cloudformation list-stacks; choose another account or region with --profile and --region',
  );
}

function notABridge(name: string): NotRunning {
  return new NotRunning(
    `The stack ${name} lacks the outputs of a bridge of this version`,
    'Deploy it again: npx cdk deploy',
  );
}
