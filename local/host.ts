import { join } from 'node:path';
import { realTimeline } from 'dear-sandbox/kit';
import { LOCAL_STAGE } from '../lib/infra/deployable-settings.ts';
import type { Settings } from '../lib/settings/schema.ts';
import { ANY_PORT, type Ports } from './command-line.ts';
import { AccessControl, type JudgedCall } from './engines/access.ts';
import { startServices } from './engines/engines.ts';
import {
  type AwsClients,
  createResources,
  getQueues,
  type LocalQueue,
  type QueueDepth,
  readDepth,
  sendJson,
} from './engines/resources.ts';
import { startHttpApi } from './http/http-api.ts';
import { createFunctions } from './lambda/functions.ts';
import type { InvocationReport } from './lambda/lambda-protocol.ts';
import { type LogFile, openLogFile } from './log-file.ts';
import { createOutput, type LogRecord, type Output } from './output.ts';
import { startSandboxes } from './sandboxes.ts';
import { keepSentRuns } from './schedules.ts';
import { openSecretFile, provideCredentials, provideGenerated, type Secrets } from './secrets.ts';
import { serveLocalConsole, serveStack } from './serve-stack.ts';
import {
  announceRunning,
  ephemeralStateDirectory,
  localStackName,
  takeStateDirectory,
} from './state-directory.ts';
import { subscribeToSandboxes } from './subscriptions.ts';
import { type Build, buildBridge } from './template/build-bridge.ts';
import { readRoles } from './template/roles.ts';
import type { Stack } from './template/stack.ts';
import { readStack } from './template/template.ts';
import { readOutputs } from './template/template-names.ts';
import { getUrls, hostsNamedIn, type Urls } from './urls.ts';

export interface HostOptions {
  readonly settings: Settings;
  /** The directory that keeps the state over a restart, or null. */
  readonly stateDirectory: string | null;
  /** @default any that are free */
  readonly ports?: Ports;
  /** How many times faster DEAR's waits before webhooks pass. @default 60: a minute takes a second */
  readonly webhookCompression?: number;
  /** How long after an order arrives a provider's sandbox ships it. @default null: only on request */
  readonly shipsByItself?: { readonly afterMs: number } | null;
  /** The rate limit of the sandboxes and the bridge's use of it. @default the vendors' 60 and 200, and the settings' */
  readonly callsPerMinute?: number | undefined;
  /** Receives a readable line for each event. */
  readonly onLine?: (line: string) => void;
  /** Receives each log record of a function. */
  readonly onEvent?: (record: LogRecord) => void;
  /** Receives the CPU time of each invocation. */
  readonly onReport?: (name: string, report: InvocationReport) => void;
  /** Receives each call of AWS that a role makes. */
  readonly onCall?: (call: JudgedCall) => void;
  readonly colour?: boolean;
  /** A running emulator of SQS and DynamoDB. @default null: embedded engines */
  readonly endpoint?: string | null;
  /** The stack's name without its stage. */
  readonly name?: string;
  /** @default this project's CDK stack and functions */
  readonly build?: Build;
}

export interface Host {
  readonly urls: Urls;
  readonly stackName: string;
  readonly tableName: string;
  /** `sale-events`, `fulfillment`, `confirmations`, `jobs` */
  readonly queues: Readonly<Record<string, LocalQueue>>;
  readonly clients: AwsClients;
  readonly secrets: Secrets;
  /** The sum of each metric. */
  metrics(): Record<string, number>;
  depths(): Promise<Record<string, QueueDepth>>;
  /** @throws {Error} where there is no such queue */
  send(queue: string, message: object, group?: string): Promise<void>;
  /** Waits for work in progress, for at most five seconds, then closes everything. */
  stop(): Promise<void>;
}

const MINUTE_IN_A_SECOND = 60;

/**
 * Runs the deployed system on this machine: the CDK stack's template, its bundled functions, and engines that speak AWS.
 * A failed start closes what it opened.
 * @throws {PortInUseError | StateDirectoryError | SecretsError | TemplateError | ConfigurationError}
 */
export async function startHost(options: HostOptions): Promise<Host> {
  const closing = new AsyncDisposableStack();
  try {
    return await start(options, closing);
  } catch (error) {
    await closing.disposeAsync();
    throw error;
  }
}

async function start(options: HostOptions, closing: AsyncDisposableStack): Promise<Host> {
  const stackName = localStackName(options.name);
  const ports = options.ports ?? ANY_PORT;
  const output = openOutput(options);
  const directory = openDirectory(options.stateDirectory, closing);
  const secrets = openSecretFile(join(directory, 'secrets.json'));
  provideCredentials(secrets, options.settings, stackName, options.stateDirectory !== null);

  const api = await startHttpApi(ports.api);
  closing.defer(api.close);
  const keepIn = options.stateDirectory === null ? null : directory;
  const sandboxes = await startSandboxes({
    settings: options.settings,
    stackName,
    secrets: secrets.all(),
    dearPort: ports.dear,
    providerPort: ports.provider,
    apiUrl: api.url,
    directory: keepIn,
    webhookCompression: options.webhookCompression ?? MINUTE_IN_A_SECOND,
    shipsByItself: options.shipsByItself ?? null,
    callsPerMinute: options.callsPerMinute,
  });
  closing.defer(sandboxes.close);

  const access = new AccessControl(toCallHandler(options, output));
  const [services, built] = await Promise.all([
    startServices(
      {
        sqsPort: ports.sqs,
        dynamoDbPort: ports.dynamoDb,
        secretsPort: ports.secrets,
        directory: keepIn,
        endpoint: options.endpoint ?? null,
        secrets,
        access,
      },
      closing,
    ),
    (options.build ?? buildBridge)({
      settings: sandboxes.settings,
      name: options.name,
      stage: LOCAL_STAGE,
      directory,
    }),
  ]);
  const { endpoints, clients, sqsOf } = services;
  const addresses = { sqsUrl: endpoints.sqsUrl, apiUrl: api.url };
  const stack = readStack(built.template, stackName, addresses);
  access.enforce(readRoles(built.template, stackName, addresses));
  provideGenerated(secrets, stack.secrets);
  await createResources(stack, clients);

  const allowedHosts = hostsNamedIn(sandboxes.settings);
  const onLine = toLineHandler(openLogFile(directory), output);
  const { onReport } = options;
  const functions = createFunctions({ stack, built, endpoints, allowedHosts, onLine, onReport });
  closing.defer(functions.stop);
  const served = await serveLocalConsole(directory, ports.console);
  closing.defer(served.close);
  const urls = getUrls({ api: api.url, console: served.url }, sandboxes, services);
  const schedules = { timeline: realTimeline(), sentRuns: keepSentRuns(join(directory, 'schedules.json')) };
  serveStack({ stack, functions, api, sqsOf, output, urls, ...schedules }, closing);
  await subscribeToSandboxes({ sandboxes, secrets: secrets.all(), stackName, apiUrl: api.url });
  const outputs = readOutputs(built.template, stackName, addresses);
  closing.defer(announceRunning(directory, { stackName, settings: sandboxes.settings, endpoints, outputs }));

  const { metrics } = output;
  return toHost({ urls, stack, clients, secrets: secrets.all(), metrics, stop: toStop(closing) });
}

/** Later calls wait for the first. */
function toStop(closing: AsyncDisposableStack): () => Promise<void> {
  let stopped: Promise<void> | null = null;
  return () => {
    stopped ??= closing.disposeAsync();
    return stopped;
  };
}

type Served = Pick<Host, 'urls' | 'clients' | 'secrets' | 'metrics' | 'stop'> & { readonly stack: Stack };

function toHost({ stack, ...served }: Served): Host {
  const queues = getQueues(stack);
  return {
    ...served,
    stackName: stack.name,
    tableName: stack.tables[0]?.name ?? '',
    queues,
    depths: async () => await readDepths(served.clients, queues),
    send: async (name, message, group = 'host') => {
      const queue = queues[name];
      if (queue === undefined) throw new Error(`There is no queue ${name}, only ${Object.keys(queues)}`);
      await sendJson(served.clients.sqs, queue.url, message, group);
    },
  };
}

function openOutput({ onLine = () => {}, onEvent = () => {}, colour = false }: HostOptions): Output {
  return createOutput({ write: onLine, onEvent, now: Date.now, colour });
}

/** A refusal is a fault of the stack, which AWS would show as late as in production. */
function toCallHandler({ onCall = () => {} }: HostOptions, output: Output): (call: JudgedCall) => void {
  return (call) => {
    onCall(call);
    const { role, action, resource, isAllowed } = call;
    if (!isAllowed) output.problem('iam', new Error(`${role} may not ${action} ${resource}`));
  };
}

/** Metrics are not written to the file; a stack is, because the output leaves it out. */
function toLineHandler(file: LogFile, output: Output): Output['functionLine'] {
  return (name, line) => {
    const isRecord = line.startsWith('{') && !line.includes('"_aws"');
    if (isRecord || line.startsWith('    at ')) file.append(line);
    output.functionLine(name, line);
  };
}

/** An ephemeral system has its bundles and secrets in a temporary directory. */
function openDirectory(stateDirectory: string | null, closing: AsyncDisposableStack): string {
  const directory = stateDirectory === null ? ephemeralStateDirectory() : takeStateDirectory(stateDirectory);
  closing.defer(directory.release);
  return directory.path;
}

async function readDepths(
  { sqs }: AwsClients,
  queues: Readonly<Record<string, LocalQueue>>,
): Promise<Record<string, QueueDepth>> {
  const entries = Object.entries(queues).map(
    async ([name, queue]) => [name, await readDepth(sqs, queue)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}
