import { ManagedPolicy, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Settings } from '../settings/schema.ts';

/** The services that store what the bridge keeps, and ask KMS in the caller's name. */
const STORES = ['dynamodb', 'sqs', 'secretsmanager', 's3'] as const;

/**
 * The KMS key of `aws.customerKey`, with which everything is encrypted that the bridge keeps: its own, or one that is named by
 * ARN and whose policy is its owner's.
 */
export class CustomerKey extends Construct {
  readonly key: IKey;
  /**
   * Lets a role use the key, through the services that store and for nothing else. Not a part of each role's own policy, which has
   * room for the secrets of 35 connections and no more.
   */
  readonly use: ManagedPolicy;

  constructor(scope: Construct, id: string, setting: true | string) {
    super(scope, id);
    this.key = setting === true ? this.#create() : Key.fromKeyArn(this, 'Key', setting);
    this.use = new ManagedPolicy(this, 'Use', {
      description: `Use of the key of ${Stack.of(this).stackName}`,
      statements: [this.through()],
    });
  }

  /** The same for a policy that is written elsewhere. */
  through(): PolicyStatement {
    const { region } = Stack.of(this);
    return new PolicyStatement({
      actions: [
        'kms:Decrypt',
        'kms:DescribeKey',
        'kms:Encrypt',
        'kms:GenerateDataKey',
        'kms:ReEncryptFrom',
        'kms:ReEncryptTo',
      ],
      resources: [this.key.keyArn],
      conditions: {
        StringEquals: { 'kms:ViaService': STORES.map((name) => `${name}.${region}.amazonaws.com`) },
      },
    });
  }

  /** Stays with the table and the secrets, which could not be read without it. */
  #create(): Key {
    const { stackName } = Stack.of(this);
    const key = new Key(this, 'Key', {
      alias: `alias/${stackName}`,
      description: `What ${stackName} keeps`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    key.addToResourcePolicy(this.#forLogs());
    return key;
  }

  /** CloudWatch Logs encrypts in its own name. */
  #forLogs(): PolicyStatement {
    const { stackName, region, account, partition } = Stack.of(this);
    const names = [
      `lambda/${stackName}-*`,
      `vendedlogs/${stackName}-*`,
      `lambda/CodeDeployHook_${stackName}`,
    ];
    const groups = names.map((name) => `arn:${partition}:logs:${region}:${account}:log-group:/aws/${name}`);
    return new PolicyStatement({
      principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
      actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
      resources: ['*'],
      conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': groups } },
    });
  }
}

/** null where AWS's own keys are used. */
export function customerKey(scope: Construct, { aws }: Pick<Settings, 'aws'>): CustomerKey | null {
  return aws.customerKey === false ? null : new CustomerKey(scope, 'CustomerKey', aws.customerKey);
}
