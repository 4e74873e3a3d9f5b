import { join } from 'node:path';
import type { BuiltStack } from '../template/build-bridge.ts';
import type { FunctionDefinition, Stack } from '../template/stack.ts';
import { functionArn, REGION } from '../template/template-names.ts';
import { INIT_LIMIT_MS } from './lambda-container.ts';
import {
  createIdleContainers,
  createLambdaFunction,
  type IdleContainers,
  type LambdaFunction,
} from './lambda-function.ts';
import type { InvocationReport } from './lambda-protocol.ts';

/** The endpoints of the AWS services that functions use. */
export interface Endpoints {
  readonly sqsUrl: string;
  readonly dynamoDbUrl: string;
  readonly s3Url: string;
  readonly secretsManagerUrl: string;
}

/**
 * A function's whole environment: the template's variables, Lambda's own, and the endpoints for the AWS SDK. It has nothing of
 * the user's shell or `~/.aws`, so no real account can be reached.
 */
export function functionEnvironment(
  definition: FunctionDefinition,
  directory: string,
  endpoints: Endpoints,
): Record<string, string> {
  const nowhere = join(directory, 'no-aws-configuration');
  return {
    ...definition.environment,
    // The engines allow what the role of this name allows.
    AWS_ACCESS_KEY_ID: definition.role,
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
    // There is no X-Ray daemon.
    POWERTOOLS_TRACE_ENABLED: 'false',
  };
}

/** The containers of a function at once, where neither it nor its mapping sets a limit: what a laptop can run. */
const DEFAULT_CONCURRENCY = 4;

/** So much CPU shows how busy the machine is: longer than a scheduler's turn, and not noticed in a start. */
const MEASURED_CPU_MS = 20;

/** How many times longer than alone this thread takes now for what needs the processor; at least 1. */
function measureSlowness(): number {
  const [begunAt, begun] = [performance.now(), process.threadCpuUsage()];
  let usedMs = 0;
  while (usedMs < MEASURED_CPU_MS) {
    const { user, system } = process.threadCpuUsage(begun);
    usedMs = (user + system) / 1000;
  }
  return Math.max(1, (performance.now() - begunAt) / usedMs);
}

interface FunctionsOptions {
  readonly stack: Stack;
  readonly built: BuiltStack;
  readonly endpoints: Endpoints;
  /** Further hosts that functions may connect to. */
  readonly allowedHosts: readonly string[];
  /** Receives every line that a function writes. The name is without the stack's. */
  readonly onLine: (name: string, line: string) => void;
  /** Receives the CPU time of each invocation. */
  readonly onReport?: ((name: string, report: InvocationReport) => void) | undefined;
}

/** The stack's functions. Containers start with the first event, as in Lambda. */
export interface Functions {
  /** How many times longer than alone this machine takes: by this, time limits are multiplied. */
  readonly slowness: number;
  /**
   * @param functionName as in the template
   * @throws {FunctionError}
   */
  invoke(functionName: string, event: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

/** @throws {Error} naming a function of the template that was not bundled */
export function createFunctions(options: FunctionsOptions): Functions {
  const slowness = measureSlowness();
  const idleContainers = createIdleContainers();
  const functions = new Map(
    options.stack.functions.map(
      (definition) =>
        [definition.name, createFunction(definition, { ...options, slowness }, idleContainers)] as const,
    ),
  );
  return {
    slowness,
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
  options: FunctionsOptions & { readonly slowness: number },
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
    timeoutMs: definition.timeoutSeconds * 1000 * options.slowness,
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
    INIT_LIMIT_MS * options.slowness,
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
