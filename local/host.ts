import { join } from 'node:path';
import { realTimeline } from 'dear-sandbox/kit';
import type { Settings } from '../lib/settings/schema.ts';
import { type ClosingList, createClosingList } from './closing-list.ts';
import { ANY_PORT, type Ports } from './command-line.ts';
import {
  type AwsClients,
  createResources,
  getQueues,
  type LocalQueue,
  type QueueDepth,
  readDepth,
  sendJson,
} from './engines/resources.ts';
import { startServices } from './engines/services.ts';
import { startHttpApi } from './http/http-api.ts';
import { createFunctions } from './lambda/functions.ts';
import type { InvocationReport } from './lambda/lambda-protocol.ts';
import { hostsNamedIn } from './loopback.ts';
import { createOutput, type LogFile, type LogRecord, type Output, openLogFile } from './output.ts';
import { startSandboxes } from './sandboxes.ts';
import { openSecretFile, provideCredentials, provideGenerated, type Secrets } from './secrets.ts';
import { serveLocalConsole, serveStack } from './serve-stack.ts';
import {
  announceRunning,
  ephemeralStateDirectory,
  LOCAL_STAGE,
  localStackName,
  takeStateDirectory,
} from './state-directory.ts';
import { subscribeToSandboxes } from './subscriptions.ts';
import { type Build, buildBridge } from './template/build-bridge.ts';
import type { Stack } from './template/stack.ts';
import { readStack } from './template/template.ts';
import { readOutputs } from './template/template-names.ts';
import { getUrls, type Urls } from './urls.ts';

export interface HostOptions {
  readonly settings: Settings;
  /** Where state outlives a restart; null: nowhere. */
  readonly stateDirectory: string | null;
  /** @default any that are free */
  readonly ports?: Ports;
  /** How much faster DEAR's waiting passes before it sends or repeats a webhook. @default 60: a minute is a second */
  readonly webhookCompression?: number;
  /** How long after an order arrives a ShipStation sandbox ships it. @default null: only when told */
  readonly shipsByItself?: { readonly afterMs: number } | null;
  /** What DEAR's and ShipStation's sandboxes allow, and what the bridge then uses. @default their own 60 and 200, and the settings' */
  readonly callsPerMinute?: number | undefined;
  /** One readable line of what happens. */
  readonly onLine?: (line: string) => void;
  /** What a function logged. */
  readonly onEvent?: (record: LogRecord) => void;
  /** What each invocation of a function took. */
  readonly onReport?: (name: string, report: InvocationReport) => void;
  readonly colour?: boolean;
  /** An emulator of SQS and DynamoDB that runs already. @default null: embedded engines */
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
  /** How much was counted under each metric's name. */
  metrics(): Record<string, number>;
  depths(): Promise<Record<string, QueueDepth>>;
  /** @throws {Error} where there is no such queue */
  send(queue: string, message: object, group?: string): Promise<void>;
  /** Lets what is in work finish, for five seconds at most, then closes everything. */
  stop(): Promise<void>;
}

const MINUTE_IN_A_SECOND = 60;

/**
 * Runs the deployed system on this machine: the CDK stack's template, its bundled functions, and engines that speak AWS.
 * Where something fails, what was started is closed again.
 * @throws {PortInUseError | StateDirectoryError | SecretsError | TemplateError | ConfigurationError}
 */
export async function startHost(options: HostOptions): Promise<Host> {
  const closing = createClosingList();
  try {
    return await start(options, closing);
  } catch (error) {
    await closing.closeAll();
    throw error;
  }
}

async function start(options: HostOptions, closing: ClosingList): Promise<Host> {
  const build = options.build ?? buildBridge;
  const stackName = localStackName(options.name);
  const ports = options.ports ?? ANY_PORT;
  const output = openOutput(options);
  const directory = takeDirectory(options.stateDirectory, closing);
  const secrets = openSecretFile(join(directory, 'secrets.json'));
  provideCredentials(secrets, options.settings, stackName);

  const api = await startHttpApi(ports.api);
  closing.add(api.close);
  const keepIn = options.stateDirectory === null ? null : directory;
  const sandboxes = await startSandboxes({
    settings: options.settings,
    stackName,
    secrets: secrets.all(),
    dearPort: ports.dear,
    shipStationPort: ports.shipStation,
    directory: keepIn,
    webhookCompression: options.webhookCompression ?? MINUTE_IN_A_SECOND,
    shipsByItself: options.shipsByItself ?? null,
    callsPerMinute: options.callsPerMinute,
  });
  closing.add(sandboxes.close);

  const [services, built] = await Promise.all([
    startServices(
      {
        sqsPort: ports.sqs,
        dynamoDbPort: ports.dynamoDb,
        secretsPort: ports.secrets,
        directory: keepIn,
        endpoint: options.endpoint ?? null,
        secrets,
      },
      closing,
    ),
    build({ settings: sandboxes.settings, name: options.name, stage: LOCAL_STAGE, directory }),
  ]);
  const { endpoints, clients } = services;
  const addresses = { sqsUrl: endpoints.sqsUrl, apiUrl: api.url };
  const stack = readStack(built.template, stackName, addresses);
  provideGenerated(secrets, stack.secrets);
  await createResources(stack, clients);

  const allowedHosts = hostsNamedIn(sandboxes.settings);
  const onLine = keptIn(openLogFile(directory), output);
  const functions = createFunctions({
    stack,
    built,
    endpoints,
    allowedHosts,
    onLine,
    onReport: options.onReport,
  });
  closing.add(functions.stop);
  const served = await serveLocalConsole(directory, ports.console);
  closing.add(served.close);
  const urls = getUrls({ api: api.url, console: served.url }, sandboxes, services);
  const timeline = realTimeline();
  serveStack({ stack, functions, api, sqs: clients.sqs, output, timeline, urls }, closing);
  await subscribeToSandboxes({ sandboxes, secrets: secrets.all(), stackName, apiUrl: api.url });
  const outputs = readOutputs(built.template, stackName, addresses);
  closing.add(announceRunning(directory, { stackName, settings: sandboxes.settings, endpoints, outputs }));

  const metrics = output.metrics;
  return toHost({ urls, stack, clients, secrets: secrets.all(), metrics, stop: closing.closeAll });
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

/** Metrics are counted as they come, and not kept. */
function keptIn(file: LogFile, output: Output): Output['functionLine'] {
  return (name, line) => {
    if (line.startsWith('{') && !line.includes('"_aws"')) file.append(line);
    output.functionLine(name, line);
  };
}

/** An ephemeral system keeps its bundles and secrets in a folder that goes with it. */
function takeDirectory(stateDirectory: string | null, closing: ClosingList): string {
  const directory = stateDirectory === null ? ephemeralStateDirectory() : takeStateDirectory(stateDirectory);
  closing.add(directory.release);
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
