import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { ArnFormat, Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { INDEXES, type IndexName } from '../store/indexes.ts';
import type { AlarmTopic } from './alarms/bridge-alarms.ts';
import type { BridgeFunctions } from './bridge-functions.ts';
import type { BridgeQueues } from './bridge-queues.ts';
import type { CustomerKey } from './customer-key.ts';
import { addToAudit, keepBudgets, list, measure, sendTo } from './permissions.ts';
import type { Schedules } from './schedules.ts';
import type { BridgeTable } from './storage.ts';

interface OperatorPoliciesProps {
  readonly table: BridgeTable;
  readonly queues: BridgeQueues;
  readonly schedules: Schedules;
  readonly functions: BridgeFunctions;
  readonly topic: AlarmTopic;
  readonly key: CustomerKey | null;
}

/**
 * The rights of people who use `bridge --stack`: attach one to a role or a permission set. A reader sees what the bridge
 * knows, and no credentials, so commands that ask DEAR or a service are refused. An operator may use every command.
 */
export class OperatorPolicies extends Construct {
  readonly reader: ManagedPolicy;
  readonly operator: ManagedPolicy;

  constructor(scope: Construct, id: string, props: OperatorPoliciesProps) {
    super(scope, id);
    const reading = this.#reading(props);
    this.reader = this.#policy('Reader', 'Reads with bridge', [
      ...reading,
      // Reading personal data is written down, by readers too.
      addToAudit(props.table),
    ]);
    this.operator = this.#policy('Operator', 'Uses every command of bridge', [
      ...reading,
      ...this.#writing(props),
    ]);
  }

  #policy(id: string, does: string, statements: PolicyStatement[]): ManagedPolicy {
    const { stackName } = Stack.of(this);
    const policy = new ManagedPolicy(this, id, { description: `${does} --stack ${stackName}`, statements });
    for (const [finding, reason] of Object.entries(this.#wildcards())) {
      Validations.of(policy).acknowledge({ id: `AwsSolutions-IAM5[Resource::${finding}]`, reason });
    }
    return policy;
  }

  #reading({ table, queues, schedules, functions, topic, key }: OperatorPoliciesProps): PolicyStatement[] {
    const parked = [...queues.all, schedules].map(({ deadLetterQueue }) => deadLetterQueue);
    const { secrets, stack } = this.#arns();
    const allow = (actions: string[], resources: string[]) => new PolicyStatement({ actions, resources });
    return [
      allow(['cloudformation:DescribeStacks', 'cloudformation:GetTemplate'], [stack]),
      allow(['dynamodb:GetItem', 'dynamodb:Query'], [table.tableArn]),
      list(table, ...(Object.keys(INDEXES) as IndexName[])),
      measure(...queues.all.map(({ queue }) => queue), ...parked),
      // Looking at a parked message hides it for a moment, and gives it back.
      allow(
        ['sqs:ChangeMessageVisibility', 'sqs:ReceiveMessage'],
        parked.map(({ queueArn }) => queueArn),
      ),
      allow(
        ['logs:FilterLogEvents'],
        functions.all.map(({ logGroup }) => logGroup.logGroupArn),
      ),
      allow(['secretsmanager:DescribeSecret'], [secrets]),
      allow(['sns:ListSubscriptionsByTopic'], [topic.topic.topicArn]),
      allow(['lambda:GetAccountSettings'], ['*']),
      ...(key === null ? [] : [key.through()]),
    ];
  }

  #writing({ table, queues, schedules }: OperatorPoliciesProps): PolicyStatement[] {
    return [
      // The policy of the table keeps the audit, and a managed policy has no room for exceptions.
      new PolicyStatement({
        actions: ['dynamodb:PutItem', 'dynamodb:PartiQLInsert'],
        resources: [table.tableArn],
      }),
      keepBudgets(table),
      sendTo(...queues.all.map(({ queue }) => queue)),
      new PolicyStatement({
        actions: ['sqs:DeleteMessage'],
        resources: [...queues.all, schedules].map(({ deadLetterQueue }) => deadLetterQueue.queueArn),
      }),
      new PolicyStatement({
        actions: ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'],
        resources: [this.#arns().secrets],
      }),
    ];
  }

  /** Of what is named by its beginning: a stack's ARN ends with an id, and a managed policy has no room for 37 secrets. */
  #arns() {
    const stack = Stack.of(this);
    const { stackName } = stack;
    return {
      stack: stack.formatArn({
        service: 'cloudformation',
        resource: 'stack',
        resourceName: `${stackName}/*`,
      }),
      secrets: stack.formatArn({
        service: 'secretsmanager',
        resource: 'secret',
        resourceName: `${stackName}/*`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    };
  }

  #wildcards(): Record<string, string> {
    const { stackName } = Stack.of(this);
    const arn = (service: string, resource: string) =>
      `arn:<AWS::Partition>:${service}:<AWS::Region>:<AWS::AccountId>:${resource}`;
    return {
      [arn('cloudformation', `stack/${stackName}/*`)]:
        'The ARN of a stack ends with an id that is new after each deletion. The name before it is the stack of the bridge alone.',
      [arn('secretsmanager', `secret:${stackName}/*`)]:
        'All secrets of the bridge begin with the name of its stack, and nothing else does. Listed one by one they would not fit.',
      '*': 'The limits of Lambda are of the account, and reading them accepts no resource. Nothing else here names all.',
    };
  }
}
