import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { createEndpointServices } from '../../lib/runtime/endpoint-services.ts';
import { httpHandler } from '../../lib/runtime/http-handler.ts';
import { createReceiverServices } from '../../lib/runtime/receiver-services.ts';
import { settingsSchema } from '../../lib/settings/schema.ts';
import { receiveDearWebhook, receiveProviderWebhook } from '../../lib/workflows/receive-webhook.ts';
import { serveProvider } from '../../lib/workflows/serve-provider.ts';
import { type HttpApi, startHttpApi } from '../../local/http/http-api.ts';
import { openTestTable } from '../store/test-table.ts';
import { CONNECTIONS, fetchKeys, type OutsideRequest, SECRETS } from './doors.ts';

/** What one request did. */
export interface Answered {
  readonly statusCode: number;
  readonly body: string;
  /** What was written to stdout and stderr meanwhile: log lines and metrics. */
  readonly lines: string;
  /** Bodies of the messages that were queued meanwhile. */
  readonly messages: readonly string[];
  readonly cpuMs: number;
}

interface Sender {
  send(command: { readonly input: Record<string, unknown> }): Promise<object>;
}

/**
 * The two functions that answer calls from outside, with their own composition in this process. The table is the embedded engine's,
 * queues and secrets are in memory, and of the network there are only the servers of the services' keys.
 */
export async function openOutsideFunctions() {
  const directory = mkdtempSync(join(tmpdir(), 'fuzz-'));
  const beside = pathToFileURL(join(directory, 'index.mjs')).href;
  const connections = CONNECTIONS.map((one) => ({ ...one, location: `Shed ${one.id}` }));
  const settings = settingsSchema.parse({ dear: {}, connections });
  writeFileSync(join(directory, 'settings.json'), JSON.stringify(settings));
  const table = await openTestTable();
  Object.assign(process.env, toEnvironment(table.url, table.name));
  const messages = replaceAws();
  const lines = captureOutput();
  const send = globalThis.fetch;
  globalThis.fetch = fetchKeys;
  const handlers = createHandlers(beside);
  const api = await serveOverHttp(handlers);
  const answer = async (request: OutsideRequest, id: number): Promise<Answered> =>
    await measure(async () =>
      httpResult.parse(await handlers[request.handler](toEvent(request, id), CONTEXT)),
    );
  const measure = async (work: () => Promise<z.infer<typeof httpResult>>): Promise<Answered> => {
    const begun = process.threadCpuUsage();
    const { statusCode, body } = await work();
    const { user, system } = process.threadCpuUsage(begun);
    return {
      statusCode,
      body,
      lines: lines.take(),
      messages: messages.splice(0),
      cpuMs: (user + system) / 1000,
    };
  };
  /** The same over a socket, through the local system's HTTP API. null: such a request cannot be sent. */
  const answerOverHttp = async (request: OutsideRequest): Promise<Answered | null> => {
    const address = new URL(request.path, api.url);
    for (const [name, value] of Object.entries(request.query)) address.searchParams.set(name, value);
    const body = /^(GET|HEAD)$/.test(request.method) ? {} : { body: request.body };
    try {
      const { method, headers } = request;
      return await measure(async () => {
        const answered = await send(address, { method, headers: { ...headers }, ...body });
        return { statusCode: answered.status, body: await answered.text() };
      });
    } catch (error) {
      // Headers or methods that no HTTP client sends.
      if (error instanceof TypeError) return null;
      throw error;
    }
  };
  const close = async () => {
    lines.release();
    globalThis.fetch = send;
    await api.close();
    await table.close();
    rmSync(directory, { recursive: true });
  };
  return { answer, answerOverHttp, measure, close };
}

const httpResult = z.object({ statusCode: z.number(), body: z.string() });

function toEnvironment(dynamoDbUrl: string, tableName: string): Record<string, string> {
  return {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: dynamoDbUrl,
    POWERTOOLS_SERVICE_NAME: 'fuzz',
    POWERTOOLS_METRICS_NAMESPACE: 'fuzz',
    WEBHOOK_SECRET_ID: 'webhook',
    CONNECTION_SECRET_PREFIX: 'connection/',
    SALE_EVENTS_QUEUE_URL: 'https://sqs.test/sale-events.fifo',
    JOBS_QUEUE_URL: 'https://sqs.test/jobs.fifo',
    TABLE_NAME: tableName,
  };
}

/** @returns the bodies of the messages that are sent from now on */
function replaceAws(): string[] {
  const messages: string[] = [];
  const queue: Sender = SQSClient.prototype as never;
  queue.send = async ({ input }) => {
    messages.push(String(input.MessageBody));
    return {};
  };
  const secrets: Sender = SecretsManagerClient.prototype as never;
  secrets.send = async ({ input }) => ({ SecretString: JSON.stringify(toSecret(String(input.SecretId))) });
  return messages;
}

function toSecret(id: string): object {
  if (id === 'webhook') return { current: SECRETS.token, previous: '' };
  const { username, password, signingSecret, apiSecret, clientSecret } = SECRETS;
  const login = { clientId: 'fuzz', clientSecret, userLogin: 'fuzz' };
  return { username, password, signingSecret, apiKey: 'fuzz', apiSecret, ...login };
}

/** Keeps what is written to the terminal. */
function captureOutput(): { take(): string; release(): void } {
  let text = '';
  const streams = [process.stdout, process.stderr];
  const writes = streams.map((stream) => stream.write);
  for (const stream of streams)
    stream.write = ((chunk: unknown, ...rest: unknown[]) => {
      text += String(chunk);
      const done = rest.at(-1);
      if (typeof done === 'function') done();
      return true;
    }) as typeof stream.write;
  return {
    take: () => {
      const taken = text;
      text = '';
      return taken;
    },
    release: () => {
      for (const [index, stream] of streams.entries()) stream.write = writes[index] ?? stream.write;
    },
  };
}

/** With the routes of the stack. */
async function serveOverHttp(handlers: Record<OutsideRequest['handler'], Handler>): Promise<HttpApi> {
  const api = await startHttpApi(0);
  const toRoute = ([routeKey, functionName]: readonly [string, OutsideRequest['handler']]) => ({
    routeKey,
    functionName,
    timeoutMs: 30_000,
  });
  api.serve({
    routes: ROUTES.map(toRoute),
    invoke: (name, event) => handlers[name as OutsideRequest['handler']](Object(event), CONTEXT),
    onError: (error) => process.stderr.write(`${String(error)}\n`),
    urls: {},
  });
  return api;
}

const ROUTES = [
  ['POST /webhooks/dear', 'receive-webhook'],
  ['POST /webhooks/providers/{connection}', 'receive-webhook'],
  ['ANY /providers/{connection}/{path}', 'serve-provider'],
] as const;

type Handler = (event: object, context: Context) => Promise<unknown>;

/** As in `functions/`. */
function createHandlers(beside: string): Record<OutsideRequest['handler'], Handler> {
  const receiver = createReceiverServices(beside);
  const endpoints = createEndpointServices(beside);
  return {
    'receive-webhook': httpHandler({
      observability: receiver.observability,
      answer: (request, { connection }) =>
        connection === undefined
          ? receiveDearWebhook(request, receiver)
          : receiveProviderWebhook(connection, request, receiver),
    }) as never,
    'serve-provider': httpHandler({
      observability: endpoints.observability,
      answer: (request, { connection = '', path = '' }) =>
        serveProvider({ ...request, connection, path }, endpoints),
    }) as never,
  };
}

/** As API Gateway makes it; a body that is not text comes in base64. */
function toEvent({ method, path, parameters, headers, query, body }: OutsideRequest, id: number): object {
  const isText = body.isWellFormed() && id % 5 > 0;
  return {
    version: '2.0',
    routeKey: `${method} ${path}`,
    rawPath: path,
    pathParameters: parameters,
    headers,
    queryStringParameters: query,
    requestContext: {
      requestId: `r-${id}`,
      // Each caller may guess ten times a minute.
      http: { method, sourceIp: `198.51.${(id >> 8) & 255}.${id & 255}` },
    },
    body: isText ? body : Buffer.from(body, id % 2 === 0 ? 'utf8' : 'latin1').toString('base64'),
    isBase64Encoded: !isText,
  };
}

const CONTEXT = {
  functionName: 'fuzz',
  functionVersion: '1',
  memoryLimitInMB: '256',
  awsRequestId: 'fuzz',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:fuzz',
  getRemainingTimeInMillis: () => 10_000,
} as Context;
