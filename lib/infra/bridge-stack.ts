import { Lazy, Stack, Tags } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { getProviderDefinition } from '../providers/registry.ts';
import type { Settings } from '../settings/schema.ts';
import { BridgeAlarms } from './alarms/bridge-alarms.ts';
import { ChatNotifications } from './alarms/chat.ts';
import type { FunctionDefaults } from './bridge-function.ts';
import { BridgeFunctions } from './bridge-functions.ts';
import { BridgeQueues } from './bridge-queues.ts';
import { customerKey } from './customer-key.ts';
import { BridgeDashboard } from './dashboard.ts';
import { toTemplateText } from './deployable-settings.ts';
import { addOperatorOutputs } from './operator-outputs.ts';
import { OperatorPolicies } from './operator-policies.ts';
import { SafeDeployments } from './safe-deployments.ts';
import { Schedules } from './schedules.ts';
import { BridgeSecrets } from './secrets.ts';
import { BridgeTable, ReportsBucket } from './storage.ts';
import { WebhookApi } from './webhook-api.ts';

interface BridgeStackProps {
  readonly stackName: string;
  readonly settings: Settings;
  /** Holds one folder per function, as `bundleFunctions` leaves it. */
  readonly functionsDirectory: string;
}

/** The whole bridge for one DEAR account. Knows neither account nor region, so one template serves any. */
export class BridgeStack extends Stack {
  constructor(scope: Construct, props: BridgeStackProps) {
    super(scope, props.stackName, {
      stackName: props.stackName,
      description: 'dear-fulfillment-bridge: fulfillment services as external locations of DEAR Inventory',
      // Without the stack no webhook is received: a deletion has to be meant.
      terminationProtection: true,
    });
    const { settings } = props;
    // Read by `bridge --stack`, so that it judges by the settings that are deployed.
    this.templateOptions.metadata = { Settings: toTemplateText(settings) };
    const logRetention = settings.logRetentionDays;

    for (const [tag, value] of Object.entries(settings.aws.tags)) Tags.of(this).add(tag, value);
    const key = customerKey(this, settings);
    const table = new BridgeTable(this, 'Table', { key });
    const reports = new ReportsBucket(this, 'Reports', { personalDataDays: settings.personalDataDays, key });
    const queues = new BridgeQueues(this, 'Queues', { key });
    const secrets = new BridgeSecrets(this, 'Secrets', { key, connections: toSecrets(settings) });
    const schedules = new Schedules(this, 'Schedules', {
      settings,
      jobs: queues.jobs.queue,
      key,
    });
    const defaults = toDefaults(props, key);
    const functions = new BridgeFunctions(this, 'Functions', {
      defaults,
      table,
      queues,
      secrets,
      deadLetterQueues: [...queues.all.map((each) => each.deadLetterQueue), schedules.deadLetterQueue],
      // The API needs the function that receives, and a job needs the API's address.
      dearWebhookUrl: Lazy.string({ produce: () => api.dearUrl }),
      reports,
      uses: findUses(settings),
      reservedForWebhooks: settings.aws.reservedForWebhooks,
    });
    const api = new WebhookApi(this, 'WebhookApi', {
      receiver: functions.receiveWebhook.live,
      server: functions.serveProvider.live,
      logRetention,
      key,
    });
    const measured = { stackName: props.stackName, queues, functions, api, schedules };
    const alarms = new BridgeAlarms(this, 'Alarms', { settings, measured });
    if (settings.alarms.chats.length > 0)
      new ChatNotifications(this, 'Chat', { defaults, settings, alarms, table });
    new BridgeDashboard(this, 'Dashboard', { alarms: alarms.all, measured, table });
    if (settings.aws.deployment === 'canary')
      new SafeDeployments(this, 'Deployments', { functions, alarms, logRetention, key });
    const policies = new OperatorPolicies(this, 'Policies', {
      table,
      queues,
      schedules,
      functions,
      topic: alarms.topic,
      key,
    });
    addOperatorOutputs(this, {
      settings,
      table,
      reports,
      queues,
      secrets,
      functions,
      api,
      schedules,
      alarms,
      policies,
    });
  }
}

function toDefaults(
  { functionsDirectory, settings: { aws, logRetentionDays: logRetention } }: BridgeStackProps,
  key: FunctionDefaults['key'],
): FunctionDefaults {
  return { functionsDirectory, logRetention, key, tracing: aws.tracing, deployment: aws.deployment };
}

/** What providers of the settings use besides their secrets. */
function findUses({ connections }: Settings) {
  const definitions = connections.map(({ provider }) => getProviderDefinition(provider));
  const parts = connections.flatMap((one) => getProviderDefinition(one.provider).buckets(one));
  return {
    boxes: definitions.some(({ usesBox }) => usesBox),
    labels: definitions.some(({ capabilities }) => capabilities.includes('labels')),
    stock: definitions.some(({ capabilities }) => capabilities.includes('stock')),
    buckets: [...new Map(parts.map((part) => [`${part.bucket}/${part.prefix}`, part])).values()],
  };
}

/** What the secret of each connection is for. */
function toSecrets({ connections }: Settings) {
  return connections.map(({ id, provider }) => ({
    id,
    verifiesNotifications: getProviderDefinition(provider).hints?.readsSecret === true,
    hasEndpoints: getProviderDefinition(provider).endpoints !== null,
    isCalled: getProviderDefinition(provider).isCalled,
  }));
}
