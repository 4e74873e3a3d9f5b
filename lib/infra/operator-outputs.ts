import { CfnOutput, type Stack } from 'aws-cdk-lib/core';
import { getProviderDefinition } from '../providers/registry.ts';
import type { Settings } from '../settings/schema.ts';
import { ConsoleLinks } from './alarms/alarm.ts';
import type { BridgeAlarms } from './alarms/bridge-alarms.ts';
import type { BridgeFunctions } from './bridge-functions.ts';
import type { BridgeQueues } from './bridge-queues.ts';
import { hashSettings } from './deployable-settings.ts';
import type { OperatorPolicies } from './operator-policies.ts';
import type { Schedules } from './schedules.ts';
import type { BridgeSecrets } from './secrets.ts';
import type { BridgeTable, ReportsBucket } from './storage.ts';
import type { WebhookApi } from './webhook-api.ts';

interface OperatorOutputsProps {
  readonly settings: Settings;
  readonly table: BridgeTable;
  readonly reports: ReportsBucket;
  readonly queues: BridgeQueues;
  readonly secrets: BridgeSecrets;
  readonly functions: BridgeFunctions;
  readonly api: WebhookApi;
  readonly schedules: Schedules;
  readonly alarms: BridgeAlarms;
  readonly policies: OperatorPolicies;
}

/** What an operator types or pastes somewhere, printed at the end of a deployment under names that do not change. */
export function addOperatorOutputs(stack: Stack, props: OperatorOutputsProps): void {
  for (const [name, [value, description]] of Object.entries({
    ...webhookUrls(props),
    ...secretNames(props),
    ...stores(props),
    ...logGroups(props),
    ...monitoring(stack, props),
  })) {
    new CfnOutput(stack, name, { value, description });
  }
}

type Outputs = Record<string, readonly [value: string, description: string]>;

function webhookUrls({ api, settings: { connections } }: OperatorOutputsProps): Outputs {
  const outputs: Outputs = {
    DearWebhookUrl: [api.dearUrl, 'Register this address for the webhooks of DEAR'],
  };
  for (const { id } of connections) {
    outputs[`ProviderWebhookUrl${toWord(id)}`] = [
      api.providerUrl(id),
      `Register this address at the fulfillment service of ${id}`,
    ];
  }
  for (const { id, provider } of connections) {
    if (getProviderDefinition(provider).endpoints === null) continue;
    outputs[`EndpointsUrl${toWord(id)}`] = [
      api.endpointsUrl(id),
      `Below this address the service of ${id} fetches orders; bridge doctor says what to enter there`,
    ];
  }
  return outputs;
}

function secretNames({ secrets, settings: { connections } }: OperatorOutputsProps): Outputs {
  const outputs: Outputs = {
    DearSecretName: [secrets.dear.name, "Put DEAR's account id and application key here"],
    WebhookSecretName: [secrets.webhook.name, 'Holds the token to give DEAR for its webhooks'],
  };
  for (const { id } of connections) {
    outputs[`ConnectionSecretName${toWord(id)}`] = [
      `${secrets.connectionPrefix}${id}`,
      `Put the credentials of ${id} here`,
    ];
  }
  return outputs;
}

function stores({ table, reports, queues, schedules }: OperatorOutputsProps): Outputs {
  const outputs: Outputs = {
    TableName: [table.tableName, 'Holds the fulfillment orders'],
    ReportsBucketName: [
      reports.bucketName,
      'Holds the reports of stock drift, for 90 days, and the PDF files of labels',
    ],
    SchedulesDeadLetterQueueUrl: [
      schedules.deadLetterQueue.queueUrl,
      'Scheduled runs that could not be started',
    ],
  };
  for (const { node, queue, deadLetterQueue } of queues.all) {
    outputs[`${node.id}QueueUrl`] = [queue.queueUrl, `Messages waiting: ${node.id}`];
    outputs[`${node.id}DeadLetterQueueUrl`] = [deadLetterQueue.queueUrl, `Messages parked: ${node.id}`];
  }
  return outputs;
}

function logGroups({ functions, api }: OperatorOutputsProps): Outputs {
  const outputs: Outputs = {
    WebhookAccessLogGroupName: [api.accessLogs.logGroupName, 'One line for each call of the webhooks'],
  };
  for (const { node, logGroup } of functions.all) {
    outputs[`${node.id}LogGroupName`] = [logGroup.logGroupName, `What ${node.id} logs`];
  }
  return outputs;
}

function monitoring(stack: Stack, { alarms, settings, policies }: OperatorOutputsProps): Outputs {
  return {
    ReaderPolicyArn: [
      policies.reader.managedPolicyArn,
      'Attach to the role of people who only read with bridge',
    ],
    OperatorPolicyArn: [
      policies.operator.managedPolicyArn,
      'Attach to the role of people who use every command',
    ],
    SettingsHash: [hashSettings(settings), 'Tells the settings of one deployment from those of another'],
    AlarmTopicArn: [alarms.topic.topic.topicArn, 'Tells of every alarm'],
    DashboardUrl: [new ConsoleLinks(stack).dashboard(stack.stackName), 'Promises first, resources after'],
  };
}

/** The name of an output may hold no dash, and two connections (`a-1`, `a1`) must not share one. */
function toWord(connectionId: string): string {
  const words = connectionId.split('-').map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`);
  return words.join('Dash');
}
