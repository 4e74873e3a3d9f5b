import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { SubscriptionProtocol, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription, UrlSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

export interface AlarmTopicProps {
  readonly emails: readonly string[];
  /** https addresses. */
  readonly webhooks: readonly string[];
}

/**
 * Where every alarm is told, when it fires and when it is over. One topic for both severities, so that an address is confirmed
 * once; who wants pages only filters by the description, which begins with the severity.
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
    for (const email of emails) this.topic.addSubscription(new EmailSubscription(email));
    for (const webhook of webhooks) {
      this.topic.addSubscription(new UrlSubscription(webhook, { protocol: SubscriptionProtocol.HTTPS }));
    }
  }

  /** A key of our own, because CloudWatch has no right to the one that SNS brings, and its alarms would then not be delivered. */
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
