import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { CustomerKey } from './customer-key.ts';

interface BridgeSecretProps {
  /** Without the stack's name. */
  readonly name: string;
  readonly description: string;
  /** Why Secrets Manager does not rotate it. */
  readonly notRotated: string;
  readonly generate?: CfnSecret.GenerateSecretStringProperty;
  /** null: Secrets Manager's own key. */
  readonly key: CustomerKey | null;
}

/**
 * A secret that outlives its stack. Without `generate` it is made empty (which CDK's own construct cannot do: it would put a
 * random word there), so that a forgotten credential is reported as missing and not as refused.
 */
export class BridgeSecret extends Construct {
  readonly name: string;
  readonly arn: string;

  constructor(scope: Construct, id: string, props: BridgeSecretProps) {
    super(scope, id);
    this.name = `${Stack.of(this).stackName}/${props.name}`;
    const secret = new CfnSecret(this, 'Resource', {
      name: this.name,
      description: props.description,
      ...(props.key !== null && { kmsKeyId: props.key.key.keyArn }),
      ...(props.generate === undefined ? {} : { generateSecretString: props.generate }),
    });
    // Not kept by the rollback of a first deployment, which would block its name for the next attempt.
    secret.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    this.arn = secret.ref;
    Validations.of(this).acknowledge({ id: 'AwsSolutions-SMG4', reason: props.notRotated });
  }
}

interface BridgeSecretsProps {
  readonly key: CustomerKey | null;
  readonly connections: ReadonlyArray<{
    readonly id: string;
    /** Whether its webhooks are verified with its secret, so that the receiver reads it. */
    readonly verifiesNotifications: boolean;
    /** Whether its service calls us with its secret. */
    readonly hasEndpoints: boolean;
    /** Whether its service is called with its secret. */
    readonly isCalled: boolean;
  }>;
}

export class BridgeSecrets extends Construct {
  readonly dear: BridgeSecret;
  readonly webhook: BridgeSecret;
  readonly connections: readonly BridgeSecret[];
  /** Of `connections`, those that the receiver reads. */
  readonly ofNotifications: readonly BridgeSecret[];
  /** Of `connections`, those with which services call us. */
  readonly ofEndpoints: readonly BridgeSecret[];
  /** Of `connections`, those with which services are called. */
  readonly ofCalls: readonly BridgeSecret[];
  /** A connection's secret is named by this and the connection's id. */
  readonly connectionPrefix: string;

  constructor(scope: Construct, id: string, props: BridgeSecretsProps) {
    super(scope, id);
    const { key } = props;
    this.connectionPrefix = `${Stack.of(this).stackName}/connection/`;
    this.dear = new BridgeSecret(this, 'Dear', {
      name: 'dear',
      key,
      description: "DEAR's account id and application key",
      notRotated:
        'DEAR issues application keys by hand in its own settings and has no call that renews one, so a rotation function could not do its work; the operator renews the key there and stores it here.',
    });
    this.webhook = new BridgeSecret(this, 'Webhook', {
      name: 'webhook',
      key,
      description: 'The bearer token that DEAR sends with its webhooks, and the one before it',
      notRotated:
        'The token must change here and in the registration at DEAR together, with both tokens valid in between. `previous` is kept for that; the operator starts it, because a timer that fails halfway would silence every webhook.',
      generate: {
        secretStringTemplate: JSON.stringify({ previous: '' }),
        generateStringKey: 'current',
        passwordLength: 48,
        excludePunctuation: true,
      },
    });
    this.connections = props.connections.map(
      (connection) =>
        new BridgeSecret(this, `Connection-${connection.id}`, {
          name: `connection/${connection.id}`,
          key,
          description: `Credentials of the connection ${connection.id}`,
          notRotated:
            'The fulfillment service issues its keys by hand in its own settings and has no call that renews one; the operator renews the key there and stores it here.',
        }),
    );
    this.ofNotifications = this.connections.filter(
      (_, index) => props.connections[index]?.verifiesNotifications === true,
    );
    this.ofEndpoints = this.connections.filter((_, index) => props.connections[index]?.hasEndpoints === true);
    this.ofCalls = this.connections.filter((_, index) => props.connections[index]?.isCalled === true);
  }
}
