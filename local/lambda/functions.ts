import { join } from 'node:path';
import type { BuiltStack } from '../template/build-bridge.ts';
import type { FunctionDefinition, Stack } from '../template/stack.ts';
import { functionArn, REGION } from '../template/template-names.ts';
import { createIdleContainers, type IdleContainers } from './idle-containers.ts';
import { INIT_LIMIT_MS } from './lambda-container.ts';
import { createLambdaFunction, type LambdaFunction } from './lambda-function.ts';
import type { InvocationReport } from './lambda-protocol.ts';

/** Where the AWS services are spoken that functions use. */
export interface Endpoints {
  readonly sqsUrl: string;
  readonly dynamoDbUrl: string;
  readonly s3Url: string;
  readonly secretsManagerUrl: string;
}

/**
 * A function's whole environment: the template's variables, what Lambda adds, and where the AWS SDK finds its services.
 * Nothing of the user's own shell gets in, nor of `~/.aws`, so that no real account is within reach.
 */
export function functionEnvironment(
  definition: FunctionDefinition,
  directory: string,
  endpoints: Endpoints,
): Record<string, string> {
  const nowhere = join(directory, 'no-aws-configuration');
  return {
    ...definition.environment,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_CONFIG_FILE: nowhere,
    AWS_SHARED_CREDENTIALS_FILE: nowhere,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMegabytes),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${definition.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    LAMBDA_TASK_ROOT: directory,
    _HANDLER: definition.handler,
    TZ: ':UTC',
    AWS_ENDPOINT_URL_SQS: endpoints.sqsUrl,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamoDbUrl,
    AWS_ENDPOINT_URL_S3: endpoints.s3Url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secretsManagerUrl,
    // There is no X-Ray daemon to send to.
    POWERTOOLS_TRACE_ENABLED: 'false',
  };
}

/** As many containers at once as a laptop should carry, where neither the function nor its mapping sets a limit. */
const DEFAULT_CONCURRENCY = 4;

interface FunctionsOptions {
  readonly stack: Stack;
  readonly built: BuiltStack;
  readonly endpoints: Endpoints;
  /** Hosts beside this machine that functions may connect to. */
  readonly allowedHosts: readonly string[];
  /** Every line that a function writes. The name is the function's without the stack's. */
  readonly onLine: (name: string, line: string) => void;
  /** What each invocation took. */
  readonly onReport?: ((name: string, report: InvocationReport) => void) | undefined;
}

/** The stack's functions. None has a container yet: like Lambda's, they start with their first event. */
export interface Functions {
  /**
   * @param functionName as in the template
   * @throws {FunctionError}
   */
  invoke(functionName: string, event: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

/** @throws {Error} naming a function of the template that was not bundled */
export function createFunctions(options: FunctionsOptions): Functions {
  const idleContainers = createIdleContainers();
  const functions = new Map(
    options.stack.functions.map(
      (definition) => [definition.name, createFunction(definition, options, idleContainers)] as const,
    ),
  );
  return {
    invoke: async (functionName, event) => {
      const target = functions.get(functionName);
      if (target === undefined) throw new Error(`There is no function ${functionName}`);
      return await target.invoke(event);
    },
    stop: async () => {
      await Promise.all([...functions.values()].map((one) => one.stop()));
    },
  };
}

function createFunction(
  definition: FunctionDefinition,
  options: FunctionsOptions,
  idleContainers: IdleContainers,
): LambdaFunction {
  const name = shortName(options.stack.name, definition.name);
  const bundle = options.built.functions[name];
  if (bundle === undefined) throw new Error(`The template has a function ${name} that was not bundled`);
  const container = {
    functionName: definition.name,
    functionArn: functionArn(definition.name),
    directory: bundle.directory,
    handler: definition.handler,
    timeoutMs: definition.timeoutSeconds * 1000,
    memoryMegabytes: definition.memoryMegabytes,
    allowedHosts: options.allowedHosts,
    environment: functionEnvironment(definition, bundle.directory, options.endpoints),
    runtimeFile: options.built.runtimeFile,
    onLine: (line: string) => options.onLine(name, line),
    onReport: (report: InvocationReport) => options.onReport?.(name, report),
  };
  return createLambdaFunction(
    container,
    getConcurrency(definition, options.stack),
    INIT_LIMIT_MS,
    idleContainers,
  );
}

function getConcurrency({ name, reservedConcurrency }: FunctionDefinition, stack: Stack): number {
  const mapped = stack.eventSourceMappings
    .filter((mapping) => mapping.functionName === name)
    .map((mapping) => mapping.maximumConcurrency ?? DEFAULT_CONCURRENCY);
  return reservedConcurrency ?? Math.max(DEFAULT_CONCURRENCY, ...mapped);
}

/** `acme-local-run-job` → `run-job` */
export function shortName(stackName: string, name: string): string {
  return name.startsWith(`${stackName}-`) ? name.slice(stackName.length + 1) : name;
}
