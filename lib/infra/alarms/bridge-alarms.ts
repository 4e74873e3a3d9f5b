import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { type ITopicSubscription, SubscriptionProtocol, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription, UrlSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { ArnFormat, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Settings } from '../../settings/schema.ts';
import { type AlarmDefinition, ConsoleLinks, describeAlarm } from './alarm.ts';
import { FLOW } from './flow.ts';
import { FUNCTIONS } from './functions.ts';
import { heartbeats } from './heartbeats.ts';
import { INGRESS } from './ingress.ts';
import { getMetric, type Measured } from './metric.ts';
import { SERVICE_LEVELS } from './service-levels.ts';

/** Every alarm, the promises first. Each has a section of its id in `docs/runbook.md`. */
export function alarmCatalogue(settings: Pick<Settings, 'connections' | 'dear'>): AlarmDefinition[] {
  return [...SERVICE_LEVELS, ...heartbeats(settings), ...INGRESS, ...FLOW, ...FUNCTIONS];
}

interface AlarmTopicProps {
  readonly emails: readonly string[];
  /** https addresses. */
  readonly webhooks: readonly string[];
}

/**
 * Receives every alarm when it fires and when it is over. One topic for both severities, so that an address is confirmed once;
 * a subscriber that takes pages only filters by the description, which begins with the severity.
 */
export class AlarmTopic extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { emails, webhooks }: AlarmTopicProps) {
    super(scope, id);
    const { stackName } = Stack.of(this);
    this.topic = new Topic(this, 'Topic', {
      topicName: `${stackName}-alarms`,
      displayName: stackName,
      masterKey: this.#key(),
      enforceSSL: true,
    });
    this.#letOnlyAlarmsPublish();
    for (const email of emails) this.subscribe(new EmailSubscription(email));
    for (const webhook of webhooks) {
      this.subscribe(new UrlSubscription(webhook, { protocol: SubscriptionProtocol.HTTPS }));
    }
  }

  /** Sends every alarm to it. */
  subscribe(subscriber: ITopicSubscription): void {
    const subscription = this.topic.addSubscription(subscriber);
    Validations.of(subscription).acknowledge({
      id: 'Serverless-SNSRedrivePolicy',
      reason:
        'SNS repeats a notification for as long as it says anything new. The state of its alarm stays in CloudWatch, so a copy that is put aside would tell nothing more.',
    });
  }

  /** A key of this stack: CloudWatch may not use the default key of SNS, so its alarms would not be delivered. */
  #key(): Key {
    const { stackName, account } = Stack.of(this);
    const key = new Key(this, 'Key', {
      description: `Alarms of ${stackName} on their way`,
      enableKeyRotation: true,
      // It protects messages of seconds, nothing that is kept.
      removalPolicy: RemovalPolicy.DESTROY,
      pendingWindow: Duration.days(7),
    });
    key.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    );
    return key;
  }

  #letOnlyAlarmsPublish(): void {
    const stack = Stack.of(this);
    const alarms = stack.formatArn({
      service: 'cloudwatch',
      resource: 'alarm',
      resourceName: `${stack.stackName}-*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: {
          StringEquals: { 'aws:SourceAccount': stack.account },
          ArnLike: { 'aws:SourceArn': alarms },
        },
      }),
    );
  }
}

const MISSING: Readonly<Record<AlarmDefinition['missing'], TreatMissingData>> = {
  breaching: TreatMissingData.BREACHING,
  notBreaching: TreatMissingData.NOT_BREACHING,
  ignore: TreatMissingData.IGNORE,
};

interface BridgeAlarmsProps {
  readonly settings: Pick<Settings, 'alarms' | 'connections' | 'dear'>;
  readonly measured: Measured;
}

/** The catalogue as alarms of this stack. Each notifies the topic when it fires and when it is over. */
export class BridgeAlarms extends Construct {
  readonly topic: AlarmTopic;
  /** In the catalogue's order. */
  readonly all: readonly Alarm[];

  constructor(scope: Construct, id: string, { settings, measured }: BridgeAlarmsProps) {
    super(scope, id);
    this.topic = new AlarmTopic(this, 'Notifications', settings.alarms);
    const links = new ConsoleLinks(Stack.of(this));
    this.all = alarmCatalogue(settings).map((definition) =>
      this.#add(definition, measured, describeAlarm(definition, links, settings.alarms.runbookUrl)),
    );
  }

  /** @throws {Error} naming an id that the catalogue lacks */
  named(ids: readonly string[]): Alarm[] {
    return ids.map((id) => {
      const alarm = this.all.find(({ node }) => node.id === id);
      if (alarm === undefined) throw new Error(`There is no alarm ${id}`);
      return alarm;
    });
  }

  #add(definition: AlarmDefinition, measured: Measured, alarmDescription: string): Alarm {
    const { id, watches, atLeast, datapoints, missing } = definition;
    const alarm = new Alarm(this, id, {
      alarmName: `${measured.stackName}-${id}`,
      alarmDescription,
      metric: getMetric(watches, measured, Duration.minutes(datapoints.minutes)),
      threshold: atLeast,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: datapoints.of,
      datapointsToAlarm: datapoints.breaching,
      treatMissingData: MISSING[missing],
    });
    const notify = new SnsAction(this.topic.topic);
    alarm.addAlarmAction(notify);
    alarm.addOkAction(notify);
    return alarm;
  }
}
