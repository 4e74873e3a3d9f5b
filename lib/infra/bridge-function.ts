import { join } from 'node:path';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Alias,
  Architecture,
  Code,
  EventSourceMapping,
  type IFunction,
  type IVersion,
  Function as Lambda,
  RecursiveLoop,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { type Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { DeployedName, EnvironmentOf, FunctionName } from '../runtime/environment.ts';
import type { Settings } from '../settings/schema.ts';
import type { FifoQueue } from './bridge-queues.ts';
import type { CustomerKey } from './customer-key.ts';
import { consume, sendTo } from './permissions.ts';

export const HANDLER = 'index.handler';

const LIVE = 'live';

/**
 * Left to itself, Node lets short-lived objects take 100 MB and more: a sync of 100,000 SKUs then needs 310 MB, and with this
 * 180, at the same speed.
 */
export const NODE_MEMORY_OPTION = '--max-semi-space-size=8';

/** What all functions of one stack share. */
export interface FunctionDefaults {
  /** Holds one folder per function, as `bundleFunctions` leaves it. */
  readonly functionsDirectory: string;
  readonly logRetention: RetentionDays;
  readonly tracing: Settings['aws']['tracing'];
  readonly deployment: Settings['aws']['deployment'];
  /** null: AWS's own keys. */
  readonly key: CustomerKey | null;
}

interface BridgeFunctionProps<Name extends DeployedName> extends FunctionDefaults {
  readonly name: Name;
  readonly timeout: Duration;
  readonly environment: EnvironmentOf<Name>;
  /** The whole list, beside its own logs, its traces and the customer's key. */
  readonly allow: readonly PolicyStatement[];
  /** @default 256: these wait for the network, and a start is as fast with less memory as with more. */
  readonly memorySize?: number;
  /** Concurrent executions that no other function may use. @default none */
  readonly reservedConcurrency?: number;
  /** @default 'Terminate' */
  readonly recursiveLoop?: RecursiveLoop;
  /** Of a function that is invoked without waiting for its answer: why what it could not handle is not put aside. */
  readonly deadLetters?: string;
}

/** One Lambda function with its own role and its own log group; it may do what `allow` says and nothing else. */
export class BridgeFunction<Name extends DeployedName> extends Construct {
  readonly name: Name;
  readonly lambda: Lambda;
  /** Moves from version to version; null where a deployment replaces the function at once. */
  readonly alias: Alias | null;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: BridgeFunctionProps<Name>) {
    super(scope, id);
    const { stackName } = Stack.of(this);
    this.name = props.name;
    const functionName = `${stackName}-${props.name}`;
    this.logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
      ...(props.key !== null && { encryptionKey: props.key.key }),
    });
    this.lambda = new Lambda(this, 'Function', {
      functionName,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(join(props.functionsDirectory, props.name)),
      handler: HANDLER,
      memorySize: props.memorySize ?? 256,
      timeout: props.timeout,
      ...(props.reservedConcurrency !== undefined && {
        reservedConcurrentExecutions: props.reservedConcurrency,
      }),
      tracing: props.tracing === 'on' ? Tracing.ACTIVE : Tracing.DISABLED,
      recursiveLoop: props.recursiveLoop ?? RecursiveLoop.TERMINATE,
      logGroup: this.logGroup,
      role: this.#role(props),
      environment: { ...props.environment, ...runtimeEnvironment(props.name, stackName) },
    });
    this.#acknowledge(props);
    this.alias =
      props.deployment === 'canary'
        ? // CDK's own types differ by an undefined that TypeScript is told to tell apart here.
          new Alias(this, 'Live', { aliasName: LIVE, version: this.lambda.currentVersion as IVersion })
        : null;
  }

  #acknowledge({ tracing, deadLetters }: Pick<BridgeFunctionProps<Name>, 'tracing' | 'deadLetters'>): void {
    Validations.of(this.lambda).acknowledge({
      id: 'Serverless-LambdaDLQ',
      reason:
        deadLetters ??
        'Lambda uses it for asynchronous events only, and this function has none: API Gateway waits for its answer, or a queue keeps the message until it is handled.',
    });
    if (tracing === 'on') return;
    Validations.of(this.lambda).acknowledge({
      id: 'Serverless-LambdaTracing',
      reason:
        'Traces are switched on by the setting aws.tracing. They cost money for each call, and the logs tell the way of each order without them.',
    });
  }

  /** What events are sent to. */
  get live(): IFunction {
    return (this.alias ?? this.lambda) as IFunction;
  }

  #role({ allow, key, tracing }: Pick<BridgeFunctionProps<Name>, 'allow' | 'key' | 'tracing'>) {
    const ownLogs = new PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [this.logGroup.logGroupArn],
    });
    const statements = [ownLogs, ...(tracing === 'on' ? [traces()] : []), ...allow];
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      ...(key !== null && { managedPolicies: [key.use] }),
      inlinePolicies: { Allowed: new PolicyDocument({ statements }) },
    });
    if (tracing === 'on') {
      for (const id of ['AwsSolutions-IAM5[Resource::*]', 'Serverless-LambdaStarPermissions']) {
        const reason =
          'X-Ray has no resources to name: its two write actions accept only *. Nothing else here has one.';
        Validations.of(role).acknowledge({ id, reason });
      }
    }
    // Nothing that CDK does later can widen it.
    return role.withoutPolicyUpdates();
  }
}

function traces(): PolicyStatement {
  return new PolicyStatement({
    actions: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
    resources: ['*'],
  });
}

/** What Node and Powertools read from the environment themselves. */
function runtimeEnvironment(name: DeployedName, stackName: string): Record<string, string> {
  return {
    // Source maps cost about 15 ms of a start, and make the trace of a failure readable at all.
    NODE_OPTIONS: `--enable-source-maps ${NODE_MEMORY_OPTION}`,
    POWERTOOLS_SERVICE_NAME: name,
    POWERTOOLS_METRICS_NAMESPACE: stackName,
  };
}

type WorkerName = Exclude<FunctionName, 'receive-webhook' | 'serve-provider'>;
type OwnQueue = 'QUEUE_URL' | 'DEAD_LETTER_QUEUE_URL';

interface QueueFunctionProps<Name extends WorkerName>
  extends Omit<BridgeFunctionProps<Name>, 'timeout' | 'environment'> {
  readonly source: FifoQueue;
  /** Of the mapping, at least 2. Never by reserved concurrency: a throttled invocation uses up a receive. */
  readonly maxConcurrency: number;
  /** @default 10, the most a FIFO queue gives. */
  readonly batchSize?: number;
  /** Beside the function's own queues, which it is told anyway. */
  readonly environment: Omit<EnvironmentOf<Name>, OwnQueue>;
}

/** A function that a queue feeds: it may put a message back for later, and park one in the dead-letter queue itself. */
export class QueueFunction<Name extends WorkerName> extends BridgeFunction<Name> {
  constructor(scope: Construct, id: string, props: QueueFunctionProps<Name>) {
    const { queue, deadLetterQueue, workerTimeout } = props.source;
    super(scope, id, {
      ...props,
      timeout: workerTimeout,
      // TypeScript cannot see that what was omitted plus the rest is the whole, for a name it does not know yet.
      environment: {
        ...props.environment,
        QUEUE_URL: queue.queueUrl,
        DEAD_LETTER_QUEUE_URL: deadLetterQueue.queueUrl,
      } as EnvironmentOf<Name>,
      allow: [consume(queue), sendTo(deadLetterQueue), ...props.allow],
    });
    const mapping = new EventSourceMapping(this, 'Source', {
      target: this.live,
      eventSourceArn: queue.queueArn,
      batchSize: props.batchSize ?? 10,
      maxConcurrency: props.maxConcurrency,
      reportBatchItemFailures: true,
    });
    Validations.of(mapping).acknowledge({
      id: 'Serverless-LambdaEventSourceMappingDestination',
      reason:
        'Lambda accepts such a destination for streams only. The queue keeps what failed and moves it to its dead-letter queue.',
    });
  }
}
