import { readFileSync } from 'node:fs';
import { LambdaApplication, LambdaDeploymentConfig, LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import { type IRole, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type Alias, Architecture, Code, Function as Lambda, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { ArnFormat, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { FunctionName } from '../runtime/environment.ts';
import type { BridgeAlarms } from './alarms/bridge-alarms.ts';
import { QueueFunction } from './bridge-function.ts';
import type { BridgeFunctions } from './bridge-functions.ts';
import type { CustomerKey } from './customer-key.ts';

/** What a function that answers HTTP is started with; the handler answers it before anything else. */
const DEPLOYMENT_CHECK = { deploymentCheck: true };

/** Fast enough to fire while a tenth of the work is the new version's. CodeDeploy takes ten alarms, and each function adds its own. */
const ROLLBACK_ALARMS: readonly string[] = [
  'unsubmitted-sale-late',
  'unconfirmed-shipment-late',
  'webhooks-failing',
  'secret-unreadable',
  'dead-letters-sale-events',
  'dead-letters-fulfillment',
  'dead-letters-confirmations',
];

/** Given as `-c urgent=true`: all at once and without alarms, as a fix has to be deployed while they fire. */
const URGENT = 'urgent';

const OF_THE_CHECK = {
  'Serverless-LambdaDLQ':
    'CodeDeploy waits for its verdict, and brings the old version back where none comes within an hour.',
  'Serverless-LambdaTracing':
    'It runs once in a deployment and starts each new version, which has traces of its own where they are switched on.',
};

interface SafeDeploymentsProps {
  readonly functions: BridgeFunctions;
  readonly alarms: BridgeAlarms;
  readonly logRetention: RetentionDays;
  /** null: AWS's own key. */
  readonly key: CustomerKey | null;
}

/** A function whose versions are moved to bit by bit. */
interface Deployed {
  readonly name: FunctionName;
  readonly alias: Alias;
  /** Starts it and gives it nothing to do. */
  readonly event: object;
}

/**
 * A new version of each function is started once, then takes a tenth of the work for half an hour and all of it after that. An
 * alarm in this time brings the old version back, and with it the whole stack.
 */
export class SafeDeployments extends Construct {
  constructor(scope: Construct, id: string, props: SafeDeploymentsProps) {
    super(scope, id);
    const { functions, alarms } = props;
    const deployed = functions.all.flatMap((each): Deployed[] => {
      const event = each instanceof QueueFunction ? { Records: [] } : DEPLOYMENT_CHECK;
      return each.alias === null ? [] : [{ name: each.name, alias: each.alias, event }];
    });
    const check = this.#checkFunction(deployed, props);
    const isUrgent = String(this.node.tryGetContext(URGENT)) === 'true';
    const shared = {
      application: new LambdaApplication(this, 'Application', { applicationName: Stack.of(this).stackName }),
      role: this.#role(deployed, check),
      preHook: check,
      deploymentConfig: isUrgent
        ? LambdaDeploymentConfig.ALL_AT_ONCE
        : LambdaDeploymentConfig.CANARY_10PERCENT_30MINUTES,
    };
    for (const { name, alias } of deployed) {
      const watched = isUrgent ? [] : alarms.named([...ROLLBACK_ALARMS, `errors-${name}`]);
      const deploymentGroupName = toGroupName(Stack.of(this).stackName, name);
      new LambdaDeploymentGroup(this, name, { ...shared, deploymentGroupName, alias, alarms: watched });
    }
  }

  /** Named as CodeDeploy's documentation asks of hooks; the policy of the customer's key names its logs. */
  #checkFunction(deployed: readonly Deployed[], { logRetention, key }: SafeDeploymentsProps): Lambda {
    const stack = Stack.of(this);
    const functionName = `CodeDeployHook_${stack.stackName}`;
    const logGroup = new LogGroup(this, 'CheckLogs', {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
      ...(key !== null && { encryptionKey: key.key }),
    });
    const versions = deployed.map(({ alias, event }) => ({ version: alias.version.functionArn, event }));
    const check = new Lambda(this, 'Check', {
      functionName,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromInline(readFileSync(new URL('./check-versions.cjs', import.meta.url), 'utf8')),
      timeout: Duration.minutes(1),
      memorySize: 256,
      logGroup,
      role: createRole(this, 'CheckRole', 'lambda', [
        allow(['logs:CreateLogStream', 'logs:PutLogEvents'], logGroup.logGroupArn),
        allow(['lambda:InvokeFunction'], ...versions.map(({ version }) => version)),
        allow(
          ['codedeploy:PutLifecycleEventHookExecutionStatus'],
          ...deployed.map(({ name }) => this.#groupArn(name)),
        ),
      ]),
      environment: { VERSIONS: stack.toJsonString(versions) },
    });
    for (const [id, reason] of Object.entries(OF_THE_CHECK))
      Validations.of(check).acknowledge({ id, reason });
    return check;
  }

  /** CodeDeploy's own managed policy allows any function. */
  #role(deployed: readonly Deployed[], check: Lambda): IRole {
    // By its name: the alias itself waits for its deployment group, which waits for this role.
    const shifted = deployed.flatMap(({ alias: { lambda, aliasName } }) => [
      lambda.functionArn,
      `${lambda.functionArn}:${aliasName}`,
    ]);
    const role = createRole(this, 'Role', 'codedeploy', [
      allow(['lambda:GetAlias', 'lambda:GetProvisionedConcurrencyConfig', 'lambda:UpdateAlias'], ...shifted),
      allow(['lambda:InvokeFunction'], check.functionArn),
      allow(['cloudwatch:DescribeAlarms'], '*'),
    ]);
    return role;
  }

  #groupArn(name: string): string {
    const stack = Stack.of(this);
    const resourceName = `${stack.stackName}/${toGroupName(stack.stackName, name)}`;
    const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
    return stack.formatArn({ service: 'codedeploy', resource: 'deploymentgroup', resourceName, arnFormat });
  }
}

function toGroupName(stackName: string, name: string): string {
  return `${stackName}-${name}`;
}

function allow(actions: string[], ...resources: string[]): PolicyStatement {
  return new PolicyStatement({ actions, resources });
}

/** Nothing that CDK does later can widen it. */
function createRole(scope: Construct, id: string, service: string, statements: PolicyStatement[]): IRole {
  const role = new Role(scope, id, {
    assumedBy: new ServicePrincipal(`${service}.amazonaws.com`),
    inlinePolicies: { Allowed: new PolicyDocument({ statements }) },
  });
  if (service === 'codedeploy') {
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'CodeDeploy reads the state of its alarms in one call that names none in its resource.',
    });
  }
  return role.withoutPolicyUpdates();
}
