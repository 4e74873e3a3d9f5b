import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Duration, Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Settings } from '../../settings/schema.ts';
import { BridgeFunction, type FunctionDefaults } from '../bridge-function.ts';
import { read } from '../permissions.ts';
import { BridgeSecret } from '../secrets.ts';
import type { BridgeTable } from '../storage.ts';
import type { BridgeAlarms } from './bridge-alarms.ts';

interface ChatNotificationsProps {
  readonly defaults: FunctionDefaults;
  readonly settings: Pick<Settings, 'alarms'>;
  readonly alarms: BridgeAlarms;
  readonly table: BridgeTable;
}

const NOT_REPEATED =
  'What was not delivered is tried again for hours, and later it says nothing new: the state of an alarm stays in CloudWatch, and the figures of a day in the table.';

/** Posts alarms, and a digest if one is wanted, to the chats whose addresses are in a secret. */
export class ChatNotifications extends Construct {
  readonly notify: BridgeFunction<'notify-chat'>;

  constructor(scope: Construct, id: string, { defaults, settings, alarms, table }: ChatNotificationsProps) {
    super(scope, id);
    const { stackName } = Stack.of(this);
    const secret = new BridgeSecret(this, 'Addresses', {
      name: 'chat',
      key: defaults.key,
      description: 'Addresses of the chats that are told of alarms',
      notRotated:
        'Slack and Teams give such an address by hand and have no call that renews it; the operator makes a new one there and stores it here.',
    });
    this.notify = new BridgeFunction(this, 'NotifyChat', {
      ...defaults,
      name: 'notify-chat',
      // Three tries at two chats, with their waits.
      timeout: Duration.minutes(2),
      deadLetters: NOT_REPEATED,
      environment: { CHAT_SECRET_ID: secret.name, TABLE_NAME: table.tableName, STACK_NAME: stackName },
      allow: [read(secret), readFigures(table)],
    });
    alarms.topic.subscribe(new LambdaSubscription(this.notify.live));
    const { digest } = settings.alarms;
    if (digest === '') return;
    const [hour = '0', minute = '0'] = digest.split(':');
    const rule = new Rule(this, 'Digest', {
      ruleName: `${stackName}-digest`,
      description: 'The digest of the day before, for the chats',
      schedule: Schedule.cron({ hour: String(Number(hour)), minute: String(Number(minute)) }),
      targets: [new LambdaFunction(this.notify.live)],
    });
    Validations.of(rule).acknowledge({ id: 'Serverless-EventBusDLQ', reason: NOT_REPEATED });
  }
}

/** Of the table's items only the figures of days. */
function readFigures(table: BridgeTable): PolicyStatement {
  return new PolicyStatement({
    actions: ['dynamodb:GetItem', 'dynamodb:Query'],
    resources: [table.tableArn],
    conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['FIGURES#*'] } },
  });
}
